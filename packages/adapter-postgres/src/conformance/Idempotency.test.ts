import { idempotencySuite } from "@stoa/core/testing/IdempotencySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

idempotencySuite(PostgresHarness.postgres)
