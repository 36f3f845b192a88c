/**
 * How much a caller may ask for: by network address, by who they are, and less where passwords are tried. Answers carry
 * what is left (draft-ietf-httpapi-ratelimit-headers).
 *
 * **Details**
 *
 * All processes on one storage count together, each kind of limit as it deserves:
 *
 * - `sensitive` is exact and closed. Each try is counted in the storage before it is made, so any number of processes
 *   lets in as many as one; where the storage does not answer, nothing is tried. These requests hash a password or
 *   write a token anyway, and one statement is little beside that.
 * - `address` and `actor` are near and open. Each process counts by itself, which costs no statement, and tells the
 *   others of a caller whenever it has let in another twentieth of the limit, many callers in one statement. So each
 *   further process lets in at most a twentieth more, and what arrives before the telling; callers who ask for little
 *   are never told of. Where the storage does not answer, each process goes on by its own count.
 *
 * Who was refused is refused from memory until there is room again: a flood is not a flood of statements.
 */
import type { RateLimitCounters } from "@stoa/core/limits/RateLimitCounters"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Secret from "@stoa/core/kernel/Secret"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { RateLimited } from "./api/HttpErrors.ts"
import type { Exchange } from "./Exchange.ts"
import type { Limit, RateLimitOptions } from "./HttpOptions.ts"
import * as TokenBuckets from "./TokenBuckets.ts"

const defaults = {
  address: { limit: 600, window: "1 minute" },
  actor: { limit: 1_200, window: "1 minute" },
  sensitive: { limit: 30, window: "1 minute" }
} as const satisfies Record<string, Limit>

/** A process tells the others when it has let in this part of a limit. */
const told = 20

/** Callers told of in one statement. */
const tellAtOnce = 500

/** The pause between two tellings, so that a flood costs some statements a second and not some thousand. */
const tellEvery = "100 millis"

export interface RateLimits {
  /** Before anything is known of the caller but where they are. */
  readonly byAddress: (exchange: Exchange) => Effect.Effect<void, RateLimited>
  /** On a route that takes passwords or tokens. */
  readonly bySensitivity: (exchange: Exchange) => Effect.Effect<void, RateLimited | StorageError>
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

/** A limit with its times in microseconds. */
interface Policy {
  readonly name: keyof typeof defaults
  readonly limit: number
  readonly cost: number
  readonly window: number
}

const policyOf = (name: keyof typeof defaults, { limit, window }: Limit): Policy => {
  const micros = Math.max(1, Math.round(Duration.toMillis(window) * 1_000))
  return { name, limit, window: micros, cost: Math.max(1, Math.floor(micros / limit)) }
}

const seconds = (micros: number): number => Math.max(0, Math.ceil(micros / 1_000_000))

const micros = Effect.map(Clock.currentTimeMillis, (millis) => Math.round(millis * 1_000))

/** Lets a request in or not, and writes down what is left. */
const settle = (policy: Policy, exchange: Exchange, granted: boolean, fullAt: number, now: number) => {
  const { cost, limit, name, window } = policy
  const entry = { policy: name, limit, windowSeconds: seconds(window) }
  if (granted) {
    const remaining = Math.max(0, Math.floor((now + window - fullAt) / cost))
    exchange.limits.push({ ...entry, remaining, resetSeconds: seconds(fullAt - now) })
    return Effect.void
  }
  const retryAfterSeconds = Math.max(1, seconds(fullAt + cost - window - now))
  exchange.limits.push({ ...entry, remaining: 0, resetSeconds: retryAfterSeconds })
  return Effect.fail(new RateLimited({ policy: name, retryAfterSeconds }))
}

/** What is stored holds no address and no name. */
const keyOf = ({ name }: Policy, caller: string) => Secret.hash(`${name}\n${caller}`)

/** Counted in the storage, request by request. */
const exact = (counters: RateLimitCounters["Service"], policy: Policy) => {
  const refused = TokenBuckets.make()
  return Effect.fnUntraced(function*(exchange: Exchange, caller: string) {
    const now = yield* micros
    const { cost, window } = policy
    const known = refused.get(caller)
    if (known !== undefined && known.fullAt + cost > now + window) {
      return yield* settle(policy, exchange, false, known.fullAt, now)
    }
    const taken = yield* counters.take({ key: keyOf(policy, caller), cost, window, now })
    if (!taken.granted) refused.put(caller, taken.fullAt, now)
    return yield* settle(policy, exchange, taken.granted, taken.fullAt, now)
  })
}

/** Counted here, and told to the others. */
const near = Effect.fnUntraced(function*(counters: RateLimitCounters["Service"], policy: Policy) {
  const buckets = TokenBuckets.make()
  const enough = Math.max(1, Math.floor(policy.limit / told))
  const toTell = new Set<string>()
  const something = Latch.makeUnsafe(false)

  const tell = Effect.gen(function*() {
    yield* something.await
    const callers: Array<string> = []
    for (const caller of toTell) {
      if (callers.length === tellAtOnce) break
      toTell.delete(caller)
      callers.push(caller)
    }
    if (toTell.size === 0) something.closeUnsafe()
    const now = yield* micros
    const sent = callers.flatMap((caller) => {
      const bucket = buckets.get(caller)
      return bucket === undefined ? [] : [{ caller, bucket, tokens: bucket.untold, key: keyOf(policy, caller) }]
    })
    const full = yield* counters.spend(sent.map(({ key, tokens }) => ({ key, cost: tokens * policy.cost })), now)
    for (const { bucket, caller, key, tokens } of sent) {
      bucket.untold = Math.max(0, bucket.untold - tokens)
      const fullAt = full.get(key)
      // what was let in since is known to nobody else yet
      if (fullAt !== undefined) buckets.put(caller, fullAt + bucket.untold * policy.cost, now)
    }
  })
  yield* tell.pipe(
    // what was not told is told with what comes next
    Effect.catchCause((cause) => Effect.logWarning("rate limits are counted in this process alone", cause)),
    Effect.andThen(Effect.sleep(tellEvery)),
    Effect.forever,
    Effect.forkScoped
  )

  return Effect.fnUntraced(function*(exchange: Exchange, caller: string) {
    const now = yield* micros
    const { bucket, granted } = buckets.take(caller, policy.cost, policy.window, now)
    if (bucket.untold >= enough) {
      toTell.add(caller)
      something.openUnsafe()
    }
    return yield* settle(policy, exchange, granted, bucket.fullAt, now)
  })
})

/** Builds the limits of one server. */
export const make = Effect.fnUntraced(function*(counters: RateLimitCounters["Service"], options: RateLimitOptions) {
  const limited = <E>(
    count: (exchange: Exchange, caller: string) => Effect.Effect<void, E>,
    callerOf: (exchange: Exchange) => string | undefined
  ) =>
  (exchange: Exchange): Effect.Effect<void, E> => {
    const caller = callerOf(exchange)
    return caller === undefined ? Effect.void : count(exchange, caller)
  }
  const address = ({ clientAddress }: Exchange) => clientAddress === null ? undefined : network(clientAddress)
  const actor = ({ actor }: Exchange) =>
    actor === null || actor._tag === "guest" || actor._tag === "system" ? undefined : Actor.describe(actor)

  const setting = (name: keyof typeof defaults): Policy | undefined => {
    const limit = options[name] ?? defaults[name]
    return limit === false ? undefined : policyOf(name, limit)
  }
  const policies = { address: setting("address"), actor: setting("actor"), sensitive: setting("sensitive") }
  const limits: RateLimits = {
    byAddress: policies.address === undefined ? unlimited : limited(yield* near(counters, policies.address), address),
    byActor: policies.actor === undefined ? unlimited : limited(yield* near(counters, policies.actor), actor),
    bySensitivity: policies.sensitive === undefined
      ? unlimited
      : limited(exact(counters, policies.sensitive), address)
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
