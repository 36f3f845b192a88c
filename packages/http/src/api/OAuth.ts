import { Tokens } from "@stoa/core/identity/Account"
import { InvalidCode, SecondFactorRequired, TooManyAttempts } from "@stoa/core/identity/IdentityErrors"
import { InvalidOAuthState, LastWayIn, OAuthUnavailable, ProviderNotFound } from "@stoa/core/identity/OAuthErrors"
import { ExchangeOAuth, OAuthIdentity, OAuthLink, OAuthOutcome, StartOAuth } from "@stoa/core/identity/OAuthInput"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const OAuthIdentityPage = page("OAuthIdentityPage", OAuthIdentity)

const byProvider = { provider: Schema.String }

/** What a provider has the browser post: `state`, `code` or `error`, and what else it likes to say. */
const OAuthForm = Schema.Record(Schema.String, Schema.String).annotate({ identifier: "OAuthForm" })

/** Signing in with accounts at others'. */
export class OAuthGroup extends HttpApiGroup.make("oauth").add(
  HttpApiEndpoint.get("start", "/auth/oauth/:provider/start", {
    params: byProvider,
    query: StartOAuth,
    success: HttpApiSchema.Empty(302),
    error: problems(ProviderNotFound, OAuthUnavailable)
  }).annotateMerge(operation("Send the browser to a provider to sign in", { access: "none", sensitive: true })),
  HttpApiEndpoint.get("callback", "/auth/oauth/:provider/callback", {
    params: byProvider,
    success: [OAuthOutcome, HttpApiSchema.Empty(303)],
    error: problems(ProviderNotFound, InvalidOAuthState)
  }).annotateMerge(
    operation("Where a provider sends the browser back to; goes on to the page that was asked for", {
      access: "none",
      sensitive: true
    })
  ),
  HttpApiEndpoint.post("callbackForm", "/auth/oauth/:provider/callback", {
    params: byProvider,
    payload: OAuthForm.pipe(HttpApiSchema.asFormUrlEncoded()),
    success: [OAuthOutcome, HttpApiSchema.Empty(303)],
    error: problems(ProviderNotFound, InvalidOAuthState)
  }).annotateMerge(
    operation("Where the browser posts the answer of a provider that answers by a form, such as Apple", {
      access: "none",
      sensitive: true
    })
  ),
  HttpApiEndpoint.post("exchange", "/auth/oauth/exchange", {
    payload: ExchangeOAuth,
    success: Tokens,
    error: problems(InvalidCode, SecondFactorRequired, TooManyAttempts)
  }).annotateMerge(
    operation("Exchange the code of a sign-in with a provider for tokens, once", { access: "none", sensitive: true })
  ),
  HttpApiEndpoint.post("link", "/auth/oauth/:provider/link", {
    params: byProvider,
    payload: StartOAuth,
    success: OAuthLink,
    error: problems(ProviderNotFound, OAuthUnavailable, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(
    operation("Begin to link an account at a provider to one's own", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.get("identities", "/auth/oauth", { success: OAuthIdentityPage }).annotateMerge(
    operation("List the accounts at providers that open one's own", { access: "customer" })
  ),
  HttpApiEndpoint.delete("unlink", "/auth/oauth/:provider", {
    params: byProvider,
    error: problems(LastWayIn, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(operation("Unlink a provider", { access: "customer", sensitive: true }))
).annotateMerge(
  OpenApi.annotations({ title: "Sign-in with others", description: "Signing in with accounts at others', and linking them" })
) {}
