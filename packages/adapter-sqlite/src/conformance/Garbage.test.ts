import { garbageSuite } from "@stoa/core/testing/GarbageSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

garbageSuite(SqliteHarness.inMemory)
