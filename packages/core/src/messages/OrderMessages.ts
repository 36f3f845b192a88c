/**
 * What buyers are told of their orders, by mail and in their language.
 *
 * **Details**
 *
 * An order is confirmed once it is paid, or once its payment is promised (authorised, on delivery, by transfer): one that
 * is never paid was never confirmed. Every message is sent once for its event, however often that is handed over, and lies
 * in the inbox of a customer too. Guests of a shop without a mailer are told nothing, and no jobs are kept for it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { Download } from "../downloads/Download.ts"
import { DownloadsReady } from "../downloads/DownloadEvents.ts"
import { DownloadRepository } from "../downloads/DownloadRepository.ts"
import type { DomainEvent, EventType } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import * as FulfilmentEvents from "../fulfilment/FulfilmentEvents.ts"
import { hasLeft } from "../fulfilment/FulfilmentPlan.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { Notifications } from "../notifications/Notifications.ts"
import * as OrderEvents from "../orders/OrderEvents.ts"
import { OrderNoteRepository } from "../orders/OrderNoteRepository.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import * as VariantName from "../orders/VariantName.ts"
import * as PaymentEvents from "../payments/PaymentEvents.ts"
import { ClaimRepository } from "../returns/ClaimRepository.ts"
import { ClaimStatusChanged, ReturnExchanged } from "../returns/ReturnEvents.ts"
import { Stores } from "../stores/Stores.ts"
import * as BuyerLanguage from "./BuyerLanguage.ts"
import * as OrderLetter from "./OrderLetter.ts"

type DataOf<E> = E extends EventType<string, infer Data extends Schema.ConstraintCodec<unknown, Schema.Json>> ? Data["Type"]
  : never

/** A message that an event calls for. */
interface Wanted {
  readonly orderId: string
  readonly template: string
  /** Of those with the same id one is sent. */
  readonly id: string
  readonly data?: Readonly<Record<string, Schema.Json>>
  /** Pieces of lines, told by their titles. */
  readonly lines?: ReadonlyArray<{ readonly lineId: string; readonly quantity: number }>
  readonly added?: Wanted["lines"]
  /** Whose text is told. */
  readonly noteId?: string
  /** Whether the files are named that belong to it. */
  readonly files?: boolean
  /** Whose answer is told. */
  readonly claimId?: string
}

/** Reads the data of an event of a known type. */
const dataOf = <E extends { readonly type: string }>(_type: E, event: DomainEvent): DataOf<E> => event.data as DataOf<E>

const confirmation = (orderId: string): Wanted => ({
  orderId,
  template: "order-confirmation",
  id: `order-confirmation:${orderId}`
})

const wantedFor = (event: DomainEvent): Wanted | undefined => {
  switch (event.type) {
    case OrderEvents.OrderPaid.type:
      return confirmation(dataOf(OrderEvents.OrderPaid, event).orderId)
    case PaymentEvents.PaymentAuthorized.type:
      return confirmation(dataOf(PaymentEvents.PaymentAuthorized, event).orderId)
    case OrderEvents.OrderPaymentFailed.type:
      return { orderId: event.subject, template: "payment-failed", id: `payment-failed:${event.id}` }
    case OrderEvents.OrderCancelled.type:
      return { orderId: event.subject, template: "order-cancelled", id: `order-cancelled:${event.id}` }
    case OrderEvents.OrderRefunded.type: {
      const { amount, creditedTo = null } = dataOf(OrderEvents.OrderRefunded, event)
      // the new order tells of it
      if (creditedTo === "exchange") return undefined
      const data = { amount: { ...amount }, creditedTo }
      return { orderId: event.subject, template: "order-refunded", id: `order-refunded:${event.id}`, data }
    }
    case OrderEvents.OrderLinesCancelled.type: {
      const { amount, lines, orderId, waits = null } = dataOf(OrderEvents.OrderLinesCancelled, event)
      const data = { amount: { ...amount }, waits: waits === null ? null : { ...waits } }
      return { orderId, template: "order-lines-cancelled", id: `order-lines-cancelled:${event.id}`, data, lines }
    }
    case OrderEvents.OrderEdited.type: {
      const { added, changed, notify, open, orderId, refund, removed, waits = null } = dataOf(OrderEvents.OrderEdited, event)
      const data = { refund: { ...refund }, waits: waits === null ? null : { ...waits }, open: { ...open }, moved: changed.includes("shippingAddress") }
      return notify
        ? { orderId, template: "order-edited", id: `order-edited:${event.id}`, data, lines: removed, added }
        : undefined
    }
    case OrderEvents.OrderNoted.type: {
      const { forCustomer, noteId, orderId } = dataOf(OrderEvents.OrderNoted, event)
      return forCustomer ? { orderId, template: "order-note", id: `order-note:${noteId}`, noteId } : undefined
    }
    case DownloadsReady.type: {
      const { orderId } = dataOf(DownloadsReady, event)
      return { orderId, template: "downloads-ready", id: `downloads-ready:${event.id}`, files: true }
    }
    case ReturnExchanged.type: {
      const { due, replacementId } = dataOf(ReturnExchanged, event)
      return due.amount === 0
        ? undefined
        : { orderId: replacementId, template: "exchange-due", id: `exchange-due:${event.id}`, data: { due: { ...due } } }
    }
    case ClaimStatusChanged.type: {
      const { amount, claimId, orderId, to } = dataOf(ClaimStatusChanged, event)
      const data = { decision: to, amount: amount === null ? null : { ...amount } }
      return to === "cancelled" ? undefined : { orderId, template: "claim-decided", id: `claim-decided:${claimId}`, data, claimId }
    }
    case FulfilmentEvents.FulfilmentShipped.type: {
      const { orderId, tracking } = dataOf(FulfilmentEvents.FulfilmentShipped, event)
      const [parcel] = tracking
      return {
        orderId,
        template: "order-shipped",
        id: `order-shipped:${event.id}`,
        data: parcel === undefined ? {} : { tracking: { ...parcel } }
      }
    }
    case OrderEvents.OrderStatusChanged.type: {
      const { to } = dataOf(OrderEvents.OrderStatusChanged, event)
      return to === "shipped" || to === "delivered"
        ? { orderId: event.subject, template: `order-${to}`, id: `order-${to}:${event.id}` }
        : undefined
    }
    default:
      return undefined
  }
}

/** More files than this are not listed one by one. */
const listedFiles = 100

/** A file as a message names it: until when, and how many times more it can be downloaded. */
const told = ({ expiresAt, maximum, name, used }: Download) => ({
  name,
  until: expiresAt?.slice(0, 10) ?? null,
  times: maximum === null ? null : maximum - used
})

export const layer: Layer.Layer<
  never,
  never,
  Events | ClaimRepository | DownloadRepository | FulfilmentRepository | Notifications | OrderNoteRepository | OrderRepository | PreferencesRepository | Stores
> = Layer.effectDiscard(Effect.gen(function*() {
    const events = yield* Events
    const notifications = yield* Notifications
    const fulfilments = yield* FulfilmentRepository
    const orders = yield* OrderRepository
    const notes = yield* OrderNoteRepository
    const claims = yield* ClaimRepository
    const downloads = yield* DownloadRepository
    const preferences = yield* PreferencesRepository
    const stores = yield* Stores
    const mails = (yield* Mailer.Mailer) !== Mailer.missing

    yield* events.subscribe({
      name: "messages.orders",
      types: [
        OrderEvents.OrderPaid.type,
        PaymentEvents.PaymentAuthorized.type,
        OrderEvents.OrderPaymentFailed.type,
        OrderEvents.OrderCancelled.type,
        OrderEvents.OrderRefunded.type,
        OrderEvents.OrderNoted.type,
        OrderEvents.OrderLinesCancelled.type,
        OrderEvents.OrderEdited.type,
        OrderEvents.OrderStatusChanged.type,
        DownloadsReady.type,
        ReturnExchanged.type,
        ClaimStatusChanged.type,
        FulfilmentEvents.FulfilmentShipped.type
      ],
      // a guest has no inbox, and without a mailer nothing else to be told by
      among: (published) =>
        Effect.succeed(mails ? published : published.filter(({ data }) => (data as { customerId?: unknown }).customerId !== null)),
      handle: Effect.fnUntraced(function*(event) {
        const wanted = wantedFor(event)
        if (wanted === undefined) return
        const order = yield* orders.find(wanted.orderId)
        if (order === undefined || (order.customerId === null && !mails)) return
        // each parcel was told of when it left
        const isParcels = event.type === OrderEvents.OrderStatusChanged.type && wanted.template === "order-shipped"
        if (isParcels && (yield* fulfilments.ofOrder(order.id)).some(hasLeft)) return
        const claim = wanted.claimId === undefined ? undefined : yield* claims.find(wanted.claimId)
        const note = wanted.noteId === undefined ? undefined : yield* notes.find(wanted.noteId)
        const files = wanted.files === true
          ? (yield* downloads.ofOrder(order.id, yield* Timestamp.now)).filter(({ state }) => state === "ready")
          : []
        const named = (pieces: NonNullable<Wanted["lines"]> = []) =>
          pieces.flatMap(({ lineId, quantity }) => {
            const line = order.lines.find(({ id }) => id === lineId)
            return line === undefined ? [] : [{ title: line.title, variantTitle: VariantName.of(line), quantity }]
          })
        const lines = named(wanted.lines)
        const added = named(wanted.added)
        // it was forgotten with its buyer
        if (wanted.noteId !== undefined && note === undefined) return
        const { settings: { contactEmail, storefrontUrl } } = yield* stores.current
        const letter = OrderLetter.of(order, storefrontUrl)
        yield* notifications.queue([{
          recipient: { channel: "email", address: order.email },
          ...(order.customerId === null ? {} : { inbox: order.customerId, link: letter.url }),
          template: wanted.template,
          id: wanted.id,
          ...(yield* BuyerLanguage.of(preferences, order)),
          data: {
            order: letter,
            contact: contactEmail,
            ...wanted.data,
            ...(note === undefined ? {} : { note: note.text }),
            ...(claim === undefined ? {} : { answer: claim.answer }),
            ...(files.length === 0 ? {} : { files: files.slice(0, listedFiles).map(told) }),
            ...(lines.length === 0 ? {} : { lines }),
            ...(added.length === 0 ? {} : { added })
          }
        }])
      })
    })
  }))
