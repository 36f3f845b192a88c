/**
 * The same request twice does a thing once: `Idempotency-Key` with Stripe's semantics.
 *
 * The first request with a key claims it, and its answer is kept for a day. The same request again gets the same
 * answer, another request with the same key an error, and one that comes too early is told to wait. Answers that are
 * not final, such as a limit or a failure of the server, are forgotten, so that the request can be sent again.
 *
 * **Details**
 *
 * Answers hold personal data and tokens that are stored nowhere else but as hashes. They are therefore sealed with the
 * key that the caller sent, of which only a hash is stored: whoever reads the table learns nothing. Secrets that are worth
 * more than the key (codes of gift cards, API keys) are not kept even so: the same request again is told that it was done.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
import type { Claim, IdempotencyStore } from "@stoa/core/idempotency/IdempotencyStore"
import * as Actor from "@stoa/core/kernel/Actor"
import { Entropy } from "@stoa/core/kernel/Entropy"
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Secret from "@stoa/core/kernel/Secret"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Cookies from "effect/http/Cookies"
import type { HttpServerError } from "effect/http/HttpServerError"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto"
import { AnswerNotKept, IdempotencyInProgress, IdempotencyKeyReused } from "./api/HttpErrors.ts"
import type { Exchange } from "./Exchange.ts"
import * as ProblemResponse from "./ProblemResponse.ts"

/** After how long the same request may be worked on again if the process that had it says nothing more. */
const lease = "20 seconds"

/** How often a process that works on a request says so. */
const prolongEvery = "5 seconds"

/** The key of a request: `undefined` for none. */
export const keyOf = (request: HttpServerRequest): Effect.Effect<string | undefined, InvalidInput> => {
  const key = request.headers["idempotency-key"]
  if (key === undefined) return Effect.succeed(undefined)
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)
    ? Effect.succeed(key)
    : Effect.fail(InvalidInput.at(["Idempotency-Key"], "has 1 to 255 printable ASCII characters", "format"))
}

/**
 * Whose key it is. Guests are told apart by their tokens, or by their address while they have none, so that nobody
 * gets the answer of somebody else by guessing a key.
 */
const scopeOf = ({ actor, clientAddress, method, path, traits }: Exchange): string => {
  const caller = actor === null || actor._tag === "guest"
    ? `guest:${Secret.hash(JSON.stringify([actor?.cartToken, actor?.orderToken, clientAddress]))}`
    : Actor.describe(actor)
  // the path of what is done by a token holds it
  return `${caller} ${method} ${traits?.sensitive === true ? Secret.hash(path) : path}`
}

/** Whether repeating the request must give the same answer. */
const isFinal = ({ body, status }: HttpServerResponse.HttpServerResponse): boolean =>
  (body._tag === "Uint8Array" || body._tag === "Empty") && status < 500 && ![400, 401, 403, 408, 413, 415, 429].includes(status)

interface Kept {
  readonly contentType: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: ReadonlyArray<string>
  readonly body: string
}

const sealingKey = (key: string, scope: string): Buffer =>
  Buffer.from(hkdfSync("sha256", key, scope, "stoa idempotent answer v1", 32))

const seal = (kept: Kept, key: string, scope: string, iv: Uint8Array): string => {
  const cipher = createCipheriv("aes-256-gcm", sealingKey(key, scope), iv)
  return Buffer.concat([iv, cipher.update(JSON.stringify(kept), "utf8"), cipher.final(), cipher.getAuthTag()])
    .toString("base64")
}

const open = (sealed: string, key: string, scope: string): Kept => {
  const bytes = Buffer.from(sealed, "base64")
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(key, scope), bytes.subarray(0, 12), { authTagLength: 16 })
    .setAuthTag(bytes.subarray(-16))
  return JSON.parse(decipher.update(bytes.subarray(12, -16)).toString("utf8") + decipher.final("utf8"))
}

/** Headers that belong to the answer and not to the moment it was given at. */
const keptHeaders = ["etag", "location", "retry-after", "cache-control"]

const keep = (response: HttpServerResponse.HttpServerResponse): Kept => ({
  contentType: response.headers["content-type"] ?? null,
  headers: Object.fromEntries(keptHeaders.flatMap((name) => {
    const value = response.headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })),
  cookies: Cookies.toSetCookieHeaders(response.cookies),
  body: response.body._tag === "Uint8Array" ? Buffer.from(response.body.body).toString("utf8") : ""
})

const replay = (status: number, kept: Kept): HttpServerResponse.HttpServerResponse => {
  const headers = { ...kept.headers, "idempotent-replayed": "true" }
  const cookies = Cookies.fromSetCookie(kept.cookies)
  return kept.contentType === null
    ? HttpServerResponse.empty({ status, headers, cookies })
    : HttpServerResponse.text(kept.body, { status, headers, cookies, contentType: kept.contentType })
}

/** Runs a request under its key. */
export const run = Effect.fnUntraced(function*<R>(
  store: Context.Service.Shape<typeof IdempotencyStore>,
  key: string,
  request: HttpServerRequest,
  exchange: Exchange,
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
): Effect.fn.Return<
  HttpServerResponse.HttpServerResponse,
  IdempotencyInProgress | IdempotencyKeyReused | StorageError | HttpServerError,
  R
> {
  const body = new Uint8Array(yield* request.arrayBuffer)
  const query = request.url.indexOf("?")
  const fingerprint = createHash("sha256").update(query < 0 ? "" : request.url.slice(query)).update("\n").update(body)
    .digest("base64url")
  const scope = scopeOf(exchange)
  const stored = { key: Secret.hash(`${scope}\n${key}`), scope }
  const now = yield* Timestamp.now
  let leaseUntil = Timestamp.plus(now, lease)
  const claim: Claim = yield* store.claim({ ...stored, fingerprint, now, leaseUntil })
  switch (claim._tag) {
    case "in_progress":
      return yield* new IdempotencyInProgress({})
    case "mismatch":
      return yield* new IdempotencyKeyReused({})
    case "answered":
      return replay(claim.answer.status, open(claim.answer.body, key, scope))
    case "claimed": {
      const entropy = yield* Entropy
      const prolong = Effect.gen(function*() {
        const until = Timestamp.plus(yield* Timestamp.now, lease)
        const isOurs = yield* store.prolong({ ...stored, leaseUntil, until })
        if (isOurs) leaseUntil = until
        return isOurs
      })
      const prolonging = yield* Effect.sleep(prolongEvery).pipe(
        // what is stored and what is known of it here must not part
        Effect.andThen(Effect.uninterruptible(prolong)),
        Effect.repeat({ while: (isOurs) => isOurs }),
        // then the lease runs out, as if this process had died
        Effect.ignore({ log: "Warn" }),
        Effect.forkChild
      )
      // whatever happens now, the key must not stay claimed
      return yield* Effect.onExit(handler, Effect.fnUntraced(function*(exit) {
        yield* Fiber.interrupt(prolonging)
        if (Exit.isFailure(exit) || !isFinal(exit.value)) {
          // with the lease, for who has lost it must not give it up for whoever has it now
          return yield* Effect.ignore(store.release({ ...stored, leaseUntil }), { log: "Warn" })
        }
        const again = exchange.traits?.doneOnce === true && exit.value.status < 400
          ? ProblemResponse.fromError(new AnswerNotKept({}), exchange)
          : exit.value
        const answer = { status: again.status, headers: {}, body: seal(keep(again), key, scope, entropy.bytes(12)) }
        // the work is done: if its answer cannot be kept, the caller still gets it, and the lease runs out by itself
        yield* Effect.ignore(store.answer({ ...stored, answer }), { log: "Warn" })
      }))
    }
  }
})
