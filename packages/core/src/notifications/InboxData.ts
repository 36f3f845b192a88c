import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { InboxRepository } from "./InboxRepository.ts"

/** Inboxes, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(InboxRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "notifications",
    hand: (userId) =>
      Stream.paginate(undefined as string | undefined, (after) =>
        Effect.map(
          repository.list(userId, { limit: Page.maximumLimit, ...(after === undefined ? {} : { after }) }),
          ({ items, nextCursor }) => [items.map((item) => ({ ...item })), Option.fromNullOr(nextCursor)] as const
        )),
    forget: repository.empty
  }))
)
