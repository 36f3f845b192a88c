import { moneyBesideRaces, moneyBesideSuite } from "@stoa/core/testing/MoneyBesideSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

moneyBesideSuite(PostgresHarness.postgres)
moneyBesideRaces(PostgresHarness.postgres)
