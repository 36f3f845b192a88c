/**
 * What a cart costs and what its buyer must be told, from one snapshot of everything that it depends on. Pure: the cart
 * page, the preview of the checkout and the order itself are priced here, so they cannot differ.
 */
import { withThoseAbove } from "../catalog/CategoryPaths.ts"
import type { Place } from "../kernel/Area.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "../pricing/PriceCart.ts"
import type { PricedCart, PricingLine, PricingRule, PricingShipping, PricingSnapshot } from "../pricing/Pricing.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import { cubicMm } from "../shipping/Parcels.ts"
import * as Delivery from "../shipping/Delivery.ts"
import * as ShippingParts from "../shipping/ShippingParts.ts"
import * as ShippingQuote from "../shipping/ShippingQuote.ts"
import type { ShippingOption } from "../shipping/ShippingQuote.ts"
import { placeOf, type PriceOf, priceOf, unitPriceFor } from "./CartPrices.ts"
import { reliefOf } from "../tax/TaxExemption.ts"
import type { CartLine, CartLineId, CartLineView, CartNotice, CartShippingPart, CartView } from "./Cart.ts"
import * as CartBundles from "./CartBundles.ts"
import type { CartSnapshot, CartVariant } from "./CartRepository.ts"

/** A line with what is known of its variant now. */
export interface BuyableLine {
  readonly line: CartLine
  readonly variant: CartVariant
}

/** A cart, priced. */
export interface CartPricing {
  readonly priced: PricedCart
  /** The lines that can be bought, in the order of the cart: one for each line of `priced`. */
  readonly buyable: ReadonlyArray<BuyableLine>
  /** The lines that cannot: their product is gone or not for sale. */
  readonly unavailable: ReadonlyArray<CartLine>
  readonly requiresShipping: boolean
  /** Where the goods go: the point where they are picked up, the shipping address, else the billing address, else the store. */
  readonly place: Place
  /** The ways to get the goods there and those that the price contains: the buyer's choice, or the first; nothing where nothing needs shipping. */
  readonly shipping: ShippingParts.Plan
}

/**
 * Prices the cart of a snapshot by the engine's rules.
 *
 * **Details**
 *
 * To price it with another address or shipping method, price a snapshot whose cart has them.
 */
export const price = (
  snapshot: CartSnapshot,
  rules: ReadonlyArray<PricingRule>,
  at: Timestamp,
  known: Pick<PricingSnapshot, "paymentMethod"> = {}
): CartPricing => {
  const { cart, promotions, store } = snapshot
  const { buyable, unavailable } = sortLines(snapshot, priceOf(snapshot, at))
  const lines = buyable.map(pricingLine(unitPriceFor(snapshot, at)))
  const address = placeOf(snapshot)
  const requiresShipping = buyable.some(({ variant }) => variant.requiresShipping)
  const shipping = requiresShipping ? planOf(snapshot, address, buyable, lines) : nothingSent
  const { shipments } = shipping
  const isCollected = shipments.length > 0 && shipments.every(({ quote }) => quote.method.pickup !== null)
  const place = (isCollected ? shipments[0]?.quote.method.pickup?.address : undefined) ?? address
  const sent = sentBy(snapshot, shipments, place, at)
  const priced = priceCart({
    at,
    currency: cart.currency,
    pricesIncludeTax: store.settings.pricesIncludeTax,
    pricesIncludeTaxIn: store.settings.pricesIncludeTaxIn,
    taxRounding: store.settings.taxRounding,
    rounding: store.settings.rounding,
    country: place.country,
    region: place.region ?? null,
    postalCode: place.postalCode ?? null,
    home: { country: store.settings.country },
    crossBorder: store.settings.crossBorder,
    shippingTax: store.settings.shippingTax,
    taxRelief: reliefAt(snapshot, place, sent),
    lines,
    shipping: sent,
    taxRates: snapshot.taxRates,
    taxZones: snapshot.taxZones,
    codes: cart.codes,
    attributes: { customerId: cart.customerId },
    ...(cart.currency === store.currency ? {} : { catalogCurrency: store.currency }),
    ...(cart.channel === null ? {} : { channel: cart.channel }),
    ...known,
    ...(cart.customerId === null ? {} : {
      customer: {
        id: cart.customerId,
        groups: promotions?.groups ?? [],
        ...(promotions === null || promotions.orders === null ? {} : { orders: promotions.orders })
      }
    })
  }, rules)
  return {
    priced,
    buyable,
    unavailable,
    requiresShipping,
    place,
    shipping
  }
}

const nothingSent: ShippingParts.Plan = { groups: [], together: [], shipments: [], without: [], unavailable: [], lapsed: [] }

const planOf = (
  { carrierRates, cart, shippingMethods, shippingZones }: CartSnapshot,
  place: Place,
  buyable: ReadonlyArray<BuyableLine>,
  lines: ReadonlyArray<PricingLine>
): ShippingParts.Plan =>
  ShippingParts.plan(
    {
      methods: shippingMethods.every(({ price }) => price.currency === cart.currency)
        ? shippingMethods
        : shippingMethods.filter(({ price }) => price.currency === cart.currency),
      zones: shippingZones,
      place,
      // money on a card makes no order larger
      subtotal: lines.reduce((sum, { giftCard, quantity, unitPrice }) => giftCard === true ? sum : sum + quantity * unitPrice, 0),
      carrierRates
    },
    lines.flatMap(({ cubicMm, id, quantity, requiresShipping, unitPrice, weightGrams }, index) => {
      if (!requiresShipping) return []
      const shippingClass = buyable[index]?.variant.shippingClass ?? ""
      return { id, quantity, unitPrice, weightGrams, shippingClass, ...(cubicMm === undefined ? {} : { cubicMm }) }
    }),
    cart
  )

/** What is sent, as the calculation takes it. */
const sentBy = (
  { store: { settings } }: CartSnapshot,
  shipments: ReadonlyArray<ShippingParts.Shipment>,
  place: Place,
  at: Timestamp
): PricingShipping | null => {
  const [first] = shipments
  if (first === undefined) return null
  const { amount, method: { id, name, taxClass } } = first.quote
  if (shipments.length === 1) return { id, name, amount, taxClass }
  // what is delivered says where an order goes
  const main = shipments.find(({ quote }) => quote.method.pickup === null) ?? first
  return {
    id: main.quote.method.id,
    name: [...new Set(shipments.map(({ quote }) => quote.method.name))].join(", "),
    amount: shipments.reduce((sum, { quote }) => sum + quote.amount, 0),
    taxClass: main.quote.method.taxClass,
    parts: shipments.map(({ goods, id, quote: { amount, method: { delivery, id: methodId, name, pickup, taxClass } } }) => ({
      id,
      methodId,
      name,
      lineIds: goods.map((line) => line.id),
      estimate: delivery === null ? null : Delivery.estimate(delivery, settings, at) ?? null,
      isPickedUp: pickup !== null,
      amount,
      taxClass,
      ...(pickup === null || pickup.address === place ? {} : { place: pickup.address })
    }))
  }
}

/** Why the buyer is charged no tax: of what ships apart, only if that holds wherever it is handed over. */
const reliefAt = (
  { customerExemption: exemption, customerVatNumber: vatNumber, store: { settings } }: CartSnapshot,
  place: Place,
  shipping: PricingShipping | null
) => {
  const relief = reliefOf({ exemption, vatNumber }, settings, place)
  const others = shipping?.parts ?? []
  return others.every((part) =>
    part.place === undefined || reliefOf({ exemption, vatNumber }, settings, part.place)?.kind === relief?.kind) ? relief : null
}

/** Whether a method goes where a cart goes, and can carry what is in it. */
export const delivers = (snapshot: CartSnapshot, shippingMethodId: string, at: Timestamp): boolean => {
  const method = snapshot.shippingMethods.find(({ id }) => id === shippingMethodId)
  if (method === undefined || method.price.currency !== snapshot.cart.currency) return false
  const { buyable } = sortLines(snapshot, priceOf(snapshot, at))
  const lines = buyable.map(pricingLine(unitPriceFor(snapshot, at)))
  const place = placeOf(snapshot)
  return lines.some(({ requiresShipping }) => requiresShipping)
    ? planOf({ ...snapshot, shippingMethods: [method] }, place, buyable, lines).together.length > 0
    : ShippingQuote.reaches(method, place, snapshot.shippingZones)
}

/** The ways to get a cart to its buyer, as the buyer sees them: for all goods, and for each part of what may ship apart. */
export const shippingOptions = (
  { store: { settings } }: CartSnapshot,
  { shipping: { groups, together } }: CartPricing,
  at: Timestamp
): ReadonlyArray<ShippingOption> => [
  ...together.map((quote) => ShippingQuote.option(quote, settings, at)),
  ...(groups.length < 2 ? [] : groups.flatMap(({ id, quotes }) =>
    quotes.map((quote) => ({ ...ShippingQuote.option(quote, settings, at), part: id }))))
]

/** What may ship apart, with the ways to send it; nothing where everything goes together. */
const partsOf = (
  { store: { settings } }: CartSnapshot,
  { shipping: { groups, shipments } }: CartPricing,
  at: Timestamp
): ReadonlyArray<CartShippingPart> =>
  groups.length < 2 ? [] : groups.map(({ goods, id, quotes }) => ({
    id,
    lineIds: goods.map((line) => line.id as CartLineId),
    shippingMethodId: shipments.find((shipment) => goods.every((line) => shipment.goods.includes(line)))?.quote.method.id ?? null,
    options: quotes.map((quote) => ({ ...ShippingQuote.option(quote, settings, at), part: id }))
  }))

/** How many pieces of a variant can be bought now; `null` where stock is not counted. */
export const availableOf = (variant: CartVariant): number | null => CartBundles.available(variant)

const sortLines = ({ cart, ofLine, variants }: CartSnapshot, price: PriceOf): Pick<CartPricing, "buyable" | "unavailable"> => {
  const byId = new Map<string, CartVariant>()
  for (const variant of variants) byId.set(variant.id, variant)
  const buyable: Array<BuyableLine> = []
  const unavailable: Array<CartLine> = []
  let amount = 0
  for (const line of cart.lines) {
    const variant = ofLine?.get(line.id) ?? byId.get(line.variantId)
    if (variant === undefined || variant.status !== "active") {
      unavailable.push(line)
      continue
    }
    // a price may have been raised beyond what can be calculated since the line was added
    const withLine = amount + price(variant, line.quantity).amount * line.quantity
    if (withLine > maximumAmount) {
      unavailable.push(line)
      continue
    }
    amount = withLine
    buyable.push({ line, variant })
  }
  return { buyable, unavailable }
}

const specificationsOf = ({ said = [] }: CartVariant) =>
  said.length === 0 ? {} : { specifications: Object.fromEntries(said.map(({ code, value }) => [code, value])) }

const pricingLine = (unitPrice: ReturnType<typeof unitPriceFor>) => ({ line, variant }: BuyableLine): PricingLine => {
  const { amount, compareAt, list } = unitPrice(variant, line.quantity)
  return {
    id: line.id,
    variantId: variant.id,
    productId: variant.productId,
    quantity: line.quantity,
    unitPrice: amount,
    compareAtPrice: compareAt,
    taxClass: variant.taxClass,
    taxable: variant.taxable && !variant.giftCard,
    requiresShipping: variant.requiresShipping,
    weightGrams: variant.weightGrams,
    attributes: {
      categoryIds: withThoseAbove(variant.categoryPaths),
      tags: variant.tags,
      ...specificationsOf(variant)
    },
    ...(list === null ? {} : { priceList: list }),
    ...(variant.setBecause === undefined ? {} : { setBecause: variant.setBecause }),
    ...(variant.giftCard ? { giftCard: true } : {}),
    ...CartBundles.weighed(variant),
    ...(variant.dimensions === null ? {} : { cubicMm: cubicMm(variant.dimensions) })
  }
}

/** The cart as its buyer sees it. */
export const view = (snapshot: CartSnapshot, pricing: CartPricing, at: Timestamp): CartView => {
  const { cart, variants } = snapshot
  const { buyable, priced } = pricing
  const notices: Array<CartNotice> = []
  const lines: Array<CartLineView> = []
  // both lists have the order of the cart
  let next = 0
  for (const line of cart.lines) {
    const found = buyable[next]
    const costs = priced.lines[next]
    if (found === undefined || costs === undefined || found.line.id !== line.id) {
      const parts = CartBundles.missing(variants.find(({ id }) => id === line.variantId) ?? {})
      notices.push({ _tag: "unavailable", lineId: line.id, ...(parts.length === 0 ? {} : { parts }) })
      lines.push(unavailableLine(line, cart.currency))
      continue
    }
    next += 1
    const { variant } = found
    const available = availableOf(variant)
    // in another currency it is no price that has changed
    if (line.seenPrice.currency === costs.unitPrice.currency && !Money.equals(line.seenPrice, costs.unitPrice)) {
      notices.push({ _tag: "price_changed", lineId: line.id, before: line.seenPrice, now: costs.unitPrice })
    }
    if (available !== null && available < line.quantity) {
      notices.push({ _tag: "short_of_stock", lineId: line.id, available })
    }
    lines.push({
      id: line.id,
      variantId: line.variantId,
      productId: variant.productId,
      quantity: line.quantity,
      title: variant.productTitle,
      variantTitle: variant.title,
      slug: variant.slug,
      sku: variant.sku,
      image: variant.image,
      available,
      unitPrice: costs.unitPrice,
      compareAtPrice: costs.compareAtPrice,
      subtotal: costs.subtotal,
      discount: costs.discount,
      tax: costs.tax,
      total: costs.total,
      ...(line.gift === undefined ? {} : { gift: line.gift })
    })
  }
  for (const { applied, code, message, reason } of priced.codes) {
    if (!applied) notices.push({ _tag: "coupon_not_applied", code, reason: reason ?? "no_effect", message: message ?? "" })
  }
  for (const shippingMethodId of pricing.shipping.unavailable) notices.push({ _tag: "shipping_unavailable", shippingMethodId })
  for (const { part, shippingMethodId } of pricing.shipping.lapsed) notices.push({ _tag: "shipping_choice_lapsed", part, shippingMethodId })
  const shippingParts = partsOf(snapshot, pricing, at)
  return {
    id: cart.id,
    status: cart.status,
    customerId: cart.customerId,
    email: cart.email,
    currency: cart.currency,
    channel: cart.channel,
    lines,
    note: cart.note,
    shippingAddress: cart.shippingAddress,
    billingAddress: cart.billingAddress,
    shippingMethodId: cart.shippingMethodId,
    shippingChoices: cart.shippingChoices,
    codes: cart.codes,
    orderId: cart.orderId,
    version: cart.version,
    expiresAt: cart.expiresAt,
    createdAt: cart.createdAt,
    updatedAt: cart.updatedAt,
    requiresShipping: pricing.requiresShipping,
    pricing: priced,
    total: priced.total,
    // what became an order is settled there
    notices: cart.status === "open" ? notices : [],
    ...(cart.language === undefined ? {} : { language: cart.language }),
    ...(shippingParts.length === 0 ? {} : { shippingParts })
  }
}

/** A line as it was when the buyer last changed it; its product is not for sale. */
const unavailableLine = (line: CartLine, currency: CartView["currency"]): CartLineView => {
  const zero = Money.zero(currency)
  return {
    id: line.id,
    variantId: line.variantId,
    productId: line.productId,
    quantity: line.quantity,
    title: line.title,
    variantTitle: line.variantTitle,
    slug: null,
    sku: null,
    image: null,
    available: 0,
    unitPrice: line.seenPrice,
    compareAtPrice: null,
    subtotal: zero,
    discount: zero,
    tax: zero,
    total: zero,
    ...(line.gift === undefined ? {} : { gift: line.gift })
  }
}
