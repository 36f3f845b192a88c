/**
 * Counting an order's pieces: how far they have come, what is left to send, and from where. Pure.
 */
import * as Schema from "effect/Schema"
import { LocationId, type Reservation } from "../inventory/Stock.ts"
import { stockOf } from "../cart/SoldPart.ts"
import { VariantId } from "../catalog/Product.ts"
import { type Order, OrderLineId } from "../orders/Order.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import type { Fulfilment, FulfilmentStatus } from "./Fulfilment.ts"
import type { VendorId } from "../vendors/VendorId.ts"

/** How far an order has got, by its pieces. */
export const FulfilmentProgress = Schema.Literals([
  /** Nothing of it has to be sent. */
  "not_required",
  /** Nothing was begun. */
  "unfulfilled",
  /** A part was begun, and none has left. */
  "in_progress",
  "partially_shipped",
  "shipped",
  "partially_delivered",
  "delivered"
])
export type FulfilmentProgress = typeof FulfilmentProgress.Type

/** Pieces of a line that are in no fulfilment yet. */
export const OpenPieces = Schema.Struct({
  lineId: OrderLineId,
  quantity: Schema.Int,
  /** Where they are reserved; `null` where their stock is not counted, or the parts of a bundle lie in several places. */
  locationId: Schema.NullOr(LocationId),
  /** Of bundles: what is picked for them, of all of these pieces together. */
  picks: Schema.optionalKey(Schema.Array(Schema.Struct({
    variantId: VariantId,
    title: Schema.String,
    variantTitle: Schema.String,
    sku: Schema.NullOr(Schema.String),
    quantity: Schema.Int
  }))),
  /** The part of the order that they are of, where its goods ship apart. */
  part: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "OpenPieces" })
export interface OpenPieces extends Schema.Schema.Type<typeof OpenPieces> {}

type Lines = Pick<Order, "lines">
type Counted = Pick<Fulfilment, "status" | "lines" | "locationId">

const left: ReadonlySet<FulfilmentStatus> = new Set(["shipped", "out_for_delivery", "failed", "delivered"])

/** Whether the pieces of a fulfilment have left the shop, and have not come back. */
export const hasLeft = ({ status }: Pick<Fulfilment, "status">): boolean => left.has(status)

/** Whether its pieces are still meant to reach the buyer. */
const isMeant = ({ status }: Pick<Fulfilment, "status">): boolean => status !== "cancelled" && status !== "returned"

/** How many pieces an order has that need shipping, and how many of them have left and have arrived. */
export const piecesOf = (
  { lines }: Lines,
  fulfilments: ReadonlyArray<Pick<Counted, "lines" | "status">>
): { readonly ordered: number; readonly left: number; readonly delivered: number } => {
  const shipped = new Set<string>()
  let ordered = 0
  for (const { cancelled, id, quantity, requiresShipping } of lines) {
    if (!requiresShipping) continue
    shipped.add(id)
    ordered += quantity - cancelled
  }
  const count = (of: ReadonlyArray<Pick<Counted, "lines">>): number =>
    of.flatMap(({ lines }) => lines).reduce((sum, { lineId, quantity }) => shipped.has(lineId) ? sum + quantity : sum, 0)
  return {
    ordered,
    left: count(fulfilments.filter(hasLeft)),
    delivered: count(fulfilments.filter(({ status }) => status === "delivered"))
  }
}

/** How far the pieces of an order have come; what needs no shipping is not waited for. */
export const progressOf = (
  order: Lines,
  fulfilments: ReadonlyArray<Pick<Counted, "lines" | "status">>
): FulfilmentProgress => {
  const { delivered, left, ordered } = piecesOf(order, fulfilments)
  if (ordered === 0) return "not_required"
  if (delivered > 0) return delivered < ordered ? "partially_delivered" : "delivered"
  if (left > 0) return left < ordered ? "partially_shipped" : "shipped"
  return fulfilments.some(isMeant) ? "in_progress" : "unfulfilled"
}

/**
 * What is left to send. Pieces leave from where they are reserved, in the order in which they were; those that are reserved
 * nowhere have no location.
 */
export const open = (
  order: Pick<Order, "lines" | "shipping">,
  reservations: ReadonlyArray<Reservation>,
  fulfilments: ReadonlyArray<Counted>
): ReadonlyArray<OpenPieces> => {
  const { lines } = order
  const parts = fulfilments.filter(isMeant)
  const apart = new Map(ShippedParts.all(order).flatMap((part) => part.lineIds.map((id) => [id, { part: part.id }] as const)))
  const contents = new Map<string, ReadonlyArray<readonly [VariantId, number]>>(lines.map((line) => [line.id, stockOf(line, 1)]))
  const stock = new Map<string, Map<LocationId, number>>()
  const count = (variantId: string, locationId: LocationId, quantity: number) => {
    const places = stock.get(variantId) ?? new Map<LocationId, number>()
    places.set(locationId, (places.get(locationId) ?? 0) + quantity)
    stock.set(variantId, places)
  }
  for (const { locationId, quantity, status, variantId } of reservations) {
    if (status === "held" || status === "committed") count(variantId, locationId, quantity)
  }
  for (const { lines, locationId } of parts) {
    if (locationId === null) continue
    for (const { lineId, quantity } of lines) {
      for (const [variantId, each] of contents.get(lineId) ?? []) count(variantId, locationId, -quantity * each)
    }
  }
  // what is packed nobody said where has left the places in their order
  for (const { lineId, quantity } of parts.flatMap(({ lines, locationId }) => locationId === null ? lines : [])) {
    for (const [variantId, each] of contents.get(lineId) ?? []) {
      let rest = quantity * each
      for (const [locationId, there] of stock.get(variantId) ?? []) {
        const some = Math.max(0, Math.min(rest, there))
        count(variantId, locationId, -some)
        rest -= some
      }
    }
  }
  return lines.flatMap((line) => {
    const { cancelled, id, quantity, requiresShipping } = line
    if (!requiresShipping) return []
    const counted = (contents.get(id) ?? []).filter(([variantId]) => stock.has(variantId))
    const places = new Set(counted.flatMap(([variantId]) => [...stock.get(variantId)?.keys() ?? []]))
    let rest = parts.reduce((sum, part) =>
      part.lines.reduce((all, line) => line.lineId === id ? all - line.quantity : all, sum), quantity - cancelled)
    const found: Array<OpenPieces> = []
    for (const locationId of places) {
      const some = Math.min(rest, ...counted.map(([variantId, each]) =>
        Math.floor((stock.get(variantId)?.get(locationId) ?? 0) / each)))
      if (some <= 0) continue
      found.push({ lineId: id, locationId, quantity: some, ...apart.get(id) })
      for (const [variantId, each] of counted) count(variantId, locationId, -some * each)
      rest -= some
    }
    if (rest > 0) found.push({ lineId: id, locationId: null, quantity: rest, ...apart.get(id) })
    return line.parts === undefined ? found : found.map((pieces) => Object.assign(pieces, picked(line.parts ?? [], pieces.quantity)))
  })
}

const picked = (parts: NonNullable<Order["lines"][number]["parts"]>, bundles: number): Pick<OpenPieces, "picks"> => ({
  picks: parts.map(({ quantity, sku, title, variantId, variantTitle }) =>
    ({ variantId, title, variantTitle, sku, quantity: quantity * bundles }))
})

/** Who sells each line, by its id: a vendor of the marketplace, or `null` for the shop itself. */
export const sellersOf = ({ lines }: Lines): ReadonlyMap<string, VendorId | null> =>
  new Map(lines.map(({ id, vendorId = null }) => [id, vendorId]))

/** Where so many pieces are reserved, if it is one place for all of them. */
export const placeOf = (
  lines: ReadonlyArray<Pick<OpenPieces, "lineId" | "quantity">>,
  left: ReadonlyArray<OpenPieces>
): LocationId | null => {
  const places = new Set<LocationId | null>()
  for (const { lineId, quantity } of lines) {
    let rest = quantity
    for (const piece of left) {
      if (piece.lineId !== lineId || rest <= 0) continue
      places.add(piece.locationId)
      rest -= piece.quantity
    }
  }
  const [only = null] = places
  return places.size === 1 ? only : null
}
