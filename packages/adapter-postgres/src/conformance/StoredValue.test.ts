import { loyaltySuite } from "@stoa/core/testing/LoyaltySuite"
import { referralSuite } from "@stoa/core/testing/ReferralSuite"
import { storedValueSuite } from "@stoa/core/testing/StoredValueSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storedValueSuite(PostgresHarness.postgres)
loyaltySuite(PostgresHarness.postgres)
referralSuite(PostgresHarness.postgres)
