/**
 * Reserved money whose time runs out: staff are told a while before, once, and what nobody took is given up.
 *
 * An order that waits for its payment is cancelled by the recovery when that time is over, which gives its payment up as
 * well. What is left for here are payments of orders that staff work on already, who are told that nobody has paid them.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Stores } from "../stores/Stores.ts"
import { AuthorizationEnding } from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"

/** How many payments one run looks at. */
const perRun = 100

/** For so long after its end, an authorisation is left to the recovery. */
const grace = "5 minutes"

export const make = Effect.fnUntraced(function*(requests: PaymentRequests) {
  const repository = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const stores = yield* Stores
  const events = yield* Events
  const { transaction } = yield* Transactor

  /** Nothing ends at a gateway that holds no money. */
  const names = gateways.names.filter((name) => gateways.find(name)?.capabilities.offline !== true)

  const tell = Effect.fnUntraced(function*(now: Timestamp.Timestamp) {
    const { settings: { authorizationNoticeHours: hours } } = yield* stores.current
    if (hours === 0) return
    yield* transaction(Effect.gen(function*() {
      const ending = yield* repository.claimEnding(names, Timestamp.plus(now, { hours }), perRun)
      yield* events.publish(ending.flatMap(({ amount, authorizedUntil, gateway, id, orderId }) =>
        authorizedUntil === undefined || authorizedUntil <= now
          ? []
          : [AuthorizationEnding.make(id, { paymentId: id, orderId, gateway, amount, authorizedUntil })]
      ))
    }))
  })

  const giveUp = Effect.fnUntraced(function*(now: Timestamp.Timestamp) {
    for (const { id } of yield* repository.expired(names, Timestamp.minus(now, grace), perRun)) {
      // what was requested and not answered is asked again by the recovery
      yield* Effect.ignore(requests.giveUp(id), { log: "Warn", message: "An authorisation that ran out was not given up yet" })
    }
  })

  return {
    run: Effect.withSpan(
      Effect.gen(function*() {
        const now = yield* Timestamp.now
        yield* tell(now)
        yield* giveUp(now)
      }),
      "Payments.authorizations"
    )
  }
})
