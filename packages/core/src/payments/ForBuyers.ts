/**
 * What of a failure is for staff only: the gateway's own code. Buyers get the engine's code, and what they can do.
 */
import * as Effect from "effect/Effect"
import { type Actor, CurrentActor } from "../kernel/Actor.ts"
import * as Permission from "../kernel/Permission.ts"
import type { PaymentFailure } from "./Payment.ts"
import { GatewayMisconfigured, GatewayRejected } from "./PaymentGateway.ts"

interface MayFail {
  readonly failure: PaymentFailure | null
}

const isStaff = (actor: Actor): boolean => Permission.holds(actor, "payments:read")

/** Without the gateway's own code. */
export const withoutCode = <A extends MayFail>(payment: A): A =>
  payment.failure === null ? payment : { ...payment, failure: { ...payment.failure, gatewayCode: null } }

/** The same for whoever may not read all payments. */
export const unlessStaff = <A extends MayFail>(actor: Actor, payment: A): A =>
  isStaff(actor) ? payment : withoutCode(payment)

/** The errors of a call in the words that the caller may read. */
export const told = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(CurrentActor, (actor) => isStaff(actor) ? call : Effect.mapError(call, forBuyer))

const forBuyer = <E>(error: E): E => {
  if (error instanceof GatewayRejected) {
    const { detail, failure, gateway } = error
    return new GatewayRejected({ gateway, gatewayCode: null, detail, ...(failure === undefined ? {} : { failure }) }) as E
  }
  return error instanceof GatewayMisconfigured
    ? new GatewayMisconfigured({ gateway: error.gateway, gatewayCode: null, detail: "staff have to look" }) as E
    : error
}
