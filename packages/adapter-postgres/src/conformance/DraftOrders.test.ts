import { draftEndSuite } from "@stoa/core/testing/DraftEndSuite"
import { draftOrderSuite } from "@stoa/core/testing/DraftOrderSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

draftOrderSuite(PostgresHarness.postgres)
draftEndSuite(PostgresHarness.postgres)
