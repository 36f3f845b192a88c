import { fulfilmentSuite } from "@stoa/core/testing/FulfilmentSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

fulfilmentSuite(PostgresHarness.postgres)
