import { bundleSuite } from "@stoa/core/testing/BundleSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

bundleSuite(PostgresHarness.postgres)
