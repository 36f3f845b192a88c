/**
 * What customers are written besides their orders, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { Events } from "../events/Events.ts"
import { CustomerRegistered } from "../identity/IdentityEvents.ts"
import { Preferences } from "../identity/Preferences.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Language from "../kernel/Language.ts"
import { MarketingRepository } from "../marketing/MarketingRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { BackInStockRepository } from "../restock/BackInStockRepository.ts"
import { BackInStock } from "../restock/BackInStock.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const as = (userId: string) => Actor.as(Actor.customer(userId))

/** What the cron jobs of some minutes do. */
const crons = Effect.gen(function*() {
  yield* (yield* Jobs).runCron("carts.remind")
  yield* (yield* Jobs).runCron("marketing.due")
  yield* drain
})

const agree = (userId: string) =>
  as(userId)(Effect.flatMap(Preferences, (preferences) => preferences.updateMine({ marketing: { email: true } })))

const refill = (variantId: string, delta: number) =>
  Effect.gen(function*() {
    const inventory = yield* Inventory
    const { id: locationId } = yield* inventory.defaultLocation
    yield* system(inventory.adjust({ adjustments: [{ variantId, locationId, delta }], reason: "delivery" }))
    yield* drain
  })

export const customerMessagesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = {
        apiUrl: "https://shop.example.com/api/v1",
        storefrontUrl: "https://shop.example.com",
        welcome: true,
        marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } }
      }
      return Effect.andThen(TestClock.setTime(Date.parse("2026-11-26T11:00:00.000Z")), body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage(), { store: { settings } }).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  const taken = (mailbox: Mailbox.Mailbox) => mailbox.mails.splice(0).map(({ subject, to }) => `${to}: ${subject}`)

  describe(`messages to customers, on ${harness.name}`, () => {
    test("who has registered is welcomed once, in a store that does so", (mailbox) =>
      Effect.gen(function*() {
        const events = yield* Events
        const ada = yield* Shop.account("ada@example.com")
        const registered = (id: string) => events.publish([CustomerRegistered.make(id, { customerId: id })])
        yield* registered(ada)
        yield* registered(ada)
        yield* drain
        assert.deepStrictEqual(taken(mailbox), ["ada@example.com: Welcome to Main store"])
        yield* system((yield* Stores).update({ settings: { welcome: false } }))
        yield* registered(yield* Shop.account("eve@example.com"))
        yield* drain
        assert.deepStrictEqual(taken(mailbox), [])
      }))

    test("who waits for what is sold out is told once when it is there again, guest or customer", (mailbox) =>
      Effect.gen(function*() {
        const backInStock = yield* BackInStock
        const ada = yield* Shop.account("ada@example.com")
        const { productId, variantId } = yield* Shop.product({ stock: 0 })
        const { productId: other } = yield* Shop.product({ stock: 0, title: "Mug" })
        const guest = Actor.as(Actor.guest())
        yield* guest(backInStock.wait(productId, { email: "Guest@example.com" }))
        yield* guest(backInStock.wait(productId, { email: "guest@example.com", variantId: variantId as never }))
        yield* as(ada)(backInStock.wait(productId))
        yield* as(ada)(backInStock.wait(other))
        yield* refill(variantId, 1)
        assert.deepStrictEqual(taken(mailbox).sort(), [
          "ada@example.com: Walnut board is there again",
          "guest@example.com: Walnut board is there again"
        ])
        yield* refill(variantId, -1)
        yield* refill(variantId, 1)
        assert.deepStrictEqual(taken(mailbox), [])
        assert.strictEqual((yield* Effect.flip(guest(backInStock.wait("nothing", { email: "a@example.com" }))))._tag, "ProductNotFound")
        assert.deepInclude(yield* Effect.flip(guest(backInStock.wait(productId))), { _tag: "InvalidInput" })
        const wrong = { email: "a@example.com", variantId: "var_01jd5m8x2vf6grc1x7e9w0b3qk" as never }
        assert.deepInclude(yield* Effect.flip(guest(backInStock.wait(productId, wrong))), { _tag: "InvalidInput" })
      }))

    test("what is no longer for sale tells nobody, and who waits goes on waiting", (mailbox) =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const { productId, variantId } = yield* Shop.product({ stock: 0 })
        yield* Actor.as(Actor.guest())((yield* BackInStock).wait(productId, { email: "guest@example.com" }))
        yield* system(catalog.updateProduct(productId, { status: "archived" }))
        yield* refill(variantId, 1)
        assert.deepStrictEqual(taken(mailbox), [])
        yield* refill(variantId, -1)
        yield* system(catalog.updateProduct(productId, { status: "active" }))
        yield* refill(variantId, 1)
        assert.deepStrictEqual(taken(mailbox), ["guest@example.com: Walnut board is there again"])
      }))

    test("nobody's address is in an id, which is logged and kept", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        const { productId, variantId } = yield* Shop.product({ stock: 0 })
        yield* as(ada)((yield* BackInStock).wait(productId))
        yield* Actor.as(Actor.guest())((yield* BackInStock).wait(productId, { email: "guest@example.com" }))
        yield* refill(variantId, 1)
        assert.lengthOf(mailbox.mails, 2)
        const sources = (yield* (yield* MarketingRepository).ofUser(ada, 10)).map(({ source }) => source)
        assert.lengthOf(sources, 1)
        for (const id of [...mailbox.mails.map(({ id }) => id), ...sources]) assert.notMatch(id, /@|example/)
        assert.strictEqual(new Set(mailbox.mails.map(({ id }) => id)).size, 2)
      }))

    test("nobody waits for more than a year, or for what is not in the catalog any more", () =>
      Effect.gen(function*() {
        const [catalog, backInStock, waiting] = [yield* Catalog, yield* BackInStock, yield* BackInStockRepository]
        const ada = yield* Shop.account("ada@example.com")
        const [{ productId: gone }, { productId: kept }] = [yield* Shop.product({ stock: 0 }), yield* Shop.product({ stock: 0, title: "Mug" })]
        yield* as(ada)(backInStock.wait(gone))
        yield* as(ada)(backInStock.wait(kept))
        assert.lengthOf(yield* waiting.ofUser(ada), 2)
        yield* system(catalog.deleteProduct(gone))
        assert.lengthOf(yield* waiting.ofUser(ada), 1)
        const forget = Effect.flatMap(Jobs, (jobs) => jobs.runCron("back-in-stock.forget"))
        yield* TestClock.adjust("364 days")
        yield* forget
        assert.lengthOf(yield* waiting.ofUser(ada), 1)
        yield* TestClock.adjust("2 days")
        yield* forget
        assert.lengthOf(yield* waiting.ofUser(ada), 0)
      }))

    test("a cart that was left is reminded of once, of whose customer agreed to it", (mailbox) =>
      Effect.gen(function*() {
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        yield* agree(ada)
        const { variantId } = yield* Shop.product({ stock: 10 })
        yield* Shop.customer(ada, [variantId, 2])
        yield* Shop.customer(eve, [variantId, 1])
        yield* Shop.guest([variantId, 1])
        yield* TestClock.adjust("3 hours")
        yield* crons
        assert.deepStrictEqual(taken(mailbox), [])
        yield* TestClock.adjust("2 hours")
        yield* crons
        assert.include(mailbox.mails[0]?.text ?? "", "2 x Walnut board")
        assert.include(mailbox.mails[0]?.text ?? "", "https://shop.example.com/cart")
        assert.deepStrictEqual(taken(mailbox), ["ada@example.com: You left something in your cart at Main store"])
        yield* TestClock.adjust("5 hours")
        yield* crons
        assert.deepStrictEqual(taken(mailbox), [])
      }))

    test("who waits and who has left a cart is written to in the language that they used, or that they have chosen", (mailbox) =>
      Effect.gen(function*() {
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        yield* agree(ada)
        yield* agree(eve)
        yield* as(eve)(Effect.flatMap(Preferences, (preferences) => preferences.updateMine({ language: "es" })))
        const german = Language.speaking("de")
        const { productId, variantId: gone } = yield* Shop.product({ stock: 0 })
        const backInStock = yield* BackInStock
        yield* german(Actor.as(Actor.guest())(backInStock.wait(productId, { email: "guest@example.com" })))
        yield* german(as(eve)(backInStock.wait(productId)))
        yield* refill(gone, 1)
        assert.deepStrictEqual(taken(mailbox).sort(), [
          "eve@example.com: Walnut board vuelve a estar disponible",
          "guest@example.com: Walnut board ist wieder da"
        ])
        const { variantId } = yield* Shop.product({ stock: 10 })
        yield* german(Shop.customer(ada, [variantId, 2]))
        yield* german(Shop.customer(eve, [variantId, 1]))
        yield* TestClock.adjust("5 hours")
        yield* crons
        // a product with one variant is named once
        for (const { text } of mailbox.mails) {
          assert.include(text, "Walnut board")
          assert.notInclude(text, "Walnut board, Walnut board")
        }
        assert.deepStrictEqual(taken(mailbox).sort(), [
          "ada@example.com: In Ihrem Warenkorb bei Main store liegt noch etwas",
          "eve@example.com: Ha dejado algo en su cesta de Main store"
        ])
      }))

    test("a cart that has become an order while its reminder waited for the morning is not reminded of", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        yield* agree(ada)
        yield* system((yield* Stores).update({
          settings: { marketing: { quietHours: { from: "14:00", to: "20:00" }, perDay: { email: null, sms: null, push: null } } }
        }))
        const { variantId } = yield* Shop.product({ stock: 10, requiresShipping: false })
        const buyer = yield* Shop.customer(ada, [variantId, 1])
        yield* TestClock.adjust("5 hours")
        yield* crons
        const reminder = Effect.flatMap(MarketingRepository, (messages) => messages.ofUser(ada, 10))
        assert.deepStrictEqual((yield* reminder).map(({ status, template }) => [template, status]), [["abandoned-cart", "waiting"]])
        yield* Shop.place(buyer)
        yield* drain
        mailbox.mails.length = 0
        yield* TestClock.adjust("5 hours")
        yield* crons
        assert.deepStrictEqual(taken(mailbox), [])
        assert.deepStrictEqual((yield* reminder).map(({ dropped }) => dropped), ["outdated"])
      }))

    test("a customer who agreed to it is asked for reviews some days after the order arrived, unless it went back", (mailbox) =>
      Effect.gen(function*() {
        yield* Shop.ships
        const ada = yield* Shop.account("ada@example.com")
        yield* agree(ada)
        const { variantId } = yield* Shop.product({ stock: 10 })
        const orders = yield* Orders
        const arrived = Effect.gen(function*() {
          const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
          for (const event of ["process", "ship", "deliver"] as const) yield* system(orders.changeStatus(order.id, { event }))
          return order
        })
        yield* arrived
        const back = yield* arrived
        yield* system((yield* Payments).refund(back.id, { reason: "Came back" }))
        yield* drain
        mailbox.mails.length = 0
        yield* TestClock.adjust("6 days")
        yield* crons
        assert.deepStrictEqual(taken(mailbox), [])
        yield* TestClock.adjust("1 day")
        yield* crons
        assert.deepStrictEqual(taken(mailbox), ["ada@example.com: How do you like what you bought at Main store?"])
        const asked = (yield* (yield* MarketingRepository).ofUser(ada, 10)).filter(({ template }) => template === "review-request")
        assert.deepStrictEqual(asked.map(({ dropped, status }) => [status, dropped]).sort(), [["dropped", "outdated"], ["released", null]])
      }))
  })
}
