/**
 * What the people of a vendor work with: their own part of each order, their own products and their stock.
 *
 * **Details**
 *
 * A member of a vendor holds `vendors:sell` and no permission on orders, products or stock, so that no other service shows
 * them anything. This one looks first whether what they name is the vendor's own, and says of everything else that there is
 * none; only then it acts with the permission that the one operation needs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AttributesForStaff from "../catalog/AttributesForStaff.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { type CategoryNotFound, type BrandNotFound, type CollectionNotFound, ProductNotFound, VariantNotFound } from "../catalog/CatalogErrors.ts"
import { ListProducts, type ProductSummary, type ProductView } from "../catalog/Product.ts"
import type { Fulfilment } from "../fulfilment/Fulfilment.ts"
import type { ExceedsOrdered } from "../fulfilment/FulfilmentErrors.ts"
import { FulfilmentNotFound } from "../fulfilment/FulfilmentErrors.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { FulfilmentStates, inKnownState } from "../fulfilment/FulfilmentStates.ts"
import { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock, LocationNotFound } from "../inventory/InventoryErrors.ts"
import { AdjustStock, type StockLevel } from "../inventory/Stock.ts"
import type { AddedState, ChangeState } from "../kernel/AddedState.ts"
import { CurrentActor, permissions } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { IllegalTransition } from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { machine as orderMachine } from "../orders/Order.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import { OrderNotFound, type OrderUnderReview } from "../orders/OrdersErrors.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import type { Vendor } from "../vendors/Vendor.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import {
  AdvancePart,
  followed,
  ListVendorOrders,
  SendPart,
  summaryOf,
  type VendorOrder,
  type VendorOrderSummary,
  vendorOrderOf
} from "./VendorOrder.ts"
import { VendorOrderRepository } from "./VendorOrderRepository.ts"

type Failure = InvalidInput | StorageError | Denied

export class VendorDesk extends Context.Service<VendorDesk, {
  /** Whom the caller works for. Everything here needs `vendors:sell`, and to be a member of a vendor that is active. */
  readonly vendor: Effect.Effect<Vendor, StorageError | Denied>
  /** The caller's part of each order that is paid or promised, newest first. */
  readonly orders: (input?: typeof ListVendorOrders.Encoded) => Effect.Effect<Page<VendorOrderSummary>, Failure>
  readonly order: (id: string) => Effect.Effect<VendorOrder, OrderNotFound | Failure>
  /** Begins to send pieces of one's own part, or all that are left of it. */
  readonly send: (
    orderId: string,
    input?: typeof SendPart.Encoded
  ) => Effect.Effect<
    Fulfilment,
    OrderNotFound | OrderUnderReview | ExceedsOrdered | IllegalTransition | VersionConflict | Failure
  >
  /** Picks, packs, ships or cancels a fulfilment of one's own, or says how it is followed and that it has arrived. */
  readonly advance: (
    fulfilmentId: string,
    input: typeof AdvancePart.Encoded
  ) => Effect.Effect<
    Fulfilment,
    FulfilmentNotFound | OrderNotFound | OrderUnderReview | IllegalTransition | VersionConflict | Failure
  >
  /** Brings a fulfilment of one's own into a state that a plug-in has added, or back. */
  readonly changeState: (
    fulfilmentId: string,
    input: typeof ChangeState.Encoded
  ) => Effect.Effect<Fulfilment, FulfilmentNotFound | OrderNotFound | IllegalTransition | VersionConflict | Failure>
  /** One's own products, drafts too. */
  readonly products: (
    input?: typeof ListProducts.Encoded
  ) => Effect.Effect<Page<ProductSummary>, CategoryNotFound | BrandNotFound | CollectionNotFound | Failure>
  readonly product: (idOrSlug: string) => Effect.Effect<ProductView, ProductNotFound | Failure>
  /** How many pieces there are of a variant of one's own, and where. */
  readonly stock: (variantId: string) => Effect.Effect<ReadonlyArray<StockLevel>, VariantNotFound | Failure>
  /** Changes levels of one's own variants, all or none. */
  readonly adjustStock: (
    input: typeof AdjustStock.Encoded
  ) => Effect.Effect<
    ReadonlyArray<StockLevel>,
    VariantNotFound | LocationNotFound | InsufficientStock | VersionConflict | Failure
  >
}>()("@stoa/core/marketplace/VendorDesk") {}

const decodeOrders = Input.decoder(ListVendorOrders)
const decodeSend = Input.decoder(SendPart)
const decodeAdvance = Input.decoder(AdvancePart)
const decodeProducts = Input.decoder(ListProducts)
const decodeAdjust = Input.decoder(AdjustStock)

const checked = Input.textParameters<VendorDesk["Service"]>({
  order: ["id"],
  send: ["orderId"],
  advance: ["fulfilmentId"],
  changeState: ["fulfilmentId"],
  product: ["idOrSlug"],
  stock: ["variantId"]
})

/** Acts as the caller, with the permissions that an operation needs and no others. */
const holding = (...permissions: ReadonlyArray<string>) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, CurrentActor, (actor) => actor._tag === "customer" ? { ...actor, permissions } : actor)

/** A refusal in which states that are for staff only are called by what they refine. */
const withoutHidden = ({ allowed, event, machine, state }: IllegalTransition, all: ReadonlyArray<AddedState>): IllegalTransition => {
  const hidden = all.filter(({ forBuyers }) => !forBuyers)
  const known = hidden.find(({ name }) => name === state)?.base ?? state
  return new IllegalTransition({
    machine,
    event,
    state: known,
    allowed: allowed.filter((one) => one !== known && !hidden.some(({ name }) => name === one))
  })
}

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const vendors = yield* VendorRepository
  const own = yield* VendorOrderRepository
  const sent = yield* FulfilmentRepository
  const returns = yield* ReturnRepository
  const fulfilments = yield* Fulfilments
  const states = yield* FulfilmentStates
  const orderStates = yield* OrderStates
  const catalog = yield* Catalog
  const inventory = yield* Inventory
  const transactor = yield* Transactor

  const vendor = Effect.gen(function*() {
    yield* Permission.require("vendors:sell")
    const actor = yield* CurrentActor
    const found = actor._tag === "customer" ? yield* vendors.ofMember(actor.customerId) : undefined
    return found?.status === "active" ? found : yield* new Permission.Forbidden({ permission: "vendors:sell" })
  })

  const find = Effect.fnUntraced(function*(orderId: string) {
    const { id } = yield* vendor
    const order = yield* own.find(id, orderId)
    return order === undefined ? yield* new OrderNotFound({ order: orderId }) : { id, order }
  })

  /** Names no state of the order that is for staff only: the caller sees one parcel of it. */
  const discreet = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.catchIf(effect, (error) => error instanceof IllegalTransition && error.machine === orderMachine.name, (error) =>
      Effect.flatMap(orderStates.all, (all) => Effect.fail(withoutHidden(error as IllegalTransition, all) as E)))

  const sold = Effect.fnUntraced(function*(variantIds: ReadonlyArray<string>) {
    const { id } = yield* vendor
    const theirs = yield* own.sells(id, variantIds)
    const other = variantIds.find((variantId) => !theirs.has(variantId))
    if (other !== undefined) return yield* new VariantNotFound({ variantId: other })
  })

  return watched(checked(VendorDesk.of({
    vendor: Effect.withSpan(vendor, "VendorDesk.vendor"),

    orders: Effect.fn("VendorDesk.orders")(function*(input = {}) {
      const query = yield* decodeOrders(input)
      const { id } = yield* vendor
      const page = yield* own.list(id, query)
      const ids = page.items.map((order) => order.id)
      const theirs = Map.groupBy(ids.length === 0 ? [] : yield* sent.ofVendor(id, ids), ({ orderId }) => orderId)
      return { ...page, items: page.items.map((order) => summaryOf(order, theirs.get(order.id) ?? [])) }
    }),

    order: Effect.fn("VendorDesk.order")(function*(orderId) {
      const { id, order } = yield* find(orderId)
      const added = yield* states.all
      const theirs = (yield* sent.ofVendor(id, [order.id])).map((fulfilment) => inKnownState(added, fulfilment))
      return vendorOrderOf(order, theirs, yield* returns.ofOrder(order.id))
    }),

    send: Effect.fn("VendorDesk.send")(function*(orderId, input = {}) {
      const { lines, ...how } = yield* decodeSend(input)
      const { id, order } = yield* find(orderId)
      // lines of others are no lines for this caller
      const unknown = lines?.findIndex(({ lineId }) => !order.lines.some((line) => line.id === lineId)) ?? -1
      if (unknown >= 0) return yield* InvalidInput.at(["lines", unknown, "lineId"], "is no line of this order", "unknown")
      const begin = fulfilments.create(order.id, { ...how, ...(lines === undefined ? {} : { lines }), vendorId: id })
      return yield* holding("orders:read", "orders:write")(begin).pipe(Effect.catchTag("VendorsMixed", Effect.die), discreet)
    }),

    advance: Effect.fn("VendorDesk.advance")(function*(fulfilmentId, input) {
      const { tracking, ...step } = yield* decodeAdvance(input)
      const { id } = yield* vendor
      const fulfilment = yield* sent.find(fulfilmentId)
      if (fulfilment?.vendorId !== id) return yield* new FulfilmentNotFound({ fulfilmentId })
      const parcels = tracking === undefined ? {} : { tracking: followed(tracking, fulfilment.tracking) }
      return yield* holding("orders:read", "orders:write")(fulfilments.advance(fulfilmentId, { ...step, ...parcels })).pipe(discreet)
    }),

    changeState: Effect.fn("VendorDesk.changeState")(function*(fulfilmentId, input) {
      const { id } = yield* vendor
      const fulfilment = yield* sent.find(fulfilmentId)
      if (fulfilment?.vendorId !== id) return yield* new FulfilmentNotFound({ fulfilmentId })
      // a state that needs more than these is not for vendors, unless their role has it
      const own = permissions(yield* CurrentActor)
      return yield* holding("orders:read", "orders:write", ...own)(fulfilments.changeState(fulfilmentId, input))
    }),

    products: Effect.fn("VendorDesk.products")(function*(input = {}) {
      const query = yield* decodeProducts(input)
      const { id } = yield* vendor
      return yield* AttributesForStaff.hidden(
        holding("catalog:read")(catalog.listProducts({ status: "any", ...query, vendor: id }))
      )
    }),

    product: Effect.fn("VendorDesk.product")(function*(idOrSlug) {
      const { id } = yield* vendor
      const product = yield* AttributesForStaff.hidden(
        holding("catalog:read")(catalog.getProduct(idOrSlug, { prices: "catalog" }))
      )
      return product.vendorId === id ? product : yield* new ProductNotFound({ product: idOrSlug })
    }),

    stock: Effect.fn("VendorDesk.stock")(function*(variantId) {
      yield* sold([variantId])
      return yield* holding("inventory:read")(inventory.levels(variantId))
    }),

    adjustStock: Effect.fn("VendorDesk.adjustStock")(function*(input) {
      const wanted = yield* decodeAdjust(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* sold([...new Set(wanted.adjustments.map(({ variantId }) => variantId))])
        return yield* holding("inventory:write")(inventory.adjust(wanted))
      }))
    })
  })))
})

export const layer: Layer.Layer<
  VendorDesk,
  never,
  | Catalog
  | FulfilmentRepository
  | Fulfilments
  | FulfilmentStates
  | Inventory
  | OrderStates
  | ReturnRepository
  | Transactor
  | VendorOrderRepository
  | VendorRepository
> = Layer.effect(VendorDesk, make)
