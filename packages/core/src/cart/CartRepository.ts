import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AttributeCode, AttributeValue } from "../catalog/AttributeValues.ts"
import type { Category } from "../catalog/Category.ts"
import type { Dimensions, ProductId, ProductImage, ProductStatus, VariantId } from "../catalog/Product.ts"
import type { LocationId } from "../inventory/Stock.ts"
import type { Address } from "../kernel/Address.ts"
import type { Money } from "../kernel/Money.ts"
import type { ListedPrice } from "../prices/ListedPrices.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CartPromotions } from "../promotions/PromotionBooks.ts"
import type { ShippingMethod } from "../shipping/ShippingMethod.ts"
import type { Store } from "../stores/Store.ts"
import type { PricingTaxRate } from "../pricing/Pricing.ts"
import type { Zone } from "../zones/Zone.ts"
import type { Cart, CartId } from "./Cart.ts"
import type { VendorId } from "../vendors/VendorId.ts"

/** A cart with the hash of its token, which nobody outside sees. */
export interface StoredCart extends Cart {
  readonly tokenHash: string
}

/** What a cart needs to know of a part of a bundle. Of one that was deleted the status is `null`. */
export interface CartPart {
  readonly variantId: VariantId
  /** Pieces in one bundle. */
  readonly quantity: number
  readonly productId: ProductId
  readonly title: string
  readonly productTitle: string
  readonly sku: string | null
  readonly vendorId?: VendorId | null
  readonly status: ProductStatus | null
  /** Whether its vendor is. */
  readonly suspended: boolean
  readonly giftCard: boolean
  /** In the catalog, in minor units. */
  readonly price: number
  readonly taxClass: string
  readonly taxable: boolean
  readonly requiresShipping: boolean
  readonly weightGrams: number
  readonly finalSale: boolean
  readonly trackStock: boolean
  readonly backorderLimit: number
  /** Levels at open locations, by location priority. */
  readonly levels: CartVariant["levels"]
}

/** What a cart needs to know of a variant. */
export interface CartVariant {
  readonly id: VariantId
  readonly productId: ProductId
  readonly title: string
  readonly productTitle: string
  readonly slug: string
  readonly sku: string | null
  readonly image: ProductImage | null
  /** As a buyer comes upon it: what is not published yet is a draft, and what is no more is archived. */
  readonly status: ProductStatus
  /** The catalog's. */
  readonly price: Money
  readonly compareAtPrice: Money | null
  /** What price lists say, of those that are not over and whose group its customer belongs to. */
  readonly listed: ReadonlyArray<ListedPrice>
  /** Why it costs what `price` says, where staff have set that by hand. */
  readonly setBecause?: string
  readonly taxClass: string
  readonly shippingClass: string
  readonly taxable: boolean
  readonly requiresShipping: boolean
  readonly weightGrams: number
  readonly dimensions: Dimensions | null
  readonly trackStock: boolean
  readonly backorderLimit: number
  readonly finalSale: boolean
  readonly giftCard: boolean
  /** Of a bundle, in their order. */
  readonly parts?: ReadonlyArray<CartPart> | null
  /** Who sells it in a marketplace; nobody besides the shop if it is left out. */
  readonly vendorId?: VendorId | null
  /** Of each category that its product is put into, the ids from the root down to it. */
  readonly categoryPaths: ReadonlyArray<Category["path"]>
  readonly tags: ReadonlyArray<string>
  /** What its product and it say by attributes. */
  readonly said?: ReadonlyArray<{ readonly code: AttributeCode; readonly value: AttributeValue }>
  /** Levels at open locations, by location priority. */
  readonly levels: ReadonlyArray<{
    readonly locationId: LocationId
    readonly onHand: number
    readonly reserved: number
  }>
}

/** A cart with all that its price, its availability and its order depend on, read at one moment. */
export interface CartSnapshot {
  readonly cart: StoredCart
  /** The address of its customer's account, if it has a customer with one. */
  readonly customerEmail: string | null
  /** The defaults in the address book of its customer. */
  readonly customerShippingAddress: Address | null
  readonly customerBillingAddress: Address | null
  /** Why its customer is charged no tax, if the shop has exempted them or a group of theirs. */
  readonly customerExemption: string | null
  /** The VAT id of its customer that the register knows as valid. */
  readonly customerVatNumber: string | null
  readonly store: Store
  /** The variants of its lines that still exist, and those that were asked for besides. */
  readonly variants: ReadonlyArray<CartVariant>
  /** What lines are of that staff have written, by their ids, where that is not what the catalog says. */
  readonly ofLine?: ReadonlyMap<string, CartVariant>
  readonly taxRates: ReadonlyArray<PricingTaxRate>
  readonly taxZones: ReadonlyArray<Pick<Zone, "id" | "areas" | "pricesIncludeTax">>
  readonly shippingZones: ReadonlyArray<Pick<Zone, "id" | "areas">>
  /** Active methods by position. */
  readonly shippingMethods: ReadonlyArray<ShippingMethod>
  /** What carriers asked for this cart, in minor units, by the parts and methods that they were asked for (`ShippingParts.rateKey`). */
  readonly carrierRates?: ReadonlyMap<string, number>
  /** What promotions depend on; `null` where the store has none. */
  readonly promotions:
    | CartPromotions & {
      /** The ids of the customer's groups. */
      readonly groups: ReadonlyArray<string>
      /** The customer's orders that were not cancelled, up to 1,000; `null` where no promotion asks for them. */
      readonly orders: number | null
    }
    | null
}

/** A cart that its customer has left, and where they are written to. */
export interface LeftCart {
  readonly cartId: CartId
  readonly customerId: string
  readonly email: string
  /** In which it was filled; `null` for that of the store. */
  readonly language: string | null
  readonly lines: Cart["lines"]
}

/** A cart as this process read it last, which may be so no more. */
export interface RememberedCart {
  readonly snapshot: CartSnapshot
  /**
   * Replaces the cart if it has the version before and everything in the snapshot still is so, and answers with the snapshot as it is then. Of the
   * stock of its goods, which there may be more or less of by now, so much must be there as the cart gets more pieces than it had. Otherwise nothing
   * is written. One statement, which it shares with others.
   */
  readonly replace: (cart: StoredCart) => Effect.Effect<CartSnapshot | undefined, StorageError>
}

/** Which cart is meant. */
export type CartKey =
  | { readonly id: string }
  | { readonly tokenHash: string }
  /** The newest open cart of a customer. */
  | { readonly customerId: string }

/** What carts ask of storage. */
export class CartRepository extends Context.Service<CartRepository, {
  /** One statement, whatever the cart holds. `variantIds` are read besides those of the lines. */
  readonly snapshot: (
    key: CartKey,
    variantIds?: ReadonlyArray<string>
  ) => Effect.Effect<CartSnapshot | undefined, StorageError>
  /** The same as it was read last, where it is remembered, without asking. Never in a transaction. */
  readonly remembered: (
    key: CartKey,
    variantIds?: ReadonlyArray<string>
  ) => Effect.Effect<RememberedCart | undefined>
  /**
   * What a cart of a customer, or of a guest where it is `null`, would know of variants; those that do not exist are left out. One
   * statement.
   */
  readonly goods: (
    variantIds: ReadonlyArray<string>,
    customerId: string | null
  ) => Effect.Effect<ReadonlyArray<CartVariant>, StorageError>
  /** The same for several customers, each with variants of their own, by their ids. One statement. */
  readonly goodsOf: (
    wanted: ReadonlyArray<{ readonly customerId: string; readonly variantIds: ReadonlyArray<string> }>
  ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<CartVariant>>, StorageError>
  /**
   * Writes a new cart in a store that was read before: `false`, and nothing is written, if it has changed since. One
   * statement.
   */
  readonly insert: (cart: StoredCart, store: Store) => Effect.Effect<boolean, StorageError>
  /** Replaces a cart that still has the version before (`version - 1`) and is open. */
  readonly replace: (cart: StoredCart) => Effect.Effect<void, StorageError | VersionConflict>
  /** Deletes a cart that did not become an order. */
  readonly delete: (id: CartId, version?: number) => Effect.Effect<boolean, StorageError>
  /** Deletes a customer's carts; those that became orders lose e-mail, addresses and note instead. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /**
   * Open carts of customers that were changed last between two moments, hold something, and of which no message
   * `abandoned-cart` was written yet; at most `limit`. One statement.
   */
  readonly left: (query: {
    readonly since: Timestamp
    readonly until: Timestamp
    /** How many days after their last change carts expire, by which they are looked up. */
    readonly cartDays: number
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<LeftCart>, StorageError>
  /** Deletes open carts that expired before a moment, at most `limit`, and says how many. */
  readonly deleteExpired: (before: Timestamp, limit: number) => Effect.Effect<number, StorageError>
}>()("@stoa/core/cart/CartRepository") {}
