/**
 * What a gateway's answer makes of a payment: a pure function, so that every pair of state and answer can be tried.
 *
 * A payment only ever moves forward. An answer that says what is known already, or less, changes nothing, so answers
 * may come twice, late and in any order. Money counts only if amount and currency are those that were asked for.
 */
import type { Money } from "../kernel/Money.ts"
import { equals, zero } from "../kernel/Money.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { NextAction, PaymentFailure } from "./Payment.ts"
import { advice, machine } from "./Payment.ts"
import type { GatewayMisconfigured, GatewayPayment, GatewayRejected } from "./PaymentGateway.ts"
import type { StoredPayment } from "./PaymentRepository.ts"

/** What is known of a payment at its gateway, by its own answer or by its having none. */
export interface Answer extends Omit<GatewayPayment, "reference"> {
  readonly reference: string | null
}

export type PaymentMove = "require_action" | "authorize" | "capture" | "fail" | "cancel" | "mismatch"

export type Settlement =
  /** Nothing is to be written. `foreign`: the answer is about another payment than the one that was asked about. */
  | { readonly _tag: "Unchanged"; readonly why: "known" | "foreign" }
  /** The state stays; something about it is new, such as the gateway's id. */
  | { readonly _tag: "Noted"; readonly payment: StoredPayment }
  | { readonly _tag: "Moved"; readonly move: PaymentMove; readonly payment: StoredPayment }

/** What the payment becomes. `at` is the time of the change. */
export const settle = (payment: StoredPayment, answer: Answer, at: Timestamp): Settlement => {
  if (payment.gatewayReference !== null && answer.reference !== payment.gatewayReference) {
    // whoever was told that there is no such payment asked before there was one
    return { _tag: "Unchanged", why: answer.reference === null ? "known" : "foreign" }
  }
  const known: StoredPayment = { ...payment, gatewayReference: payment.gatewayReference ?? answer.reference }
  const move = moveOf(payment, answer)
  const target = move === undefined ? undefined : StateMachine.next(machine, payment.state, move)
  if (move === undefined || target === undefined) return noted(payment, known, answer, at)
  return {
    _tag: "Moved",
    move,
    payment: {
      ...known,
      state: target,
      captured: captured(payment, answer, move),
      nextAction: move === "require_action" ? answer.nextAction : null,
      failure: advised(failure(payment, answer, move, at)),
      requested: requested(payment, answer, move),
      version: payment.version + 1,
      updatedAt: at
    }
  }
}

/** An answer for a payment that the gateway never heard of, or has forgotten. */
export const never = (payment: StoredPayment): Answer => ({
  reference: payment.gatewayReference,
  status: "cancelled",
  amount: payment.amount,
  nextAction: null,
  failure: { code: "abandoned", message: "The gateway never heard of this payment", gatewayCode: null }
})

/** An answer for a payment that the gateway refused to make. */
export const refused = (
  payment: StoredPayment,
  { detail, failure, gatewayCode }: Pick<GatewayRejected, "detail" | "failure" | "gatewayCode">
): Answer => ({
  reference: payment.gatewayReference,
  status: "failed",
  amount: payment.amount,
  nextAction: null,
  failure: { code: failure ?? "gateway_error", message: detail, gatewayCode }
})

/** An answer for a payment that could not be made because the gateway refuses the shop, which is no buyer's fault. */
export const misconfigured = (payment: StoredPayment, { gatewayCode, message }: GatewayMisconfigured): Answer => ({
  reference: payment.gatewayReference,
  status: "failed",
  amount: payment.amount,
  nextAction: null,
  failure: { code: "gateway_error", message, gatewayCode }
})

/** A payment that is authorised and given up, because of the store's rules. They are nobody's business but the staff's. */
export const refusedByRules = (payment: StoredPayment): StoredPayment => ({
  ...payment,
  requested: "cancel",
  failure: advised({ code: "declined", message: "The payment was declined", gatewayCode: "stoa_fraud_rules" })
})

const moveOf = (payment: StoredPayment, answer: Answer): PaymentMove | undefined => {
  const right = equals(answer.amount, payment.amount)
  switch (answer.status) {
    case "processing":
      return undefined
    case "requires_action":
      return "require_action"
    case "authorized":
      // what was authorised wrongly is known to be wrong already
      return right ? "authorize" : payment.state === "mismatched" ? undefined : "mismatch"
    case "captured":
      // once captured wrongly, more of the same says nothing new
      return payment.state === "mismatched" ? (payment.captured.amount === 0 ? "mismatch" : undefined)
        : equals(answer.amount, wanted(payment))
        ? "capture"
        : "mismatch"
    case "failed":
      return "fail"
    case "cancelled":
      return "cancel"
  }
}

/** What is to be taken. */
const wanted = ({ amount, toCapture }: StoredPayment): Money => toCapture ?? amount

const captured = (payment: StoredPayment, answer: Answer, move: PaymentMove): Money => {
  if (move === "capture") return wanted(payment)
  if (move !== "mismatch") return payment.captured
  return answer.status === "captured" ? answer.amount : zero(payment.amount.currency)
}

const failure = (payment: StoredPayment, answer: Answer, move: PaymentMove, at: Timestamp): PaymentFailure | null => {
  switch (move) {
    case "fail":
      return answer.failure ?? { code: "declined", message: "The payment was declined", gatewayCode: null }
    case "cancel":
      // why it is given up is known
      if (payment.requested === "cancel" && payment.failure !== null) return payment.failure
      if (answer.failure === null && payment.authorizedUntil !== undefined && payment.authorizedUntil <= at) {
        return { code: "expired", message: "The time in which the money could be taken is over", gatewayCode: null }
      }
      return answer.failure ?? { code: "abandoned", message: "The payment was given up", gatewayCode: null }
    case "mismatch":
      return mismatch(answer.status === "captured" ? wanted(payment) : payment.amount, answer.amount)
    default:
      return null
  }
}

/** An adapter says what happened; what a buyer can do about it is the engine's to say. */
const advised = (failure: PaymentFailure | null): PaymentFailure | null =>
  failure === null ? null : { ...failure, advice: advice(failure.code) }

const mismatch = (asked: Money, got: Money): PaymentFailure => ({
  code: asked.currency === got.currency ? "amount_mismatch" : "currency_mismatch",
  message: `${got.amount} ${got.currency} came, ${asked.amount} ${asked.currency} was asked for (minor units)`,
  gatewayCode: null
})

const requested = (payment: StoredPayment, answer: Answer, move: PaymentMove): StoredPayment["requested"] => {
  // nobody shall take what was authorised wrongly
  if (move === "mismatch" && answer.status === "authorized") return "cancel"
  return move === "require_action" || move === "authorize" ? payment.requested : null
}

/** The state stays. What of the answer is worth keeping? */
const noted = (payment: StoredPayment, known: StoredPayment, answer: Answer, at: Timestamp): Settlement => {
  const over = answer.status === "captured" || answer.status === "failed" || answer.status === "cancelled"
  const next: StoredPayment = {
    ...known,
    nextAction: payment.state === "requires_action" && answer.status === "requires_action"
      // not every gateway can say again where it has sent the buyer
      ? answer.nextAction ?? payment.nextAction
      : payment.nextAction,
    // given up here, but under way there: a call that was slow made it after all
    requested: over ? null : payment.state === "cancelled" ? "cancel" : payment.requested
  }
  return next.gatewayReference === payment.gatewayReference && next.requested === payment.requested
      && sameAction(next.nextAction, payment.nextAction)
    ? { _tag: "Unchanged", why: "known" }
    : { _tag: "Noted", payment: { ...next, version: payment.version + 1, updatedAt: at } }
}

const sameAction = (a: NextAction | null, b: NextAction | null): boolean => a?.url === b?.url
