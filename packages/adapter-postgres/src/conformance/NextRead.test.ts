import { nextReadSuite } from "@stoa/core/testing/NextReadSuite"
import { rememberedCartSuite } from "@stoa/core/testing/RememberedCartSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

nextReadSuite(PostgresHarness.surviving)
rememberedCartSuite(PostgresHarness.surviving)
