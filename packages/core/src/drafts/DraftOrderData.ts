import * as Effect from "effect/Effect"
import { Inventory } from "../inventory/Inventory.ts"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import * as Stream from "effect/Stream"
import { DraftOrderRepository } from "./DraftOrderRepository.ts"

/** Draft orders, as personal data: handed out whole but for their keys; all of them go, and what was held for them is free. */
export const layer = PersonalData.holder(Effect.gen(function*() {
  const drafts = yield* DraftOrderRepository
  const inventory = yield* Inventory
  const all = (customerId: string) => Page.all((page) => drafts.ofCustomer(customerId, page))
  return {
    name: "draftOrders",
    hand: (customerId: string) =>
      Stream.map(all(customerId), ({ cartId: _cart, isPickedUp: _pickedUp, linkKey: _key, ...draft }) => draft),
    forget: Effect.fnUntraced(function*(customerId: string) {
      yield* Stream.runForEach(
        Stream.filter(all(customerId), ({ reservedUntil }) => reservedUntil !== null),
        ({ id }) => inventory.release(id, "its customer was forgotten")
      ).pipe(
        // a cursor of its own making is one
        Effect.catchTag("InvalidInput", Effect.die)
      )
      yield* drafts.forget(customerId)
    })
  } satisfies PersonalData.PersonalDataHolder
}))
