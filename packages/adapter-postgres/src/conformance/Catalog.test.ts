import { catalogBudgets, catalogSuite } from "@stoa/core/testing/CatalogSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

catalogSuite(PostgresHarness.postgres)
catalogBudgets(PostgresHarness.counting)
