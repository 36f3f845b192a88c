import { claimSuite } from "@stoa/core/testing/ClaimSuite"
import { exchangeSuite } from "@stoa/core/testing/ExchangeSuite"
import { returnCreditSuite } from "@stoa/core/testing/ReturnCreditSuite"
import { returnSuite } from "@stoa/core/testing/ReturnSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

returnSuite(PostgresHarness.postgres)
returnCreditSuite(PostgresHarness.postgres)
exchangeSuite(PostgresHarness.postgres)
claimSuite(PostgresHarness.postgres)
