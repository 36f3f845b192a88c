import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import type { FailureAdvice } from "./Payment.ts"

/** There is no such means of payment, or it is another customer's or another gateway's. */
export class SavedMethodNotFound extends StoaError<SavedMethodNotFound>()("SavedMethodNotFound", {
  code: "payment_method_not_found",
  kind: "not_found"
}, { savedMethod: Schema.String }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    return `There is no saved payment method ${this.savedMethod}`
  }
}

/** The gateway keeps no means of payment, or only together with a payment. */
export class SavingUnsupported extends StoaError<SavingUnsupported>()("SavingUnsupported", {
  code: "saving_unsupported",
  kind: "conflict"
}, {
  /** `null` where no gateway of the shop can. */
  gateway: Schema.NullOr(Schema.String),
  /** Whether it keeps one that a payment is made with. */
  withPayment: Schema.Boolean
}) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    const who = this.gateway === null ? "No payment gateway" : `The gateway ${this.gateway}`
    const how = this.gateway === null ? "keeps" : this.withPayment ? "only keeps" : "does not keep"
    return `${who} ${how} a payment method${this.withPayment && this.gateway !== null ? " that a payment is made with" : ""}`
  }
}

/** The customer keeps as many means of payment as one may. */
export class TooManySavedMethods extends StoaError<TooManySavedMethods>()("TooManySavedMethods", {
  code: "too_many_payment_methods",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `At most ${this.maximum} payment methods can be saved; remove one first`
  }
}
