import { idempotencySuite } from "@stoa/core/testing/IdempotencySuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) idempotencySuite(harness)
