import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"

export const SuggestionPage = page("SuggestionPage", Schema.String)

/** Help while typing. */
export class SearchGroup extends HttpApiGroup.make("search").add(
  HttpApiEndpoint.get("suggestions", "/search/suggestions", {
    query: { q: Schema.String.check(Schema.isMaxLength(200)) },
    success: SuggestionPage
  }).annotateMerge(
    operation("Complete the beginning of a search, the best first", { access: "guest", shared: true, tagged: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Search", description: "Help while typing" })) {}
