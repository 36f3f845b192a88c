/**
 * What a draft costs, by the same pure function as a cart, and what its order is made of.
 *
 * **Details**
 *
 * Prices by hand take the place of those of the catalog and of price lists. What is taken off a line by hand goes first, then
 * promotions, then what is taken off the whole. Carriers and an outside tax engine are asked, so none of this belongs into a
 * transaction.
 */
import * as Effect from "effect/Effect"
import * as ByHand from "../cart/ByHand.ts"
import { type CartLine, CartLineId } from "../cart/Cart.ts"
import { NotForSale } from "../cart/CartErrors.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import * as ChosenShipping from "../cart/ChosenShipping.ts"
import type { CartSnapshot, CartVariant } from "../cart/CartRepository.ts"
import * as PassingCarts from "../cart/PassingCarts.ts"
import { maximumGiftCards } from "../catalog/Gift.ts"
import { ProductId, VariantId } from "../catalog/Product.ts"
import * as CheckoutDetails from "../checkout/CheckoutDetails.ts"
import * as LiveRates from "../checkout/LiveRates.ts"
import * as OutsideTax from "../checkout/OutsideTax.ts"
import type { Currency } from "../kernel/Currency.ts"
import { type Fault, InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { atOnePrice, type ShippingMethod, ShippingMethodId } from "../shipping/ShippingMethod.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"
import type {
  CustomItem,
  DraftLine,
  DraftNotice,
  DraftOrder,
  DraftShipping,
  StoredDraftOrder,
  WriteDraftLine
} from "./DraftOrder.ts"

/** What staff have said of a draft. Its lines may be those of the draft before. */
export type Wanted =
  & Pick<DraftOrder, "customerId" | "email" | "shippingAddress" | "billingAddress" | "shipping" | "codes" | "discount" | "note">
  & {
    readonly lines: ReadonlyArray<WriteDraftLine | DraftLine>
    /** `null`: the store's own. */
    readonly currency: Currency | null
  }

/** What follows from it. */
export type Priced = Pick<
  StoredDraftOrder,
  | "currency"
  | "email"
  | "shippingAddress"
  | "billingAddress"
  | "lines"
  | "pricing"
  | "total"
  | "pricedAt"
  | "missing"
  | "notices"
  | "isPickedUp"
>

/** Something that the catalog does not have, as a variant. */
const variantOf = (
  { price, requiresShipping = false, sku = null, taxClass = "standard", taxable = true, title, weightGrams = 0 }: CustomItem,
  { productId, variantId }: Pick<DraftLine, "productId" | "variantId">
): CartVariant => ({
  id: variantId,
  productId,
  title: "Default",
  productTitle: title,
  slug: "",
  sku,
  image: null,
  status: "active",
  price,
  compareAtPrice: null,
  listed: [],
  taxClass,
  shippingClass: "standard",
  taxable,
  requiresShipping,
  weightGrams,
  dimensions: null,
  trackStock: false,
  backorderLimit: 0,
  finalSale: false,
  giftCard: false,
  categoryPaths: [],
  tags: [],
  levels: []
})

/** By which shipping at a price of one's own is known in the order. */
const ownShippingId = ShippingMethodId.make("ship_00000000000000000000000000")

const ownMethod = (
  { name, price, taxClass = "standard" }: Extract<DraftShipping, { readonly price: Money.Money }>,
  at: Timestamp
): ShippingMethod => atOnePrice({ id: ownShippingId, name, price, taxClass, at })

/** Amounts that are not of the draft's currency. */
const faultsOf = ({ discount, lines, shipping }: Wanted, currency: Currency): ReadonlyArray<Fault> => {
  const own = (price: Money.Money, path: ReadonlyArray<string | number>) =>
    price.currency === currency ? [] : [{ path: [...path, "price", "currency"], message: `is not ${currency}, the currency of the draft`, code: "other_currency" }]
  return [
    ...lines.flatMap((line, index) => [
      ...ByHand.faultsAt(["lines", index], line, currency),
      ...(line.custom === undefined || line.custom === null ? [] : own(line.custom.price, ["lines", index, "custom"]))
    ]),
    ...ByHand.faultsAt([], { discount }, currency),
    ...(shipping !== null && "price" in shipping ? own(shipping.price, ["shipping"]) : [])
  ]
}

/** The line as a cart has it. What else a cart line says is for its cart to show. */
const cartLine = (
  { id, productId, quantity, title, variantId, variantTitle }: DraftLine,
  seenPrice: Money.Money,
  addedAt: Timestamp
): CartLine => ({ id, variantId, productId, title, variantTitle, quantity, seenPrice, addedAt })

export const make = Effect.gen(function*() {
  const passingCarts = yield* PassingCarts.make
  const stores = yield* Stores
  const books = yield* PromotionBooks
  const carriers = yield* Carriers
  const taxEngine = yield* TaxEngine

  /** Lines with ids of their own, before anything is known of what they are of. */
  const begun = Effect.fnUntraced(function*(lines: Wanted["lines"]) {
    const ids = yield* CartLineId.generateMany(lines.length)
    const variantIds = yield* VariantId.generateMany(lines.length)
    const productIds = yield* ProductId.generateMany(lines.length)
    return lines.map((line, index): DraftLine => {
      if ("id" in line) return line
      const custom = line.custom ?? null
      return {
        id: ids[index] as CartLineId,
        variantId: line.variantId ?? variantIds[index] as VariantId,
        productId: productIds[index] as ProductId,
        title: custom?.title ?? "",
        variantTitle: "Default",
        sku: custom?.sku ?? null,
        image: null,
        requiresShipping: custom?.requiresShipping ?? false,
        finalSale: false,
        quantity: line.quantity,
        custom,
        price: line.price ?? null,
        discount: line.discount ?? null
      }
    })
  })

  /** What each line is of now, with the price that staff have set. */
  const known = (lines: ReadonlyArray<DraftLine>, variants: ReadonlyArray<CartVariant>) => {
    const byId = new Map<string, CartVariant>(variants.map((variant) => [variant.id, variant]))
    const ofLine = new Map<string, CartVariant>()
    for (const line of lines) {
      const variant = line.custom === null ? byId.get(line.variantId) : variantOf(line.custom, line)
      if (variant === undefined) continue
      ofLine.set(line.id, ByHand.priced(variant, line.price))
    }
    return ofLine
  }

  const price = Effect.fnUntraced(function*(wanted: Wanted, isReserved: boolean, at: Timestamp) {
    const store = yield* stores.current
    const currency = wanted.currency ?? store.currency
    const sold = currenciesOf(store)
    if (!sold.includes(currency)) return yield* InvalidInput.at(["currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
    const faults = faultsOf(wanted, currency)
    if (faults.length > 0) return yield* new InvalidInput({ faults })
    const lines = yield* begun(wanted.lines)
    const nothing = Money.zero(currency)
    const cart = yield* passingCarts.of({ ...wanted, currency }, at, {
      codes: wanted.codes,
      lines: lines.map((line) => cartLine(line, nothing, at))
    })
    const read = yield* passingCarts.read(cart, store)
    if (wanted.customerId !== null && read.customerEmail === null) {
      return yield* InvalidInput.at(["customerId"], "is no customer of this store", "unknown")
    }
    const ofLine = known(lines, read.variants)
    const unknown = lines.flatMap(({ id, title }, index) =>
      title === "" && !ofLine.has(id) ? [{ path: ["lines", index, "variantId"], message: "is no variant of this store", code: "unknown" }] : [])
    if (unknown.length > 0) return yield* new InvalidInput({ faults: unknown })
    const tooMany = lines.flatMap(({ id, quantity }, index) =>
      quantity > maximumGiftCards && ofLine.get(id)?.giftCard === true
        ? [{ path: ["lines", index, "quantity"], message: `is more than ${maximumGiftCards} gift cards in one line`, code: "too_many", params: { maximum: maximumGiftCards } }]
        : [])
    if (tooMany.length > 0) return yield* new InvalidInput({ faults: tooMany })

    const { shipping } = wanted
    const own = shipping !== null && "price" in shipping ? ownMethod(shipping, at) : undefined
    const chosen = ChosenShipping.after(ChosenShipping.none, {
      shippingMethodId: own?.id ?? (shipping !== null && "methodId" in shipping ? shipping.methodId : null),
      ...(shipping !== null && "choices" in shipping ? { shippingChoices: shipping.choices } : {})
    })
    const said: CartSnapshot = CheckoutDetails.merge({
      ...read,
      ofLine,
      shippingMethods: own === undefined ? read.shippingMethods : [own],
      cart: { ...read.cart, ...chosen }
    }, {})
    const rules = [
      ...lines.flatMap(({ discount, id }) => (discount === null ? [] : [ByHand.discountRule(discount, id)])),
      ...(yield* books.open(said.promotions)).rules,
      ...(wanted.discount === null ? [] : [ByHand.discountRule(wanted.discount)])
    ]
    const first = CartPricing.price(said, rules, at)
    const ids = new Set(first.shipping.groups.map(({ id }) => id))
    const lost = chosen.shippingChoices.flatMap(({ part }, index) =>
      ids.has(part) ? [] : [{ path: ["shipping", "choices", index, "part"], message: `is no part of this draft: ${[...ids].join(", ")}`, code: "unknown" }])
    if (lost.length > 0) return yield* new InvalidInput({ faults: lost })
    const rated = yield* LiveRates.rated(carriers, said, first, true)
    const second = rated === said ? first : CartPricing.price(rated, rules, at)
    const taxed = taxEngine === undefined || second.buyable.length === 0
      ? rated
      : yield* OutsideTax.taxed(taxEngine, rated, second, at)
    const pricing = taxed === rated ? second : CartPricing.price(taxed, rules, at)
    const { email, shippingAddress, billingAddress } = taxed.cart
    const missing = CheckoutDetails.missing(taxed, pricing).map((name) =>
      name === "shippingMethodId" ? "shipping" : name.replace("shippingChoices.", "shipping.choices."))
    return {
      currency,
      email,
      shippingAddress,
      billingAddress,
      lines: lines.map((line): DraftLine => {
        const variant = ofLine.get(line.id)
        return variant === undefined ? line : {
          ...line,
          productId: variant.productId,
          title: variant.productTitle,
          variantTitle: variant.title,
          sku: variant.sku,
          image: variant.image,
          requiresShipping: variant.requiresShipping,
          finalSale: variant.finalSale
        }
      }),
      pricing: pricing.priced,
      total: pricing.priced.total,
      pricedAt: at,
      missing: lines.length === 0 ? ["lines", ...missing] : missing,
      notices: noticesOf(pricing, isReserved),
      isPickedUp: CheckoutDetails.isPickedUp(pricing)
    } satisfies Priced
  })

  /**
   * What the order of a draft is made of: its figures as they were told, and what stock and the limits of promotions say now.
   * `NotForSale` names bundles, too, that consist of other pieces than when the draft was priced: changing the draft prices it
   * again.
   */
  const forOrder = Effect.fnUntraced(function*(draft: StoredDraftOrder, at: Timestamp) {
    const store = yield* stores.current
    const cart = yield* passingCarts.of(draft, at, {
      codes: draft.codes,
      note: draft.note,
      lines: draft.lines.map((line) => cartLine(line, Money.zero(draft.currency), at))
    })
    const read = yield* passingCarts.read(cart, store)
    const ofLine = known(draft.lines, read.variants)
    const buyable = draft.lines.flatMap((line): ReadonlyArray<CartPricing.BuyableLine> => {
      const variant = ofLine.get(line.id)
      return variant === undefined ? [] : [{
        line: cartLine(line, Money.zero(draft.currency), at),
        variant: {
          ...variant,
          productId: line.productId,
          productTitle: line.title,
          title: line.variantTitle,
          sku: line.sku,
          image: line.image,
          requiresShipping: line.requiresShipping,
          finalSale: line.finalSale
        }
      }]
    })
    const gone = draft.lines.filter(({ id }) => {
      const variant = ofLine.get(id)
      const told = draft.pricing.lines.find((line) => line.id === id)
      // what a bundle consists of now has other shares, and other pieces were held
      return variant === undefined || told === undefined || !CartBundles.consistsOf(variant, told.parts)
    })
    if (gone.length > 0) return yield* new NotForSale({ variantIds: gone.map(({ variantId }) => variantId) })
    return {
      store,
      cart: { ...cart, id: draft.cartId },
      pricing: { buyable, priced: draft.pricing },
      // what has ended since counts as well: its limits hold for what was promised under it
      promotions: yield* books.including((yield* books.open(read.promotions)).set, draft.pricing.promotions)
    }
  })

  return { price, forOrder, write: passingCarts.write }
})

const noticesOf = (
  { buyable, priced, unavailable }: CartPricing.CartPricing,
  isReserved: boolean
): ReadonlyArray<DraftNotice> => [
  ...unavailable.map((line) => ({ _tag: "unavailable" as const, lineId: line.id })),
  ...buyable.flatMap(({ line, variant }) => {
    const available = CartPricing.availableOf(variant)
    return isReserved || available === null || available >= line.quantity
      ? []
      : [{ _tag: "short_of_stock" as const, lineId: line.id, available }]
  }),
  ...priced.codes.flatMap(({ applied, code, message, reason }) =>
    applied ? [] : [{ _tag: "coupon_not_applied" as const, code, reason: reason ?? "no_effect", message: message ?? "" }])
]
