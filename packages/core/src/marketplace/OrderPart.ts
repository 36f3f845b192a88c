/**
 * What of an order each seller has to do with: a part for each vendor of the marketplace, and one for the shop itself.
 */
import * as Schema from "effect/Schema"
import type { Fulfilment } from "../fulfilment/Fulfilment.ts"
import { FulfilmentProgress, progressOf } from "../fulfilment/FulfilmentPlan.ts"
import * as Money from "../kernel/Money.ts"
import { type Order, type OrderLine, OrderLineId } from "../orders/Order.ts"
import { share } from "../orders/OrderMoney.ts"
import { type Return, ReturnId } from "../returns/Return.ts"
import * as ReturnFigures from "../returns/ReturnFigures.ts"
import { VendorId } from "../vendors/VendorId.ts"

export const OrderPart = Schema.Struct({
  /** `null` is the part that the shop itself sells. */
  vendorId: Schema.NullOr(VendorId),
  /** What the vendor is called now. */
  vendor: Schema.NullOr(Schema.String),
  /** How far its pieces have come. */
  status: FulfilmentProgress,
  lineIds: Schema.Array(OrderLineId),
  /** Pieces that were ordered and not cancelled. */
  pieces: Schema.Int,
  /** What its lines cost, with tax and after discounts, as they were ordered. */
  total: Money.Money,
  /** What was paid for those of its pieces that were cancelled or have come back. */
  givenBack: Money.Money,
  /** The returns that have pieces of it. */
  returnIds: Schema.Array(ReturnId)
}).annotate({ identifier: "OrderPart" })
export interface OrderPart extends Schema.Schema.Type<typeof OrderPart> {}

/** The lines of an order by who sells them, in the order of the lines. */
export const linesBySeller = ({ lines }: Pick<Order, "lines">): ReadonlyMap<VendorId | null, ReadonlyArray<OrderLine>> =>
  Map.groupBy(lines, ({ vendorId = null }) => vendorId)

/** The fulfilments of a seller. */
const ofSeller = (
  fulfilments: ReadonlyArray<Fulfilment>,
  vendorId: VendorId | null
): ReadonlyArray<Fulfilment> => fulfilments.filter((fulfilment) => (fulfilment.vendorId ?? null) === vendorId)

/** How many pieces of a line have come back. */
export const cameBack = (lineId: string, returns: ReadonlyArray<Return>): number =>
  returns.reduce(
    (sum, { lines }) =>
      lines.reduce((all, line) => line.lineId === lineId ? all + line.restocked + line.scrapped : all, sum),
    0
  )

/** The parts of an order, in the order of its lines. */
export const partsOf = (
  order: Pick<Order, "lines" | "currency">,
  fulfilments: ReadonlyArray<Fulfilment>,
  returns: ReadonlyArray<Return>,
  nameOf: (vendorId: VendorId) => string | undefined
): ReadonlyArray<OrderPart> =>
  Array.from(linesBySeller(order), ([vendorId, lines]): OrderPart => {
    const ids = new Set<string>(lines.map(({ id }) => id))
    const sum = (amountOf: (line: OrderLine) => number) => lines.reduce((all, line) => all + amountOf(line), 0)
    const gone = (line: OrderLine) => line.cancelled + ReturnFigures.returned(line.id, returns)
    return {
      vendorId,
      vendor: vendorId === null ? null : nameOf(vendorId) ?? null,
      status: progressOf({ lines }, ofSeller(fulfilments, vendorId)),
      lineIds: lines.map(({ id }) => id),
      pieces: sum(({ cancelled, quantity }) => quantity - cancelled),
      total: Money.make(sum(({ total }) => total.amount), order.currency),
      givenBack: Money.make(sum((line) => share(line.total.amount, gone(line), line.quantity)), order.currency),
      returnIds: returns.filter((one) => one.lines.some(({ lineId }) => ids.has(lineId))).map(({ id }) => id)
    }
  })
