/**
 * What a shop may ask outside about an order: a service that judges it.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Money } from "../kernel/Money.ts"
import type { Order } from "../orders/Order.ts"
import type { Screened } from "./Assessment.ts"

/** What an outside service is told. */
export interface Screening {
  readonly order: Pick<Order, "id" | "customerId" | "email" | "billingAddress" | "shippingAddress">
  readonly total: Money
  /** The buyer's network address, if the host has said it. */
  readonly address: string | null
  readonly userAgent: string | null
  /** What the store's own rules have counted up to. */
  readonly score: number
}

/**
 * Asked before anything is written, never inside a transaction, and only where a store has its fraud rules switched on. An
 * answer that does not come in time, a failure and a defect are all the same: the store's setting `fraud.unscreened` says
 * what happens then.
 */
export interface FraudScreening {
  readonly screen?: (order: Screening) => Effect.Effect<Screened, unknown>
  /** How long it may take. 2 seconds if it is left out. */
  readonly timeout?: Duration.Input
}

/** Nobody is asked if the host names none. */
export const FraudScreening: Context.Reference<FraudScreening> = Context.Reference<FraudScreening>(
  "@stoa/core/fraud/FraudScreening",
  { defaultValue: () => ({}) }
)
