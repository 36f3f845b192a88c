/**
 * Answers that go on while things happen: server-sent events.
 *
 * Each ends after a while, when the server stops, when the reader leaves, and seconds after the reader may not read it
 * any more; a reader comes back with the id of the last event and misses nothing. A caller has a few at a time, a process
 * many.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import * as Actor from "@stoa/core/kernel/Actor"
import type { StoaError } from "@stoa/core/kernel/StoaError"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { RateLimited } from "./api/HttpErrors.ts"
import type { Exchange } from "./Exchange.ts"
import { withExchange } from "./handlers/Answer.ts"
import type { LiveOptions } from "./HttpOptions.ts"
import type { LifecycleState } from "./Lifecycle.ts"
import { network } from "./RateLimits.ts"

/** Proxies close connections on which nothing is heard, and a reader who is gone is only noticed by writing. */
const heartbeat = "15 seconds"

/** What readers that were refused wait before they try again. */
const retryAfterSeconds = 30

export interface LiveAnswer {
  readonly id: string
  readonly type: string
  readonly data: unknown
}

export interface LiveAnswers {
  /**
   * Answers with events as they happen, until `stillAllowed`, which is asked time and again, fails. That the storage does
   * not answer says nothing about who may read. Fails with `RateLimited` for a caller who has enough of them.
   */
  readonly answer: <A, E, R>(
    subject: string,
    events: Stream.Stream<LiveAnswer, E, R>,
    stillAllowed: Effect.Effect<A, StoaError, R>
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, RateLimited, R>
}

/** Whoever cannot be told from others is counted with those who look at the same thing. */
const callerOf = ({ actor, clientAddress }: Exchange, subject: string): string =>
  actor !== null && actor._tag !== "guest"
    ? Actor.describe(actor)
    : clientAddress === null ? subject : network(clientAddress)

const written = ({ data, id, type }: LiveAnswer): string =>
  Sse.encoder.write({ _tag: "Event", id, event: type, data: JSON.stringify(data) })

export const make = (lifecycle: LifecycleState, options: LiveOptions = {}): LiveAnswers => {
  const { atOnce = 1_000, checkEvery = "5 seconds", lifetime = "15 minutes", perCaller = 10 } = options
  const open = new Map<string, number>()
  let total = 0

  const isFull = (caller: string) => total >= atOnce || (open.get(caller) ?? 0) >= perCaller
  const leave = (caller: string) => {
    const left = (open.get(caller) ?? 0) - 1
    if (left > 0) open.set(caller, left)
    else open.delete(caller)
    total -= 1
  }
  /** Counted while it is read, so that an answer which nobody reads is not counted for ever. */
  const enter = (caller: string) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        if (isFull(caller)) return false
        open.set(caller, (open.get(caller) ?? 0) + 1)
        total += 1
        return true
      }),
      (entered) => Effect.sync(() => entered && leave(caller))
    )

  /** Ends when the reader may not read on. */
  const forbidden = <A, R>(stillAllowed: Effect.Effect<A, StoaError, R>): Effect.Effect<void, never, R> =>
    Effect.sleep(checkEvery).pipe(
      Effect.andThen(stillAllowed),
      Effect.as(true),
      Effect.catch((error) => Effect.succeed(error.kind === "unavailable")),
      Effect.repeat({ while: (allowed) => allowed }),
      Effect.asVoid
    )

  return {
    answer: <A, E, R>(subject: string, events: Stream.Stream<LiveAnswer, E, R>, stillAllowed: Effect.Effect<A, StoaError, R>) =>
      withExchange((exchange) =>
        Effect.gen(function*() {
          const caller = callerOf(exchange, subject)
          if (isFull(caller)) return yield* new RateLimited({ policy: "live", retryAfterSeconds })
          const context = yield* Effect.context<R>()
          const lines = Stream.map(events, written).pipe(
            Stream.merge(Stream.map(Stream.tick(heartbeat), () => ":\n\n"), { haltStrategy: "left" }),
            Stream.interruptWhen(
              Effect.raceAllFirst([lifecycle.stopping.await, Effect.sleep(lifetime), forbidden(stillAllowed)])
            ),
            // the answer has begun; whoever reads it comes back
            Stream.catchCause((cause) =>
              Stream.drain(Stream.fromEffect(Effect.logWarning("a live answer broke off", cause)))
            )
          )
          const body = Stream.unwrap(Effect.map(enter(caller), (entered) => entered ? lines : Stream.empty))
          return HttpServerResponse.stream(
            // the body is read after the handler has returned, still as the same caller
            Stream.provideContext(Stream.encodeText(body), context),
            { contentType: "text/event-stream", headers: { "cache-control": "no-store", "x-accel-buffering": "no" } }
          )
        })
      )
  }
}
