import { deniedAccessBudgets, deniedAccessSuite } from "@stoa/core/testing/DeniedAccessSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

deniedAccessSuite(PostgresHarness.postgres)
deniedAccessBudgets(PostgresHarness.counting)
