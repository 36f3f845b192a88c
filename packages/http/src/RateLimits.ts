/**
 * How much a caller may ask for: by network address, by who they are, and less where passwords are tried. Answers carry
 * what is left (draft-ietf-httpapi-ratelimit-headers).
 */
import * as Actor from "@stoa/core/kernel/Actor"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { RateLimited } from "./api/HttpErrors.ts"
import type { Exchange } from "./Exchange.ts"
import type { Limit, RateLimitOptions } from "./HttpOptions.ts"
import * as RateLimitStore from "./RateLimitStore.ts"

const defaults = {
  address: { limit: 600, window: "1 minute" },
  actor: { limit: 1_200, window: "1 minute" },
  sensitive: { limit: 30, window: "1 minute" }
} as const satisfies Record<string, Limit>

export interface RateLimits {
  /** Before anything is known of the caller but where they are. */
  readonly byAddress: (exchange: Exchange) => Effect.Effect<void, RateLimited>
  /** On a route that takes passwords or tokens. */
  readonly bySensitivity: (exchange: Exchange) => Effect.Effect<void, RateLimited>
  /** Once it is known who calls. */
  readonly byActor: (exchange: Exchange) => Effect.Effect<void, RateLimited>
}

const unlimited = () => Effect.void

export const none: RateLimits = { byAddress: unlimited, bySensitivity: unlimited, byActor: unlimited }

/** Who owns one address of IPv6 owns its /64, so that is what counts. */
export const network = (address: string): string => {
  if (!address.includes(":")) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? []
  const front = head === "" ? [] : head.split(":")
  const back = tail === undefined || tail === "" ? [] : tail.split(":")
  const groups = tail === undefined
    ? front
    : [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0"), ...back]
  return `${groups.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, "")).join(":")}::/64`
}

/** Builds the limits of one server. */
export const make = Effect.fnUntraced(function*(options: RateLimitOptions) {
  const store = options.store ?? RateLimitStore.layer
  const context = yield* Layer.build(RateLimiter.layer.pipe(Layer.provide(store)))
  const limiter = yield* Effect.provideContext(RateLimiter.RateLimiter, context)

  const limited = (policy: keyof typeof defaults, keyOf: (exchange: Exchange) => string | undefined) => {
    const limit = options[policy] ?? defaults[policy]
    if (limit === false) return unlimited
    const windowSeconds = Math.ceil(Duration.toSeconds(Duration.fromInputUnsafe(limit.window)))
    const note = (exchange: Exchange, remaining: number, resetSeconds: number) => {
      exchange.limits.push({ policy, limit: limit.limit, windowSeconds, remaining, resetSeconds })
    }
    return (exchange: Exchange): Effect.Effect<void, RateLimited> => {
      const key = keyOf(exchange)
      if (key === undefined) return Effect.void
      return limiter.consume({
        key: `stoa:${policy}:${key}`,
        limit: limit.limit,
        window: limit.window,
        algorithm: "token-bucket"
      }).pipe(
        Effect.map(({ remaining, resetAfter }) =>
          note(exchange, Math.max(0, Math.floor(remaining)), Math.ceil(Duration.toSeconds(resetAfter)))
        ),
        Effect.catch(({ reason }) => {
          // a store that does not answer must not take the shop down with it
          if (reason._tag !== "RateLimitExceeded") return Effect.logWarning("rate limits are not counted", reason)
          const retryAfterSeconds = Math.max(1, Math.ceil(Duration.toSeconds(reason.retryAfter)))
          note(exchange, 0, retryAfterSeconds)
          return Effect.fail(new RateLimited({ policy, retryAfterSeconds }))
        })
      )
    }
  }

  const address = ({ clientAddress }: Exchange) => clientAddress === null ? undefined : network(clientAddress)
  const limits: RateLimits = {
    byAddress: limited("address", address),
    bySensitivity: limited("sensitive", address),
    byActor: limited("actor", ({ actor }) =>
      actor === null || actor._tag === "guest" || actor._tag === "system" ? undefined : Actor.describe(actor))
  }
  return limits
})

/** What is left of each limit, for the answer. */
export const headers = ({ limits }: Exchange): Record<string, string> =>
  limits.length === 0 ? {} : {
    "ratelimit-policy": limits.map(({ limit, policy, windowSeconds }) => `"${policy}";q=${limit};w=${windowSeconds}`)
      .join(", "),
    "ratelimit": limits.map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
      .join(", ")
  }
