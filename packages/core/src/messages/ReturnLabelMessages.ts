/**
 * The labels of returns by mail: once one was bought, its buyer is told that the return is approved, and has what to print.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { fileOf } from "../labels/Label.ts"
import { ReturnLabelBought } from "../labels/ReturnLabelEvents.ts"
import { ReturnLabelRepository } from "../labels/ReturnLabelRepository.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as BuyerLanguage from "./BuyerLanguage.ts"
import * as OrderLetter from "./OrderLetter.ts"

/** What people can print. */
const printable: ReadonlySet<string> = new Set(["application/pdf", "image/png"])

export const layer: Layer.Layer<
  never,
  never,
  Events | Notifications | OrderRepository | PreferencesRepository | ReturnLabelRepository | Stores
> = Layer.effectDiscard(Effect.gen(function*() {
  const events = yield* Events
  const labels = yield* ReturnLabelRepository
  const notifications = yield* Notifications
  const orders = yield* OrderRepository
  const preferences = yield* PreferencesRepository
  const stores = yield* Stores
  if ((yield* Mailer.Mailer) === Mailer.missing) return

  yield* events.subscribe({
    name: "messages.return-labels",
    types: [ReturnLabelBought.type],
    handle: Effect.fnUntraced(function*(event) {
      const { labelId, orderId } = event.data as typeof ReturnLabelBought.data.Type
      const label = (yield* labels.find(labelId))?.label
      const order = yield* orders.find(orderId)
      // it may have been given back meanwhile
      if (order === undefined || label?.status !== "bought") return
      const { settings: { contactEmail, storefrontUrl } } = yield* stores.current
      const file = yield* labels.file(labelId)
      const attachments = file !== undefined && printable.has(file.mediaType)
        ? [fileOf(labelId, file)]
        : []
      const [followed] = label.tracking
      // the same id each time, so that a provider recognises a repetition
      yield* notifications.deliver(`return-label-${labelId}`, {
        recipient: { channel: "email", address: order.email },
        template: "return-label",
        ...(yield* BuyerLanguage.of(preferences, order)),
        data: {
          order: OrderLetter.of(order, storefrontUrl),
          attached: attachments.length > 0,
          tracking: { carrier: label.carrier, number: followed?.number ?? null },
          contact: contactEmail
        }
      }, attachments).pipe(
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`The label of a return cannot be sent: ${error.message}`) : Effect.fail(error))
      )
    })
  })
}))
