import { oauthSuite } from "@stoa/core/testing/OAuthSuite"
import { inMemory } from "./SqliteHarness.ts"

oauthSuite(inMemory)
