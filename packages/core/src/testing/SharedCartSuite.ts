/**
 * Carts that others see or fill by a link, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { CartRepository } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { CartShareRepository } from "../cart/CartShareRepository.ts"
import { maximumShares } from "../cart/SharedCart.ts"
import { make as makeSharedCarts, SharedCarts } from "../cart/SharedCarts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Language from "../kernel/Language.ts"
import * as Secret from "../kernel/Secret.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Stores } from "../stores/Stores.ts"
import { lineAt } from "./CartFixture.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { usd } = Shop
const system = Actor.as(Actor.system("test"))
const as = (customerId: string) => Actor.as(Actor.customer(customerId))
const friend = Actor.as(Actor.guest())

const pieces = (lines: ReadonlyArray<{ readonly title: string; readonly quantity: number }>) => lines.map(({ quantity, title }) => [title, quantity])

const tag = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

export const sharedCartSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`shared carts on ${harness.name}`, () => {
    test(
      "who has a link sees the goods and nothing of whose they are, and its token is kept as a hash only",
      Effect.gen(function*() {
        const [shared, carts] = [yield* SharedCarts, yield* Carts]
        const board = yield* Shop.product({ compareAtPrice: usd(2_500) })
        const card = yield* Shop.product({ title: "Gift card", giftCard: true, trackStock: false })
        const ada = yield* Shop.account("ada@example.com")
        yield* Shop.tradePrice(ada, board.variantId, usd(900))
        const { cart } = yield* Shop.customer(ada, [board.variantId, 2])
        yield* as(ada)(carts.addItem("mine", {
          variantId: card.variantId,
          quantity: 1,
          gift: { name: "Grace Hopper", email: "grace@example.com", message: "for the harbour" }
        }))
        const said = yield* as(ada)(carts.update("mine", {
          email: "ada@example.com",
          note: "ring at the back door",
          shippingAddress: Shop.address,
          billingAddress: Shop.address
        }))
        assert.strictEqual(said.lines[0]?.unitPrice.amount, 900)
        const { share, token } = yield* as(ada)(shared.share("mine"))
        assert.match(token, /^share_[A-Za-z0-9_-]{43}$/)
        assert.deepInclude(share, { mode: "read", expiresAt: "1970-01-08T00:00:00.000Z" } as never)
        const seen = yield* friend(shared.get(token))
        assert.deepStrictEqual(pieces(seen.lines), [["Walnut board", 2], ["Gift card", 1]])
        assert.deepInclude(seen, { mode: "read", currency: "USD", itemCount: 3, subtotal: usd(6_000), expiresAt: share.expiresAt } as never)
        // what everybody pays, as the price of a group says who is in it
        assert.deepInclude(seen.lines[0], { price: usd(2_000), compareAtPrice: usd(2_500), subtotal: usd(4_000), available: 10 })
        const text = JSON.stringify(seen)
        for (const secret of [ada, cart.id, token, "ada@", "Lovelace", "Analytical", "97201", "back door", "Grace", "grace@", "harbour", "Trade"]) {
          assert.notInclude(text, secret)
        }
        assert.deepStrictEqual(Object.keys(seen).toSorted(), ["currency", "expiresAt", "itemCount", "lines", "mode", "subtotal", "updatedAt"])
        const kept = yield* (yield* CartShareRepository).find(Secret.hash(token))
        assert.deepStrictEqual(kept, { ...share, target: cart.id })
        const events = yield* (yield* EventRepository).ofSubject(cart.id)
        assert.deepStrictEqual(events.map(({ type }) => type), ["cart.shared"])
        assert.notInclude(JSON.stringify([events, kept]), token)
      })
    )

    test(
      "a link to look at a cart changes nothing, and one to fill it together changes its lines and nothing else",
      Effect.gen(function*() {
        const [shared, carts] = [yield* SharedCarts, yield* Carts]
        const [board, bowl] = [yield* Shop.product({ stock: 4 }), yield* Shop.product({ title: "Bowl" })]
        const { actor, cart } = yield* Shop.guest([board.variantId, 1])
        const owner = Actor.as(actor)
        const speaking = Language.speaking("de")
        yield* speaking(owner(carts.update("mine", { email: "ada@example.com", shippingAddress: Shop.address })))
        const lineId = lineAt(cart, 0).id
        const { token: look } = yield* owner(shared.share("mine", { mode: "read" }))
        const before = yield* owner(carts.get("mine"))
        assert.strictEqual(yield* tag(friend(shared.addItem(look, { variantId: bowl.variantId, quantity: 1 }))), "SharedCartReadOnly")
        assert.strictEqual(yield* tag(friend(shared.updateItem(look, lineId, { quantity: 2 }))), "SharedCartReadOnly")
        assert.strictEqual(yield* tag(friend(shared.removeItem(look, lineId))), "SharedCartReadOnly")
        assert.deepStrictEqual(yield* owner(carts.get("mine")), before)

        const { token } = yield* owner(shared.share("mine", { mode: "together", days: 1 }))
        const spanish = Language.speaking("es")
        const added = yield* spanish(friend(shared.addItem(token, { variantId: bowl.variantId, quantity: 2 })))
        assert.deepStrictEqual(pieces(added.lines), [["Walnut board", 1], ["Bowl", 2]])
        assert.deepStrictEqual(pieces((yield* friend(shared.updateItem(token, lineId, { quantity: 4 }))).lines), [["Walnut board", 4], ["Bowl", 2]])
        assert.strictEqual(yield* tag(friend(shared.updateItem(token, lineId, { quantity: 5 }))), "InsufficientStock")
        assert.strictEqual(yield* tag(friend(shared.removeItem(token, "line_nothing"))), "CartLineNotFound")
        assert.deepStrictEqual(pieces((yield* friend(shared.removeItem(token, lineId))).lines), [["Bowl", 2]])
        const after = yield* owner(carts.get("mine"))
        assert.deepStrictEqual(pieces(after.lines), [["Bowl", 2]])
        // who is written to later is still spoken to as before
        const owners = ["email", "language", "shippingAddress", "billingAddress", "customerId", "codes", "note"] as const
        for (const field of owners) assert.deepStrictEqual(after[field], before[field])
        assert.strictEqual(after.language, "de")
        for (const more of [{ gift: { name: "me" } }, { unitPrice: usd(1) }]) {
          const item = { variantId: bowl.variantId, quantity: 1, ...more }
          assert.strictEqual(yield* tag(friend(shared.addItem(token, item as never))), "InvalidInput")
        }
      })
    )

    test(
      "a friend's change of a line leaves the owner to be told that its price has changed",
      Effect.gen(function*() {
        const [shared, carts, catalog] = [yield* SharedCarts, yield* Carts, yield* Catalog]
        const board = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([board.variantId, 1])
        const owner = Actor.as(actor)
        const { token } = yield* owner(shared.share("mine", { mode: "together" }))
        yield* system(catalog.updateVariant(board.productId, board.variantId, { price: usd(2_300) }))
        const lineId = lineAt(cart, 0).id
        const notice = [{ _tag: "price_changed", lineId, before: usd(2_000), now: usd(2_300) }]
        yield* friend(shared.updateItem(token, lineId, { quantity: 2 }))
        assert.deepStrictEqual((yield* owner(carts.get("mine"))).notices, notice as never)
        yield* friend(shared.addItem(token, { variantId: board.variantId, quantity: 1 }))
        assert.deepStrictEqual((yield* owner(carts.get("mine"))).notices, notice as never)
        assert.deepStrictEqual((yield* owner(carts.updateItem("mine", lineId, { quantity: 3 }))).notices, [])
      })
    )

    test(
      "what a link shows of a line is what so many pieces cost",
      Effect.gen(function*() {
        const [shared, carts, lists] = [yield* SharedCarts, yield* Carts, yield* PriceLists]
        const { variantId } = yield* Shop.product()
        yield* system(lists.create({ name: "By the dozen", prices: [{ variantId, minQuantity: 5, price: usd(1_800) }] }))
        const { actor, cart } = yield* Shop.guest([variantId, 6])
        const { token } = yield* Actor.as(actor)(shared.share("mine", { mode: "together" }))
        const seen = yield* friend(shared.get(token))
        assert.deepInclude(seen.lines[0], { price: usd(1_800), subtotal: usd(10_800) } as never)
        assert.deepStrictEqual(seen.subtotal, (yield* Actor.as(actor)(carts.get("mine"))).total)
        const fewer = yield* friend(shared.updateItem(token, lineAt(cart, 0).id, { quantity: 4 }))
        assert.deepInclude(fewer.lines[0], { price: usd(2_000), subtotal: usd(8_000) } as never)
      })
    )

    test(
      "who is overtaken at a link is not told the id of the cart",
      Effect.gen(function*() {
        const [shared, carts] = [yield* SharedCarts, yield* Carts]
        const { variantId } = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([variantId, 1])
        const { share, token } = yield* Actor.as(actor)(shared.share("mine", { mode: "together" }))
        const jobs = yield* Jobs
        const overtaken = yield* makeSharedCarts.pipe(
          Effect.provideService(Carts, { ...carts, removeItem: () => Effect.fail(new VersionConflict({ id: cart.id, expected: 2 })) }),
          // those of the shop are registered
          Effect.provideService(Jobs, { ...jobs, cron: () => Effect.void })
        )
        const conflict = yield* Effect.flip(friend(overtaken.removeItem(token, lineAt(cart, 0).id)))
        assert.deepInclude(conflict, { _tag: "VersionConflict", id: share.id } as never)
        assert.notInclude(conflict.message, cart.id)
      })
    )

    test(
      "a link ends when it is taken back, when its days are over, and with its cart",
      Effect.gen(function*() {
        const [shared, carts, repository] = [yield* SharedCarts, yield* Carts, yield* CartRepository]
        const { variantId } = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([variantId, 1])
        const owner = Actor.as(actor)
        const [first, second] = [yield* owner(shared.share("mine", { days: 2 })), yield* owner(shared.share("mine", { mode: "together", days: 30 }))]
        assert.sameMembers((yield* owner(shared.shares("mine"))).map(({ id }) => id), [first.share.id, second.share.id])
        assert.notInclude(JSON.stringify(yield* owner(shared.shares("mine"))), Secret.hash(first.token))
        yield* TestClock.adjust("2 days")
        assert.strictEqual(yield* tag(friend(shared.get(first.token))), "SharedCartNotFound")
        assert.deepStrictEqual((yield* owner(shared.shares("mine"))).map(({ id }) => id), [second.share.id])
        assert.strictEqual((yield* friend(shared.get(second.token))).itemCount, 1)
        yield* owner(shared.revoke("mine", second.share.id))
        yield* owner(shared.revoke("mine", second.share.id))
        for (const { token } of [first, second, { token: "share_nothing" }, { token: "x".repeat(5_000) }]) {
          assert.strictEqual(yield* tag(friend(shared.get(token))), "SharedCartNotFound")
          assert.strictEqual(yield* tag(friend(shared.addItem(token, { variantId, quantity: 1 }))), "SharedCartNotFound")
          assert.strictEqual(yield* tag(friend(shared.copy(token))), "SharedCartNotFound")
        }
        const third = yield* owner(shared.share("mine", { mode: "together", days: 30 }))
        const snapshot = yield* repository.snapshot({ id: cart.id })
        if (snapshot === undefined) return assert.fail("the cart is gone")
        yield* repository.replace({ ...snapshot.cart, status: "ordered", orderId: "order_1", version: snapshot.cart.version + 1 })
        assert.strictEqual(yield* tag(friend(shared.get(third.token))), "SharedCartNotFound")
        assert.strictEqual(yield* tag(friend(shared.addItem(third.token, { variantId, quantity: 1 }))), "SharedCartNotFound")
        assert.strictEqual(yield* tag(owner(shared.share("mine"))), "CartClosed")

        const other = yield* Shop.guest([variantId, 1])
        const fourth = yield* Actor.as(other.actor)(shared.share("mine"))
        yield* Actor.as(other.actor)(carts.delete("mine"))
        assert.strictEqual(yield* tag(friend(shared.get(fourth.token))), "SharedCartNotFound")
        const links = yield* CartShareRepository
        assert.isUndefined(yield* links.find(Secret.hash(fourth.token)))
        // those whose days are over are thrown away
        assert.isDefined(yield* links.find(Secret.hash(first.token)))
        yield* TestClock.adjust("1 hour")
        yield* (yield* Jobs).runCron("carts.forget-links")
        assert.isUndefined(yield* links.find(Secret.hash(first.token)))
        assert.isDefined(yield* links.find(Secret.hash(third.token)))
      })
    )

    test(
      "what is behind a link is copied into one's own cart as far as there is enough, and who gift cards are for is not",
      Effect.gen(function*() {
        const [shared, carts, catalog] = [yield* SharedCarts, yield* Carts, yield* Catalog]
        const [board, bowl, jug] = [yield* Shop.product({ stock: 3 }), yield* Shop.product({ title: "Bowl" }), yield* Shop.product({ title: "Jug" })]
        const card = yield* Shop.product({ title: "Gift card", giftCard: true, trackStock: false })
        const owner = yield* Shop.guest([board.variantId, 2], [bowl.variantId, 1], [jug.variantId, 1])
        yield* Actor.as(owner.actor)(carts.addItem("mine", { variantId: card.variantId, quantity: 1, gift: { name: "Grace" } }))
        const { token } = yield* Actor.as(owner.actor)(shared.share("mine"))
        yield* system(catalog.updateProduct(jug.productId, { status: "archived" }))
        assert.deepInclude((yield* friend(shared.get(token))).lines[2], { title: "Jug", isForSale: false, subtotal: usd(0) })
        const guest = yield* Shop.guest([board.variantId, 2])
        const copied = yield* Actor.as(guest.actor)(shared.copy(token))
        assert.strictEqual(copied.id, guest.cart.id)
        assert.deepStrictEqual(pieces(copied.lines), [["Walnut board", 3], ["Bowl", 1], ["Gift card", 1]])
        assert.notProperty(copied.lines[2], "gift")
        assert.deepStrictEqual(copied.notices, [])
        // a customer needs no cart before
        const eve = yield* Shop.account("eve@example.com")
        const begun = yield* as(eve)(shared.copy(token))
        assert.deepStrictEqual(pieces(begun.lines), [["Walnut board", 2], ["Bowl", 1], ["Gift card", 1]])
        assert.strictEqual(yield* tag(friend(shared.copy(token))), "CartNotFound")
        assert.lengthOf((yield* Actor.as(owner.actor)(carts.get("mine"))).lines, 4)
      })
    )

    test(
      "only whose cart it is makes links to it and takes them back, so many at a time, and no other store knows them",
      Effect.gen(function*() {
        const shared = yield* SharedCarts
        const { variantId } = yield* Shop.product()
        const ada = yield* Shop.account("ada@example.com")
        const { cart } = yield* Shop.customer(ada, [variantId, 1])
        const { share, token } = yield* as(ada)(shared.share("mine", { mode: "together" }))
        const eve = yield* Shop.account("eve@example.com")
        for (const actor of [Actor.guest(), Actor.customer(eve), Actor.staff("key_1", ["carts:read"])]) {
          const stranger = Actor.as(actor)
          assert.strictEqual(yield* tag(stranger(shared.share(cart.id))), "CartNotFound")
          assert.strictEqual(yield* tag(stranger(shared.shares(cart.id))), "CartNotFound")
          assert.strictEqual(yield* tag(stranger(shared.revoke(cart.id, share.id))), "CartNotFound")
        }
        // a link of one cart is none of another
        yield* Shop.customer(eve, [variantId, 1])
        yield* as(eve)(shared.revoke("mine", share.id))
        assert.strictEqual((yield* friend(shared.get(token))).itemCount, 1)
        const other = yield* system((yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }))
        assert.strictEqual(yield* within(other.id)(tag(friend(shared.get(token)))), "SharedCartNotFound")
        for (let made = 1; made < maximumShares; made++) yield* as(ada)(shared.share("mine"))
        const full = yield* Effect.flip(as(ada)(shared.share("mine")))
        assert.deepInclude(full, { _tag: "CartLimitExceeded", limit: "links", maximum: maximumShares })
        yield* TestClock.adjust("7 days")
        yield* as(ada)(shared.share("mine"))
        for (const bad of [{ days: 0 }, { days: 31 }, { mode: "pay" }, { email: "x" }]) {
          assert.strictEqual(yield* tag(as(ada)(shared.share("mine", bad as never))), "InvalidInput")
        }
      })
    )
  })
}

export const sharedCartBudgets = (harness: CountingHarness): void => {
  describe(`the statements of shared carts, on ${harness.name}`, () => {
    it.effect("are as many for ten lines as for one", () =>
      Effect.gen(function*() {
        const shared = yield* SharedCarts
        const { record } = yield* Statements
        const products = yield* Effect.forEach(Array.from({ length: 10 }, (_, index) => `Board ${index}`), (title) => Shop.product({ title }))
        const all = products.map(({ variantId }): Shop.Pieces => [variantId, 1])
        const count = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.map(record(effect), ([, statements]) => statements.length)
        for (const some of [all.slice(0, 1), all]) {
          const { actor } = yield* Shop.guest(...some)
          const { token } = yield* Actor.as(actor)(shared.share("mine", { mode: "together" }))
          assert.strictEqual(yield* count(friend(shared.get(token))), 2)
          const reader = yield* Shop.guest()
          assert.isAtMost(yield* count(Actor.as(reader.actor)(shared.copy(token))), 4)
          assert.isAtMost(yield* count(friend(shared.addItem(token, { variantId: products[0]?.variantId ?? "", quantity: 1 }))), 5)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
