import type { ExchangeOAuth, OAuthStarted } from "@stoa/core/identity/OAuthInput"
import { OAuth } from "@stoa/core/identity/OAuth"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { withExchange } from "./Answer.ts"

/** One for each provider, so that what one provider answers never meets what was begun with another. */
const cookieOf = (provider: string): string => `stoa_oauth_${provider}`

/** Has the browser keep its secret while it is away: `Lax`, for it comes back from another site by an address. */
const keep = (provider: string, { browser, expiresAt }: OAuthStarted) =>
  withExchange((exchange) =>
    Effect.sync(() => {
      exchange.cookies.push(Cookies.makeCookieUnsafe(cookieOf(provider), browser, {
        httpOnly: true,
        sameSite: "lax",
        path: "/",
        secure: exchange.secure,
        maxAge: Math.max(0, Timestamp.toMillis(expiresAt) - exchange.startedAt)
      }))
    })
  )

const forget = (provider: string) =>
  withExchange((exchange) =>
    Effect.sync(() => {
      exchange.cookies.push(Cookies.makeCookieUnsafe(cookieOf(provider), "", {
        httpOnly: true,
        sameSite: "lax",
        path: "/",
        secure: exchange.secure,
        maxAge: 0
      }))
    })
  )

const parametersOf = Effect.map(HttpServerRequest.ParsedSearchParams, (parameters) =>
  Object.fromEntries(
    // what is given twice was refused before
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === "string")
  ))

export const layer = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "oauth",
    Effect.fnUntraced(function*(handlers) {
      const oauth = yield* OAuth
      const exchange = (input: typeof ExchangeOAuth.Type) =>
        // signing keys that cannot be read are the operator's mistake, and callers need not know of it
        Effect.catchTag(oauth.exchange(input), "SecretUnreadable", Effect.die)
      return handlers.handleAll({
        start: Effect.fnUntraced(function*({ params, query }) {
          const started = yield* oauth.start(params.provider, query)
          yield* keep(params.provider, started)
          return HttpServerResponse.redirect(started.url, { status: 302 })
        }),
        callback: Effect.fnUntraced(function*({ params, request }) {
          const outcome = yield* oauth.finish(params.provider, {
            parameters: yield* parametersOf,
            browser: request.cookies[cookieOf(params.provider)]
          })
          yield* forget(params.provider)
          if (outcome.redirect === null) return outcome
          const { code, error, redirect, state } = outcome
          const told = new URLSearchParams({
            oauth: state,
            ...(code === undefined ? {} : { code }),
            ...(error === undefined ? {} : { error })
          })
          // after the hash, which no server is told and no page passes on
          return HttpServerResponse.redirect(`${redirect}#${told.toString()}`, { status: 303 })
        }),
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
