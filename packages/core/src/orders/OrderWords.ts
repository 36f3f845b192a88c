/**
 * The words that an order is found by: those of its names, and the SKUs of its lines. What staff type is cut into words the
 * same way, so that `zoë müller` finds `Zoe Muller`.
 */
import type { Order } from "./Order.ts"

/** How many words of a search count; those after them narrow nothing. */
export const most = 5

/**
 * A text as the words it is looked up by: in small letters, without accents, each once. None has a colon, by which storage
 * tells the tags of staff from them.
 */
export const of = (text: string): ReadonlyArray<string> => [
  ...new Set(
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[\s,;:"#]+/u)
      .filter((word) => word !== "").map((word) => word.slice(0, 64))
  )
]

/** The words of an order; its number is one more, which storage adds. */
export const ofOrder = (
  { billingAddress, lines, shippingAddress }: Pick<Order, "billingAddress" | "lines" | "shippingAddress">
): ReadonlyArray<string> =>
  of([shippingAddress?.name, billingAddress?.name, ...lines.flatMap(({ parts = [], sku }) => [sku, ...parts.map((part) => part.sku)])].join(" "))
