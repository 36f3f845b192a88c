import { privacySuite } from "@stoa/core/testing/PrivacySuite"
import { inMemory } from "./SqliteHarness.ts"

privacySuite(inMemory)
