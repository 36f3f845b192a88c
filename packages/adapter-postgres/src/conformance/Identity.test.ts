import { identityStatementsSuite } from "@stoa/core/testing/IdentityStatementsSuite"
import { identitySuite } from "@stoa/core/testing/IdentitySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

identitySuite(PostgresHarness.postgres)
identityStatementsSuite(PostgresHarness.counting)
