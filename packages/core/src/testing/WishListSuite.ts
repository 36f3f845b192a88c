/**
 * Wish lists, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Secret from "../kernel/Secret.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import { maximumWishes } from "../wishes/Wish.ts"
import { WishList } from "../wishes/WishList.ts"
import { maximumWishShares } from "../wishes/SharedWishList.ts"
import { SharedWishLists } from "../wishes/SharedWishLists.ts"
import { WishShareRepository } from "../wishes/WishShareRepository.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { usd } = Shop
const system = Actor.as(Actor.system("test"))
const as = (customerId: string) => Actor.as(Actor.customer(customerId))

/** What of a list a test compares. */
const names = Effect.gen(function*() {
  const { items } = yield* (yield* WishList).list()
  return items.map(({ title }) => title)
})

export const wishListSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  const told = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = {
        apiUrl: "https://shop.example.com/api/v1",
        storefrontUrl: "https://shop.example.com",
        marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } }
      }
      return Effect.provide(body(mailbox), Shop.layer(harness.storage(), { store: { settings } }).pipe(Layer.provide(Mailbox.layer(mailbox))))
    })

  describe(`wish lists on ${harness.name}`, () => {
    test(
      "a customer puts variants on a list once each, and sees the newest first with what they cost and how many there are now",
      Effect.gen(function*() {
        const wishes = yield* WishList
        const ada = yield* Shop.account("ada@example.com")
        const board = yield* Shop.product({ compareAtPrice: usd(2_500), sku: "WB-1" })
        const bowl = yield* Shop.product({ title: "Bowl", stock: 0 })
        const talk = yield* Shop.product({ title: "Talk", trackStock: false })
        const first = yield* as(ada)(wishes.add({ variantId: board.variantId }))
        assert.deepInclude(first, {
          variantId: board.variantId,
          productId: board.productId,
          title: "Walnut board",
          slug: "walnut-board",
          sku: "WB-1",
          isForSale: true,
          available: 10,
          price: usd(2_000),
          compareAtPrice: usd(2_500),
          seenPrice: usd(2_000),
          tellWhenBack: false
        } as never)
        yield* TestClock.adjust("1 minute")
        // a product without a choice is named by itself
        yield* as(ada)(wishes.add({ productId: bowl.productId }))
        yield* TestClock.adjust("1 minute")
        yield* as(ada)(wishes.add({ variantId: talk.variantId }))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* as(ada)(wishes.add({ variantId: board.variantId })), first)
        const { items, nextCursor } = yield* as(ada)(wishes.list())
        assert.deepStrictEqual(items.map(({ available, title }) => [title, available]), [["Talk", null], ["Bowl", 0], ["Walnut board", 10]])
        assert.isNull(nextCursor)
        assert.deepStrictEqual(items[2], first)
        // page by page
        const start = yield* as(ada)(wishes.list({ limit: 2 }))
        assert.deepStrictEqual(start.items.map(({ title }) => title), ["Talk", "Bowl"])
        const rest = yield* as(ada)(wishes.list({ limit: 2, after: String(start.nextCursor) }))
        assert.deepStrictEqual([rest.items.map(({ title }) => title), rest.nextCursor], [["Walnut board"], null])
        assert.strictEqual((yield* Effect.flip(as(ada)(wishes.list({ after: "nowhere" }))))._tag, "InvalidInput")
        // taken off as often as one likes
        yield* as(ada)(wishes.remove(bowl.variantId))
        yield* as(ada)(wishes.remove(bowl.variantId))
        assert.deepStrictEqual(yield* as(ada)(names), ["Talk", "Walnut board"])
        yield* as(ada)(wishes.clear())
        yield* as(ada)(wishes.clear())
        assert.deepStrictEqual(yield* as(ada)(names), [])
        const events = (yield* (yield* EventRepository).ofSubject(ada)).map(({ type }) => type)
        assert.deepStrictEqual(events.toSorted(), [
          "wish.added", "wish.added", "wish.added", "wish.removed", "wish.removed", "wish.removed"
        ])
      })
    )

    test(
      "what a price is by now and what it was are both there, as price lists of the customer and of the place say",
      Effect.gen(function*() {
        const [wishes, catalog, lists, groups] = [yield* WishList, yield* Catalog, yield* PriceLists, yield* CustomerGroups]
        const ada = yield* Shop.account("ada@example.com")
        const eve = yield* Shop.account("eve@example.com")
        const { productId, variantId } = yield* Shop.product()
        for (const customer of [ada, eve]) yield* as(customer)(wishes.add({ variantId }))
        yield* system(catalog.updateVariant(productId, variantId, { price: usd(1_800) }))
        const prices = (customer: string, where: object = {}) =>
          Effect.map(as(customer)(wishes.list(where)), ({ items }) => items.map(({ price, seenPrice }) => [price, seenPrice]))
        assert.deepStrictEqual(yield* prices(ada), [[usd(1_800), usd(2_000)]])
        yield* system(Effect.gen(function*() {
          const trade = yield* groups.create({ name: "Trade" })
          yield* groups.addMembers(trade.id, { customerIds: [ada] })
          yield* (yield* Stores).update({ settings: { currencies: ["EUR" as never] } })
          const made = (name: string, price: object, more: object = {}) =>
            lists.create({ name, prices: [{ variantId, minQuantity: 1, price }], ...more } as never)
          yield* made("Trade", usd(1_500), { customerGroupId: trade.id })
          yield* made("Euro", { amount: 1_700, currency: "EUR" }, { currency: "EUR" })
          yield* made("Austria", usd(2_200), { type: "override", countries: ["AT"] })
        }))
        assert.deepStrictEqual(yield* prices(ada), [[usd(1_500), usd(2_000)]])
        assert.deepStrictEqual(yield* prices(eve), [[usd(1_800), usd(2_000)]])
        assert.deepStrictEqual(yield* prices(eve, { country: "AT" }), [[usd(2_200), usd(2_000)]])
        assert.deepStrictEqual(yield* prices(eve, { currency: "EUR" }), [[{ amount: 1_700, currency: "EUR" }, usd(2_000)]])
        // what has no price in a currency is shown with that of the catalog
        assert.deepStrictEqual(yield* prices(eve, { currency: "CHF" }), [[usd(1_800), usd(2_000)]])
      })
    )

    test(
      "what is archived stays on the list and cannot be put there, and what is deleted is gone",
      Effect.gen(function*() {
        const [wishes, catalog] = [yield* WishList, yield* Catalog]
        const ada = yield* Shop.account("ada@example.com")
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        for (const { variantId } of [board, bowl]) yield* as(ada)(wishes.add({ variantId }))
        yield* system(catalog.updateProduct(board.productId, { status: "archived" }))
        yield* system(catalog.deleteProduct(bowl.productId))
        const { items } = yield* as(ada)(wishes.list())
        assert.deepStrictEqual(items.map(({ available, isForSale, title }) => [title, isForSale, available]), [["Walnut board", false, 0]])
        const eve = yield* Shop.account("eve@example.com")
        const tag = (input: object) => Effect.map(Effect.flip(as(eve)(wishes.add(input as never))), ({ _tag }) => _tag)
        assert.strictEqual(yield* tag({ variantId: board.variantId }), "VariantNotFound")
        assert.strictEqual(yield* tag({ variantId: bowl.variantId }), "VariantNotFound")
        assert.strictEqual(yield* tag({ productId: bowl.productId }), "ProductNotFound")
        assert.strictEqual(yield* tag({}), "InvalidInput")
        assert.strictEqual(yield* tag({ ...board }), "InvalidInput")
        assert.strictEqual(yield* tag({ variantId: "nothing" }), "InvalidInput")
        assert.strictEqual((yield* Effect.flip(as(ada)(wishes.moveToCart(board.variantId))))._tag, "NotForSale")
        assert.deepStrictEqual(yield* as(ada)(names), ["Walnut board"])
      })
    )

    test(
      "a list holds so many and no more, also of what a page has kept for a guest",
      Effect.gen(function*() {
        const [wishes, catalog] = [yield* WishList, yield* Catalog]
        const ada = yield* Shop.account("ada@example.com")
        const sizes = Array.from({ length: maximumWishes }, (_, index) => `${index}`)
        const { variants } = yield* system(catalog.createProduct({
          title: "Ring",
          options: [{ name: "Size", values: sizes }],
          variants: sizes.map((size) => ({ optionValues: [size], price: usd(1_000) }))
        }))
        const ids = variants.map(({ id }) => id)
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        yield* system(catalog.updateProduct(bowl.productId, { status: "draft" }))
        yield* as(ada)(wishes.add({ variantId: board.variantId }))
        const kept = [board.variantId, bowl.variantId, ids[0], ids[1], ids[0]] as ReadonlyArray<string>
        assert.deepStrictEqual(yield* as(ada)(wishes.merge({ variantIds: kept })), {
          added: [ids[0], ids[1]],
          leftOut: [bowl.variantId]
        } as never)
        assert.deepStrictEqual(yield* as(ada)(wishes.merge({ variantIds: kept })), { added: [], leftOut: [bowl.variantId] } as never)
        const all = yield* as(ada)(wishes.merge({ variantIds: ids }))
        assert.deepStrictEqual([all.added.length, all.leftOut], [maximumWishes - 3, ids.slice(-1)])
        const full = yield* Effect.flip(as(ada)(wishes.add({ variantId: String(ids.at(-1)) })))
        assert.deepInclude(full, { _tag: "WishListFull", maximum: maximumWishes })
        // what is there already is no more than there is
        assert.strictEqual((yield* as(ada)(wishes.add({ variantId: board.variantId }))).title, "Walnut board")
        assert.lengthOf((yield* as(ada)(wishes.list({ limit: 100 }))).items, 100)
      })
    )

    test(
      "a wish goes into the cart, which is begun for it, or stays where the cart refuses it",
      Effect.gen(function*() {
        const [wishes, carts] = [yield* WishList, yield* Carts]
        const ada = yield* Shop.account("ada@example.com")
        const [board, bowl] = [yield* Shop.product({ stock: 3 }), yield* Shop.product({ title: "Bowl" })]
        for (const { variantId } of [board, bowl]) yield* as(ada)(wishes.add({ variantId }))
        const short = yield* Effect.flip(as(ada)(wishes.moveToCart(board.variantId, { quantity: 4 })))
        assert.strictEqual(short._tag, "InsufficientStock")
        assert.strictEqual((yield* Effect.flip(as(ada)(carts.get("mine"))))._tag, "CartNotFound")
        const moved = yield* as(ada)(wishes.moveToCart(board.variantId, { quantity: 3 }))
        assert.deepStrictEqual(moved.lines.map(({ quantity, title }) => [title, quantity]), [["Walnut board", 3]])
        assert.strictEqual((yield* as(ada)(wishes.moveToCart(bowl.variantId))).id, moved.id)
        assert.lengthOf((yield* as(ada)(carts.get("mine"))).lines, 2)
        assert.deepStrictEqual(yield* as(ada)(names), [])
        const again = yield* Effect.flip(as(ada)(wishes.moveToCart(bowl.variantId)))
        assert.deepInclude(again, { _tag: "WishNotFound", variantId: bowl.variantId })
        // nothing is set aside for who wishes
        assert.strictEqual((yield* Shop.stockOf(board.variantId)).available, 3)
        // one that has expired is begun anew
        yield* as(ada)(wishes.add({ variantId: bowl.variantId }))
        yield* TestClock.adjust("40 days")
        assert.lengthOf((yield* as(ada)(wishes.moveToCart(bowl.variantId))).lines, 1)
      })
    )

    told("who says so is told when a wish is there again, and not once it is off the list", (mailbox) =>
      Effect.gen(function*() {
        const [wishes, inventory, jobs] = [yield* WishList, yield* Inventory, yield* Jobs]
        const [ada, eve, bob] = [
          yield* Shop.account("ada@example.com"),
          yield* Shop.account("eve@example.com"),
          yield* Shop.account("bob@example.com")
        ]
        const { variantId } = yield* Shop.product({ stock: 0 })
        for (const customer of [ada, eve, bob]) {
          assert.isTrue((yield* as(customer)(wishes.add({ variantId, tellWhenBack: true }))).tellWhenBack)
        }
        // left out, it stays as it is
        assert.isTrue((yield* as(ada)(wishes.add({ variantId }))).tellWhenBack)
        assert.isFalse((yield* as(bob)(wishes.add({ variantId, tellWhenBack: false }))).tellWhenBack)
        yield* as(eve)(wishes.remove(variantId))
        const { id: locationId } = yield* system(inventory.defaultLocation)
        yield* system(inventory.adjust({ adjustments: [{ variantId, locationId, delta: 1 }], reason: "delivery" }))
        yield* jobs.drain
        assert.deepStrictEqual(mailbox.mails.map(({ subject, to }) => [to, subject]), [["ada@example.com", "Walnut board is there again"]])
        assert.deepStrictEqual((yield* as(ada)(wishes.list())).items.map(({ tellWhenBack }) => tellWhenBack), [false])
      }))

    test(
      "nobody sees the list of anybody else, in this store or another, and guests and programs have none",
      Effect.gen(function*() {
        const wishes = yield* WishList
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const { variantId } = yield* Shop.product()
        yield* as(ada)(wishes.add({ variantId }))
        assert.deepStrictEqual(yield* as(eve)(names), [])
        yield* as(eve)(wishes.remove(variantId))
        yield* as(eve)(wishes.clear())
        assert.deepStrictEqual(yield* as(ada)(names), ["Walnut board"])
        const other = yield* system((yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* as(ada)(names), [])
          assert.strictEqual((yield* Effect.flip(as(ada)(wishes.add({ variantId }))))._tag, "VariantNotFound")
          yield* as(ada)(wishes.clear())
          assert.deepStrictEqual(yield* system(wishes.mostWanted()), [])
        }))
        assert.deepStrictEqual(yield* as(ada)(names), ["Walnut board"])
        for (const actor of [Actor.guest(), Actor.staff("key_1", ["*"]), Actor.system("test")]) {
          for (const denied of [wishes.list(), wishes.add({ variantId }), wishes.remove(variantId), wishes.clear(), wishes.moveToCart(variantId)]) {
            assert.strictEqual((yield* Actor.as(actor)(Effect.flip(denied as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Unauthenticated")
          }
        }
      })
    )

    test(
      "who has a link sees what is wished for at everybody's price, and nothing of whose wishes they are",
      Effect.gen(function*() {
        const [wishes, shared, catalog] = [yield* WishList, yield* SharedWishLists, yield* Catalog]
        const ada = yield* Shop.account("ada@example.com")
        const [board, bowl] = [yield* Shop.product({ compareAtPrice: usd(2_500) }), yield* Shop.product({ title: "Bowl", stock: 0 })]
        yield* Shop.tradePrice(ada, board.variantId, usd(900))
        assert.deepStrictEqual((yield* as(ada)(wishes.add({ variantId: board.variantId }))).price, usd(900))
        yield* TestClock.adjust("1 second")
        yield* as(ada)(wishes.add({ variantId: bowl.variantId }))
        const { share, token } = yield* as(ada)(shared.share())
        assert.match(token, /^wishes_[A-Za-z0-9_-]{43}$/)
        assert.deepInclude(share, { createdAt: "1970-01-01T00:00:01.000Z", expiresAt: "1970-04-01T00:00:01.000Z" } as never)
        const friend = Actor.as(Actor.guest())
        const seen = yield* friend(shared.get(token))
        assert.deepStrictEqual(seen.items.map(({ available, price, title }) => [title, price, available]), [
          ["Bowl", usd(2_000), 0],
          ["Walnut board", usd(2_000), 10]
        ])
        const text = JSON.stringify(seen)
        for (const secret of [ada, token, "ada@", "Trade", "900", "addedAt", "seenPrice"]) assert.notInclude(text, secret)
        const first = yield* friend(shared.get(token, { limit: 1 }))
        const rest = yield* friend(shared.get(token, { limit: 1, after: String(first.nextCursor) }))
        assert.deepStrictEqual([...first.items, ...rest.items], seen.items)
        // it is the list as it is now, and what is not for sale any more says so
        yield* as(ada)(wishes.remove(board.variantId))
        yield* system(catalog.updateProduct(bowl.productId, { status: "archived" }))
        assert.deepStrictEqual((yield* friend(shared.get(token))).items.map(({ isForSale, title }) => [title, isForSale]), [["Bowl", false]])
        // the token is kept as its hash only
        const kept = yield* (yield* WishShareRepository).find(Secret.hash(token))
        assert.deepStrictEqual(kept, { ...share, target: ada })
        const events = (yield* (yield* EventRepository).ofSubject(ada)).filter(({ type }) => type.startsWith("wish_list."))
        assert.deepStrictEqual(events.map(({ type }) => type), ["wish_list.shared"])
        assert.notInclude(JSON.stringify([events, kept]), token)
      })
    )

    test(
      "a link is good until its days are over or its owner takes it back, and nobody else can",
      Effect.gen(function*() {
        const [wishes, shared, jobs] = [yield* WishList, yield* SharedWishLists, yield* Jobs]
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const { variantId } = yield* Shop.product()
        yield* as(ada)(wishes.add({ variantId }))
        const gone = (token: string) => Effect.map(Effect.flip(Actor.as(Actor.guest())(shared.get(token))), ({ _tag }) => _tag)
        const [short, long] = [yield* as(ada)(shared.share({ days: 1 })), yield* as(ada)(shared.share({ days: 2 }))]
        // nobody else takes it back, and the link leads nowhere in another store
        yield* as(eve)(shared.revoke(long.share.id))
        assert.deepStrictEqual(yield* as(eve)(shared.shares()), [])
        const other = yield* system((yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }))
        assert.strictEqual(yield* within(other.id)(gone(long.token)), "SharedWishListNotFound")
        for (const wrong of ["", "wishes_nothing", "x".repeat(1_000), long.share.id]) assert.strictEqual(yield* gone(wrong), "SharedWishListNotFound")
        yield* TestClock.adjust("1 day")
        assert.strictEqual(yield* gone(short.token), "SharedWishListNotFound")
        assert.deepStrictEqual(yield* as(ada)(shared.shares()), [long.share])
        yield* system(jobs.runCron("wishes.forget-links"))
        yield* TestClock.adjust("1 minute")
        yield* system(jobs.runCron("wishes.forget-links"))
        assert.isUndefined(yield* (yield* WishShareRepository).find(Secret.hash(short.token)))
        assert.lengthOf((yield* Actor.as(Actor.guest())(shared.get(long.token))).items, 1)
        yield* as(ada)(shared.revoke(long.share.id))
        yield* as(ada)(shared.revoke(long.share.id))
        assert.strictEqual(yield* gone(long.token), "SharedWishListNotFound")
        const events = (yield* (yield* EventRepository).ofSubject(ada)).filter(({ type }) => type.startsWith("wish_list."))
        assert.deepStrictEqual(events.map(({ type }) => type), ["wish_list.shared", "wish_list.shared", "wish_list.share_revoked"])
      })
    )

    test(
      "a list has ten links that are good, also of those that are made at once, and guests and programs share none",
      Effect.gen(function*() {
        const shared = yield* SharedWishLists
        const ada = yield* Shop.account("ada@example.com")
        const made = yield* Effect.all(
          Array.from({ length: maximumWishShares + 2 }, () => Effect.result(as(ada)(shared.share()))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(made.filter(({ _tag }) => _tag === "Success"), maximumWishShares)
        const [first] = yield* as(ada)(shared.shares())
        assert.deepInclude(yield* Effect.flip(as(ada)(shared.share())), { _tag: "TooManyWishShares", maximum: maximumWishShares })
        yield* as(ada)(shared.revoke(first?.id ?? ""))
        yield* as(ada)(shared.share())
        for (const days of [0, 367, 1.5]) assert.strictEqual((yield* Effect.flip(as(ada)(shared.share({ days }))))._tag, "InvalidInput")
        for (const actor of [Actor.guest(), Actor.staff("key_1", ["*"]), Actor.system("test")]) {
          for (const denied of [shared.share(), shared.shares(), shared.revoke("x")]) {
            assert.strictEqual((yield* Actor.as(actor)(Effect.flip(denied as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Unauthenticated")
          }
        }
      })
    )

    test(
      "the shop learns what most customers wish for, and nobody else does",
      Effect.gen(function*() {
        const wishes = yield* WishList
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl", stock: 0 })]
        const people = yield* Effect.forEach(["ada", "eve", "bob"], (name) => Shop.account(`${name}@example.com`))
        for (const [index, customer] of people.entries()) {
          yield* as(customer)(wishes.add({ variantId: bowl.variantId }))
          if (index === 0) yield* as(customer)(wishes.add({ variantId: board.variantId }))
        }
        const analyst = Actor.as(Actor.staff("user_1", ["analytics:read"]))
        const wanted = yield* analyst(wishes.mostWanted())
        assert.deepStrictEqual(wanted.map(({ available, customers, title }) => [title, customers, available]), [["Bowl", 3, 0], ["Walnut board", 1, 10]])
        assert.lengthOf(yield* analyst(wishes.mostWanted({ limit: 1 })), 1)
        assert.strictEqual((yield* Actor.as(Actor.staff("user_2", ["catalog:*"]))(Effect.flip(wishes.mostWanted())))._tag, "Forbidden")
        assert.strictEqual((yield* as(people[0] ?? "")(Effect.flip(wishes.mostWanted())))._tag, "Forbidden")
        assert.strictEqual((yield* Actor.as(Actor.guest())(Effect.flip(wishes.mostWanted())))._tag, "Unauthenticated")
      })
    )

    test(
      "a wish is handed out to who takes out what is known of them, and forgotten with them",
      Effect.gen(function*() {
        const wishes = yield* WishList
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const { variantId } = yield* Shop.product()
        for (const customer of [ada, eve]) yield* as(customer)(wishes.add({ variantId }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "wishes")
        if (holder === undefined) return assert.fail("nobody hands out wishes")
        const shared = yield* SharedWishLists
        const { share, token } = yield* as(ada)(shared.share())
        const handed = yield* Stream.runCollect(holder.hand(ada))
        assert.deepStrictEqual(handed, [
          { variantId, seenPrice: { amount: 2_000, currency: "USD" }, tellWhenBack: false, addedAt: "1970-01-01T00:00:00.000Z" },
          { link: share.id, createdAt: share.createdAt, expiresAt: share.expiresAt }
        ])
        yield* holder.forget(ada)
        yield* holder.forget(ada)
        assert.deepStrictEqual([yield* as(ada)(names), yield* as(eve)(names)], [[], ["Walnut board"]])
        assert.strictEqual((yield* Effect.flip(shared.get(token)))._tag, "SharedWishListNotFound")
      })
    )
  })
}

export const wishListBudgets = (harness: CountingHarness): void => {
  describe(`the statements of a wish list, on ${harness.name}`, () => {
    it.effect("are as many for ten wishes as for one", () =>
      Effect.gen(function*() {
        const wishes = yield* WishList
        const { record } = yield* Statements
        const ada = yield* Shop.account("ada@example.com")
        const products = yield* Effect.forEach(Array.from({ length: 10 }, (_, index) => `Board ${index}`), (title) => Shop.product({ title }))
        const count = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.map(record(as(ada)(effect)), ([, statements]) => statements.length)
        for (const some of [products.slice(0, 1), products]) {
          assert.isAtMost(yield* count(wishes.merge({ variantIds: some.map(({ variantId }) => variantId) })), 8)
          assert.strictEqual(yield* count(wishes.list()), 3)
        }
        assert.isAtMost(yield* count(wishes.add({ variantId: products[0]?.variantId ?? "" })), 7)
        assert.isAtMost(yield* count(wishes.remove(products[0]?.variantId ?? "")), 5)
        const { token } = yield* as(ada)((yield* SharedWishLists).share())
        assert.isAtMost(yield* count((yield* SharedWishLists).get(token)), 4)
        assert.isAtMost(yield* count(wishes.mostWanted().pipe(Actor.as(Actor.system("test")))), 2)
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
