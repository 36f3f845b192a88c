import { SearchDictionary, UpdateSearchDictionary } from "@stoa/core/search/Dictionary"
import { SearchClick, SearchReportQuery, SearchTerm } from "@stoa/core/search/SearchTerms"
import { Suggestions } from "@stoa/core/search/Suggestions"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const SearchReportPage = page("SearchReportPage", SearchTerm)
export const SuggestionPage = page("SuggestionPage", Schema.String)

/** Help while typing. */
export class SearchGroup extends HttpApiGroup.make("search").add(
  HttpApiEndpoint.get("suggestions", "/search/suggestions", {
    query: { q: Schema.String.check(Schema.isMaxLength(200)) },
    success: SuggestionPage
  }).annotateMerge(
    operation("Complete the beginning of a search, the best first", { access: "guest", shared: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("suggest", "/search/suggest", {
    query: { q: Schema.String.check(Schema.isMaxLength(200)) },
    success: Suggestions
  }).annotateMerge(
    operation("Words, products and categories for what is being typed", { access: "guest", shared: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.post("click", "/search/clicks", { payload: SearchClick }).middleware(Idempotent).annotateMerge(
    operation("Count that somebody opened a product that a search had found", { access: "guest", idempotent: true })
  ),
  HttpApiEndpoint.get("report", "/admin/search/report", {
    query: SearchReportQuery,
    success: SearchReportPage
  }).middleware(Guarded).annotateMerge(
    operation("See what people search for, what finds nothing, and what is opened", { access: "staff", permission: "analytics:read" })
  ),
  HttpApiEndpoint.post("rebuild", "/admin/search/rebuild").middleware(Idempotent).middleware(Guarded).annotateMerge(
    operation("Write anew what products are found by, in the background", {
      access: "staff",
      permission: "catalog:write",
      idempotent: true
    })
  ),
  HttpApiEndpoint.get("dictionary", "/admin/search/dictionary", { success: SearchDictionary }).middleware(Guarded).annotateMerge(
    operation("See synonyms, stop words and languages of the search", { access: "staff", permission: "catalog:read", tagged: true })
  ),
  HttpApiEndpoint.patch("updateDictionary", "/admin/search/dictionary", {
    payload: UpdateSearchDictionary,
    success: SearchDictionary,
    error: problems(VersionConflict)
  }).middleware(Guarded).annotateMerge(
    operation("Change synonyms, stop words and languages of the search", {
      access: "staff",
      permission: "catalog:write",
      conditional: true,
      tagged: true
    })
  )
).annotateMerge(OpenApi.annotations({ title: "Search", description: "Help while typing, and the words of the search" })) {}
