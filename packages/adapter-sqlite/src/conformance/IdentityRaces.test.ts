import { identityRaceSuite } from "@stoa/core/testing/IdentityRaceSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

identityRaceSuite(SqliteHarness.inFile)
