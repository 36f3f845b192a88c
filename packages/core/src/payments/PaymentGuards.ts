/**
 * What else has a say in whether the shop takes money, gives it back or lets it go: other domains, and plug-ins. A guard is asked
 * before the shop asks a gateway; what a gateway tells has happened, and nobody is asked.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Payment } from "./Payment.ts"
import { type StoredPayment, withoutSecrets } from "./PaymentRepository.ts"
import { PaymentChangeRefused } from "./PaymentsErrors.ts"

/** Money that was authorised is taken, money that was taken goes back, what was not taken is given up. */
export type PaymentEvent = PaymentChangeRefused["event"]

/** What the shop is about to ask for. */
export interface PaymentChange {
  readonly event: PaymentEvent
  /** The payment as it is before. */
  readonly payment: Payment
  /** What is to be taken, to go back or to be let go. */
  readonly amount: Money
  /** Why, in the words of whoever asked; empty if nothing was said. */
  readonly reason: string
  /** What a refund goes onto instead of back the way it came, as `Refund.creditedTo` says it; left out if no such thing. */
  readonly creditedTo?: string | undefined
}

/** Whether money may move. Runs in the transaction that writes down what is to be asked for, and only reads. */
export interface PaymentGuard {
  /** Names it, for people who look for what refused: `"four-eyes"`. */
  readonly name: string
  /** What it wants to be asked about. */
  readonly events: ReadonlyArray<PaymentEvent>
  /** Why it may not be, for people; `undefined` if it may. */
  readonly refuses: (change: PaymentChange) => Effect.Effect<string | undefined, StorageError>
}

export class PaymentGuards extends Context.Service<PaymentGuards, {
  /** Adds a guard to this engine. Call it while the engine's layers are built. */
  readonly add: (guard: PaymentGuard) => Effect.Effect<void>
  /** Asks the guards, and fails with what the first says that refuses. Call it in the transaction of the change. For the engine's own use. */
  readonly ask: (
    change: Omit<PaymentChange, "payment"> & { readonly payment: StoredPayment }
  ) => Effect.Effect<void, PaymentChangeRefused | StorageError>
}>()("@stoa/core/payments/PaymentGuards") {}

export const make = Effect.sync(() => {
  const guards: Array<PaymentGuard> = []
  return PaymentGuards.of({
    add: (guard) => Effect.sync(() => void guards.push(guard)),
    ask: Effect.fnUntraced(function*(change) {
      for (const { events, name, refuses } of guards) {
        if (!events.includes(change.event)) continue
        const reason = yield* refuses({ ...change, payment: withoutSecrets(change.payment) })
        if (reason !== undefined) {
          return yield* new PaymentChangeRefused({ payment: change.payment.id, event: change.event, guard: name, reason })
        }
      }
    })
  })
})

export const layer: Layer.Layer<PaymentGuards> = Layer.effect(PaymentGuards, make)
