import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { redirectSuite } from "@stoa/core/testing/RedirectSuite"
import { productLinkSuite } from "@stoa/core/testing/ProductLinkSuite"
import { sitemapSuite } from "@stoa/core/testing/SitemapSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

storesSuite(PostgresHarness.postgres)
flagSuite(PostgresHarness.postgres)
redirectSuite(PostgresHarness.postgres)
sitemapSuite(PostgresHarness.postgres)
productLinkSuite(PostgresHarness.postgres)
