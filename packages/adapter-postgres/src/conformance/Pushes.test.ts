import { pushSuite } from "@stoa/core/testing/PushSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

pushSuite(PostgresHarness.postgres)
