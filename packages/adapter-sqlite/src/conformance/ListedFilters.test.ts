import { listedFilterSuite } from "@stoa/core/testing/ListedFilterSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

listedFilterSuite(SqliteHarness.inMemory)
