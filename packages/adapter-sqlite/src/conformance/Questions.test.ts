import { questionSuite } from "@stoa/core/testing/QuestionSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) questionSuite(harness)
