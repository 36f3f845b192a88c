import * as Effect from "effect/Effect"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { OrderNoteRepository } from "./OrderNoteRepository.ts"

/** Notes at a customer's orders, as personal data: handed out whole, those of staff too, and then gone. */
export const layer = PersonalData.holder(Effect.map(OrderNoteRepository, (notes): PersonalData.PersonalDataHolder => ({
  name: "orderNotes",
  hand: (customerId) =>
    Page.all((page) => notes.list({ customerId, ...page })),
  forget: notes.forget
})))
