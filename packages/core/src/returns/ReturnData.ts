import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ReturnRepository } from "./ReturnRepository.ts"

/** Returns, as personal data: they are handed out whole; what the buyer wrote and pictured goes, the figures stay. */
export const layer = PersonalData.holder(Effect.map(ReturnRepository, (returns): PersonalData.PersonalDataHolder => ({
  name: "returns",
  hand: (customerId) =>
    Stream.paginate(undefined as string | undefined, (after) =>
      Effect.map(
        returns.list({ customerId, limit: Page.maximumLimit, ...(after === undefined ? {} : { after }) }),
        ({ items, nextCursor }) => [items, Option.fromNullOr(nextCursor)] as const
      )),
  forget: returns.forget
})))
