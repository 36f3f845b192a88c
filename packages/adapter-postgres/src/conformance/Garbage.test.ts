import { garbageSuite } from "@stoa/core/testing/GarbageSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

garbageSuite(PostgresHarness.postgres)
