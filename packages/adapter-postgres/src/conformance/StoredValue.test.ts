import { storedValueSuite } from "@stoa/core/testing/StoredValueSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storedValueSuite(PostgresHarness.postgres)
