import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storesSuite(PostgresHarness.postgres)
flagSuite(PostgresHarness.postgres)
