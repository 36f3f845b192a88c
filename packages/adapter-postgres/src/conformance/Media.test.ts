import { mediaSuite } from "@stoa/core/testing/MediaSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

mediaSuite(PostgresHarness.postgres)
