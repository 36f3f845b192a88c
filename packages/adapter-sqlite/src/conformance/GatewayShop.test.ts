import { gatewayShopSuite, sandboxHarness } from "@stoa/core/testing"
import * as SqliteHarness from "./SqliteHarness.ts"

gatewayShopSuite(sandboxHarness, SqliteHarness.inMemory)
