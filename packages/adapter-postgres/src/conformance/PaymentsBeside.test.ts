import { moneyAuditSuite } from "@stoa/core/testing/MoneyAuditSuite"
import { moneyBesideRaces, moneyBesideSuite } from "@stoa/core/testing/MoneyBesideSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

moneyBesideSuite(PostgresHarness.postgres)
moneyAuditSuite(PostgresHarness.postgres)
moneyBesideRaces(PostgresHarness.postgres)
