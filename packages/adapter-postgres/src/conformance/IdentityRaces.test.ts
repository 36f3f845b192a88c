import { identityRaceSuite } from "@stoa/core/testing/IdentityRaceSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

identityRaceSuite(PostgresHarness.crowded, { rounds: 30 })
