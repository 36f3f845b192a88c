import { UnsubscribeLinkInvalid } from "@stoa/core/marketing/MarketingErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

const page = Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html; charset=utf-8" }))

/** Where the links in messages lead that people can do without. The token of the link is the credential. */
export class UnsubscribeGroup extends HttpApiGroup.make("unsubscribe").add(
  HttpApiEndpoint.get("page", "/unsubscribe", {
    query: { token: Schema.String },
    success: page,
    error: problems(UnsubscribeLinkInvalid)
  }).annotateMerge(operation("A page with a button that unsubscribes; it changes nothing", { access: "none" })),
  HttpApiEndpoint.post("unsubscribe", "/unsubscribe", {
    query: { token: Schema.String },
    success: page,
    error: problems(UnsubscribeLinkInvalid)
  }).annotateMerge(
    // mail programs send a form, as RFC 8058 has it, and nothing in it is needed
    operation("Get no more messages of the kind that the link came with", { access: "none", body: "raw" })
  )
).annotateMerge(OpenApi.annotations({ title: "Unsubscribe", description: "Links in messages that people can do without" })) {}
