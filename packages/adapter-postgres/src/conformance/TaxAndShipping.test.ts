import { shippingPartsSuite } from "@stoa/core/testing/ShippingPartsSuite"
import { shippingSuite } from "@stoa/core/testing/ShippingSuite"
import { zoneSuite } from "@stoa/core/testing/ZoneSuite"
import { taxExemptionSuite } from "@stoa/core/testing/TaxExemptionSuite"
import { taxSuite } from "@stoa/core/testing/TaxSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

zoneSuite(PostgresHarness.postgres)
taxSuite(PostgresHarness.postgres)
taxExemptionSuite(PostgresHarness.postgres)
shippingSuite(PostgresHarness.postgres)
shippingPartsSuite(PostgresHarness.postgres)
