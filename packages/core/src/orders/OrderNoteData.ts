import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { OrderNoteRepository } from "./OrderNoteRepository.ts"

/** Notes at a customer's orders, as personal data: handed out whole, those of staff too, and then gone. */
export const layer = PersonalData.holder(Effect.map(OrderNoteRepository, (notes): PersonalData.PersonalDataHolder => ({
  name: "order_notes",
  hand: (customerId) =>
    Stream.paginate(undefined as string | undefined, (after) =>
      Effect.map(
        notes.list({ customerId, limit: Page.maximumLimit, ...(after === undefined ? {} : { after }) }),
        ({ items, nextCursor }) => [items, Option.fromNullOr(nextCursor)] as const
      )),
  forget: notes.forget
})))
