import { oauthSuite } from "@stoa/core/testing/OAuthSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

oauthSuite(PostgresHarness.postgres)
