import * as Effect from "effect/Effect"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ReturnRepository } from "./ReturnRepository.ts"

/** Returns, as personal data: they are handed out whole; what the buyer wrote and pictured goes, the figures stay. */
export const layer = PersonalData.holder(Effect.map(ReturnRepository, (returns): PersonalData.PersonalDataHolder => ({
  name: "returns",
  hand: (customerId) =>
    Page.all((page) => returns.list({ customerId, ...page })),
  forget: returns.forget
})))
