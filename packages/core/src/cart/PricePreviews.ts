/**
 * What a buyer would pay, by the same pure function as a cart, for staff who ask which of the shop's prices and promotions apply.
 *
 * **Details**
 *
 * Taxes are those of the store's own rates: no outside tax engine is asked, and shipping is not part of it. Prices that have passed
 * are not known, so only now and later can be asked for.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import { ProductId } from "../catalog/Product.ts"
import { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import type { Address } from "../kernel/Address.ts"
import { Currency } from "../kernel/Currency.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import { type ListedPrice, standingOf } from "../prices/ListedPrices.ts"
import { PriceListRepository } from "../prices/PriceListRepository.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { CartLineId } from "./Cart.ts"
import * as CartPricing from "./CartPricing.ts"
import { unitPriceFor } from "./CartPrices.ts"
import type { CartRepository, CartSnapshot } from "./CartRepository.ts"
import * as PassingCarts from "./PassingCarts.ts"
import { PreviewPrice, type PreviewedList, type PricePreview } from "./PricePreview.ts"

export class PricePreviews extends Context.Service<PricePreviews, {
  /**
   * What pieces of a variant would cost somebody, and why. Nothing of it is kept. Needs `prices:read`, `customers:read` where it
   * names a customer or groups, and `catalog:read` for what is not for sale.
   */
  readonly preview: (
    input: typeof PreviewPrice.Encoded
  ) => Effect.Effect<PricePreview, InvalidInput | VariantNotFound | StorageError | Denied>
}>()("@stoa/core/cart/PricePreviews") {}

const decode = Input.decoder(PreviewPrice)

/** Somebody of whom no more is known than the groups that they belong to. */
const somebody = "user_00000000000000000000000000"

/** Where it goes, as far as prices depend on it. */
const addressOf = ({ country, postalCode, region }: PreviewPrice): Address | null =>
  country === undefined
    ? null
    : { name: "", line1: "", city: "", country, ...(region === undefined ? {} : { region }), ...(postalCode === undefined ? {} : { postalCode }) }

export const make = Effect.gen(function*() {
  const passingCarts = yield* PassingCarts.make
  const lists = yield* PriceListRepository
  const customerGroups = yield* CustomerGroupRepository
  const books = yield* PromotionBooks
  const stores = yield* Stores

  const groupsOf = Effect.fnUntraced(function*({ customerGroupIds = [], customerId }: PreviewPrice) {
    if (customerId === undefined && customerGroupIds.length === 0) return []
    yield* Permission.require("customers:read")
    if (customerId === undefined) {
      const known = new Set((yield* customerGroups.list).map(({ id }): string => id))
      const faults = customerGroupIds.flatMap((id, index) =>
        known.has(id) ? [] : [{ path: ["customerGroupIds", index], message: "is no customer group of this store", code: "unknown" }])
      return faults.length === 0 ? customerGroupIds : yield* new InvalidInput({ faults })
    }
    if (customerGroupIds.length > 0) return yield* InvalidInput.at(["customerGroupIds"], "cannot be said where customerId is", "contradiction")
    return (yield* customerGroups.of(customerId)).map(({ id }) => id)
  })

  return PricePreviews.of({
    preview: Effect.fn("PricePreviews.preview")(function*(input) {
      yield* Permission.require("prices:read")
      const given = yield* decode(input)
      const { codes = [], customerId = null, quantity = 1, variantId } = given
      const groups = yield* groupsOf(given)
      const now = yield* Timestamp.now
      const at = given.at ?? now
      if (at < now) return yield* InvalidInput.at(["at"], "has passed", "has_passed")
      const store = yield* stores.current
      const currency = given.currency ?? store.currency
      const sold = currenciesOf(store)
      if (!sold.includes(currency)) return yield* InvalidInput.at(["currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")

      const line = {
        id: yield* CartLineId.generate,
        variantId,
        productId: yield* ProductId.generate,
        title: "",
        variantTitle: "",
        quantity,
        seenPrice: Money.zero(currency),
        addedAt: now
      }
      const cart = yield* passingCarts.of(
        { currency, customerId, email: null, shippingAddress: addressOf(given), billingAddress: null },
        now,
        { lines: [line], codes }
      )
      const read = yield* passingCarts.read({ ...cart, channel: given.channel ?? null }, store)
      if (customerId !== null && read.customerEmail === null) return yield* InvalidInput.at(["customerId"], "is no customer of this store", "unknown")
      const found = read.variants.find(({ id }) => id === variantId)
      if (found === undefined) return yield* new VariantNotFound({ variantId })
      if (found.status !== "active") yield* Permission.require("catalog:read")
      const all = yield* lists.ofVariant(variantId)
      const belongs = ({ customerGroupId }: ListedPrice) => customerGroupId === null || groups.some((id) => id === customerGroupId)
      const variant = { ...found, status: "active" as const, listed: all.filter(belongs) }
      const snapshot: CartSnapshot = {
        ...read,
        variants: [variant],
        // who sends it for how much is another question
        shippingMethods: [],
        ...(customerId !== null || groups.length === 0 ? {} : {
          cart: { ...read.cart, customerId: somebody },
          promotions: read.promotions === null ? null : { ...read.promotions, groups, orders: 0 }
        })
      }
      const { rules } = yield* books.open(snapshot.promotions)
      const { place, priced } = CartPricing.price(snapshot, rules, at)
      const { list } = unitPriceFor(snapshot, at)(variant, quantity)
      const where = { at, country: place.country, region: place.region, channel: snapshot.cart.channel, currency }
      const told = new Map<string, PreviewedList>()
      for (const one of all) {
        // by quantity, so the last that is reached counts
        if (told.has(one.listId) && one.minQuantity > quantity) continue
        told.set(one.listId, {
          id: one.listId,
          name: one.listName,
          type: one.type,
          minQuantity: one.minQuantity,
          price: Money.make(one.amount, Currency.make(one.currency ?? store.currency)),
          standing: standingOf(one, where, quantity, belongs(one), list?.id === one.listId)
        })
      }
      return {
        variantId,
        productId: variant.productId,
        title: variant.productTitle,
        variantTitle: variant.title,
        sku: variant.sku,
        quantity,
        at,
        currency,
        country: place.country,
        isForSale: found.status === "active",
        catalogPrice: variant.price,
        lists: [...told.values()],
        pricesIncludeTax: priced.pricesIncludeTax,
        line: priced.lines[0] ?? null,
        promotions: priced.promotions,
        codes: priced.codes
      }
    })
  })
})

export const layer: Layer.Layer<
  PricePreviews,
  never,
  CartRepository | CustomerGroupRepository | PriceListRepository | PromotionBooks | Stores | Transactor
> = Layer.effect(PricePreviews, make)
