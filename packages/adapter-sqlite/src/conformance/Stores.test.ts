import { flagSuite } from "@stoa/core/testing/FlagSuite"
import { redirectSuite } from "@stoa/core/testing/RedirectSuite"
import { productLinkSuite } from "@stoa/core/testing/ProductLinkSuite"
import { sitemapSuite } from "@stoa/core/testing/SitemapSuite"
import { storesSuite } from "@stoa/core/testing/StoresSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  storesSuite(harness)
  flagSuite(harness)
  redirectSuite(harness)
  sitemapSuite(harness)
  productLinkSuite(harness)
}
