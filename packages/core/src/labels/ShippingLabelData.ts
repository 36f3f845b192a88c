import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ReturnLabelRepository } from "./ReturnLabelRepository.ts"
import { ShippingLabelRepository } from "./ShippingLabelRepository.ts"

/** Labels of parcels and returns, as personal data: their files hold an address, which their buyer has in the order; with the buyer they go. */
export const layer = PersonalData.holder(
  Effect.map(Effect.all([ShippingLabelRepository, ReturnLabelRepository]), ([sent, returned]): PersonalData.PersonalDataHolder => ({
    name: "shippingLabels",
    hand: () => Stream.empty,
    forget: (customerId) => Effect.andThen(sent.forget(customerId), returned.forget(customerId))
  }))
)
