import { gatewayShopSuite, sandboxHarness } from "@stoa/core/testing"
import * as PostgresHarness from "./PostgresHarness.ts"

gatewayShopSuite(sandboxHarness, PostgresHarness.postgres)
