import { currencySuite } from "@stoa/core/testing/CurrencySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

currencySuite(PostgresHarness.postgres)
