import { messagesSuite } from "@stoa/core/testing/MessagesSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

messagesSuite(PostgresHarness.postgres)
