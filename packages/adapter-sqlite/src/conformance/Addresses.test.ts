import { addressSuite } from "@stoa/core/testing/AddressSuite"
import { inFile, inMemory } from "./SqliteHarness.ts"

addressSuite(inMemory)
addressSuite(inFile)
