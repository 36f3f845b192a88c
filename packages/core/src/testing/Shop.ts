/**
 * A small shop for suites: every service of the engine on a storage under test, a bank in this process, and the few
 * steps that most tests begin with. Background work waits for `Jobs.drain`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CartView } from "../cart/Cart.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import type { CreateVariant } from "../catalog/Product.ts"
import { Checkout } from "../checkout/Checkout.ts"
import type { PlaceOrder } from "../checkout/CheckoutInput.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import type { StoaServices } from "../engine/Services.ts"
import * as Stoa from "../engine/Stoa.ts"
import type { StoragePorts } from "../engine/Storage.ts"
import type { FraudScreening } from "../fraud/FraudScreening.ts"
import { UserId } from "../identity/Account.ts"
import type { IdentitySettings } from "../identity/IdentitySettings.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Address } from "../kernel/Address.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import type { PlaceLocator } from "../kernel/PlaceLocator.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { MediaOptions } from "../media/MediaSettings.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import type { Carrier } from "../shipping/Carrier.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Shipping } from "../shipping/Shipping.ts"
import type { CreateStore } from "../stores/Store.ts"
import type { BankRecord } from "./Invariants.ts"

/** The sandbox gateway of the shop, whose bank a test looks into and answers for. */
export class Bank extends Context.Service<Bank, SandboxGateway.SandboxGateway>()("@stoa/core/testing/Shop/Bank") {}

export type ShopServices = StoaServices | Bank

export interface ShopOptions {
  /** A bank that is there already; a new one if it is left out. */
  readonly bank?: SandboxGateway.SandboxGateway
  /** Other gateways besides the bank's. */
  readonly gateways?: ReadonlyArray<PaymentGateway>
  readonly store?: Partial<typeof CreateStore.Encoded>
  readonly fraud?: FraudScreening
  readonly placeLocator?: PlaceLocator
  readonly media?: MediaOptions
  readonly identity?: Partial<IdentitySettings>
  readonly carriers?: ReadonlyArray<Carrier>
}

/** A shop that works off its jobs only when it is told to. Every call builds another. */
export const layer = <More = never>(
  storage: Layer.Layer<StoragePorts | More, unknown>,
  options: ShopOptions = {}
): Layer.Layer<ShopServices | More, unknown> => {
  const bank = options.bank ?? SandboxGateway.make()
  const engine = Stoa.layer<More>({
    storage: { layer: () => Layer.orDie(storage) },
    gateways: [bank, ...options.gateways ?? []],
    workers: false,
    ...(options.fraud === undefined ? {} : { fraud: options.fraud }),
    ...(options.placeLocator === undefined ? {} : { placeLocator: options.placeLocator }),
    ...(options.media === undefined ? {} : { media: options.media }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.carriers === undefined ? {} : { carriers: options.carriers }),
    ...(options.store === undefined ? {} : { store: options.store })
  })
  return Layer.merge(engine, Layer.succeed(Bank, bank))
}

/** US dollars, in cents. */
export const usd = (amount: number): Money.Money => Money.make(amount, Currency.Currency.make("USD"))

export const address: Address = {
  name: "Ada Lovelace",
  line1: "12 Analytical Row",
  city: "Portland",
  region: "OR",
  postalCode: "97201",
  country: "US"
}

/** What shipping costs in this shop. */
export const shippingRate = usd(500)

/** Gives the shop its one way of shipping. */
export const ships: Effect.Effect<void, never, Shipping> = Effect.gen(function*() {
  const shipping = yield* Shipping
  yield* Effect.orDie(shipping.create({ name: "Post", price: shippingRate }))
}).pipe(Actor.as(Actor.system("test")))

/** What is for sale: the variant with its product. */
export interface ForSale {
  readonly productId: string
  readonly variantId: string
}

/** Puts a product with one variant up for sale, 10 pieces at 20 dollars if nothing else is said. */
export const product = (
  variant: Partial<typeof CreateVariant.Encoded> & { readonly title?: string } = {}
): Effect.Effect<ForSale, never, Catalog> =>
  Effect.gen(function*() {
    const { title = "Walnut board", ...rest } = variant
    const catalog = yield* Catalog
    const created = yield* Effect.orDie(
      catalog.createProduct({ title, variants: [{ price: usd(2_000), ...(rest.bundle === undefined ? { stock: 10 } : {}), ...rest }] })
    )
    return { productId: created.id, variantId: created.variants[0]?.id ?? "" }
  }).pipe(Actor.as(Actor.system("test")))

/** Pieces of a variant. */
export type Pieces = readonly [variantId: string, quantity: number]

/** Somebody with a cart, and what proves that it is theirs. */
export interface Buyer {
  readonly actor: Actor.Actor
  readonly cart: CartView
}

const fill = Effect.fnUntraced(function*(cartId: string, pieces: ReadonlyArray<Pieces>) {
  const carts = yield* Carts
  let cart = yield* Effect.orDie(carts.get(cartId))
  for (const [variantId, quantity] of pieces) {
    cart = yield* Effect.orDie(carts.addItem(cartId, { variantId, quantity }))
  }
  return cart
})

/** A guest with a cart of their own. */
export const guest = (...pieces: ReadonlyArray<Pieces>): Effect.Effect<Buyer, never, Carts> =>
  Effect.gen(function*() {
    const carts = yield* Carts
    const { cart, token } = yield* Effect.orDie(Actor.as(Actor.guest())(carts.create()))
    const actor = Actor.guest({ cartToken: token })
    return { actor, cart: yield* Actor.as(actor)(fill(cart.id, pieces)) }
  })

/** A signed-in customer with a cart of their own. */
export const customer = (customerId: string, ...pieces: ReadonlyArray<Pieces>): Effect.Effect<Buyer, never, Carts> =>
  Effect.gen(function*() {
    const carts = yield* Carts
    const { cart } = yield* Effect.orDie(carts.create())
    return { actor: Actor.customer(customerId), cart: yield* fill(cart.id, pieces) }
  }).pipe(Actor.as(Actor.customer(customerId)))

/** Somebody with an account, by the address; answers with their id. */
export const account = (email: string, emailVerified = true): Effect.Effect<string, never, UserRepository> =>
  Effect.gen(function*() {
    const users = yield* UserRepository
    const id = yield* UserId.generate
    const at = yield* Timestamp.now
    const roles = ["customer"]
    yield* users.insert(
      { id, email, emailVerified, name: null, roles, status: "active", version: 1, createdAt: at, updatedAt: at },
      null
    )
    return id
  }).pipe(Effect.orDie)

/** A price that one customer alone pays, as a member of a group. */
export const tradePrice = (customerId: string, variantId: string, price: Money.Money) =>
  Effect.gen(function*() {
    const [groups, lists] = [yield* CustomerGroups, yield* PriceLists]
    const trade = yield* groups.create({ name: "Trade" })
    yield* groups.addMembers(trade.id, { customerIds: [customerId] })
    yield* lists.create({ name: "Trade", customerGroupId: trade.id, prices: [{ variantId, minQuantity: 1, price }] } as never)
  }).pipe(Actor.as(Actor.system("test")), Effect.orDie)

/** What the sandbox's bank shall do; see `SandboxGateway.methods`. */
export type Method = SandboxGateway.SandboxMethod

/** What is said at checkout: everything that an order needs. */
export const order = (
  buyer: Buyer,
  method: Method = "sandbox_success",
  more: Partial<typeof PlaceOrder.Encoded> = {}
): typeof PlaceOrder.Encoded => ({
  cartId: buyer.cart.id,
  email: "ada@example.com",
  shippingAddress: address,
  payment: { gateway: "sandbox", method },
  ...more
})

/** Orders the buyer's cart, as the buyer. */
export const place = (buyer: Buyer, method?: Method, more?: Partial<typeof PlaceOrder.Encoded>) =>
  Effect.flatMap(Checkout, (checkout) => checkout.place(order(buyer, method, more))).pipe(Actor.as(buyer.actor))

/** The pieces of a variant that can be bought, and all that are there, at every location together. */
export const stockOf = (variantId: string) =>
  Effect.gen(function*() {
    const [stock] = yield* (yield* InventoryRepository).stock([variantId as never])
    const levels = stock?.levels ?? []
    const onHand = levels.reduce((sum, level) => sum + level.onHand, 0)
    return { onHand, available: onHand - levels.reduce((sum, level) => sum + level.reserved, 0) }
  })

/** What the bank itself has written of each payment. */
export const bankRecords = (
  { bank }: Pick<SandboxGateway.SandboxGateway, "bank">
): Effect.Effect<ReadonlyArray<BankRecord>> =>
  Effect.gen(function*() {
    const refunds = yield* bank.refunds
    return (yield* bank.charges).map(({ paymentId, reference, status, taken }) => ({
      paymentId,
      captured: status === "captured" ? taken.amount : 0,
      refunded: refunds.reduce(
        (sum, refund) =>
          refund.chargeReference === reference && refund.status === "succeeded" ? sum + refund.amount.amount : sum,
        0
      )
    }))
  }).pipe(Effect.orDie)
