import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { MailDeliveryRepository } from "./MailDeliveryRepository.ts"

/** What became of mails is forgotten with the person whom they went to; it says nothing that the inbox does not. */
export const layer = PersonalData.holder(
  Effect.map(MailDeliveryRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "mails",
    hand: () => Stream.empty,
    forget: repository.forget
  }))
)
