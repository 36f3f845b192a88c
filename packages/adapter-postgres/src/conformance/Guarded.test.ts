import { catalogIsolationSuite } from "@stoa/core/testing/CatalogIsolationSuite"
import { cartLifeSuite } from "@stoa/core/testing/CartLifeSuite"
import { checkoutSuite } from "@stoa/core/testing/CheckoutSuite"
import { eventsSuite } from "@stoa/core/testing/EventsSuite"
import { jobsSuite } from "@stoa/core/testing/JobsSuite"
import { paymentAccessSuite } from "@stoa/core/testing/PaymentAccessSuite"
import { reservationSuite } from "@stoa/core/testing/ReservationSuite"
import { sessionsSuite } from "@stoa/core/testing/SessionsSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

const harness = PostgresHarness.guarded

storesSuite(harness)
catalogIsolationSuite(harness)
cartLifeSuite(harness)
checkoutSuite(harness)
paymentAccessSuite(harness)
reservationSuite(harness)
sessionsSuite(harness)
eventsSuite(harness)
jobsSuite(harness)
