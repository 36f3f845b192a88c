import { rolesSuite } from "@stoa/core/testing/RolesSuite"
import { userAdministrationSuite } from "@stoa/core/testing/UserAdministrationSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

rolesSuite(PostgresHarness.postgres)
userAdministrationSuite(PostgresHarness.postgres)
