import { shippingSuite } from "@stoa/core/testing/ShippingSuite"
import { taxSuite } from "@stoa/core/testing/TaxSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

taxSuite(PostgresHarness.postgres)
shippingSuite(PostgresHarness.postgres)
