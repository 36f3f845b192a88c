import { shippingLabelSuite } from "@stoa/core/testing/ShippingLabelSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

shippingLabelSuite(PostgresHarness.postgres)
