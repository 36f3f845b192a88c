/**
 * Invoices and credit notes by mail, for stores that write one for every order (`invoices: "when_paid"`). Where somebody
 * has to ask for an invoice, they have it already.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DocumentIssued } from "../documents/DocumentEvents.ts"
import { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import { Documents } from "../documents/Documents.ts"
import { Events } from "../events/Events.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as BuyerLanguage from "./BuyerLanguage.ts"

export const layer: Layer.Layer<
  never,
  never,
  Documents | Events | Notifications | OrderRepository | PreferencesRepository | Stores
> = Layer.effectDiscard(Effect.gen(function*() {
  const documents = yield* Documents
  const events = yield* Events
  const notifications = yield* Notifications
  const orders = yield* OrderRepository
  const preferences = yield* PreferencesRepository
  const stores = yield* Stores
  if ((yield* Mailer.Mailer) === Mailer.missing || (yield* DocumentRenderer) === undefined) return

  yield* events.subscribe({
    name: "messages.documents",
    types: [DocumentIssued.type],
    handle: Effect.fnUntraced(function*(event) {
      const { documentId, kind, number, orderId } = event.data as typeof DocumentIssued.data.Type
      const { settings: { contactEmail, invoices } } = yield* stores.current
      if (invoices !== "when_paid") return
      const order = yield* orders.find(orderId)
      if (order === undefined) return
      const file = yield* documents.file(documentId)
      // the same id each time, so that a provider recognises a repetition
      yield* notifications.deliver(`document-${documentId}`, {
        recipient: { channel: "email", address: order.email },
        template: kind === "invoice" ? "invoice" : "credit-note",
        ...(yield* BuyerLanguage.of(preferences, order)),
        data: { number, order: { number: order.number }, contact: contactEmail }
      }, [file]).pipe(
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`A document cannot be sent: ${error.message}`) : Effect.fail(error))
      )
    })
  })
}))
