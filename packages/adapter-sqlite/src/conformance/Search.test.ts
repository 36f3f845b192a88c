import { frequentSearchSuite } from "@stoa/core/testing/FrequentSearchSuite"
import { facetBudgets, facetSuite } from "@stoa/core/testing/FacetSuite"
import { searchIndexSuite } from "@stoa/core/testing/SearchIndexSuite"
import { productSortSuite } from "@stoa/core/testing/ProductSortSuite"
import { searchNamesSuite } from "@stoa/core/testing/SearchNamesSuite"
import { searchQualitySuite } from "@stoa/core/testing/SearchQualitySuite"
import { searchBudgets, searchDictionarySuite, searchSuite } from "@stoa/core/testing/SearchSuite"
import { searchTermSuite } from "@stoa/core/testing/SearchTermSuite"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) {
  searchSuite(harness)
  searchDictionarySuite(harness)
}
searchQualitySuite(SqliteHarness.inMemory)
searchBudgets(SqliteHarness.counting)
facetSuite(SqliteHarness.inMemory)
facetBudgets(SqliteHarness.counting)
searchIndexSuite(SqliteHarness.inMemory)
searchTermSuite(SqliteHarness.inMemory)
productSortSuite(SqliteHarness.inMemory)
searchNamesSuite(SqliteHarness.inMemory)
frequentSearchSuite(SqliteHarness.inMemory)
