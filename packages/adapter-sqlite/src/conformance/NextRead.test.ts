import { nextReadSuite } from "@stoa/core/testing/NextReadSuite"
import { rememberedCartSuite } from "@stoa/core/testing/RememberedCartSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

nextReadSuite(SqliteHarness.surviving)
rememberedCartSuite(SqliteHarness.surviving)
