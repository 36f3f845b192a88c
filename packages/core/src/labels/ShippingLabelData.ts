import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ShippingLabelRepository } from "./ShippingLabelRepository.ts"

/** Labels, as personal data: their files hold an address, which their buyer has in the order; with the buyer they go. */
export const layer = PersonalData.holder(
  Effect.map(ShippingLabelRepository, (labels): PersonalData.PersonalDataHolder => ({
    name: "shipping-labels",
    hand: () => Stream.empty,
    forget: labels.forget
  }))
)
