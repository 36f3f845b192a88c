/**
 * An order as one of its vendors sees it: their own lines, where these go, and nothing of the others, of the money that was
 * paid, or of how the buyer is reached.
 */
import * as Schema from "effect/Schema"
import { AdvanceFulfilment, CreateFulfilment, Fulfilment, saysSomething, Tracking } from "../fulfilment/Fulfilment.ts"
import { FulfilmentProgress, progressOf } from "../fulfilment/FulfilmentPlan.ts"
import { Address } from "../kernel/Address.ts"
import * as Money from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { OrderId, OrderLine } from "../orders/Order.ts"
import type { Return } from "../returns/Return.ts"
import { cameBack } from "./OrderPart.ts"
import type { OwnOrder } from "./VendorOrderRepository.ts"

const { cancelled, id, image, productId, quantity, requiresShipping, sku, title, total, unitPrice, variantId, variantTitle } =
  OrderLine.fields

export const VendorOrderLine = Schema.Struct({
  id,
  productId,
  variantId,
  title,
  variantTitle,
  sku,
  image,
  requiresShipping,
  quantity,
  cancelled,
  /** How many pieces have come back. */
  returned: Schema.Int,
  unitPrice,
  /** What the line cost, with tax and after discounts. */
  total,
  /** Of a bundle: what is packed for each of its pieces, whoever that is of. */
  parts: Schema.optionalKey(Schema.Array(Schema.Struct({
    variantId,
    productId,
    title: Schema.String,
    variantTitle: Schema.String,
    sku: Schema.NullOr(Schema.String),
    quantity: Schema.Int
  })))
}).annotate({ identifier: "VendorOrderLine" })
export interface VendorOrderLine extends Schema.Schema.Type<typeof VendorOrderLine> {}

/** Pieces of a vendor in bundles that somebody else sells, who sends them. */
export const VendorSupply = Schema.Struct({
  variantId,
  productId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  quantity: Schema.Int,
  cancelled: Schema.Int,
  /** How many of them are packed, or have left. */
  packed: Schema.Int
}).annotate({ identifier: "VendorSupply" })
export interface VendorSupply extends Schema.Schema.Type<typeof VendorSupply> {}

const part = {
  orderId: OrderId,
  number: Schema.Int,
  /** Whether it can be sent: `open`, or it rests (`on_hold`), or is called off (`cancelled`). */
  state: Schema.Literals(["open", "on_hold", "cancelled"]),
  /** How far the vendor's own pieces have come. */
  status: FulfilmentProgress,
  /** Pieces that were ordered and not cancelled. */
  pieces: Schema.Int,
  /** The vendor's pieces in bundles that somebody else sells and sends: those that were ordered and not cancelled. */
  supplied: Schema.Int,
  total: Money.Money,
  placedAt: Timestamp
} as const

/** As a list shows it. */
export const VendorOrderSummary = Schema.Struct(part).annotate({ identifier: "VendorOrderSummary" })
export interface VendorOrderSummary extends Schema.Schema.Type<typeof VendorOrderSummary> {}

const { phone: _phone, ...postal } = Address.fields

/** Where a part goes. */
export const VendorOrderAddress = Schema.Struct(postal).annotate({ identifier: "VendorOrderAddress" })
export interface VendorOrderAddress extends Schema.Schema.Type<typeof VendorOrderAddress> {}

export const VendorOrder = Schema.Struct({
  ...part,
  /** `null` where nothing of the vendor's ships, and once the order or all of the vendor's lines are cancelled. */
  shippingAddress: Schema.NullOr(VendorOrderAddress),
  lines: Schema.Array(VendorOrderLine),
  supplies: Schema.Array(VendorSupply),
  fulfilments: Schema.Array(Fulfilment)
}).annotate({ identifier: "VendorOrder" })
export interface VendorOrder extends Schema.Schema.Type<typeof VendorOrder> {}

/** What to list, newest first. */
export const ListVendorOrders = Schema.Struct({
  ...Page.PageRequest,
  /** Only those of which pieces are in no fulfilment yet, of those in bundles of others too. */
  open: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ListVendorOrders" })
export interface ListVendorOrders extends Schema.Schema.Type<typeof ListVendorOrders> {}

const { vendorId: _vendorId, ...createFields } = CreateFulfilment.fields

/** Begins to send one's own part of an order: these pieces, or all that are left. */
export const SendPart = Schema.Struct(createFields).annotate({ identifier: "SendPart" })

const isAddress = /[/@:\\]|\.[^\s.]/u
const noAddress = Schema.makeFilter((text: string) => !isAddress.test(text) || "Expected text that is no address")

/**
 * By which a parcel can be followed. Buyers get it in a mail of the shop, so a vendor gives no address: where a carrier of the shop has made
 * one for the number, it stays.
 */
export const PartTracking = Schema.Struct({
  carrier: Schema.NullOr(name(100).check(noAddress)),
  number: Tracking.fields.number.check(noAddress)
}).annotate({ identifier: "PartTracking" })
export interface PartTracking extends Schema.Schema.Type<typeof PartTracking> {}

/** Moves one's own part along, or says how its parcels can be followed. */
export const AdvancePart = Schema.Struct({
  ...AdvanceFulfilment.fields,
  tracking: Schema.optionalKey(Schema.Array(PartTracking).check(Schema.isMaxLength(20)))
}).check(saysSomething).annotate({ identifier: "AdvancePart" })

/** What a vendor says of parcels, with the addresses that carriers of the shop have made for them. */
export const followed = (told: ReadonlyArray<PartTracking>, known: ReadonlyArray<Tracking>): ReadonlyArray<Tracking> =>
  told.map(({ carrier, number }) => ({ carrier, number, url: known.find((one) => one.number === number)?.url ?? null }))

const stateOf = ({ status }: OwnOrder): VendorOrder["state"] => {
  switch (status) {
    case "on_hold":
      return "on_hold"
    case "cancelled":
    case "refunded":
      return "cancelled"
    default:
      return "open"
  }
}

export const summaryOf = (order: OwnOrder, fulfilments: ReadonlyArray<Fulfilment>): VendorOrderSummary => ({
  orderId: order.id,
  number: order.number,
  state: stateOf(order),
  status: progressOf(order, fulfilments),
  pieces: order.lines.reduce((sum, line) => sum + line.quantity - line.cancelled, 0),
  supplied: order.supplied.reduce((sum, { bundles, cancelled, quantity }) => sum + (bundles - cancelled) * quantity, 0),
  total: Money.make(order.lines.reduce((sum, line) => sum + line.total.amount, 0), order.currency),
  placedAt: order.placedAt
})

/** What of a vendor is in bundles of others, each variant once. */
const suppliesOf = ({ supplied }: OwnOrder): ReadonlyArray<VendorSupply> =>
  Array.from(Map.groupBy(supplied, (part) => part.variantId).values(), (same): VendorSupply => {
    const [{ productId, sku, title, variantId, variantTitle }] = same as [OwnOrder["supplied"][number]]
    const sum = (countOf: (part: OwnOrder["supplied"][number]) => number) =>
      same.reduce((all, part) => all + countOf(part) * part.quantity, 0)
    return {
      variantId,
      productId,
      title,
      variantTitle,
      sku,
      quantity: sum(({ bundles }) => bundles),
      cancelled: sum(({ cancelled }) => cancelled),
      packed: sum(({ fulfilled }) => fulfilled)
    }
  })

const addressOf = (order: OwnOrder): VendorOrderAddress | null => {
  const ships = order.lines.some(({ cancelled, quantity, requiresShipping }) => requiresShipping && quantity > cancelled)
  if (!ships || order.shippingAddress === null || stateOf(order) === "cancelled") return null
  const { phone: _phone, ...address } = order.shippingAddress
  return address
}

export const vendorOrderOf = (
  order: OwnOrder,
  fulfilments: ReadonlyArray<Fulfilment>,
  returns: ReadonlyArray<Return>
): VendorOrder => ({
  ...summaryOf(order, fulfilments),
  shippingAddress: addressOf(order),
  lines: order.lines.map((line): VendorOrderLine => ({
    id: line.id,
    productId: line.productId,
    variantId: line.variantId,
    title: line.title,
    variantTitle: line.variantTitle,
    sku: line.sku,
    image: line.image,
    requiresShipping: line.requiresShipping,
    quantity: line.quantity,
    cancelled: line.cancelled,
    returned: cameBack(line.id, returns),
    unitPrice: line.unitPrice,
    total: line.total,
    ...(line.parts === undefined ? {} : {
      parts: line.parts.map(({ productId, quantity, sku, title, variantId, variantTitle }) =>
        ({ variantId, productId, title, variantTitle, sku, quantity }))
    })
  })),
  supplies: suppliesOf(order),
  fulfilments
})
