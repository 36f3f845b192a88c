/**
 * What a buyer does to the lines of a cart, with the limits that hold. Pure: lines in, lines out, or what is in the way.
 *
 * Stock is checked where pieces are added, so that a buyer learns of it early; only the order takes any.
 */
import * as Result from "effect/Result"
import { type Gift, isSame, maximumGiftCards } from "../catalog/Gift.ts"
import { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { Money } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import type { StoreSettings } from "../stores/Store.ts"
import type { CartLine, CartLineId } from "./Cart.ts"
import * as CartBundles from "./CartBundles.ts"
import { CartLimitExceeded, CartLineNotFound, NotForSale } from "./CartErrors.ts"
import type { PriceOf } from "./CartPrices.ts"
import { availableOf } from "./CartPricing.ts"
import type { CartVariant } from "./CartRepository.ts"

type Lines = ReadonlyArray<CartLine>
type Variants = ReadonlyArray<CartVariant>

const catalogPrice: PriceOf = ({ price }) => price

/** How much a cart may hold. */
export type Limits = Pick<StoreSettings, "cartLines" | "lineQuantity">

/**
 * Puts pieces of a variant into a cart: onto its line, or as a new line at the end. Gift cards for different recipients are separate
 * lines.
 */
export const add = (lines: Lines, variants: Variants, limits: Limits, item: {
  readonly variant: CartVariant
  readonly quantity: number
  /** The id of the line, if it becomes a new one. */
  readonly lineId: CartLineId
  readonly at: Timestamp
  /** Of gift cards: who they are for. */
  readonly gift?: Gift | undefined
}, price: PriceOf = catalogPrice): Result.Result<Lines, NotForSale | CartLimitExceeded | InsufficientStock> => {
  const { at, gift, lineId, quantity, variant } = item
  const there = lines.find((line) => isLike(line, { variantId: variant.id, gift }))
  if (there !== undefined) return set(lines, variants, limits, there, there.quantity + quantity, price)
  if (lines.length >= limits.cartLines) {
    return Result.fail(new CartLimitExceeded({ limit: "lines", maximum: limits.cartLines }))
  }
  const line = lineOf(variant, { id: lineId, quantity, addedAt: at, gift }, price)
  return check([...lines, line], variants, limits, line, 0, price)
}

/** Sets the quantity of a line. Fewer pieces are always allowed, as long as the product is for sale. */
export const update = (
  lines: Lines,
  variants: Variants,
  limits: Limits,
  lineId: string,
  quantity: number,
  price: PriceOf = catalogPrice,
  /** Who gift cards are for from now on; as before if it is left out. */
  gift?: Gift
): Result.Result<Lines, CartLineNotFound | NotForSale | CartLimitExceeded | InsufficientStock> => {
  const line = lines.find(({ id }) => id === lineId)
  return line === undefined
    ? Result.fail(new CartLineNotFound({ lineId }))
    : set(lines, variants, limits, gift === undefined ? line : { ...line, gift }, quantity, price)
}

/** Takes a line out. */
export const remove = (lines: Lines, lineId: string): Result.Result<Lines, CartLineNotFound> => {
  const left = lines.filter(({ id }) => id !== lineId)
  return left.length === lines.length ? Result.fail(new CartLineNotFound({ lineId })) : Result.succeed(left)
}

/**
 * Puts the lines of one cart into another. Quantities of a variant are added up as far as limits and stock allow, but never below what
 * the cart had itself. Lines that are not for sale stay out, and so do the last lines beyond the limit.
 */
export const merge = (
  own: Lines,
  others: Lines,
  variants: Variants,
  limits: Limits,
  price: PriceOf = catalogPrice
): Lines => {
  const merged = [...own]
  let amount = amountOf(own, variants, price)
  for (const other of others) {
    const variant = find(variants, other.variantId)
    if (variant === undefined || variant.status !== "active") continue
    const index = merged.findIndex((line) => isLike(line, other))
    const there = merged[index]
    if (there === undefined && merged.length >= limits.cartLines) continue
    const before = there?.quantity ?? 0
    const most = Math.min(mostOf(variant, limits), availableOf(variant) ?? Infinity)
    const quantity = Math.max(before, Math.min(before + other.quantity, most))
    const costs = (pieces: number) => pieces === 0 ? 0 : price(variant, pieces).amount * pieces
    const amountAfter = amount + costs(quantity) - costs(before)
    if (quantity === before || amountAfter > maximumAmount) continue
    amount = amountAfter
    if (there === undefined) merged.push({ ...other, quantity, seenPrice: seenIn(other, price(variant, quantity)) })
    else merged[index] = { ...there, quantity }
  }
  return merged
}

const set = (
  lines: Lines,
  variants: Variants,
  limits: Limits,
  line: CartLine,
  quantity: number,
  price: PriceOf
): Result.Result<Lines, NotForSale | CartLimitExceeded | InsufficientStock> => {
  const variant = find(variants, line.variantId)
  if (variant === undefined) return Result.fail(new NotForSale({ variantIds: [line.variantId] }))
  const changed = lineOf(variant, { id: line.id, quantity, addedAt: line.addedAt, gift: line.gift }, price)
  return check(lines.map((one) => (one.id === line.id ? changed : one)), variants, limits, changed, line.quantity, price)
}

const check = (
  lines: Lines,
  variants: Variants,
  limits: Limits,
  { quantity, variantId }: CartLine,
  quantityBefore: number,
  price: PriceOf
): Result.Result<Lines, NotForSale | CartLimitExceeded | InsufficientStock> => {
  const variant = find(variants, variantId)
  // what has no price in the cart's currency is not sold in it
  if (variant === undefined || variant.status !== "active" || price(variant, quantity).amount > maximumAmount) {
    const parts = variant === undefined ? [] : CartBundles.missing(variant)
    return Result.fail(new NotForSale({ variantIds: [variantId], ...(parts.length === 0 ? {} : { parts }) }))
  }
  const most = mostOf(variant, limits)
  if (quantity > most && quantity > quantityBefore) {
    return Result.fail(new CartLimitExceeded({ limit: "quantity", maximum: most }))
  }
  const available = availableOf(variant)
  if (available !== null && quantity > available && quantity > quantityBefore) {
    return Result.fail(new InsufficientStock({ lines: [{ variantId, requested: quantity, available }] }))
  }
  if (quantity > quantityBefore && amountOf(lines, variants, price) > maximumAmount) {
    return Result.fail(new CartLimitExceeded({ limit: "amount", maximum: maximumAmount }))
  }
  return Result.succeed(lines)
}

/** Lines with the prices that the buyer saw on the lines before. */
export const asSeen = (lines: Lines, before: Lines): Lines =>
  lines.map((line) => {
    const seen = before.find(({ id }) => id === line.id)
    return seen === undefined ? line : { ...line, seenPrice: seen.seenPrice }
  })

/** A line that remembers the price and the titles of its variant as the buyer sees them now. */
export const lineOf = (
  variant: CartVariant,
  { addedAt, gift, id, quantity }: Pick<CartLine, "id" | "quantity" | "addedAt"> & { readonly gift?: Gift | undefined },
  price: PriceOf
): CartLine => ({
  id,
  variantId: variant.id,
  productId: variant.productId,
  title: variant.productTitle,
  variantTitle: variant.title,
  quantity,
  seenPrice: price(variant, quantity),
  addedAt,
  ...(gift === undefined || Object.keys(gift).length === 0 ? {} : { gift })
})

/** The price that the buyer saw, if it is in the same currency. */
const seenIn = ({ seenPrice }: CartLine, now: Money): Money => seenPrice.currency === now.currency ? seenPrice : now

/** Whether pieces of a variant belong onto a line. */
const isLike = (line: CartLine, { gift, variantId }: { readonly variantId: string; readonly gift?: Gift | undefined }): boolean =>
  line.variantId === variantId && isSame(line.gift ?? {}, gift ?? {})

/** How many pieces a line can have. */
const mostOf = ({ giftCard }: CartVariant, { lineQuantity }: Limits): number =>
  giftCard ? Math.min(lineQuantity, maximumGiftCards) : lineQuantity

const amountOf = (lines: Lines, variants: Variants, price: PriceOf): number => {
  const byId = new Map<string, CartVariant>()
  for (const variant of variants) byId.set(variant.id, variant)
  let amount = 0
  for (const { quantity, variantId } of lines) {
    const variant = byId.get(variantId)
    if (variant === undefined) continue
    const each = price(variant, quantity).amount
    // costs nothing while it cannot be bought
    if (each <= maximumAmount) amount += each * quantity
  }
  return amount
}

const find = (variants: Variants, id: string): CartVariant | undefined => variants.find((variant) => variant.id === id)
