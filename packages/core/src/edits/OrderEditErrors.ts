import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** More pieces were to be taken out than wait to be packed: others are sent or about to be. Nothing was changed. */
export class EditExceedsOrder extends StoaError<EditExceedsOrder>()("EditExceedsOrder", {
  code: "edit_exceeds_order",
  kind: "conflict"
}, {
  lines: Schema.Array(Schema.Struct({ lineId: Schema.String, wanted: Schema.Int, left: Schema.Int }))
}) {
  override get message(): string {
    return `More was to be taken out than is left: ${
      this.lines.map(({ left, lineId, wanted }) => `${wanted} of ${left} in ${lineId}`).join(", ")
    }`
  }
}

/**
 * The order cannot be edited: in its state nothing of it can change any more (`state`); it is `being_paid`, or what is
 * reserved for it does not fit (take the money, or give its payment up, and edit it then); nothing would be left of it
 * (`whole`: cancel it); it was edited as often as an order can be (`often`); or prices are said otherwise by now than in the
 * order, with tax, without it or in another currency, so that nothing can be added to it (`prices`); or a gift card that would be taken out was spent in
 * part (`gift_card_spent`: cancel the piece, which gives back what is left on the card).
 */
export class EditRefused extends StoaError<EditRefused>()("EditRefused", {
  code: "edit_refused",
  kind: "conflict"
}, {
  order: Schema.String,
  status: Schema.String,
  reason: Schema.Literals(["state", "being_paid", "whole", "often", "prices", "gift_card_spent"])
}) {
  override get message(): string {
    switch (this.reason) {
      case "state":
        return `The order ${this.order} is ${this.status}: it cannot be edited`
      case "being_paid":
        return `The order ${this.order} is being paid: take the money or give the payment up first`
      case "whole":
        return `Nothing would be left of the order ${this.order}: cancel it`
      case "often":
        return `The order ${this.order} was edited as often as an order can be`
      case "prices":
        return `Prices are said otherwise by now than in the order ${this.order}`
      case "gift_card_spent":
        return `A gift card of the order ${this.order} was spent in part: cancel its piece instead`
    }
  }
}
