/**
 * Sessions that a browser keeps in cookies, out of the reach of scripts, and what keeps other sites from using them.
 *
 * **Details**
 *
 * A caller that sends `Stoa-Session: cookie` with a sign-in gets its tokens as cookies and not in the answer. Over HTTPS
 * their names begin with `__Host-`, so that no other host can set them. A request that comes with one of them, or asks
 * for them, and changes something has to come from a page of the same origin or of one that `cors` names with
 * `credentials`: by `Sec-Fetch-Site` where the browser says so, otherwise by `Origin`. Whoever sends neither is no
 * browser and has no need of cookies.
 */
import type { Tokens } from "@stoa/core/identity/Account"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import { CrossSiteRequest } from "./api/HttpErrors.ts"
import type { Exchange } from "./Exchange.ts"
import type { CorsOptions } from "./HttpOptions.ts"
import * as RequestOrigin from "./RequestOrigin.ts"

const names = { session: "stoa_session", refresh: "stoa_refresh" } as const

type Name = keyof typeof names

const nameOf = (name: Name, secure: boolean): string => secure ? `__Host-${names[name]}` : names[name]

/** The value of one of the cookies, if the request has it. */
export const read = (request: HttpServerRequest, name: Name): string | undefined => {
  const value = request.cookies[nameOf(name, RequestOrigin.isSecure(request))]
  return value === undefined || value === "" || value.length > 8_192 ? undefined : value
}

/** Whether a sign-in is to be kept in cookies. */
export const wanted = (request: HttpServerRequest): boolean => request.headers["stoa-session"] === "cookie"

/** Whether the request says by itself who calls, so that no other site can have made a browser send it. */
const isExplicit = ({ headers }: HttpServerRequest): boolean =>
  headers["authorization"] !== undefined || headers["x-api-key"] !== undefined

const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"])

const comesFromHere = (request: HttpServerRequest, trusted: ReadonlyArray<string>): boolean => {
  const { headers } = request
  const origin = headers["origin"]
  if (origin !== undefined && trusted.includes(origin)) return true
  const site = headers["sec-fetch-site"]
  if (site !== undefined) return site === "same-origin" || site === "none"
  if (origin === undefined) return false
  return origin === `${RequestOrigin.isSecure(request) ? "https" : "http"}://${headers["host"] ?? ""}`
}

/** Origins whose pages may use the cookies of this one. */
const credentialed = (cors: CorsOptions | undefined) => cors?.credentials === true ? cors.origins : []

/**
 * What a page may ask for a WebSocket with, for which browsers ask no server beforehand: `"everything"` if it is of this origin or
 * `cors` names it with `credentials`, all but cookies if `cors` names it, and otherwise nothing.
 */
export const mayAsk = (request: HttpServerRequest, cors: CorsOptions | undefined): "everything" | "no cookies" | "nothing" => {
  const origin = request.headers["origin"]
  if (origin === undefined || comesFromHere(request, credentialed(cors))) return "everything"
  return cors?.origins.includes(origin) === true ? "no cookies" : "nothing"
}

/** Refuses what another site made a browser send. */
export const guard = (cors: CorsOptions | undefined) => {
  const trusted = credentialed(cors)
  return (request: HttpServerRequest): Effect.Effect<void, CrossSiteRequest> => {
    if (safe.has(request.method) || isExplicit(request)) return Effect.void
    const ambient = wanted(request) || read(request, "session") !== undefined || read(request, "refresh") !== undefined
    return !ambient || comesFromHere(request, trusted) ? Effect.void : Effect.fail(new CrossSiteRequest({}))
  }
}

const cookie = (exchange: Exchange, name: Name, value: string, maxAge: number) =>
  Cookies.makeCookieUnsafe(nameOf(name, exchange.secure), value, {
    httpOnly: true,
    // a link from elsewhere still finds its reader signed in; nothing but this API ever needs the other
    sameSite: name === "session" ? "lax" : "strict",
    path: "/",
    secure: exchange.secure,
    maxAge
  })

/** Puts tokens into cookies and out of the answer. */
export const keep = (exchange: Exchange, tokens: Tokens): Tokens => {
  const lifetime = (until: Timestamp.Timestamp) => Math.max(0, Timestamp.toMillis(until) - exchange.startedAt)
  exchange.cookies.push(
    cookie(exchange, "session", tokens.accessToken, lifetime(tokens.accessTokenExpiresAt)),
    cookie(exchange, "refresh", tokens.refreshToken, lifetime(tokens.refreshTokenExpiresAt))
  )
  return { ...tokens, accessToken: "", refreshToken: "" }
}

/** Has the browser forget the session. */
export const forget = (exchange: Exchange): void => {
  exchange.cookies.push(cookie(exchange, "session", "", 0), cookie(exchange, "refresh", "", 0))
}
