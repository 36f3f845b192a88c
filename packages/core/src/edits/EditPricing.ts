/**
 * What goods cost that an edit adds, and what another way of shipping costs, by the same pure function as in a cart.
 *
 * **Details**
 *
 * New goods cost what they would cost the order's buyer in a cart now; more pieces of a line cost what a piece of the line
 * costs, of a bundle only while it consists of what the line consists of. Both are taxed as of now, where the goods go. Promotions
 * are not applied again: what they took off the order stays as it was. A price by hand takes the place of today's; a line with a
 * discount by hand becomes another one, at what it cost, less the discount. Carriers and an outside tax engine are asked before the
 * transaction of the edit.
 */
import * as Effect from "effect/Effect"
import * as ByHand from "../cart/ByHand.ts"
import { type CartLine, CartLineId } from "../cart/Cart.ts"
import { NotForSale, ShippingMethodUnavailable } from "../cart/CartErrors.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import * as ChosenShipping from "../cart/ChosenShipping.ts"
import { placeOf } from "../cart/CartPrices.ts"
import { CartRepository, type CartSnapshot, type CartVariant } from "../cart/CartRepository.ts"
import type { VariantId } from "../catalog/Product.ts"
import * as CheckoutDetails from "../checkout/CheckoutDetails.ts"
import * as LiveRates from "../checkout/LiveRates.ts"
import * as OrderDraft from "../checkout/OrderDraft.ts"
import * as OutsideTax from "../checkout/OutsideTax.ts"
import { CheckoutIncomplete } from "../checkout/CheckoutInput.ts"
import type { Address } from "../kernel/Address.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type OrderLine, OrderLineId, type OrderShippingPart } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import type { PricedShipping, PricingRule } from "../pricing/Pricing.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"
import { reliefOf } from "../tax/TaxExemption.ts"
import * as EditedGoods from "./EditedGoods.ts"
import type { Like, Wanted } from "./EditedGoods.ts"
import type { EditOrder } from "./OrderEdit.ts"
import { EditRefused } from "./OrderEditErrors.ts"

/** Why the buyer is charged no tax, if they are not. */
const reliefIn = (snapshot: CartSnapshot) =>
  reliefOf(
    { exemption: snapshot.customerExemption, vatNumber: snapshot.customerVatNumber },
    snapshot.store.settings,
    placeOf(snapshot)
  )

const pricedOtherwise = ({ id, status }: StoredOrder) => new EditRefused({ order: id, status, reason: "prices" })

/**
 * The snapshot with a variant for each line of which there is to be more, at its price: that one was said to the buyer, and
 * is not worked out again for where they are or whether they are charged tax.
 */
const atFrozenPrices = (snapshot: CartSnapshot, more: ReadonlyArray<Like>): CartSnapshot => {
  const { settings } = snapshot.store
  const isRelieved = reliefIn(snapshot) !== null
  return {
    ...snapshot,
    store: {
      ...snapshot.store,
      settings: {
        ...settings,
        crossBorder: "constant_gross",
        ...(isRelieved ? { pricesIncludeTax: false, pricesIncludeTaxIn: {} } : {})
      }
    },
    taxZones: isRelieved ? snapshot.taxZones.map((zone) => ({ ...zone, pricesIncludeTax: null })) : snapshot.taxZones,
    variants: more.flatMap(({ like, variantId }) => {
      const variant = snapshot.variants.find(({ id }) => id === variantId)
      const { compareAtPrice, unitPrice: price } = like
      if (variant === undefined) return []
      // who sells it, and whose its parts are, was said to the buyer too
      const parts = variant.parts?.map((part) =>
        Object.assign({}, part, { vendorId: like.parts?.find((one) => one.variantId === part.variantId)?.vendorId ?? null }))
      return [{
        ...variant,
        ...(parts === undefined ? {} : { parts }),
        id: like.id as string as VariantId,
        price,
        compareAtPrice,
        listed: [],
        vendorId: like.vendorId ?? null
      }]
    })
  }
}

/** An edit with what it costs. */
export interface PricedEdit {
  readonly added: ReadonlyArray<OrderLine>
  /** The variants of `added`, in its order. */
  readonly variants: ReadonlyArray<CartVariant>
  readonly shipping: PricedShipping | undefined
  /** Which part of what ships apart new lines go with, where nothing is said of shipping. */
  readonly joins: ReadonlyMap<string, string>
  readonly shippingAddress: Address | null
  readonly billingAddress: Address | null
}

/** More pieces of a gift card are for the same person. */
const giftOf = (more: Like | undefined) => more?.like.giftCard === undefined ? {} : { giftCard: more.like.giftCard }

/** What was off pieces of an order before stays off. */
const keptOff = (off: number, lineId: string): PricingRule => ({
  name: "edit",
  apply: () => [{ amount: -off, label: "Off as before", target: { type: "lines", lineIds: [lineId] } }]
})

/**
 * New lines go with the part that has goods like them; what none has, with the first. What only fits parts whose price was given
 * back goes with none.
 */
const joined = (
  order: StoredOrder,
  lines: ReadonlyArray<{ readonly id: string | undefined; readonly like: string | null; readonly shippingClass: string | null }>
): ReadonlyMap<string, string> => {
  const kept = ShippedParts.kept(order)
  return new Map(lines.flatMap(({ id, like, shippingClass }) => {
    const fits = (part: OrderShippingPart) =>
      like === null ? part.id.split("+").includes(shippingClass ?? "") : part.lineIds.includes(like)
    const part = kept.find(fits) ?? (ShippedParts.all(order).some(fits) ? undefined : kept[0])
    return id === undefined || part === undefined ? [] : [[id, part.id] as const]
  }))
}

export const make = Effect.gen(function*() {
  const carts = yield* CartRepository
  const books = yield* PromotionBooks
  const carriers = yield* Carriers
  const taxEngine = yield* TaxEngine

  const cartLines = Effect.fnUntraced(function*(wanted: ReadonlyArray<Wanted>, order: StoredOrder) {
    const ids = yield* CartLineId.generateMany(wanted.length)
    // what else a line says is for its cart to show
    return wanted.map(({ quantity, variantId }, index): CartLine => ({
      id: ids[index] as CartLineId,
      variantId,
      productId: "" as CartLine["productId"],
      title: "",
      variantTitle: "",
      quantity,
      seenPrice: order.total,
      addedAt: order.updatedAt
    }))
  })

  /** What lines are of whose price staff have set. */
  const byHand = (lines: ReadonlyArray<CartLine>, wanted: ReadonlyArray<Wanted>, { variants }: CartSnapshot) =>
    new Map(lines.flatMap(({ id, variantId }, index) => {
      const price = wanted[index]?.price
      const variant = price === undefined ? undefined : variants.find((each) => each.id === variantId)
      return variant === undefined ? [] : [[id, ByHand.priced(variant, price)] as const]
    }))

  /** Goods as they are priced in a cart of their own. */
  const goods = Effect.fnUntraced(function*(
    snapshot: CartSnapshot,
    order: StoredOrder,
    wanted: ReadonlyArray<Wanted>,
    more: ReadonlyArray<PricingRule>,
    at: Timestamp.Timestamp
  ) {
    if (wanted.length === 0) return { lines: [], variants: [] }
    const lines = yield* cartLines(wanted, order)
    const said: CartSnapshot = { ...snapshot, cart: { ...snapshot.cart, lines }, ofLine: byHand(lines, wanted, snapshot) }
    const rules = [
      ...wanted.flatMap(({ discount, off = 0 }, index) => {
        const id = lines[index]?.id ?? ""
        return [...(off === 0 ? [] : [keptOff(off, id)]), ...(discount === undefined ? [] : [ByHand.discountRule(discount, id)])]
      }),
      ...more
    ]
    const first = CartPricing.price(said, rules, at)
    const taxed = taxEngine === undefined || first.buyable.length === 0
      ? said
      : yield* OutsideTax.taxed(taxEngine, said, first, at)
    const pricing = taxed === said ? first : CartPricing.price(taxed, rules, at)
    const isRelieved = reliefIn(said) !== null
    if (!isRelieved && pricing.priced.pricesIncludeTax !== order.pricesIncludeTax) return yield* pricedOtherwise(order)
    if (pricing.unavailable.length > 0) {
      return yield* new NotForSale({ variantIds: pricing.unavailable.map((line) => line.variantId) })
    }
    const ids = yield* OrderLineId.generateMany(pricing.buyable.length)
    return {
      lines: pricing.priced.lines.map((line, index) => OrderDraft.toLine(line, pricing.buyable[index], ids[index])),
      variants: pricing.buyable.map(({ variant }) => variant)
    }
  })

  /** What the chosen way of shipping costs for all that there is to ship. */
  const shippingFor = Effect.fnUntraced(function*(
    snapshot: CartSnapshot,
    order: StoredOrder,
    wanted: ReadonlyArray<Wanted>,
    /** The lines of the order that these are, or are to be. */
    lineIds: ReadonlyArray<OrderLineId>,
    chosen: ChosenShipping.Said,
    at: Timestamp.Timestamp
  ) {
    const lines = yield* cartLines(wanted, order)
    const said: CartSnapshot = {
      ...snapshot,
      cart: { ...snapshot.cart, ...ChosenShipping.after(ChosenShipping.none, chosen), lines }
    }
    const first = CartPricing.price(said, [], at)
    const rated = yield* LiveRates.rated(carriers, said, first, true)
    const pricing = rated === said ? first : CartPricing.price(rated, [], at)
    const taxed = taxEngine === undefined || pricing.buyable.length === 0
      ? rated
      : yield* OutsideTax.taxed(taxEngine, rated, pricing, at)
    const done = taxed === rated ? pricing : CartPricing.price(taxed, [], at)
    const { priced, shipping: { together, without } } = done
    yield* ChosenShipping.requireOffered(chosen, done.shipping)
    const isRelieved = reliefIn(said) !== null
    if (!isRelieved && priced.pricesIncludeTax !== order.pricesIncludeTax) return yield* pricedOtherwise(order)
    const { shippingMethodId = null } = chosen
    const isForAll = shippingMethodId === null || together.some(({ method }) => method.id === shippingMethodId)
    const ofOrder = new Map(lines.map(({ id }, index) => [id as string, lineIds[index] as OrderLineId]))
    const shipping = OrderDraft.toShipping(priced.shipping, ofOrder)
    if (shipping === null || without.length > 0 || !isForAll) {
      return yield* new ShippingMethodUnavailable({ shippingMethodId: shippingMethodId ?? without.map(({ id }) => id).join(", ") })
    }
    return { shipping, isPickedUp: CheckoutDetails.isPickedUp(done) }
  })

  /** Refuses a method that does not deliver goods to the address. */
  const requireDelivery = Effect.fnUntraced(function*(
    snapshot: CartSnapshot,
    order: StoredOrder,
    sent: ReadonlyArray<Wanted>,
    methodId: string,
    at: Timestamp.Timestamp
  ) {
    if (sent.length === 0) return
    const there = { ...snapshot, cart: { ...snapshot.cart, lines: yield* cartLines(sent, order) } }
    if (!CartPricing.delivers(there, methodId, at)) return yield* new ShippingMethodUnavailable({ shippingMethodId: methodId })
  })

  return Effect.fn("OrderEdits.price")(function*(
    order: StoredOrder,
    input: EditOrder,
    /** How many pieces of lines there are to be, for those that change. */
    wished: ReadonlyMap<OrderLineId, number>
  ) {
    const at = yield* Timestamp.now
    yield* EditedGoods.requireCurrency(input, order)
    const edited = EditedGoods.of(order, input, wished)
    const { fresh, kept, more } = edited
    const all = [...kept, ...more, ...fresh]
    const snapshot = yield* carts.snapshot({ id: order.cartId }, [...new Set(all.map(({ variantId }) => variantId))])
    if (snapshot === undefined || snapshot.cart.currency !== order.currency) return yield* pricedOtherwise(order)
    yield* EditedGoods.requireSellable(edited, input, snapshot)

    const shippingAddress = input.shippingAddress ?? order.shippingAddress
    const billingAddress = input.billingAddress ?? order.billingAddress
    const said: CartSnapshot = {
      ...snapshot,
      promotions: null,
      cart: {
        ...snapshot.cart,
        codes: [],
        shippingAddress,
        billingAddress,
        shippingMethodId: (order.shipping?.id ?? null) as typeof snapshot.cart.shippingMethodId,
        shippingChoices: []
      }
    }
    const methodId = input.shippingMethodId
    const isChosen = methodId !== undefined || input.shippingChoices !== undefined
    const method = said.shippingMethods.find(({ id }) => id === (methodId ?? order.shipping?.id))
    // the way of shipping counts for the place where goods are taxed, and costs nothing here
    const atPlace: CartSnapshot = {
      ...said,
      shippingMethods: method === undefined || method.pickup === null ? [] : [method],
      cart: { ...said.cart, shippingMethodId: method?.id ?? null }
    }
    const { rules } = yield* books.open(null)
    const today = yield* goods(atPlace, order, fresh, rules, at)
    const frozen = yield* goods(
      atFrozenPrices(atPlace, more),
      order,
      more.map((wanted) => ({ ...wanted, variantId: wanted.like.id as string as VariantId })),
      [],
      at
    )
    const before = {
      lines: frozen.lines.map((line, index) => Object.assign({}, line, { variantId: more[index]?.variantId ?? line.variantId }, giftOf(more[index]))),
      variants: frozen.variants.map((variant, index) => Object.assign({}, variant, { id: more[index]?.variantId ?? variant.id }))
    }
    const added = [...before.lines, ...today.lines]
    if (order.subtotal.amount + added.reduce((sum, { subtotal }) => sum + subtotal.amount, 0) > maximumAmount) {
      return yield* InvalidInput.at(["add"], "costs more than can be calculated", "not_calculable")
    }

    const requiresShipping = added.some((line) => line.requiresShipping)
      || order.lines.some((line) => line.requiresShipping && kept.some(({ like }) => like === line))
    const missing = [
      ...(requiresShipping && !isChosen && order.shipping === null ? ["shippingMethodId"] : []),
      ...(requiresShipping && shippingAddress === null && (method?.pickup ?? null) === null && input.shippingChoices === undefined
        ? ["shippingAddress"]
        : [])
    ]
    if (missing.length > 0) return yield* new CheckoutIncomplete({ missing })
    const lineIds = [...kept.map(({ like }) => like.id), ...added.map(({ id }) => id)]
    const joins = joined(order, [
      ...more.map(({ like }, index) => ({ id: before.lines[index]?.id, like: like.id, shippingClass: null })),
      ...today.lines.map(({ id }, index) => ({ id, like: null, shippingClass: today.variants[index]?.shippingClass ?? null }))
    ])
    const isApart = order.shipping?.parts !== undefined
    if (!isChosen && isApart && added.some((line) => line.requiresShipping && !joins.has(line.id))) {
      return yield* new CheckoutIncomplete({ missing: ["shippingMethodId"] })
    }
    if (input.shippingAddress !== undefined && !isChosen && requiresShipping) {
      const usual = method === undefined ? [] : [{ id: "", methodId: method.id as string, lineIds, isPickedUp: false }]
      for (const { id, isPickedUp, lineIds: ofPart, methodId } of order.shipping?.parts ?? usual) {
        const sent = all.filter((_, index) => {
          const lineId = lineIds[index] as OrderLineId
          return ofPart.includes(lineId) || joins.get(lineId) === id
        })
        if (!isPickedUp) yield* requireDelivery(said, order, sent, methodId, at)
      }
    }
    const shipped = isChosen ? yield* shippingFor(said, order, all, lineIds, input, at) : undefined
    if (shipped?.isPickedUp === false && requiresShipping && shippingAddress === null) {
      return yield* new CheckoutIncomplete({ missing: ["shippingAddress"] })
    }
    return {
      added,
      variants: [...before.variants, ...today.variants],
      shipping: shipped?.shipping,
      joins,
      shippingAddress: shipped?.isPickedUp === true ? null : shippingAddress,
      billingAddress
    } satisfies PricedEdit
  })
})
