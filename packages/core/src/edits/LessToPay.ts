/**
 * What is cancelled or comes back while something that edits added is left to pay makes up for that first, as what an edit takes out does:
 * nobody has paid it, so no money of other goods goes back for it. It is written, and credited on paper, as an edit.
 */
import * as Effect from "effect/Effect"
import type * as EditFigures from "./EditFigures.ts"
import { type OrderEdit, OrderEditId } from "./OrderEdit.ts"
import { OrderEditRepository } from "./OrderEditRepository.ts"
import { Events } from "../events/Events.ts"
import { CurrentActor, describe } from "../kernel/Actor.ts"
import * as Money from "../kernel/Money.ts"
import { OrderEdited } from "../orders/OrderEvents.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import * as SoldGiftCards from "../orders/SoldGiftCards.ts"
import { Payments } from "../payments/Payments.ts"
import type { GivenBack } from "../payments/Refunds.ts"

export const make = Effect.gen(function*() {
  const repository = yield* OrderEditRepository
  const payments = yield* Payments
  const events = yield* Events

  /**
   * Writes it in the current transaction, and answers with what tells of it, once it is known what goes back. `undefined`: the money
   * is on its way, and the transaction must roll back.
   */
  return Effect.fnUntraced(function*(
    before: StoredOrder,
    { credited, creditedOf, creditedTaxes, order, refund }: EditFigures.Outcome,
    removed: OrderEdit["removed"],
    reason: string
  ) {
    const { currency, customerId, id, number } = order
    const edit: OrderEdit = {
      id: yield* OrderEditId.generate,
      orderId: id,
      number: order.edits,
      actor: describe(yield* CurrentActor),
      reason,
      added: [],
      removed,
      changed: [],
      charged: Money.zero(currency),
      chargedTaxes: [],
      credited: Money.make(credited, currency),
      creditedTaxes,
      creditedOf,
      refund: Money.make(refund, currency),
      createdAt: before.updatedAt
    }
    yield* repository.write({ edit, order, added: [] })
    if (!(yield* payments.follow(order))) return undefined
    return ({ given, waits }: GivenBack) => events.publish([OrderEdited.make(id, {
      orderId: id,
      number,
      customerId,
      ...SoldGiftCards.told(order),
      editId: edit.id,
      added: [],
      removed: removed.map((line) => ({ ...line })),
      changed: [],
      difference: { ...Money.make(-credited - refund, currency) },
      refund: { ...given },
      ...(waits.amount === 0 ? {} : { waits: { ...waits } }),
      open: { ...order.open },
      reason,
      // the mail about what was cancelled tells of it
      notify: false
    })])
  })
})
