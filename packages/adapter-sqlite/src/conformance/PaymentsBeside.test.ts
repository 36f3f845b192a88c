import { moneyBesideSuite } from "@stoa/core/testing/MoneyBesideSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

moneyBesideSuite(SqliteHarness.inMemory)
