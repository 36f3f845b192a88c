/**
 * Finding disputes of which no webhook came, and those that the shop cannot place.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Dispute } from "./Dispute.ts"
import { DisputeGivenUp } from "./DisputeEvents.ts"
import { DisputeRepository } from "./DisputeRepository.ts"
import type { GatewayError, GatewayPart, PaymentGateway } from "./PaymentGateway.ts"
import type { GatewayNotFound } from "./PaymentsErrors.ts"
import { DisputeUnmatched, type MatchDispute, missed } from "./UnmatchedDispute.ts"

/** How long ago a dispute may have begun of which no webhook came. */
const lately = "7 days"

/** Parts of a gateway's list that one run reads. */
const mostParts = 100

export interface DisputeDiscovery {
  /** Asks what a gateway has begun lately, as the webhook that says it may have been lost. */
  readonly discover: (
    name: string,
    told: NonNullable<PaymentGateway["disputes"]>
  ) => Effect.Effect<void, GatewayError | GatewayNotFound | StorageError>
  /** Asks about one that could not be placed, whatever its time. */
  readonly match: (
    about: MatchDispute
  ) => Effect.Effect<Dispute, DisputeUnmatched | GatewayError | GatewayNotFound | StorageError>
}

export const make = Effect.fnUntraced(function*(
  learn: (
    gateway: string,
    reference: string
  ) => Effect.Effect<Dispute | undefined, GatewayNotFound | GatewayError | StorageError>
) {
  const repository = yield* DisputeRepository
  const events = yield* Events
  const { transaction } = yield* Transactor

  /** Asks about one; if it cannot be placed, it waits for its next time, or for a person, who is told. */
  const place = Effect.fnUntraced(function*(gateway: string, reference: string) {
    // what the gateway lists and does not tell of is tried again by itself, and stands in the way of no other
    const dispute = yield* Effect.catchTag(learn(gateway, reference), "GatewayRejected", () => Effect.undefined)
    if (dispute !== undefined) return dispute
    const at = yield* Timestamp.now
    yield* transaction(Effect.gen(function*() {
      const before = yield* repository.unmatched(gateway, reference)
      const after = missed(before, { gateway, reference }, at)
      yield* repository.noteUnmatched(after)
      if (after.nextAttemptAt === null && before?.nextAttemptAt !== null) {
        yield* events.publish([DisputeGivenUp.make(reference, { gateway, reference, attempts: after.attempts })])
      }
    }))
    return undefined
  })

  return {
    discover: Effect.fnUntraced(function*(name, told) {
      const now = yield* Timestamp.now
      const until = Timestamp.plus(now, "1 minute")
      const since = Timestamp.minus(until, lately)
      let after: string | null = null
      for (let part = 0; part < mostParts; part++) {
        const { items, next }: GatewayPart<string> = yield* told.list({ since, until, after })
        const asked = items.length === 0 ? [] : yield* repository.toAsk(name, items, now)
        for (const reference of asked) yield* place(name, reference)
        if (next === null) return
        after = next
      }
    }),
    match: Effect.fnUntraced(function*({ gateway, reference }) {
      return (yield* place(gateway, reference)) ?? (yield* new DisputeUnmatched({ gateway, reference }))
    })
  } satisfies DisputeDiscovery
})
