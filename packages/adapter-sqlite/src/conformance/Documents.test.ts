import { documentsSuite } from "@stoa/core/testing/DocumentsSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) documentsSuite(harness)
