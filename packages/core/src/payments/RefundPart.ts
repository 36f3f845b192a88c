/**
 * What of a refund is for which line of its order, or for shipping. Pure.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import { Money } from "../kernel/Money.ts"
import { type Order, OrderLineId } from "../orders/Order.ts"

export const RefundPart = Schema.Struct({
  /** The line, or `null` for shipping. */
  lineId: Schema.NullOr(OrderLineId),
  /** Of shipping, where goods ship apart: the part. All of shipping if it is left out. */
  shippingPart: Schema.optionalKey(Schema.String),
  amount: Money
}).annotate({ identifier: "RefundPart" })
export interface RefundPart extends Schema.Schema.Type<typeof RefundPart> {}

/** The first so many minor units of parts, and the rest. Both are less where the parts are. */
export const split = (
  parts: ReadonlyArray<RefundPart>,
  amount: number
): { readonly first: ReadonlyArray<RefundPart>; readonly rest: ReadonlyArray<RefundPart> } => {
  let left = amount
  const first: Array<RefundPart> = []
  const rest: Array<RefundPart> = []
  for (const part of parts) {
    const here = Math.min(left, part.amount.amount)
    left -= here
    if (here > 0) first.push({ ...part, amount: { ...part.amount, amount: here } })
    if (here < part.amount.amount) rest.push({ ...part, amount: { ...part.amount, amount: part.amount.amount - here } })
  }
  return { first, rest }
}

/**
 * The amount of a refund with its parts, if either is said, and what is wrong with the parts: each is of a line of the order or of its
 * shipping, in its currency, named once, and together they are no more than the amount, or than an amount may be.
 */
export const named = (
  { currency, lines, shipping }: Pick<Order, "currency" | "lines" | "shipping">,
  { amount, parts = [] }: { readonly amount?: Money; readonly parts?: ReadonlyArray<RefundPart> }
): { readonly amount: Money | undefined; readonly faults: ReadonlyArray<Fault> } => {
  const faults = parts.flatMap((part, index): ReadonlyArray<Fault> => {
    const { lineId, shippingPart } = part
    const at = (field: string, message: string, code: string) => [{ path: ["parts", index, field], message, code }]
    if (part.amount.currency !== currency) return at("amount", `must be ${currency}`, "other_currency")
    if (lineId !== null && !lines.some(({ id }) => id === lineId)) return at("lineId", "is no line of this order", "unknown")
    if (lineId === null && shipping === null) return at("lineId", "is null, and this order has no shipping", "unknown")
    if (shippingPart !== undefined && (lineId !== null || !(shipping?.parts ?? []).some(({ id }) => id === shippingPart))) {
      return at("shippingPart", "is no part of the shipping of this order", "unknown")
    }
    return parts.findIndex((one) => isSame(one, part)) < index ? at("lineId", "is there twice", "duplicate") : []
  })
  const sum = parts.reduce((all, part) => all + part.amount.amount, 0)
  const most = amount?.amount ?? Number.MAX_SAFE_INTEGER
  const excess = sum > most ? [{ path: ["parts"], message: amount === undefined ? "come to more than an amount may be" : "come to more than the amount", code: "too_much" }] : []
  if (amount === undefined) return { amount: parts.length === 0 ? undefined : { amount: sum, currency }, faults: [...faults, ...excess] }
  return { amount, faults: [...faults, ...excess] }
}

/** Whether both are of the same thing. */
export const isSame = (a: Omit<RefundPart, "amount">, b: Omit<RefundPart, "amount">): boolean =>
  a.lineId === b.lineId && a.shippingPart === b.shippingPart

/** What of parts others do not have. */
export const without = (parts: ReadonlyArray<RefundPart>, others: ReadonlyArray<RefundPart>): ReadonlyArray<RefundPart> =>
  parts.flatMap((part) => {
    const amount = others.reduce((left, other) => isSame(part, other) ? left - other.amount.amount : left, part.amount.amount)
    return amount > 0 ? [{ ...part, amount: { ...part.amount, amount } }] : []
  })
