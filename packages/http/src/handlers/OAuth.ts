import { OAuth } from "@stoa/core/identity/OAuth"
import type { ExchangeOAuth, OAuthStarted } from "@stoa/core/identity/OAuthInput"
import type { OAuthAnswer } from "@stoa/core/identity/OAuthSettings"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as ApiGroup from "./ApiGroup.ts"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { withExchange } from "./Answer.ts"

interface Keeping {
  readonly provider: string
  /** How the provider hands over its answer. */
  readonly answersBy: OAuthAnswer
  readonly secure: boolean
}

/**
 * One for each provider, so that what one provider answers never meets what was begun with another. Over HTTPS no other
 * host can set it. What comes along with a form from the provider's site is only ever sent over HTTPS.
 */
const nameOf = ({ answersBy, provider, secure }: Keeping): string =>
  `${secure || answersBy === "form_post" ? "__Host-" : ""}stoa_oauth_${provider}`

const cookie = (keeping: Keeping, value: string, maxAge: number) =>
  Cookies.makeCookieUnsafe(nameOf(keeping), value, {
    httpOnly: true,
    // an address is followed with `Lax`; a form that another site posts comes with nothing less than `None`
    sameSite: keeping.answersBy === "form_post" ? "none" : "lax",
    path: "/",
    secure: keeping.secure || keeping.answersBy === "form_post",
    maxAge
  })

/** Has the browser keep its secret while it is away. */
const keep = (provider: string, { answersBy, browser, expiresAt }: OAuthStarted) =>
  withExchange((exchange) =>
    Effect.sync(() => {
      const maxAge = Math.max(0, Timestamp.toMillis(expiresAt) - exchange.startedAt)
      exchange.cookies.push(cookie({ provider, answersBy, secure: exchange.secure }, browser, maxAge))
    })
  )

const parametersOf = Effect.map(HttpServerRequest.ParsedSearchParams, (parameters) =>
  Object.fromEntries(
    // what is given twice was refused before
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === "string")
  ))

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "oauth",
    Effect.fnUntraced(function*(handlers) {
      const oauth = yield* OAuth
      const exchange = (input: typeof ExchangeOAuth.Type) =>
        // signing keys that cannot be read are the operator's mistake, and callers need not know of it
        Effect.catchTag(oauth.exchange(input), "SecretUnreadable", Effect.die)
      const comeBack = (
        answersBy: OAuthAnswer,
        provider: string,
        request: HttpServerRequest.HttpServerRequest,
        parameters: Readonly<Record<string, string>>
      ) =>
        withExchange((exchange) =>
          Effect.gen(function*() {
            const keeping = { provider, answersBy, secure: exchange.secure }
            const outcome = yield* oauth.finish(provider, {
              parameters,
              browser: request.cookies[nameOf(keeping)],
              answeredBy: answersBy
            })
            exchange.cookies.push(cookie(keeping, "", 0))
            if (outcome.redirect === null) return outcome
            const { code, error, redirect, state } = outcome
            const told = new URLSearchParams({
              oauth: state,
              ...(code === undefined ? {} : { code }),
              ...(error === undefined ? {} : { error })
            })
            // after the hash, which no server is told and no page passes on
            return HttpServerResponse.redirect(`${redirect}#${told.toString()}`, { status: 303 })
          })
        )
      return handlers.handleAll({
        start: Effect.fnUntraced(function*({ params, query }) {
          const started = yield* oauth.start(params.provider, query)
          yield* keep(params.provider, started)
          return HttpServerResponse.redirect(started.url, { status: 302 })
        }),
        callback: ({ params, request }) =>
          Effect.flatMap(parametersOf, (parameters) => comeBack("query", params.provider, request, parameters)),
        callbackForm: ({ params, payload, request }) => comeBack("form_post", params.provider, request, payload),
        exchange: ({ payload }) => exchange(payload),
        link: Effect.fnUntraced(function*({ params, payload }) {
          const started = yield* oauth.startLink(params.provider, payload)
          yield* keep(params.provider, started)
          return { url: started.url, expiresAt: started.expiresAt }
        }),
        identities: () => Effect.map(oauth.identities, whole),
        unlink: ({ params }) => oauth.unlink(params.provider)
      })
    })
  )
