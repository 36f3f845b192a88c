/**
 * A change that one process makes is seen by the next read of every other: nothing is remembered for longer than it is
 * true. Two engines that share nothing but the storage read in turns while one of them writes.
 */
import { assert, describe, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Carts } from "../cart/Carts.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { ApiKeys } from "../identity/ApiKeys.ts"
import * as Actor from "../kernel/Actor.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { Zones } from "../zones/Zones.ts"
import type { CrashHarness } from "./CrashHarness.ts"
import * as Shop from "./Shop.ts"

type Engine = Context.Context<Shop.ShopServices>

const both = <A, E>(engines: readonly [Engine, Engine], read: Effect.Effect<A, E, Shop.ShopServices>) =>
  Effect.forEach(engines, (engine) => Effect.provideContext(read, engine))

/** What the cart of a guest is priced by, besides what is in it. */
const termsOf = (buyer: Shop.Buyer) =>
  Effect.flatMap(Carts, (carts) => carts.snapshot("mine")).pipe(
    Effect.map(({ shippingMethods, shippingZones, store, taxRates, taxZones }) => ({
      store: store.name,
      days: store.settings.cartDays,
      rates: taxRates.map(({ ratePpm }) => ratePpm),
      methods: shippingMethods.map(({ price }) => price.amount),
      taxAreas: taxZones.map(({ areas }) => areas.map(({ country }) => country)),
      shippingAreas: shippingZones.map(({ areas }) => areas.map(({ country }) => country))
    })),
    Actor.as(buyer.actor)
  )

/** The names in the tree. */
const categories = Effect.flatMap(Catalog, (catalog) =>
  Effect.map(catalog.listCategories, (all) => all.map(({ name }) => name)))

export const nextReadSuite = (harness: CrashHarness): void => {
  const twoEngines = Effect.gen(function*() {
    const storage = yield* harness.create
    const open = Layer.build(Layer.fresh(Shop.layer(storage.open())))
    return [yield* open, yield* open] as const
  })

  /** Changes by the one and by the other in turn; after each, both read the same. */
  const test = <A, E, F>(
    name: string,
    begin: Effect.Effect<
      {
        readonly change: (round: number) => Effect.Effect<unknown, E, Shop.ShopServices>
        readonly read: Effect.Effect<A, F, Shop.ShopServices>
        /** What is read after a change. */
        readonly expected: (round: number) => A
      },
      unknown,
      Shop.ShopServices
    >
  ) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { change, expected, read } = yield* Effect.provideContext(begin, engines[0])
        yield* both(engines, read)
        for (let round = 1; round <= 6; round++) {
          yield* Effect.provideContext(change(round), engines[round % 2 === 0 ? 0 : 1])
          assert.deepStrictEqual(yield* both(engines, read), [expected(round), expected(round)])
          assert.deepStrictEqual(yield* both(engines, read), [expected(round), expected(round)])
        }
      }).pipe(Actor.as(Actor.system("test"))))

  describe(`the next read of every engine, on ${harness.name}`, () => {
    test("sees for how long the carts of a store last", Effect.sync(() => ({
      change: (round: number) => Effect.flatMap(Stores, (stores) => stores.update({ settings: { cartDays: 7 + round } })),
      read: Effect.flatMap(Carts, (carts) =>
        Effect.map(carts.create(), ({ cart }) => (Date.parse(cart.expiresAt) - Date.parse(cart.createdAt)) / 86_400_000)),
      expected: (round: number) => 7 + round
    })))

    test("sees a category that was renamed", Effect.gen(function*() {
      const { id } = yield* (yield* Catalog).createCategory({ name: "Kitchen" })
      return {
        change: (round: number) =>
          Effect.flatMap(Catalog, (catalog) => catalog.updateCategory(id, { name: `Kitchen ${round}` })),
        read: categories,
        expected: (round: number) => [`Kitchen ${round}`]
      }
    }))

    test("sees categories that come and go", Effect.sync(() => {
      const ids: Array<string> = []
      return {
        change: (round: number) =>
          Effect.gen(function*() {
            const catalog = yield* Catalog
            const last = ids.pop()
            if (last !== undefined) return yield* catalog.deleteCategory(last)
            ids.push((yield* catalog.createCategory({ name: `Season ${round}` })).id)
          }),
        read: categories,
        expected: (round: number) => round % 2 === 0 ? [] : [`Season ${round}`]
      }
    }))

    it.effect("sees nothing of a change of categories that was not committed, but the one that was instead", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { id } = yield* Effect.provideContext(
          Effect.flatMap(Catalog, (catalog) => catalog.createCategory({ name: "Kitchen" })),
          engines[0]
        )
        yield* both(engines, categories)
        const rename = (name: string) => Effect.flatMap(Catalog, (catalog) => catalog.updateCategory(id, { name }))
        const givenUp = Effect.flatMap(Transactor, ({ transaction }) =>
          transaction(Effect.gen(function*() {
            yield* rename("Cellar")
            assert.deepStrictEqual(yield* categories, ["Cellar"])
            return yield* Effect.fail("no")
          })))
        yield* Effect.ignore(Effect.provideContext(givenUp, engines[0]))
        yield* Effect.provideContext(rename("Pantry"), engines[1])
        assert.deepStrictEqual(yield* both(engines, categories), [["Pantry"], ["Pantry"]])
      }).pipe(Actor.as(Actor.system("test"))))

    test("sees a product with another title", Effect.gen(function*() {
      const { productId } = yield* Shop.product()
      return {
        change: (round: number) =>
          Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { title: `Board ${round}` })),
        read: Effect.flatMap(Catalog, (catalog) => Effect.map(catalog.getProduct(productId), ({ title }) => title)),
        expected: (round: number) => `Board ${round}`
      }
    }))

    test("sees what shipping costs, the tax and the settings of the store", Effect.gen(function*() {
      const method = yield* (yield* Shipping).create({ name: "Post", price: Shop.usd(100) })
      const rate = yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm: 1 })
      return {
        change: (round: number) =>
          Effect.gen(function*() {
            yield* (yield* Shipping).update(method.id, { price: Shop.usd(round) })
            yield* (yield* Taxes).update(rate.id, { ratePpm: round })
            yield* (yield* Stores).update({ name: `Store ${round}` })
          }),
        read: Effect.gen(function*() {
          const [shipping] = yield* (yield* Shipping).list
          const [tax] = yield* (yield* Taxes).list
          return [shipping?.price.amount, tax?.ratePpm, (yield* (yield* Stores).current).name]
        }),
        expected: (round: number) => [round, round, `Store ${round}`]
      }
    }))

    test("sees in a cart what shipping costs, the tax, its zones and the settings of the store", Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      const kept = yield* (yield* Shipping).create({ name: "Post", price: Shop.usd(100) })
      const taxed = yield* (yield* Zones).create("tax", { name: "There", areas: [{ country: "US" }] })
      const shipped = yield* (yield* Zones).create("shipping", { name: "There", areas: [{ country: "US" }] })
      const country = (round: number) => round % 2 === 0 ? "CA" : "MX"
      const come: Array<string> = []
      return {
        change: (round: number) =>
          Effect.gen(function*() {
            yield* (yield* Zones).update("tax", taxed.id, { areas: [{ country: country(round) }] })
            yield* (yield* Zones).update("shipping", shipped.id, { areas: [{ country: country(round) }] })
            yield* (yield* Shipping).update(kept.id, { price: Shop.usd(round) })
            yield* (yield* Stores).update({ name: `Store ${round}`, settings: { cartDays: 7 + round } })
            const last = come.pop()
            if (last !== undefined) return yield* (yield* Taxes).delete(last)
            come.push((yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm: round })).id)
          }),
        read: termsOf(buyer),
        expected: (round: number) => ({
          store: `Store ${round}`,
          days: 7 + round,
          rates: round % 2 === 0 ? [] : [round],
          methods: [round],
          taxAreas: [[country(round)]],
          shippingAreas: [[country(round)]]
        })
      }
    }))

    test("sees in a cart shipping that comes, is switched off and on, and goes", Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      let method = ""
      const steps = [
        { step: Effect.flatMap(Shipping, (shipping) => shipping.create({ name: "Post", price: Shop.usd(100) })), methods: [100] },
        { step: Effect.flatMap(Shipping, (shipping) => shipping.update(method, { active: false })), methods: [] },
        { step: Effect.flatMap(Shipping, (shipping) => shipping.update(method, { active: true })), methods: [100] },
        { step: Effect.flatMap(Shipping, (shipping) => shipping.delete(method)), methods: [] }
      ]
      const at = (round: number) => steps[(round - 1) % steps.length]
      return {
        change: (round: number) =>
          Effect.map(Effect.suspend((): Effect.Effect<unknown, unknown, Shipping> => at(round)?.step ?? Effect.void), (made) => {
            if (typeof made === "object" && made !== null && "id" in made) method = String(made.id)
          }),
        read: Effect.map(termsOf(buyer), ({ methods }) => methods),
        expected: (round: number) => at(round)?.methods ?? []
      }
    }))

    test("sees in a cart zones that come and go", Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      const kinds = ["tax", "shipping"] as const
      const there: Array<readonly [kind: "tax" | "shipping", id: string]> = []
      return {
        // one of each kind comes, then one after the other goes
        change: (round: number) =>
          Effect.gen(function*() {
            const zones = yield* Zones
            const next = there.shift()
            if (next !== undefined) return yield* zones.delete(...next)
            for (const kind of kinds) {
              there.push([kind, (yield* zones.create(kind, { name: "There", areas: [{ country: round === 1 ? "US" : "MX" }] })).id])
            }
          }),
        read: Effect.map(termsOf(buyer), ({ shippingAreas, taxAreas }) => ({ shippingAreas, taxAreas })),
        expected: (round: number) => {
          const areas = [[round < 4 ? "US" : "MX"]]
          return { shippingAreas: round % 3 === 0 ? [] : areas, taxAreas: round % 3 === 1 ? areas : [] }
        }
      }
    }))

    it.effect("sees nothing in a cart of a tax that was not committed, but the one that was instead", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const begin = Effect.gen(function*() {
          const { variantId } = yield* Shop.product()
          const { id } = yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm: 1 })
          return { id, buyer: yield* Shop.guest([variantId, 1]) }
        })
        const { buyer, id } = yield* Effect.provideContext(begin, engines[0])
        const read = Effect.map(termsOf(buyer), ({ rates }) => rates)
        assert.deepStrictEqual(yield* both(engines, read), [[1], [1]])
        const change = (ratePpm: number) => Effect.flatMap(Taxes, (taxes) => taxes.update(id, { ratePpm }))
        const givenUp = Effect.flatMap(Transactor, ({ transaction }) =>
          transaction(Effect.gen(function*() {
            yield* change(2)
            assert.deepStrictEqual(yield* read, [2])
            return yield* Effect.fail("no")
          })))
        yield* Effect.ignore(Effect.provideContext(givenUp, engines[0]))
        assert.deepStrictEqual(yield* both(engines, read), [[1], [1]])
        yield* Effect.provideContext(change(3), engines[1])
        assert.deepStrictEqual(yield* both(engines, read), [[3], [3]])
      }).pipe(Actor.as(Actor.system("test"))))

    test("sees in a cart what its goods say by the first attribute of a store, and that it is gone", Effect.gen(function*() {
      const { productId, variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      return {
        change: (round: number) =>
          Effect.gen(function*() {
            const attributes = yield* Attributes
            if (round % 2 === 0) return yield* attributes.delete("material")
            yield* attributes.create({ code: "material", title: "Material", type: "text" })
            yield* (yield* Catalog).updateProduct(productId, { attributes: { material: `oak ${round}` } })
          }),
        read: Effect.flatMap(Carts, (carts) => carts.snapshot("mine")).pipe(
          Effect.map(({ variants }) => variants.flatMap(({ said = [] }) => said.map(({ code, value }) => [code, value]))),
          Actor.as(buyer.actor)
        ),
        expected: (round: number) => round % 2 === 0 ? [] : [["material", `oak ${round}`]]
      }
    }))

    test("sees what a promotion takes off, and what it begins with", Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      const { id } = yield* (yield* Promotions).create({
        name: "Autumn",
        action: { type: "fixed_off_order", args: { amount: { amount: 100, currency: "USD" } } }
      })
      return {
        change: (round: number) =>
          Effect.flatMap(Promotions, (promotions) =>
            promotions.update(id, {
              action: { type: "fixed_off_order", args: { amount: { amount: 100 + round, currency: "USD" } } }
            })),
        read: Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)).pipe(
          Effect.map(({ pricing }) => pricing.discount.amount),
          Actor.as(buyer.actor)
        ),
        expected: (round: number) => 100 + round
      }
    }))

    it.effect("sees that a promotion was used up", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const begin = Effect.gen(function*() {
          yield* Shop.ships
          const { variantId } = yield* Shop.product()
          yield* (yield* Promotions).create({
            name: "Autumn",
            usageLimit: 1,
            action: { type: "fixed_off_order", args: { amount: { amount: 100, currency: "USD" } } }
          })
          return { first: yield* Shop.guest([variantId, 1]), second: yield* Shop.guest([variantId, 1]) }
        })
        const { first, second } = yield* Effect.provideContext(begin, engines[0])
        const read = Effect.flatMap(Carts, (carts) => carts.get(second.cart.id)).pipe(
          Effect.map(({ pricing }) => pricing.discount.amount),
          Actor.as(second.actor)
        )
        assert.deepStrictEqual(yield* both(engines, read), [100, 100])
        yield* Effect.provideContext(Shop.place(first), engines[1])
        assert.deepStrictEqual(yield* both(engines, read), [0, 0])
      }).pipe(Actor.as(Actor.system("test"))))

    it.effect("sees that an API key was revoked", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { apiKey, secret } = yield* Effect.provideContext(
          Effect.flatMap(ApiKeys, (keys) => keys.create({ name: "till", permissions: ["*"] })),
          engines[0]
        )
        const use = Effect.flatMap(ApiKeys, (keys) => Effect.exit(keys.authenticate(secret)))
        assert.deepStrictEqual((yield* both(engines, use)).map(({ _tag }) => _tag), ["Success", "Success"])
        yield* Effect.provideContext(Effect.flatMap(ApiKeys, (keys) => keys.revoke(apiKey.id)), engines[1])
        assert.deepStrictEqual((yield* both(engines, use)).map(({ _tag }) => _tag), ["Failure", "Failure"])
      }).pipe(Actor.as(Actor.system("test"))))
  })
}
