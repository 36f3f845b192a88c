/**
 * What buyers are written of orders that staff have put together for them.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as DraftLink from "../drafts/DraftLink.ts"
import * as DraftOrderMail from "../drafts/DraftOrderMail.ts"
import { DraftOrderRepository } from "../drafts/DraftOrderRepository.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"
import * as BuyerLanguage from "./BuyerLanguage.ts"
import * as OrderLetter from "./OrderLetter.ts"

export const layer: Layer.Layer<
  never,
  never,
  DraftOrderRepository | Jobs | Notifications | PreferencesRepository | Stores
> = Layer.effectDiscard(Effect.gen(function*() {
  const drafts = yield* DraftOrderRepository
  const jobs = yield* Jobs
  const notifications = yield* Notifications
  const preferences = yield* PreferencesRepository
  const stores = yield* Stores
  const links = yield* DraftLink.make

  const write = Effect.fnUntraced(function*({ draftOrderId, message, sending }: typeof DraftOrderMail.Payload.Type) {
    const draft = yield* drafts.find(draftOrderId)
    // it was deleted, paid or is over: there is nothing to write any more
    if (draft === undefined || draft.status !== "sent" || draft.email === null) return
    const { settings: { contactEmail, storefrontUrl } } = yield* stores.current
    const token = yield* links.token(draft)
    if (storefrontUrl === null || token === undefined) {
      return yield* Effect.logWarning("A draft order cannot be sent: there is no link to it")
    }
    yield* notifications.deliver(`${draft.id}.${sending}`, {
      recipient: { channel: "email", address: draft.email },
      template: "draft-order",
      ...(yield* BuyerLanguage.of(preferences, draft)),
      data: {
        order: OrderLetter.ofDraft(draft),
        // behind the #, so that it reaches no server and no log of one
        url: `${storefrontUrl}/draft-orders#token=${token}`,
        until: draft.expiresAt.slice(0, 10),
        contact: contactEmail,
        message
      }
    }).pipe(
      Effect.catchTag("DeliveryFailed", (error) =>
        error.permanent ? Effect.logWarning(`A draft order cannot be sent: ${error.message}`) : Effect.fail(error))
    )
  })

  yield* jobs.handle({ name: DraftOrderMail.name, payload: DraftOrderMail.Payload, run: write, timeLimit: "2 minutes" })
}))
