/**
 * Draft orders: staff put an order together for a buyer, who pays it, or who has paid it already.
 *
 * **Details**
 *
 * A draft is one document, written as a whole with a version, so of two who change it at once one is told. It is priced when it is
 * written (`DraftPricing`) and keeps its figures. Its order is placed in the transaction in which the draft is closed, as every
 * order is: stock, limits of promotions, payment, books and events, all or nothing; so however often it is paid or completed,
 * there is one order at most.
 *
 * What is held for a draft is held until a time, and free again when the draft is deleted or its time is over (`DraftExpiry`). Its order
 * keeps it until then as well, though the first payment fails.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { CartRepository } from "../cart/CartRepository.ts"
import type { NotForSale } from "../cart/CartErrors.ts"
import { CartId } from "../cart/Cart.ts"
import type { CheckoutIncomplete, PlacedOrder, TotalChanged } from "../checkout/CheckoutInput.ts"
import * as OrderDraft from "../checkout/OrderDraft.ts"
import * as Purchases from "../checkout/Purchases.ts"
import { Events } from "../events/Events.ts"
import type { FraudCheck } from "../fraud/FraudCheck.ts"
import type { PurchaseRefused } from "../fraud/FraudErrors.ts"
import { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentActor, describe } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { type Order, OrderId, OrderLineId } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import type { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import type { OrderRepository } from "../orders/OrderRepository.ts"
import * as Mailer from "../notifications/Mailer.ts"
import * as OutsidePayment from "../payments/OutsidePayment.ts"
import type { Payments } from "../payments/Payments.ts"
import type {
  AmountUnsupported,
  CurrencyUnsupported,
  GatewayNotFound,
  NoGatewayAvailable,
  PaymentMethodUnknown
} from "../payments/PaymentsErrors.ts"
import type { Refused as SavedMethodRefused } from "../payments/SavedMethodUse.ts"
import type { PromotionBooks } from "../promotions/PromotionBooks.ts"
import type { PromotionUsedUp } from "../promotions/PromotionErrors.ts"
import { normalize } from "../promotions/CouponCode.ts"
import * as PromotionUses from "../promotions/PromotionUses.ts"
import type { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import type { GiftCardNotFound, GiftCardUnusable, StoredValueSpent } from "../value/StoredValueErrors.ts"
import type { Tenders } from "../value/Tenders.ts"
import * as DraftExpiry from "./DraftExpiry.ts"
import * as DraftLink from "./DraftLink.ts"
import * as DraftOffers from "./DraftOffers.ts"
import * as DraftOrderMail from "./DraftOrderMail.ts"
import {
  about,
  type AddressDraftOffer,
  CompleteDraftOrder,
  CreateDraftOrder,
  type DraftOffer,
  type DraftOrder,
  DraftOrderId,
  type DraftOrderSummary,
  ListDraftOrders,
  type PayDraftOffer,
  ReserveDraftOrder,
  SendDraftOrder,
  type ShowDraftOffer,
  type StoredDraftOrder,
  UpdateDraftOrder
} from "./DraftOrder.ts"
import { type DraftAddressGiven, type DraftLinkInvalid, type DraftOrderClosed, type DraftOrderNotFound, DraftOrderNotSent } from "./DraftOrderErrors.ts"
import {
  DraftOrderCreated,
  DraftOrderDeleted,
  DraftOrderSent,
  DraftOrderUpdated
} from "./DraftOrderEvents.ts"
import * as DraftOrdering from "./DraftOrdering.ts"
import { DraftOrderRepository } from "./DraftOrderRepository.ts"

type NotChanged = InvalidInput | DraftOrderNotFound | DraftOrderClosed | VersionConflict | StorageError | Denied

/** Why a draft does not become an order. */
type NotOrdered =
  | NotChanged
  | CheckoutIncomplete
  | NotForSale
  | TotalChanged
  | InsufficientStock
  | PromotionUsedUp

export class DraftOrders extends Context.Service<DraftOrders, {
  /** Draft orders, the newest first. Needs `orders:read`. */
  readonly list: (
    input?: typeof ListDraftOrders.Encoded
  ) => Effect.Effect<Page<DraftOrderSummary>, InvalidInput | StorageError | Denied>
  /** A draft order by its id. Needs `orders:read`. */
  readonly get: (id: string) => Effect.Effect<DraftOrder, InvalidInput | DraftOrderNotFound | StorageError | Denied>
  /** What a draft would cost, and what it would lack. Writes nothing. Needs `orders:write`. */
  readonly preview: (
    input: typeof CreateDraftOrder.Encoded
  ) => Effect.Effect<DraftOrder, InvalidInput | StorageError | Denied>
  /** Puts an order together for a buyer, and prices it as of now. Needs `orders:write`. */
  readonly create: (
    input: typeof CreateDraftOrder.Encoded
  ) => Effect.Effect<DraftOrder, InvalidInput | StorageError | Denied>
  /**
   * Changes a draft and prices it anew, as of now. What is held for it is held for its new lines. Needs `orders:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateDraftOrder.Encoded
  ) => Effect.Effect<DraftOrder, NotChanged | InsufficientStock>
  /** Holds its pieces for its buyer, all or none, until a time, which is at most its own. Needs `orders:write`. */
  readonly reserve: (
    id: string,
    input: typeof ReserveDraftOrder.Encoded
  ) => Effect.Effect<DraftOrder, NotChanged | InsufficientStock>
  /** Lets go what is held for it. Again: nothing happens. Needs `orders:write`. */
  readonly release: (id: string, options?: typeof AtVersion.Encoded) => Effect.Effect<DraftOrder, NotChanged>
  /** Deletes a draft that has not become an order. Needs `orders:write`. */
  readonly delete: (id: string, options?: typeof AtVersion.Encoded) => Effect.Effect<void, NotChanged>
  /**
   * Writes to its buyer, with a link on which they see and pay it. The figures stay those that it has. Sent again, the link is the
   * same, unless it goes to somebody else by now. Needs `orders:write`.
   */
  readonly send: (
    id: string,
    input?: typeof SendDraftOrder.Encoded
  ) => Effect.Effect<DraftOrder, NotChanged | CheckoutIncomplete | NotForSale | DraftOrderNotSent>
  /** What the buyer sees who has its link. `DraftLinkInvalid` for every token that is not a draft's. */
  readonly show: (
    input: typeof ShowDraftOffer.Encoded
  ) => Effect.Effect<DraftOffer, InvalidInput | DraftLinkInvalid | StorageError>
  /**
   * Says where it goes, by its link, as far as the shop has not, and prices it anew for there, as of now. Again: mends what was said.
   */
  readonly address: (
    input: typeof AddressDraftOffer.Encoded
  ) => Effect.Effect<
    DraftOffer,
    InvalidInput | DraftLinkInvalid | DraftOrderClosed | DraftAddressGiven | NotForSale | VersionConflict | StorageError
  >
  /**
   * Orders it by its link, and starts its payment, as `Checkout.place` does: it can fail as that can, and a declined payment is no
   * failure. The token of the link shows the order from then on, and lets its holder pay by other means.
   */
  readonly pay: (
    input: typeof PayDraftOffer.Encoded
  ) => Effect.Effect<
    PlacedOrder,
    | Exclude<NotOrdered, DraftOrderNotFound | Denied>
    | DraftLinkInvalid
    | GiftCardNotFound
    | GiftCardUnusable
    | StoredValueSpent
    | GatewayNotFound
    | CurrencyUnsupported
    | AmountUnsupported
    | PaymentMethodUnknown
    | NoGatewayAvailable
    | SavedMethodRefused
    | PurchaseRefused
  >
  /**
   * Makes its order, paid outside or to be paid later, at the figures of the draft. `DraftOrderClosed` names the order that it has
   * become already. Needs `orders:write`, and `payments:write` to say that money has come outside.
   */
  readonly complete: (
    id: string,
    input: typeof CompleteDraftOrder.Encoded
  ) => Effect.Effect<Order, NotOrdered>
}>()("@stoa/core/drafts/DraftOrders") {}

const decodeList = Input.decoder(ListDraftOrders)
const decodeCreate = Input.decoder(CreateDraftOrder)
const decodeUpdate = Input.decoder(UpdateDraftOrder)
const decodeReserve = Input.decoder(ReserveDraftOrder)
const decodeComplete = Input.decoder(CompleteDraftOrder)
const decodeSend = Input.decoder(SendDraftOrder)

const checked = Input.textParameters<DraftOrders["Service"]>({
  get: ["id"],
  update: ["id"],
  reserve: ["id"],
  release: ["id"],
  delete: ["id"],
  send: ["id"],
  complete: ["id"]
})

/** How long a draft can be paid if nobody says it, and at most. */
const usualTime = "14 days"
const longestTime = "180 days"

const shown = ({ byBuyer: _byBuyer, cartId: _cart, isPickedUp: _pickedUp, linkKey: _key, ...draft }: StoredDraftOrder): DraftOrder => draft

const codesOf = (codes: ReadonlyArray<string>) => [...new Set(codes.map(normalize))]

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* DraftOrderRepository
  const inventory = yield* Inventory
  const events = yield* Events
  const jobs = yield* Jobs
  const { transaction } = yield* Transactor
  const current = yield* Stores
  const mailer = yield* Mailer.Mailer
  const purchases = yield* Purchases.make
  const links = yield* DraftLink.make
  const offers = yield* DraftOffers.make
  const { becoming, find, pricing, record, toldOf } = yield* DraftOrdering.make

  /** A draft that has not become an order, at the version that somebody has seen. */
  const findOpen = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const draft = yield* find(id)
    if (draft.status === "ordered") return yield* DraftOrdering.closed(draft)
    if (version !== undefined && version !== draft.version) {
      return yield* new VersionConflict({ id: draft.id, expected: version })
    }
    return draft
  })

  const expiryOf = Effect.fnUntraced(function*(wanted: Timestamp.Timestamp | undefined, at: Timestamp.Timestamp) {
    if (wanted === undefined) return Timestamp.plus(at, usualTime)
    if (wanted <= at || wanted > Timestamp.plus(at, longestTime)) {
      return yield* InvalidInput.at(["expiresAt"], "is not within the next 180 days", "outside_period")
    }
    return wanted
  })

  /** Holds the pieces of a draft, instead of what was held for it before, in the current transaction. */
  const hold = Effect.fnUntraced(function*(draft: StoredDraftOrder) {
    yield* inventory.release(draft.id, "the draft was changed")
    if (draft.reservedUntil === null) return
    const lines = draft.lines.flatMap(({ custom, quantity, variantId }) => (custom === null ? [{ variantId, quantity }] : []))
    if (lines.length > 0) yield* inventory.hold(draft.id, lines, draft.reservedUntil)
  })

  const begin = Effect.fnUntraced(function*(input: CreateDraftOrder) {
    const at = yield* Timestamp.now
    const expiresAt = yield* expiryOf(input.expiresAt, at)
    const wanted = {
      customerId: input.customerId ?? null,
      email: input.email ?? null,
      currency: input.currency ?? null,
      language: input.language ?? null,
      lines: input.lines ?? [],
      shippingAddress: input.shippingAddress ?? null,
      billingAddress: input.billingAddress ?? null,
      shipping: input.shipping ?? null,
      codes: codesOf(input.codes ?? []),
      discount: input.discount ?? null,
      note: input.note ?? null
    }
    const id = yield* DraftOrderId.generate
    return {
      ...wanted,
      ...(yield* pricing.price(wanted, false, at)),
      id,
      status: "open",
      tags: input.tags ?? [],
      expiresAt,
      reservedUntil: null,
      sentAt: null,
      orderId: null,
      cartId: yield* CartId.generate,
      linkKey: yield* links.key(id),
      createdBy: describe(yield* CurrentActor),
      version: 1,
      createdAt: at,
      updatedAt: at
    } satisfies StoredDraftOrder
  })

  /** Writes a change, which keeps what is held in step. */
  const replace = Effect.fnUntraced(function*(draft: StoredDraftOrder, action: string) {
    yield* transaction(Effect.gen(function*() {
      yield* repository.replace(draft)
      yield* hold(draft)
      yield* events.publish([DraftOrderUpdated.make(draft.id, about(draft))])
      yield* record(action, draft)
    }))
    return shown(draft)
  })

  yield* DraftExpiry.schedule

  return watched(checked(DraftOrders.of({
    list: Effect.fn("DraftOrders.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    get: Effect.fn("DraftOrders.get")(function*(id) {
      yield* Permission.require("orders:read")
      return shown(yield* find(id))
    }),

    preview: Effect.fn("DraftOrders.preview")(function*(input) {
      yield* Permission.require("orders:write")
      return shown(yield* begin(yield* decodeCreate(input)))
    }),

    create: Effect.fn("DraftOrders.create")(function*(input) {
      yield* Permission.require("orders:write")
      const draft = yield* begin(yield* decodeCreate(input))
      yield* transaction(Effect.gen(function*() {
        yield* repository.insert(draft)
        yield* events.publish([DraftOrderCreated.make(draft.id, about(draft))])
        yield* record("create", draft)
      }))
      return shown(draft)
    }),

    update: Effect.fn("DraftOrders.update")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { expiresAt: given, tags, version, ...changes } = yield* decodeUpdate(input)
      const before = yield* findOpen(id, version)
      const at = yield* Timestamp.now
      const isOver = before.status === "expired" || before.expiresAt <= at
      if (isOver && given === undefined) return yield* DraftOrdering.closed({ ...before, status: "expired" })
      const expiresAt = given === undefined ? before.expiresAt : yield* expiryOf(given, at)
      // the invoice goes where the goods go, unless somebody has said otherwise
      const follows = changes.shippingAddress !== undefined && DraftOrdering.isBilledWhereItGoes(before)
      // a method of the shop asks for money of one currency
      const isInAnother = changes.currency !== undefined && changes.currency !== before.currency
      const isWithoutWay = isInAnother && before.shipping !== null && !("price" in before.shipping)
      // what was filled in of an account is not another's
      const isAnother = changes.customerId !== undefined && changes.customerId !== before.customerId
      const wanted = {
        ...before,
        ...(isAnother ? { email: null, shippingAddress: null, billingAddress: null } : {}),
        ...(follows ? { billingAddress: null } : {}),
        ...(isWithoutWay ? { shipping: null } : {}),
        ...changes,
        ...(changes.codes === undefined ? {} : { codes: codesOf(changes.codes) })
      }
      const reservedUntil = isOver || before.reservedUntil === null || before.reservedUntil < expiresAt
        ? before.reservedUntil
        : expiresAt
      const priced = yield* pricing.price(wanted, reservedUntil !== null, at)
      // the link is for whoever it was sent to, and no more for somebody else
      const isForOthers = isAnother || priced.email !== before.email
      return yield* replace({
        ...before,
        ...wanted,
        ...priced,
        linkKey: isForOthers ? yield* links.key(before.id) : before.linkKey,
        status: isOver ? (before.sentAt === null ? "open" : "sent") : before.status,
        tags: tags ?? before.tags,
        byBuyer: isAnother ? [] : (before.byBuyer ?? []).filter((field) => changes[field] === undefined),
        expiresAt,
        reservedUntil,
        version: before.version + 1,
        updatedAt: at
      }, "update")
    }),

    reserve: Effect.fn("DraftOrders.reserve")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { minutes, version } = yield* decodeReserve(input)
      const before = yield* findOpen(id, version)
      const at = yield* Timestamp.now
      if (before.status === "expired" || before.expiresAt <= at) return yield* DraftOrdering.closed({ ...before, status: "expired" })
      const wanted = Timestamp.plus(at, { minutes })
      return yield* replace({
        ...before,
        reservedUntil: wanted < before.expiresAt ? wanted : before.expiresAt,
        notices: before.notices.filter(({ _tag }) => _tag !== "short_of_stock"),
        version: before.version + 1,
        updatedAt: at
      }, "reserve")
    }),

    release: Effect.fn("DraftOrders.release")(function*(id, options = {}) {
      yield* Permission.require("orders:write")
      const { version } = yield* decodeAtVersion(options)
      const before = yield* findOpen(id, version)
      if (before.reservedUntil === null) return shown(before)
      return yield* replace({
        ...before,
        reservedUntil: null,
        version: before.version + 1,
        updatedAt: yield* Timestamp.now
      }, "release").pipe(Effect.catchTag("InsufficientStock", Effect.die))
    }),

    delete: Effect.fn("DraftOrders.delete")(function*(id, options = {}) {
      yield* Permission.require("orders:write")
      const { version } = yield* decodeAtVersion(options)
      const draft = yield* findOpen(id, version)
      yield* transaction(Effect.gen(function*() {
        if (!(yield* repository.delete(draft.id, draft.version))) {
          return yield* new VersionConflict({ id: draft.id, expected: draft.version })
        }
        yield* inventory.release(draft.id, "the draft was deleted")
        yield* events.publish([DraftOrderDeleted.make(draft.id, about(draft))])
        yield* record("delete", draft)
      }))
    }),

    send: Effect.fn("DraftOrders.send")(function*(id, input = {}) {
      yield* Permission.require("orders:write")
      const { message = "", version } = yield* decodeSend(input)
      const at = yield* Timestamp.now
      const open = yield* findOpen(id, version)
      // its buyer says at the link where it goes, and only then it is known what gets there
      const before = yield* DraftOrdering.requireOrderable(open, at, (name) => open.shippingAddress === null && name.startsWith("shipping"))
      yield* DraftOrdering.requireForSale(before)
      const { settings: { storefrontUrl } } = yield* current.current
      const refused = (reason: DraftOrderNotSent["reason"]) => new DraftOrderNotSent({ draftOrderId: before.id, reason })
      if (mailer === Mailer.missing) return yield* refused("no_mailer")
      if (storefrontUrl === null) return yield* refused("no_storefront")
      const draft: StoredDraftOrder = {
        ...before,
        status: "sent",
        sentAt: at,
        linkKey: (yield* links.token(before)) === undefined ? yield* links.key(before.id) : before.linkKey,
        version: before.version + 1,
        updatedAt: at
      }
      yield* transaction(Effect.gen(function*() {
        yield* repository.replace(draft)
        yield* DraftOrderMail.enqueue(jobs, draft, message)
        yield* events.publish([DraftOrderSent.make(draft.id, about(draft))])
        yield* record("send", draft)
      }))
      return shown(draft)
    }),

    ...offers,

    complete: Effect.fn("DraftOrders.complete")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { expectedTotal, payWithinDays = 7, payment: way, reference, version } = yield* decodeComplete(input)
      if (way === "outside") yield* Permission.require("payments:write")
      const at = yield* Timestamp.now
      const draft = yield* DraftOrdering.requireOrderable(yield* findOpen(id, version), at)
      const { total } = draft
      yield* DraftOrdering.requireTotal(draft, expectedTotal)
      const made = yield* pricing.forOrder(draft, at)
      const token = (yield* links.token(draft)) ?? (yield* Entropy.token("order"))
      const order = OrderDraft.toOrder(
        {
          id: yield* OrderId.generate,
          cartId: draft.cartId,
          customerId: draft.customerId,
          email: draft.email,
          ...(draft.language === undefined || draft.language === null ? {} : { language: draft.language }),
          shippingAddress: DraftOrdering.addressOf(draft),
          billingAddress: draft.billingAddress,
          note: draft.note,
          tokenHash: Secret.hash(token),
          reservedUntil: Timestamp.plus(at, { days: payWithinDays }),
          placedAt: at
        },
        made.pricing,
        yield* OrderLineId.generateMany(made.pricing.buyable.length),
        way === "outside" ? total.amount : 0
      )
      const payment = way === "outside" && total.amount > 0 ? yield* OutsidePayment.of(order, reference) : null
      const placing = purchases.place({
        order,
        cartVersion: made.cart.version,
        lines: Purchases.requested(made.pricing.buyable),
        uses: PromotionUses.of(order.id, order.promotions, order, made.promotions),
        payment,
        review: null,
        tenders: []
      })
      return yield* transaction(Effect.tap(becoming(draft, order.id, made, at)(placing), () =>
        record("complete", draft, { order: order.id, payment: way, ...(reference === undefined ? {} : { reference }) }))).pipe(
        Effect.catchTags({ VersionConflict: toldOf(draft.id), StoredValueSpent: Effect.die }),
        Effect.flatMap((placed) => Effect.map(CurrentActor, (actor) => OrderAccess.shownTo(actor, placed, [])))
      )
    })
  })))
})

export const layer: Layer.Layer<
  DraftOrders,
  never,
  | AuditLog
  | CartRepository
  | DraftOrderRepository
  | Events
  | FraudCheck
  | Inventory
  | Jobs
  | OrderLifecycle
  | OrderRepository
  | Payments
  | PromotionBooks
  | StoreRepository
  | Stores
  | Tenders
  | Transactor
> = Layer.effect(DraftOrders, make)
