import { moneyAtOnceSuite } from "@stoa/core/testing/MoneyAtOnceSuite"
import { moneyAuditSuite } from "@stoa/core/testing/MoneyAuditSuite"
import { moneyBesideSuite } from "@stoa/core/testing/MoneyBesideSuite"
import { moneyPartsSuite } from "@stoa/core/testing/MoneyPartsSuite"
import { moneyRaceSuite } from "@stoa/core/testing/MoneyRaceSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

moneyBesideSuite(PostgresHarness.postgres)
moneyAuditSuite(PostgresHarness.postgres)
moneyAtOnceSuite(PostgresHarness.postgres)
moneyPartsSuite(PostgresHarness.postgres)
moneyRaceSuite(PostgresHarness.postgres)
