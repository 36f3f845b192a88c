/**
 * What is known of the request that is being answered, gathered on its way: one mutable record for each request.
 */
import type { Actor } from "@stoa/core/kernel/Actor"
import * as Context from "effect/Context"
import type { Cookie } from "effect/http/Cookies"
import type { Traits } from "./api/Operation.ts"

export interface LimitState {
  readonly policy: string
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetSeconds: number
}

export interface Exchange {
  readonly requestId: string
  readonly startedAt: number
  readonly method: string
  /** The address without the query. */
  readonly path: string
  readonly clientAddress: string | null
  /** Whether it came over HTTPS, as far as this process or a trusted proxy knows. */
  readonly secure: boolean
  /** The pattern of the route, once it is found. */
  route: string | null
  traits: Traits | null
  actor: Actor | null
  /** The code of the problem that is answered. */
  code: string | null
  /** The version of the resource that is answered. */
  version: number | null
  /** The language that the answer is in, where it is known. */
  language: string | null
  /** The version that `If-Match` names. */
  expected: number | null
  /** Whether a sign-in is to be kept in the browser's cookies. */
  keepsSession: boolean
  /** The refresh token that the browser keeps in a cookie. */
  refreshCookie: string | null
  readonly limits: Array<LimitState>
  /** What the answer asks a browser to keep. */
  readonly cookies: Array<Cookie>
}

/** The exchange of the running request. There is one wherever `@stoa/http` runs a handler. */
export const CurrentExchange: Context.Reference<Exchange | null> = Context.Reference<Exchange | null>(
  "@stoa/http/Exchange",
  { defaultValue: () => null }
)
