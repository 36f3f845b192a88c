/**
 * What handlers say of their answers besides the answers: versions for entity tags, and the version that a change is
 * based on.
 */
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Effect from "effect/Effect"
import { CurrentExchange, type Exchange } from "../Exchange.ts"

/** Works on the exchange of the running request. */
export const withExchange = <A, E, R>(use: (exchange: Exchange) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    CurrentExchange,
    (exchange) => exchange === null ? Effect.die("a handler ran outside of a request") : use(exchange)
  )

/** Answers a resource that has a version. */
export const versioned = <A extends { readonly version: number }, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.tap(effect, ({ version }) =>
    withExchange((exchange) =>
      Effect.sync(() => {
        exchange.version = version
      })
    ))

/** A change with the version that `If-Match` names, if it names one. */
export const expecting = <P extends { readonly version?: number }>(payload: P): Effect.Effect<P, InvalidInput> =>
  withExchange(({ expected }) => {
    if (expected === null) return Effect.succeed(payload)
    return payload.version === undefined || payload.version === expected
      ? Effect.succeed({ ...payload, version: expected })
      : Effect.fail(InvalidInput.at(["version"], "is not the version that If-Match names", "other_version"))
  })
