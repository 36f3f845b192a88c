/**
 * An order as one of its vendors sees it: their own lines, where these go, and nothing of the others, of the money that was
 * paid, or of how the buyer is reached.
 */
import * as Schema from "effect/Schema"
import { Fulfilment } from "../fulfilment/Fulfilment.ts"
import { AdvanceFulfilment, CreateFulfilment } from "../fulfilment/Fulfilment.ts"
import { FulfilmentProgress, progressOf } from "../fulfilment/FulfilmentPlan.ts"
import { Address } from "../kernel/Address.ts"
import * as Money from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
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
  total
}).annotate({ identifier: "VendorOrderLine" })
export interface VendorOrderLine extends Schema.Schema.Type<typeof VendorOrderLine> {}

const part = {
  orderId: OrderId,
  number: Schema.Int,
  /** Whether it can be sent: `open`, or it rests (`on_hold`), or is called off (`cancelled`). */
  state: Schema.Literals(["open", "on_hold", "cancelled"]),
  /** How far the vendor's own pieces have come. */
  status: FulfilmentProgress,
  /** Pieces that were ordered and not cancelled. */
  pieces: Schema.Int,
  total: Money.Money,
  placedAt: Timestamp
} as const

/** As a list shows it. */
export const VendorOrderSummary = Schema.Struct(part).annotate({ identifier: "VendorOrderSummary" })
export interface VendorOrderSummary extends Schema.Schema.Type<typeof VendorOrderSummary> {}

export const VendorOrder = Schema.Struct({
  ...part,
  shippingAddress: Schema.NullOr(Address),
  lines: Schema.Array(VendorOrderLine),
  fulfilments: Schema.Array(Fulfilment)
}).annotate({ identifier: "VendorOrder" })
export interface VendorOrder extends Schema.Schema.Type<typeof VendorOrder> {}

/** What to list, newest first. */
export const ListVendorOrders = Schema.Struct({
  ...Page.PageRequest,
  /** Only those of which pieces are in no fulfilment yet. */
  open: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ListVendorOrders" })
export interface ListVendorOrders extends Schema.Schema.Type<typeof ListVendorOrders> {}

const { vendorId: _vendorId, ...createFields } = CreateFulfilment.fields

/** Begins to send one's own part of an order: these pieces, or all that are left. */
export const SendPart = Schema.Struct(createFields).annotate({ identifier: "SendPart" })

export const AdvancePart = AdvanceFulfilment

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
  total: Money.make(order.lines.reduce((sum, line) => sum + line.total.amount, 0), order.currency),
  placedAt: order.placedAt
})

export const vendorOrderOf = (
  order: OwnOrder,
  fulfilments: ReadonlyArray<Fulfilment>,
  returns: ReadonlyArray<Return>
): VendorOrder => ({
  ...summaryOf(order, fulfilments),
  shippingAddress: order.shippingAddress,
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
    total: line.total
  })),
  fulfilments
})
