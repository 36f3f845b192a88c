import { frequentSearchSuite } from "@stoa/core/testing/FrequentSearchSuite"
import { facetBudgets, facetSuite } from "@stoa/core/testing/FacetSuite"
import { searchIndexSuite } from "@stoa/core/testing/SearchIndexSuite"
import { productSortSuite } from "@stoa/core/testing/ProductSortSuite"
import { searchNamesSuite } from "@stoa/core/testing/SearchNamesSuite"
import { searchQualitySuite } from "@stoa/core/testing/SearchQualitySuite"
import { searchBudgets, searchDictionarySuite, searchSuite } from "@stoa/core/testing/SearchSuite"
import { searchTermSuite } from "@stoa/core/testing/SearchTermSuite"
import * as PostgresHarness from "./PostgresHarness.ts"

searchSuite(PostgresHarness.postgres)
searchDictionarySuite(PostgresHarness.postgres)
searchQualitySuite(PostgresHarness.postgres)
searchBudgets(PostgresHarness.counting)
facetSuite(PostgresHarness.postgres)
facetBudgets(PostgresHarness.counting)
searchIndexSuite(PostgresHarness.postgres)
searchTermSuite(PostgresHarness.postgres)
productSortSuite(PostgresHarness.postgres)
searchNamesSuite(PostgresHarness.postgres)
frequentSearchSuite(PostgresHarness.postgres)
