import { moneyAtOnceSuite } from "@stoa/core/testing/MoneyAtOnceSuite"
import { moneyAuditSuite } from "@stoa/core/testing/MoneyAuditSuite"
import { moneyBesideSuite } from "@stoa/core/testing/MoneyBesideSuite"
import { moneyPartsSuite } from "@stoa/core/testing/MoneyPartsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

moneyBesideSuite(SqliteHarness.inMemory)
moneyAuditSuite(SqliteHarness.inMemory)
moneyAtOnceSuite(SqliteHarness.inMemory)
moneyPartsSuite(SqliteHarness.inMemory)
