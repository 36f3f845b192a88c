import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { InboxRepository } from "./InboxRepository.ts"

/** Inboxes, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(InboxRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "notifications",
    hand: (userId) =>
      Stream.map(Page.all((page) => repository.list(userId, page)), (item) => ({ ...item })),
    forget: repository.empty
  }))
)
