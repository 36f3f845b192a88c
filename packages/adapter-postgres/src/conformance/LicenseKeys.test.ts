import { licenseKeySuite } from "@stoa/core/testing/LicenseKeySuite"
import * as PostgresHarness from "./PostgresHarness.ts"

licenseKeySuite(PostgresHarness.postgres)
