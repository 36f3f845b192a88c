/**
 * Setting lines of a cart aside and taking them back, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { CartRepository } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { make as makeSavedForLater, SavedForLater } from "../cart/SavedForLater.ts"
import { maximumSaved, SavedLineId } from "../cart/SavedLine.ts"
import { SavedLineRepository } from "../cart/SavedLineRepository.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import { lineAt } from "./CartFixture.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { usd } = Shop
const system = Actor.as(Actor.system("test"))
const as = (customerId: string) => Actor.as(Actor.customer(customerId))

const pieces = (lines: ReadonlyArray<{ readonly title: string; readonly quantity: number }>) => lines.map(({ quantity, title }) => [title, quantity])

const tokenOf = ({ actor }: Shop.Buyer): string => actor._tag === "guest" ? actor.cartToken ?? "" : ""

/** What the caller has set aside. */
const aside = Effect.flatMap(SavedForLater, (saved) => saved.list("mine"))

export const savedForLaterSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`what is saved for later, on ${harness.name}`, () => {
    test(
      "a line that is set aside costs nothing and holds no stock, and comes back as it was",
      Effect.gen(function*() {
        const [saved, carts, catalog] = [yield* SavedForLater, yield* Carts, yield* Catalog]
        const [board, bowl] = [yield* Shop.product({ sku: "WB-1" }), yield* Shop.product({ title: "Bowl" })]
        const { actor, cart } = yield* Shop.guest([board.variantId, 3], [bowl.variantId, 1])
        const guest = Actor.as(actor)
        const left = yield* guest(saved.save("mine", lineAt(cart, 0).id))
        assert.deepStrictEqual([pieces(left.lines), left.total], [[["Bowl", 1]], usd(2_000)])
        assert.strictEqual((yield* Shop.stockOf(board.variantId)).available, 10)
        yield* system(catalog.updateVariant(board.productId, board.variantId, { price: usd(1_500) }))
        const [line, ...others] = yield* guest(aside)
        if (line === undefined) return assert.fail("nothing is set aside")
        assert.lengthOf(others, 0)
        assert.deepInclude(line, {
          variantId: board.variantId,
          title: "Walnut board",
          sku: "WB-1",
          quantity: 3,
          isForSale: true,
          available: 10,
          price: usd(1_500)
        } as never)
        const back = yield* guest(saved.takeBack("mine", line.id))
        assert.deepStrictEqual([pieces(back.lines), back.total], [[["Bowl", 1], ["Walnut board", 3]], usd(6_500)])
        assert.deepStrictEqual(yield* guest(aside), [])
        assert.deepInclude(yield* Effect.flip(guest(saved.takeBack("mine", line.id))), { _tag: "SavedLineNotFound" })
        assert.strictEqual((yield* Effect.flip(guest(saved.save("mine", lineAt(cart, 0).id))))._tag, "CartLineNotFound")
        assert.deepStrictEqual(yield* guest(carts.get("mine")), back)
        const events = (yield* (yield* EventRepository).ofSubject(cart.id)).map(({ type }) => type)
        assert.deepStrictEqual(events.toSorted(), ["cart.line_saved", "cart.line_taken_back"])
      })
    )

    test(
      "more of the same is set aside together, gift cards for different people apart",
      Effect.gen(function*() {
        const [saved, carts] = [yield* SavedForLater, yield* Carts]
        const [board, card] = [yield* Shop.product(), yield* Shop.product({ title: "Gift card", giftCard: true, trackStock: false })]
        const { actor } = yield* Shop.guest()
        const guest = Actor.as(actor)
        for (const quantity of [2, 3]) {
          const filled = yield* guest(carts.addItem("mine", { variantId: board.variantId, quantity }))
          yield* guest(saved.save("mine", lineAt(filled, 0).id))
        }
        for (const name of ["Eve", "Bob"]) {
          const filled = yield* guest(carts.addItem("mine", { variantId: card.variantId, quantity: 1, gift: { name } }))
          yield* guest(saved.save("mine", lineAt(filled, 0).id))
        }
        const lines = yield* guest(aside)
        const shown = lines.map(({ gift, quantity, title }) => [title, quantity, gift?.name ?? null])
        assert.sameDeepMembers(shown, [["Walnut board", 5, null], ["Gift card", 1, "Eve"], ["Gift card", 1, "Bob"]])
        const eves = lines.find(({ gift }) => gift?.name === "Eve")
        const back = yield* guest(saved.takeBack("mine", eves?.id ?? ""))
        assert.deepStrictEqual(back.lines.map(({ gift }) => gift), [{ name: "Eve" }])
      })
    )

    test(
      "what the cart refuses stays aside, of which fewer can be taken back",
      Effect.gen(function*() {
        const [saved, carts, catalog] = [yield* SavedForLater, yield* Carts, yield* Catalog]
        const board = yield* Shop.product({ stock: 5 })
        const { actor, cart } = yield* Shop.guest([board.variantId, 5])
        const guest = Actor.as(actor)
        yield* guest(saved.save("mine", lineAt(cart, 0).id))
        yield* Shop.ships
        yield* Shop.place(yield* Shop.guest([board.variantId, 3]))
        const [line] = yield* guest(aside)
        const id = line?.id ?? ""
        assert.strictEqual((yield* Effect.flip(guest(saved.takeBack("mine", id))))._tag, "InsufficientStock")
        yield* system(catalog.updateProduct(board.productId, { status: "archived" }))
        assert.strictEqual((yield* Effect.flip(guest(saved.takeBack("mine", id, { quantity: 1 }))))._tag, "NotForSale")
        const [hidden] = yield* guest(aside)
        assert.deepInclude(hidden, { quantity: 5, isForSale: false, available: 0 })
        yield* system(catalog.updateProduct(board.productId, { status: "active" }))
        assert.deepStrictEqual(pieces((yield* guest(saved.takeBack("mine", id, { quantity: 2 }))).lines), [["Walnut board", 2]])
        assert.deepStrictEqual(yield* guest(aside), [])
        assert.deepStrictEqual(pieces((yield* guest(carts.get("mine"))).lines), [["Walnut board", 2]])
      })
    )

    test(
      "what a guest has set aside is theirs when they sign in, and a customer keeps it from cart to cart",
      Effect.gen(function*() {
        const [saved, carts] = [yield* SavedForLater, yield* Carts]
        yield* Shop.ships
        const [board, bowl, jug] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" }), yield* Shop.product({ title: "Jug" })]
        const ada = yield* Shop.account("ada@example.com")
        const own = yield* Shop.customer(ada, [jug.variantId, 1])
        yield* as(ada)(saved.save("mine", lineAt(own.cart, 0).id))
        yield* as(ada)(carts.addItem("mine", { variantId: bowl.variantId, quantity: 1 }))
        const guest = yield* Shop.guest([board.variantId, 2])
        yield* Actor.as(guest.actor)(saved.save("mine", lineAt(guest.cart, 0).id))
        yield* as(ada)(carts.merge(tokenOf(guest)))
        assert.sameDeepMembers(pieces(yield* as(ada)(aside)), [["Jug", 1], ["Walnut board", 2]])
        // the token reaches it no more
        assert.deepStrictEqual(yield* Effect.result(Actor.as(guest.actor)(aside)).pipe(Effect.map(({ _tag }) => _tag)), "Failure")
        const mine = { actor: Actor.customer(ada), cart: yield* as(ada)(carts.get("mine")) }
        assert.deepStrictEqual(pieces((yield* Shop.place(mine)).order.lines as never), [["Bowl", 1]])
        const [line] = yield* as(ada)(aside)
        assert.strictEqual((yield* Effect.flip(as(ada)(carts.get("mine"))))._tag, "CartNotFound")
        const begun = yield* as(ada)(saved.takeBack("mine", line?.id ?? ""))
        assert.lengthOf(begun.lines, 1)
        yield* TestClock.adjust("40 days")
        assert.lengthOf(yield* as(ada)(aside), 1)
      })
    )

    test(
      "what a guest brings is joined to the same that a customer has, and the newest is taken as far as there is room",
      Effect.gen(function*() {
        const [saved, carts, kept] = [yield* SavedForLater, yield* Carts, yield* SavedLineRepository]
        const sizes = Array.from({ length: maximumSaved + 1 }, (_, index) => `${index}`)
        const { variants } = yield* system((yield* Catalog).createProduct({
          title: "Ring",
          options: [{ name: "Size", values: sizes }],
          variants: sizes.map((size) => ({ optionValues: [size], price: usd(1_000), trackStock: false }))
        }))
        const ada = yield* Shop.account("ada@example.com")
        // room for one more
        for (const { id: variantId } of variants.slice(0, maximumSaved - 1)) {
          const id = yield* SavedLineId.generate
          yield* kept.put({ customerId: ada }, { id, variantId, quantity: 1, savedAt: yield* Timestamp.now })
        }
        const [first, older, newer] = [variants[0], variants.at(-2), variants.at(-1)].map((variant) => String(variant?.id))
        const guest = yield* Shop.guest()
        for (const variantId of [first, older, newer]) {
          const filled = yield* Actor.as(guest.actor)(carts.addItem("mine", { variantId, quantity: 3 } as never))
          yield* TestClock.adjust("1 minute")
          yield* Actor.as(guest.actor)(saved.save("mine", lineAt(filled, 0).id))
        }
        yield* as(ada)(carts.merge(tokenOf(guest)))
        const lines = yield* as(ada)(aside)
        assert.lengthOf(lines, maximumSaved)
        const quantityOf = (variantId: string | undefined) => lines.find((line) => line.variantId === variantId)?.quantity
        assert.deepStrictEqual([quantityOf(first), quantityOf(older), quantityOf(newer)], [4, undefined, 3])
        assert.strictEqual(new Set(lines.map(({ variantId }) => variantId)).size, maximumSaved)
      })
    )

    test(
      "what a guest has set aside outlives their order: it is theirs when they sign in, and goes when the cart would have expired",
      Effect.gen(function*() {
        const [saved, carts, kept] = [yield* SavedForLater, yield* Carts, yield* SavedLineRepository]
        yield* Shop.ships
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        const ada = yield* Shop.account("ada@example.com")
        const ordering = Effect.gen(function*() {
          const guest = yield* Shop.guest([board.variantId, 2], [bowl.variantId, 1])
          yield* Actor.as(guest.actor)(saved.save("mine", lineAt(guest.cart, 0).id))
          yield* Shop.place(guest)
          return guest
        })
        const [signedIn, gone] = [yield* ordering, yield* ordering]
        assert.strictEqual((yield* Effect.flip(as(ada)(carts.merge(tokenOf(signedIn)))))._tag, "CartClosed")
        assert.deepStrictEqual(pieces(yield* as(ada)(aside)), [["Walnut board", 2]])
        assert.strictEqual((yield* Effect.flip(as(ada)(carts.merge(tokenOf(signedIn)))))._tag, "CartClosed")
        assert.deepStrictEqual(pieces(yield* as(ada)(aside)), [["Walnut board", 2]])
        const ofGone = kept.of({ cartId: gone.cart.id as never })
        yield* carts.deleteExpired
        assert.lengthOf(yield* ofGone, 1)
        yield* TestClock.adjust("40 days")
        yield* carts.deleteExpired
        assert.lengthOf(yield* ofGone, 0)
        assert.lengthOf(yield* as(ada)(aside), 1)
      })
    )

    test(
      "what a guest has set aside goes with their cart, and what is deleted from the catalog is gone",
      Effect.gen(function*() {
        const [saved, carts, kept] = [yield* SavedForLater, yield* Carts, yield* SavedLineRepository]
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        const { actor, cart } = yield* Shop.guest([board.variantId, 1], [bowl.variantId, 1])
        const guest = Actor.as(actor)
        for (const { id } of cart.lines) yield* guest(saved.save("mine", id))
        const { id } = (yield* (yield* CartRepository).snapshot({ id: cart.id }))?.cart ?? assert.fail("the cart is gone")
        yield* system((yield* Catalog).deleteProduct(bowl.productId))
        assert.deepStrictEqual(pieces(yield* guest(aside)), [["Walnut board", 1]])
        yield* TestClock.adjust("40 days")
        assert.strictEqual((yield* Effect.flip(guest(aside)))._tag, "CartExpired")
        assert.lengthOf(yield* kept.of({ cartId: id }), 1)
        yield* carts.deleteExpired
        assert.lengthOf(yield* kept.of({ cartId: id }), 0)
      })
    )

    test(
      "what was deleted from the catalog meanwhile is not set aside, as it is not for sale",
      Effect.gen(function*() {
        const [saved, carts] = [yield* SavedForLater, yield* Carts]
        const board = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([board.variantId, 2])
        const guest = Actor.as(actor)
        yield* system((yield* Catalog).deleteProduct(board.productId))
        const refused = yield* Effect.flip(guest(saved.save("mine", lineAt(cart, 0).id)))
        assert.deepInclude(refused, { _tag: "NotForSale", variantIds: [board.variantId] } as never)
        assert.lengthOf((yield* guest(carts.get("mine"))).lines, 1)
      })
    )

    test(
      "so many lines can be set aside and no more",
      Effect.gen(function*() {
        const [saved, carts] = [yield* SavedForLater, yield* Carts]
        const sizes = Array.from({ length: maximumSaved + 1 }, (_, index) => `${index}`)
        const { variants } = yield* system((yield* Catalog).createProduct({
          title: "Ring",
          options: [{ name: "Size", values: sizes }],
          variants: sizes.map((size) => ({ optionValues: [size], price: usd(1_000), trackStock: false }))
        }))
        const { actor } = yield* Shop.guest()
        const guest = Actor.as(actor)
        for (const { id } of variants.slice(0, maximumSaved)) {
          const filled = yield* guest(carts.addItem("mine", { variantId: id, quantity: 1 }))
          yield* guest(saved.save("mine", lineAt(filled, 0).id))
        }
        const filled = yield* guest(carts.addItem("mine", { variantId: String(variants.at(-1)?.id), quantity: 1 }))
        const full = yield* Effect.flip(guest(saved.save("mine", lineAt(filled, 0).id)))
        assert.deepInclude(full, { _tag: "CartLimitExceeded", limit: "saved", maximum: maximumSaved })
        assert.lengthOf((yield* guest(carts.get("mine"))).lines, 1)
        assert.lengthOf(yield* guest(aside), maximumSaved)
      })
    )

    test(
      "nobody reaches what others have set aside, in this store or another",
      Effect.gen(function*() {
        const saved = yield* SavedForLater
        const board = yield* Shop.product()
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const adas = yield* Shop.customer(ada, [board.variantId, 1])
        yield* as(ada)(saved.save("mine", lineAt(adas.cart, 0).id))
        const [line] = yield* as(ada)(aside)
        const id = line?.id ?? ""
        assert.deepStrictEqual(yield* as(eve)(aside), [])
        yield* as(eve)(saved.remove("mine", id))
        assert.strictEqual((yield* Effect.flip(as(eve)(saved.takeBack("mine", id))))._tag, "SavedLineNotFound")
        for (const actor of [Actor.guest(), Actor.customer(eve), Actor.staff("key_1", ["orders:*"])]) {
          const stranger = Actor.as(actor)
          assert.strictEqual((yield* Effect.flip(stranger(saved.list(adas.cart.id))))._tag, "CartNotFound")
          assert.strictEqual((yield* Effect.flip(stranger(saved.takeBack(adas.cart.id, id))))._tag, "CartNotFound")
          assert.strictEqual((yield* Effect.flip(stranger(saved.remove(adas.cart.id, id))))._tag, "CartNotFound")
        }
        const other = yield* system((yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* as(ada)(aside), [])
          yield* as(ada)(saved.remove("mine", id))
          yield* (yield* SavedLineRepository).forget(ada)
        }))
        assert.lengthOf(yield* as(ada)(aside), 1)
        // staff who may change any cart see it by the cart
        assert.lengthOf(yield* Actor.as(Actor.staff("key_2", ["carts:*"]))(saved.list(adas.cart.id)), 1)
        yield* as(ada)(saved.remove("mine", id))
        yield* as(ada)(saved.remove("mine", id))
        assert.deepStrictEqual(yield* as(ada)(aside), [])
      })
    )

    test(
      "it is handed out to who takes out what is known of them, and forgotten with them",
      Effect.gen(function*() {
        const saved = yield* SavedForLater
        const board = yield* Shop.product()
        const ada = yield* Shop.account("ada@example.com")
        const { cart } = yield* Shop.customer(ada, [board.variantId, 2])
        yield* as(ada)(saved.save("mine", lineAt(cart, 0).id))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "savedLines")
        if (holder === undefined) return assert.fail("nobody hands out what is saved for later")
        const [handed] = yield* Stream.runCollect(holder.hand(ada))
        assert.deepInclude(handed, { variantId: board.variantId, quantity: 2 })
        yield* holder.forget(ada)
        yield* holder.forget(ada)
        assert.deepStrictEqual(yield* as(ada)(aside), [])
      })
    )
  })
}

/** Where others write while a transaction is open. */
export const savedForLaterRaces = (harness: StorageHarness): void => {
  /** Sets three boards aside while somebody else changes the cart or what is saved, and counts what is where in the end. */
  const saving = (
    meddle: (mine: { readonly lineId: string; readonly savedId: string }) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    when: "the cart is read" | "what is saved is read"
  ) =>
    Effect.gen(function*() {
      const [carts, kept] = [yield* Carts, yield* SavedLineRepository]
      const context = yield* Effect.context<Shop.ShopServices>()
      const board = yield* Shop.product()
      const { actor, cart: first } = yield* Shop.guest([board.variantId, 2])
      const guest = Actor.as(actor)
      yield* guest(Effect.flatMap(SavedForLater, (saved) => saved.save("mine", lineAt(first, 0).id)))
      const filled = yield* guest(carts.addItem("mine", { variantId: board.variantId, quantity: 3 }))
      const [there] = yield* guest(aside)
      const mine = { lineId: lineAt(filled, 0).id, savedId: there?.id ?? "" }
      let meddling: Fiber.Fiber<unknown, unknown> | undefined
      // in a fiber of its own, which is in no transaction
      const begin = Effect.sync(() => meddling ??= Effect.runForkWith(context)(guest(meddle(mine))))
      const ended = Effect.suspend(() => meddling === undefined ? Effect.void : Effect.orDie(Fiber.join(meddling)))
      const saved = yield* makeSavedForLater.pipe(
        Effect.provideService(Carts, {
          ...carts,
          snapshot: (cart) =>
            Effect.tap(carts.snapshot(cart), () => when === "the cart is read" ? Effect.andThen(begin, ended) : Effect.void)
        }),
        Effect.provideService(SavedLineRepository, { ...kept, held: (by) => Effect.tap(kept.held(by), () => when === "what is saved is read" ? begin : Effect.void) })
      )
      yield* guest(saved.save("mine", mine.lineId))
      yield* ended
      return { cart: pieces((yield* guest(carts.get("mine"))).lines), saved: pieces(yield* guest(aside)) }
    }).pipe(Effect.provide(Shop.layer(harness.storage())))

  describe(`setting aside what others change at the same moment, on ${harness.name}`, () => {
    it.effect("takes along the pieces that were added since the cart was read", () =>
      Effect.gen(function*() {
        const more = saving(({ lineId }) => Effect.flatMap(Carts, (carts) => carts.updateItem("mine", lineId, { quantity: 5 })), "the cart is read")
        assert.deepStrictEqual(yield* more, { cart: [], saved: [["Walnut board", 7]] })
      }))

    it.effect("loses and doubles nothing of what is taken back meanwhile", () =>
      Effect.gen(function*() {
        const takeBack = ({ savedId }: { readonly savedId: string }) => Effect.flatMap(SavedForLater, (saved) => saved.takeBack("mine", savedId))
        assert.deepStrictEqual(yield* saving(takeBack, "the cart is read"), { cart: [], saved: [["Walnut board", 5]] })
        // what is saved is held, so that the other waits, and takes all of it back
        assert.deepStrictEqual(yield* saving(takeBack, "what is saved is read"), { cart: [["Walnut board", 5]], saved: [] })
      }))
  })
}

export const savedForLaterBudgets = (harness: CountingHarness): void => {
  describe(`the statements of what is saved for later, on ${harness.name}`, () => {
    it.effect("are as many for ten lines as for one, and none of a cart's", () =>
      Effect.gen(function*() {
        const [saved, carts] = [yield* SavedForLater, yield* Carts]
        const { record } = yield* Statements
        const products = yield* Effect.forEach(Array.from({ length: 10 }, (_, index) => `Board ${index}`), (title) => Shop.product({ title }))
        const { actor, cart } = yield* Shop.guest(...products.map(({ variantId }): Shop.Pieces => [variantId, 1]))
        const count = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          Effect.map(record(Actor.as(actor)(effect)), ([, statements]) => statements.length)
        for (const [index, { id }] of cart.lines.entries()) {
          assert.isAtMost(yield* count(saved.save("mine", id)), 8)
          if (index === 0 || index === 9) assert.isAtMost(yield* count(saved.list("mine")), 5)
        }
        assert.strictEqual(yield* count(carts.get("mine")), 1)
        const [line] = yield* Actor.as(actor)(saved.list("mine"))
        assert.isAtMost(yield* count(saved.takeBack("mine", line?.id ?? "")), 7)
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
