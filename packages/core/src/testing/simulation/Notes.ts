/**
 * What people outside of the shop would write down: what they asked for and what they were told. The shop's own books
 * must agree with it at any time, and must say the one or the other where somebody never heard the answer.
 */
import * as Effect from "effect/Effect"
import { StorageError } from "../../kernel/StorageError.ts"
import type { Order, OrderStatus } from "../../orders/Order.ts"
import * as OrderMoney from "../../orders/OrderMoney.ts"
import type { Reservation } from "../../inventory/Stock.ts"
import type { StoredOrder } from "../../orders/OrderRepository.ts"
import type * as Shop from "../Shop.ts"

export interface NotedVariant {
  readonly variantId: string
  readonly counted: boolean
  /** Pieces that were put on the shelf and taken from it by staff, as far as it is known. */
  onHand: number
  /** Changes of which nobody knows whether they were made. */
  readonly unheard: Array<number>
}

export interface NotedCart {
  readonly buyer: Shop.Buyer
  readonly wishes: ReadonlyArray<Shop.Pieces>
  /** The gift card that it is paid with as far as that goes. */
  readonly giftCard: string | undefined
  /** Attempts to order it whose answer nobody heard. */
  unheard: number
  orderId: string | null
}

export interface NotedOrder {
  readonly id: string
  readonly token: string
  readonly total: number
  readonly cart: NotedCart
  /** Whether staff have changed, or tried to change, what it is of. */
  edited: boolean
  /** Whether staff have sent, or tried to send, something of it. */
  sent: boolean
  /** Whether somebody was told that it is paid. */
  paid: boolean
  /** Whether somebody was told that it is cancelled. */
  cancelled: boolean
  /** How often its buyer has downloaded a file of it. */
  downloads: number
  /** How often they may have, but heard nothing. */
  unheardDownloads: number
}

/** An order that its buyer was told of just now. */
export const noted = (order: Pick<Order, "id" | "total">, token: string, cart: NotedCart): NotedOrder => ({
  id: order.id,
  token,
  total: order.total.amount,
  cart,
  edited: false,
  sent: false,
  paid: false,
  cancelled: false,
  downloads: 0,
  unheardDownloads: 0
})

/** A code that is good for so many orders. */
export interface NotedCode {
  readonly code: string
  readonly promotionId: string
  readonly usageLimit: number
}

/** An answer that says that nothing was done. A storage in trouble may have done it all the same. */
export const isRefusal = (error: unknown): boolean => !(error instanceof StorageError)

/** Does something that puts so many pieces on the shelf, or takes them from it, and writes down what is known of that. */
export const putting = Effect.fnUntraced(function*<A, E, R>(variant: NotedVariant, pieces: number, work: Effect.Effect<A, E, R>) {
  const forget = Effect.sync(() => variant.unheard.splice(variant.unheard.indexOf(pieces), 1))
  variant.unheard.push(pieces)
  const done = yield* Effect.tapError(work, (error) => isRefusal(error) ? forget : Effect.void)
  yield* forget
  variant.onHand += pieces
  return done
})

/** The same of several variants at once, such as the parts of a bundle; of what nobody counts, nothing is written down. */
export const puttingAll = <A, E, R>(
  notes: Notes,
  pieces: Iterable<readonly [variantId: string, quantity: number]>,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => {
  let all = work
  for (const [variantId, quantity] of pieces) {
    const variant = notes.variants.find((one) => one.variantId === variantId)
    if (variant !== undefined && quantity !== 0) all = putting(variant, quantity, all)
  }
  return all
}

export interface Notes {
  readonly codes: Array<NotedCode>
  /** The codes of gift cards: those that staff made, and those that mails told. */
  readonly giftCards: Array<string>
  /** What is for sale. */
  readonly goods: Array<string>
  /** Those of these that are files. */
  readonly files: Array<string>
  /** The things among these that lie on a shelf; what a bundle consists of does, the bundle does not. */
  readonly variants: Array<NotedVariant>
  readonly carts: Array<NotedCart>
  readonly orders: Array<NotedOrder>
}

export const make = (): Notes => ({ codes: [], giftCards: [], goods: [], files: [], variants: [], carts: [], orders: [] })

const unpaid: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["pending", "failed"])

const isPaid = ({ paid, total }: Pick<Order, "paid" | "total">): boolean => paid.amount >= total.amount

/** Writes down what somebody was told of an order. */
export const heard = (notes: Notes, order: Pick<Order, "id" | "status" | "paid" | "refunded" | "total">): void => {
  const noted = notes.orders.find(({ id }) => id === order.id)
  if (noted === undefined) return
  // money that comes for an order that is cancelled goes back; what went back before all of it came is missing
  if (OrderMoney.held(order) >= order.total.amount && order.status !== "cancelled") noted.paid = true
  if (order.status === "cancelled") noted.cancelled = true
}

/** Whether some of the amounts add up to a sum. */
const canBe = (sum: number, [amount, ...others]: ReadonlyArray<number>): boolean =>
  amount === undefined ? sum === 0 : canBe(sum, others) || canBe(sum - amount, others)

/** What the shop says, while nobody is doing anything. */
export interface ShopSays {
  readonly orders: ReadonlyArray<StoredOrder>
  /** Those of these that take the place of others, which nobody filled a cart for. */
  readonly replacements: ReadonlySet<string>
  readonly reservations: ReadonlyArray<Reservation>
  readonly onHand: ReadonlyMap<string, number>
}

const ofOrders = (notes: Notes, says: ShopSays): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const byId = new Map<string, StoredOrder>(says.orders.map((order) => [order.id, order]))
  const byCart = new Map<string, NotedCart>(notes.carts.map((cart) => [cart.buyer.cart.id, cart]))
  const edited = new Set(notes.orders.filter(({ edited }) => edited).map(({ id }) => id))
  for (const order of says.orders) {
    if (says.replacements.has(order.id)) continue
    const cart = byCart.get(order.cartId)
    const about = `order ${order.number}`
    if (cart === undefined) {
      problems.push(`${about} is of a cart that nobody filled`)
      continue
    }
    if (cart.orderId === null && cart.unheard === 0) problems.push(`${about} was refused, its buyer was told`)
    if (cart.orderId !== null && cart.orderId !== order.id) problems.push(`${about} is not the one its buyer was told of`)
    if (edited.has(order.id)) continue
    const wanted = new Map<string, number>()
    for (const [variantId, pieces] of cart.wishes) wanted.set(variantId, (wanted.get(variantId) ?? 0) + pieces)
    const lines = new Map<string, number>(order.lines.map(({ quantity, variantId }) => [variantId, quantity]))
    if (wanted.size !== lines.size || [...wanted].some(([variantId, pieces]) => lines.get(variantId) !== pieces)) {
      problems.push(`${about} is of other things than its buyer wanted`)
    }
  }
  for (const noted of notes.orders) {
    const order = byId.get(noted.id)
    if (order === undefined) {
      problems.push(`${noted.id} is gone, and its buyer was told of it`)
      continue
    }
    const about = `order ${order.number} (${order.status})`
    if (!noted.edited && order.total.amount !== noted.total) problems.push(`${about} costs ${order.total.amount}, not ${noted.total}`)
    if (noted.paid && (unpaid.has(order.status) || !(noted.edited || isPaid(order)))) problems.push(`${about} was paid, somebody was told`)
    if (noted.cancelled && order.status !== "cancelled") problems.push(`${about} was cancelled, somebody was told`)
  }
  return problems
}

const ofStock = (notes: Notes, says: ShopSays): ReadonlyArray<string> => {
  const sold = new Map<string, number>()
  for (const { quantity, status, variantId } of says.reservations) {
    if (status === "committed") sold.set(variantId, (sold.get(variantId) ?? 0) + quantity)
  }
  return notes.variants.filter(({ counted }) => counted).flatMap((noted) => {
    const found = (says.onHand.get(noted.variantId) ?? 0) + (sold.get(noted.variantId) ?? 0)
    const missing = found - noted.onHand
    if (!canBe(missing, noted.unheard)) {
      return [`${found} pieces of ${noted.variantId} are there or sold, and ${noted.onHand} were put there`]
    }
    // nobody is doing anything any more, so now it is known
    noted.onHand = found
    noted.unheard.length = 0
    return []
  })
}

/** How often codes count as used, against the orders that stand; once nothing is under way any more. */
export const codeUses = (
  notes: Notes,
  orders: ReadonlyArray<StoredOrder>,
  used: ReadonlyMap<string, number>
): ReadonlyArray<string> =>
  notes.codes.flatMap(({ code, promotionId, usageLimit }) => {
    const standing = orders.filter(({ promotions, status }) =>
      status !== "cancelled" && promotions.some(({ id }) => id === promotionId)).length
    const counted = used.get(promotionId) ?? 0
    return [
      ...counted === standing ? [] : [`${code} counts as used ${counted} times, and ${standing} orders stand that it was used for`],
      ...standing <= usageLimit ? [] : [`${code} was used for ${standing} orders, ${usageLimit} at the most`]
    ]
  })

/** Where the shop says otherwise than people were told, one sentence each. */
export const contradictions = (notes: Notes, says: ShopSays): ReadonlyArray<string> => [
  ...ofOrders(notes, says),
  ...ofStock(notes, says)
]
