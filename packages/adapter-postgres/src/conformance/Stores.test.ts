import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { redirectSuite } from "@stoa/core/testing/RedirectSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storesSuite(PostgresHarness.postgres)
flagSuite(PostgresHarness.postgres)
redirectSuite(PostgresHarness.postgres)
