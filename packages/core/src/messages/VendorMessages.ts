/**
 * What vendors of a marketplace are told of orders with goods of theirs: by mail, where they have an address, and in the inbox of
 * each who works for them.
 *
 * **Details**
 *
 * They are told once, when an order is theirs to send: once it is paid or promised, and goes on if it rested. Nothing of the buyer or of
 * other vendors is said.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { type OwnOrder, VendorOrderRepository } from "../marketplace/VendorOrderRepository.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { OrderEdited, OrderPaid, OrderStatusChanged } from "../orders/OrderEvents.ts"
import * as VariantName from "../orders/VariantName.ts"
import { PaymentAuthorized } from "../payments/PaymentEvents.ts"
import type { VendorId } from "../vendors/VendorId.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"

/** More lines than this are not listed one by one. */
const listed = 100

const orderOf = ({ data }: DomainEvent): string => (data as typeof OrderPaid.data.Type).orderId

/** Whether an edit has brought the vendor into the order: all that is theirs came with it. */
const isNewBy = (event: DomainEvent, { lines, supplied }: OwnOrder): boolean => {
  const { added } = event.data as typeof OrderEdited.data.Type
  return [...lines.map(({ id }) => id), ...supplied.map(({ lineId }) => lineId)].every((id) => added.some(({ lineId }) => lineId === id))
}

/** Whether an event may make an order one that a vendor is told of. */
const mayTell = ({ data, type }: DomainEvent): boolean =>
  type !== OrderStatusChanged.type || (data as typeof OrderStatusChanged.data.Type).from === "on_hold"

/** Nothing of an order that rests or is over is to be sent. */
const rests: ReadonlySet<OwnOrder["status"]> = new Set(["on_hold", "cancelled", "refunded"])

const goodsOf = ({ lines, supplied }: OwnOrder) => ({
  lines: lines.filter(({ cancelled, quantity }) => quantity > cancelled).slice(0, listed).map((line) => ({
    title: line.title,
    variantTitle: VariantName.of(line),
    quantity: line.quantity - line.cancelled
  })),
  supplied: supplied.filter(({ bundles, cancelled }) => bundles > cancelled).slice(0, listed).map((part) => ({
    title: part.title,
    variantTitle: VariantName.of(part),
    quantity: (part.bundles - part.cancelled) * part.quantity
  }))
})

export const layer: Layer.Layer<
  never,
  never,
  Events | Notifications | PreferencesRepository | VendorOrderRepository | VendorRepository
> = Layer.effectDiscard(Effect.gen(function*() {
  const events = yield* Events
  const notifications = yield* Notifications
  const preferences = yield* PreferencesRepository
  const orders = yield* VendorOrderRepository
  const vendors = yield* VendorRepository
  const mails = (yield* Mailer.Mailer) !== Mailer.missing

  const tell = Effect.fnUntraced(function*(vendorId: VendorId, event: DomainEvent) {
    const order = yield* orders.find(vendorId, orderOf(event))
    const vendor = yield* vendors.find(vendorId)
    // whose desk is closed is told nothing, and what nobody has paid or promised is not theirs yet
    if (order === undefined || rests.has(order.status) || vendor?.status !== "active") return []
    if (event.type === OrderEdited.type && !isNewBy(event, order)) return []
    const goods = goodsOf(order)
    if (goods.lines.length + goods.supplied.length === 0) return []
    const message = { template: "vendor-order", data: { order: { number: order.number }, ...goods } }
    const id = `vendor-order:${order.id}:${vendorId}`
    const people = yield* vendors.members(vendorId)
    const languages = yield* preferences.languages(people.map(({ userId }) => userId))
    const entry = (userId: string) => {
      const locale = languages.get(userId)
      return { ...message, recipient: null, inbox: userId, id: `${id}:${userId}`, ...(locale === undefined ? {} : { locale }) }
    }
    const members = people.map(({ userId }) => entry(userId))
    const { email } = vendor
    return email === null || !mails
      ? members
      : [{ ...message, recipient: { channel: "email" as const, address: email }, id }, ...members]
  })

  yield* events.subscribe({
    name: "messages.vendors",
    types: [OrderPaid.type, PaymentAuthorized.type, OrderEdited.type, OrderStatusChanged.type],
    // most orders are of the shop itself, and it is asked once for many events
    among: Effect.fnUntraced(function*(published) {
      const telling = published.filter(mayTell)
      if (telling.length === 0) return []
      const sellers = yield* orders.vendorsOf([...new Set(telling.map(orderOf))])
      return telling.filter((event) => sellers.has(orderOf(event)))
    }),
    handle: Effect.fnUntraced(function*(event) {
      const orderId = orderOf(event)
      const sellers = (yield* orders.vendorsOf([orderId])).get(orderId) ?? []
      yield* notifications.queue((yield* Effect.forEach(sellers, (vendorId) => tell(vendorId, event))).flat())
    })
  })
}))
