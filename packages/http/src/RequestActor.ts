/**
 * Who calls: a customer or staff by an access token, a program by its key, or a guest with the tokens of a cart and of
 * an order. A credential that is sent must be right; one that is wrong is never taken for a guest. What a browser sends by
 * itself, a cookie of a session, is only missing when it is wrong.
 */
import { ApiKeys } from "@stoa/core/identity/ApiKeys"
import { Auth } from "@stoa/core/identity/Auth"
import type { InvalidToken } from "@stoa/core/identity/IdentityErrors"
import * as Actor from "@stoa/core/kernel/Actor"
import { Unauthenticated } from "@stoa/core/kernel/Permission"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as SessionCookies from "./SessionCookies.ts"

/** The cookie that holds the token of a guest's cart, for shops in the browser. */
export const cartCookie = "stoa_cart"

const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i
const secretKey = /^sk_[A-Za-z0-9_-]+$/

/** A token of ours has no other characters; anything else cannot be one and says nothing. */
const token = (value: string | undefined): string | undefined =>
  value !== undefined && /^[A-Za-z0-9_-]{1,200}$/.test(value) ? value : undefined

const maximumCredential = 8_192

const malformed = Effect.fail(
  new Unauthenticated({ reason: "Send one credential: \"Authorization: Bearer ...\" or \"X-API-Key: sk_...\"" })
)

/** The token of a guest's cart, from its header or its cookie. */
export const cartToken = (request: HttpServerRequest): string | undefined =>
  token(request.headers["stoa-cart"]) ?? token(request.cookies[cartCookie])

/** The credential that a request carries: `undefined` for none. */
const credential = (request: HttpServerRequest): Effect.Effect<string | undefined, Unauthenticated> => {
  const authorization = request.headers["authorization"]
  const apiKey = request.headers["x-api-key"]
  if (authorization === undefined && apiKey === undefined) return Effect.succeed(undefined)
  if (authorization !== undefined && apiKey !== undefined) return malformed
  if (apiKey !== undefined) {
    return apiKey.length <= maximumCredential && secretKey.test(apiKey) ? Effect.succeed(apiKey) : malformed
  }
  const match = authorization === undefined || authorization.length > maximumCredential
    ? null
    : bearer.exec(authorization)
  return match?.[1] === undefined ? malformed : Effect.succeed(match[1])
}

export interface RequestActor {
  readonly resolve: (
    request: HttpServerRequest
  ) => Effect.Effect<Actor.Actor, Unauthenticated | InvalidToken | StorageError>
}

export const make = Effect.gen(function*() {
  const auth = yield* Auth
  const keys = yield* ApiKeys
  const actors: RequestActor = {
    // a guest is known at once
    resolve: Effect.fnUntracedEager(function*(request) {
      const secret = yield* credential(request)
      const cart = cartToken(request)
      const order = token(request.headers["stoa-order-token"])
      const tokens = {
        ...(cart === undefined ? {} : { cartToken: cart }),
        ...(order === undefined ? {} : { orderToken: order })
      }
      if (secret === undefined) {
        const session = SessionCookies.read(request, "session")
        if (session === undefined) return Actor.guest(tokens)
        // a browser goes on sending what has ended, also to sign in again
        const actor = yield* Effect.catchTag(auth.authenticate(session), "InvalidToken", () => Effect.succeed(Actor.guest()))
        return { ...actor, ...tokens }
      }
      const actor = yield* secret.startsWith("sk_") ? keys.authenticate(secret) : auth.authenticate(secret)
      return actor._tag === "customer" ? { ...actor, ...tokens } : actor
    })
  }
  return actors
})
