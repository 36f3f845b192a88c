/**
 * What vendors of a marketplace are told of orders with goods of theirs: by mail, where they have an address, and in the inbox of
 * each who works for them.
 *
 * **Details**
 *
 * They are told once, when an order is theirs to send: once it is paid or promised, and goes on if it rested. And once of each edit that
 * brings more goods of theirs into it, or takes some out. Nothing of the buyer or of other vendors is said.
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

const isOver = ({ status }: OwnOrder): boolean => status === "cancelled" || status === "refunded"

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

/** What an edit has brought in and taken out of what is the vendor's. */
const changedBy = (event: DomainEvent, { lines, supplied }: OwnOrder) => {
  const { added, removed } = event.data as typeof OrderEdited.data.Type
  const named = (pieces: typeof added) =>
    pieces.flatMap(({ lineId, quantity }) => [
      ...lines.filter(({ id }) => id === lineId).map((line) => ({ title: line.title, variantTitle: VariantName.of(line), quantity })),
      ...supplied.filter((part) => part.lineId === lineId)
        .map((part) => ({ title: part.title, variantTitle: VariantName.of(part), quantity: quantity * part.quantity }))
    ]).slice(0, listed)
  return { added: named(added), removed: named(removed) }
}

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

  /** What there is to say, and by which id it is said once. */
  const message = (vendorId: VendorId, event: DomainEvent, order: OwnOrder) => {
    const { id, number } = order
    if (event.type === OrderEdited.type && !isNewBy(event, order)) {
      const { added, removed } = changedBy(event, order)
      if (added.length + removed.length === 0) return undefined
      const { editId } = event.data as typeof OrderEdited.data.Type
      return { template: "vendor-order-changed", id: `${editId}:${vendorId}`, data: { order: { number }, added, removed } }
    }
    const goods = goodsOf(order)
    if (order.status === "on_hold" || goods.lines.length + goods.supplied.length === 0) return undefined
    return { template: "vendor-order", id: `${id}:${vendorId}`, data: { order: { number }, ...goods } }
  }

  const tell = Effect.fnUntraced(function*(vendorId: VendorId, event: DomainEvent) {
    const order = yield* orders.find(vendorId, orderOf(event))
    const vendor = yield* vendors.find(vendorId)
    // whose desk is closed is told nothing, and what nobody has paid or promised is not theirs yet
    if (order === undefined || isOver(order) || vendor?.status !== "active") return []
    const said = message(vendorId, event, order)
    if (said === undefined) return []
    const { data, template } = said
    const id = `${template}:${said.id}`
    const people = yield* vendors.members(vendorId)
    const languages = yield* preferences.languages(people.map(({ userId }) => userId))
    const entry = (userId: string) => {
      const locale = languages.get(userId)
      return { template, data, recipient: null, inbox: userId, id: `${id}:${userId}`, ...(locale === undefined ? {} : { locale }) }
    }
    const members = people.map(({ userId }) => entry(userId))
    const { email } = vendor
    return email === null || !mails
      ? members
      : [{ template, data, recipient: { channel: "email" as const, address: email }, id }, ...members]
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
