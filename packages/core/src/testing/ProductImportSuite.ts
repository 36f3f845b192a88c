/**
 * What importing products must do on every storage.
 *
 * ```ts
 * productImportSuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { CategoryRepository } from "../catalog/CategoryRepository.ts"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Apparel from "./fixtures/ApparelCsv.ts"
import * as HomeAndGarden from "./fixtures/HomeAndGardenCsv.ts"
import { columns, counts, find, findAll, importLines, shirt } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import * as StockedShop from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const productImportSuite = (harness: StorageHarness): void =>
  void describe(`importing products (${harness.name})`, () => {
    const inShop = <A, E>(effect: Effect.Effect<A, E, Shop.ShopServices>) =>
      Effect.provide(effect, Shop.layer(harness.storage()))

    describe("of another shop", () => {
      it.effect("brings all of them, with their variants, sales and categories", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(counts(yield* importLines(Apparel.text)), { created: 20, updated: 0, unchanged: 0, failed: 0 })
          assert.deepStrictEqual(
            counts(yield* importLines(HomeAndGarden.text)),
            { created: 20, updated: 0, unchanged: 0, failed: 0 }
          )
          const top = yield* find("classic-varsity-top")
          assert.deepStrictEqual(top.options, [{ name: "Size", values: ["Small", "Medium", "Large"] }])
          assert.deepStrictEqual(top.variants.map(({ price, title }) => [title, price.amount]), [
            ["Small", 6_000],
            ["Medium", 6_000],
            ["Large", 6_000]
          ])
          const light = yield* find("copper-light")
          assert.deepInclude(light, { title: "Copper Light", vendor: "Company 123", status: "active" })
          assert.deepStrictEqual(light.tags, ["Copper", "Bedroom"])
          assert.deepStrictEqual(
            light.variants.map(({ compareAtPrice, price, trackStock }) => [price, compareAtPrice, trackStock]),
            [[Shop.usd(5_999), Shop.usd(7_500), false]]
          )
          const tree = yield* (yield* CategoryRepository).list
          assert.deepStrictEqual(tree.map(({ name, slug }) => [name, slug]), [["Outdoor", "outdoor"], ["Indoor", "indoor"]])
          assert.deepStrictEqual<ReadonlyArray<string | undefined>>(light.categoryIds, [tree[1]?.id])
        }).pipe(inShop))

      it.effect("a second time changes nothing", () =>
        Effect.gen(function*() {
          yield* importLines(HomeAndGarden.text)
          const before = yield* findAll("clay-plant-pot", "copper-light", "cream-sofa")
          const report = yield* importLines(HomeAndGarden.text)
          assert.deepStrictEqual(counts(report), { created: 0, updated: 0, unchanged: 20, failed: 0 })
          assert.strictEqual(report.lines, 21)
          assert.deepStrictEqual(report.leftOut, [])
          const grouped = yield* importLines(["Handle,Title,Variant Price,Collection", "cap,Cap,19,Hats"])
          assert.deepStrictEqual(grouped.leftOut, ["Collection"])
          assert.deepStrictEqual(yield* findAll("clay-plant-pot", "copper-light", "cream-sofa"), before)
        }).pipe(inShop))
    })

    describe("again", () => {
      it.effect("changes what differs, and keeps ids", () =>
        Effect.gen(function*() {
          const mug = "mug,Mug,,,M-1,9,shopify,1,deny,Kitchen > Cups"
          yield* importLines([...shirt(["S", "10"], ["M", "10"], ["L", "10"]), mug])
          const before = yield* find("shirt")
          const report = yield* importLines([...shirt(["S", "10"], ["L", "12"], ["XL", "14"]), mug])
          assert.deepStrictEqual(counts(report), { created: 0, updated: 1, unchanged: 1, failed: 0 })
          const after = yield* find("shirt")
          assert.deepStrictEqual([after.id, after.version, (yield* find("mug")).version], [before.id, 2, 1])
          assert.deepStrictEqual(after.options, [{ name: "Size", values: ["S", "L", "XL"] }])
          assert.deepStrictEqual(after.variants.map(({ price, sku }) => [sku, price.amount]), [
            ["SH-S", 1_000],
            ["SH-L", 1_200],
            ["SH-XL", 1_400]
          ])
          assert.deepStrictEqual(
            after.variants.slice(0, 2).map(({ id }) => id),
            [before.variants[0]?.id, before.variants[2]?.id]
          )
        }).pipe(inShop))

      it.effect("lets variants exchange their SKUs, and a new product take one that is given up", () =>
        Effect.gen(function*() {
          const skus = (s: string, m: string) => [
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price",
            `a,A,Size,S,${s},1`,
            `a,,,M,${m},2`
          ]
          yield* importLines(skus("X", "Y"))
          const before = yield* find("a")
          yield* importLines([...skus("Y", "X"), "b,B,,,Z,5"])
          const exchanged = yield* find("a")
          assert.deepStrictEqual(
            exchanged.variants.map(({ id, optionValues, sku }) => [sku, optionValues[0], id]),
            [["Y", "S", before.variants[1]?.id], ["X", "M", before.variants[0]?.id]]
          )
          const report = yield* importLines([...skus("W", "X"), "c,C,,,Y,5"])
          assert.deepStrictEqual(counts(report), { created: 1, updated: 1, unchanged: 0, failed: 0 })
          assert.deepStrictEqual(
            (yield* find("a")).variants.map(({ id }) => id),
            exchanged.variants.map(({ id }) => id)
          )
        }).pipe(inShop))

      it.effect("creates a category once, whatever its capitals, and puts it where the file says", () =>
        Effect.gen(function*() {
          const products = (...types: ReadonlyArray<string>) => [
            "Handle,Title,Variant Price,Type",
            ...types.map((type, index) => `p-${index},P,1,${type}`)
          ]
          yield* importLines(products("Kitchen > Knives", "kitchen > knives", "Kitchen", "Garden > Knives", ""))
          yield* importLines(products("Kitchen > Knives", "KITCHEN > Knives", "Kitchen", "Garden > Knives", "Garden"))
          const tree = yield* (yield* CategoryRepository).list
          assert.deepStrictEqual(tree.map(({ path, slug }) => [slug, path.length]), [
            ["kitchen", 1],
            ["knives", 2],
            ["garden", 1],
            ["knives-2", 2]
          ])
          const idOf = (slug: string) => tree.find((category) => category.slug === slug)?.id
          assert.deepStrictEqual(
            (yield* findAll("p-0", "p-1", "p-2", "p-3", "p-4")).map(({ categoryIds }) => categoryIds[0]),
            ["knives", "knives", "kitchen", "knives-2", "garden"].map(idOf)
          )
        }).pipe(inShop))
    })

    describe("with stock", () => {
      it.effect("counts what can be sold, beside what is promised", () =>
        Effect.gen(function*() {
          const inventory = yield* Inventory
          const { transaction } = yield* Transactor
          yield* importLines(shirt(["S", "10", 5], ["M", "10", 0]))
          const variantId = (yield* find("shirt")).variants[0]?.id ?? ("" as never)
          const requests = yield* StockedShop.wish([[variantId, 2]])
          yield* transaction(inventory.reserve("order", requests, Timestamp.plus(yield* Timestamp.now, "1 hour")))
          assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 5, available: 3 })

          assert.deepStrictEqual(
            counts(yield* importLines(shirt(["S", "10", 3], ["M", "10", 0]))),
            { created: 0, updated: 0, unchanged: 1, failed: 0 }
          )
          const report = yield* importLines(shirt(["S", "10", 9], ["M", "10", 0]))
          assert.deepStrictEqual(counts(report), { created: 0, updated: 1, unchanged: 0, failed: 0 })
          assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 11, available: 9 })
          assert.strictEqual((yield* find("shirt")).version, 1)

          const { items } = yield* inventory.ledger({ variantId })
          assert.deepStrictEqual(
            items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta]),
            [["count", 6, 0], ["reserve", 0, 2], ["count", 5, 0]]
          )
          assert.deepStrictEqual(yield* inventory.reconcile, [])
        }).pipe(inShop))

      it.effect("sells beyond what is there where the policy says so, and counts nothing without a tracker", () =>
        Effect.gen(function*() {
          yield* importLines([
            columns,
            "a,A,,,,1,shopify,-4,continue,",
            "b,B,,,,1,,7,deny,",
            "c,C,,,,1,shopify,,deny,"
          ])
          const [a, b, c] = yield* findAll("a", "b", "c")
          const levels = yield* (yield* InventoryRepository).levels(
            [a, b, c].flatMap((product) => product?.variants.map(({ id }) => id) ?? [])
          )
          assert.deepStrictEqual(levels.map(({ onHand }) => onHand), [-4])
          assert.deepStrictEqual([a, b, c].map((product) => product?.variants[0]?.trackStock), [true, false, true])
        }).pipe(inShop))
    })

    it.effect("says in a trial run what it would do, and does nothing", () =>
      Effect.gen(function*() {
        yield* importLines(shirt(["S", "10"]))
        const before = yield* find("shirt")
        const lines = [
          ...shirt(["S", "11", 9], ["M", "11"]),
          "mug,Mug,,,M-1,9,shopify,1,deny,Cups",
          "cup,Cup,,,M-1,9,shopify,1,deny,Cups",
          "jug,Jug,,,J-1,-9,shopify,1,deny,Cups"
        ]
        const trial = yield* importLines(lines, { dryRun: true })
        assert.deepStrictEqual(counts(trial), { created: 1, updated: 1, unchanged: 0, failed: 2 })
        assert.deepStrictEqual(yield* findAll("shirt", "mug", "cup", "jug"), [before])
        assert.deepStrictEqual(yield* Shop.stockOf(before.variants[0]?.id ?? ""), { onHand: 5, available: 5 })
        assert.deepStrictEqual(yield* (yield* CategoryRepository).list, [])
        assert.deepStrictEqual(yield* importLines(lines), trial)
      }).pipe(inShop))

    it.effect("is for staff who may change the catalog", () =>
      Effect.gen(function*() {
        const as = (actor: Actor.Actor) => Effect.flip(Actor.as(actor)(importLines(shirt(["S", "10"]))))
        assert.strictEqual((yield* as(Actor.guest()))._tag, "Unauthenticated")
        assert.strictEqual((yield* as(Actor.customer("cus_1")))._tag, "Forbidden")
        assert.strictEqual((yield* as(Actor.staff("key_1", ["catalog:read"])))._tag, "Forbidden")
        assert.deepStrictEqual(yield* findAll("shirt"), [])
        yield* Actor.as(Actor.staff("key_1", ["catalog:write"]))(importLines(shirt(["S", "10"])))
      }).pipe(inShop))

    it.effect("leaves one audit row and one event, and the events of each product", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const staff = Actor.as(Actor.staff("key_1", ["catalog:write"]))
        yield* staff(importLines([...shirt(["S", "10"]), "mug,Mug,,,M-1,x,shopify,1,deny,"]))
        yield* importLines(shirt(["S", "12"]), { dryRun: true })
        const { items: [row, ...more] } = yield* (yield* AuditLog).list({})
        assert.deepStrictEqual([row?.action, row?.actor, more], ["catalog.import", "staff:key_1", []])
        const history = yield* events.history(row?.subject ?? "")
        assert.deepStrictEqual(history.map(({ data, type }) => ({ type, data })), [{
          type: "catalog.imported",
          data: { format: "csv", lines: 2, created: 1, updated: 0, unchanged: 0, failures: 1 }
        }])
        yield* importLines(shirt(["S", "12"]))
        yield* importLines(shirt(["S", "12"]))
        const { id, slug } = yield* find("shirt")
        assert.deepStrictEqual((yield* events.history(id)).map(({ data, type }) => ({ type, data })), [
          { type: "product.created", data: { slug, status: "active", version: 1 } },
          { type: "product.updated", data: { slug, status: "active", version: 2 } }
        ])
      }).pipe(inShop))

    it.effect("tells how far it is", () =>
      Effect.gen(function*() {
        const seen: Array<number> = []
        const lines = Array.from({ length: 250 }, (_, index) => `p-${index},P,,,,1,,,,`)
        yield* importLines([columns, ...lines], { onProgress: ({ lines }) => seen.push(lines) })
        assert.deepStrictEqual(seen, [100, 200, 250])
      }).pipe(inShop))
  })

export const productImportBudgets = (harness: CountingHarness): void =>
  void describe(`importing products (${harness.name})`, () => {
    it.effect("takes as many statements for a hundred products as for two", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        const lines = (count: number, price: number) => [
          columns,
          ...Array.from({ length: count }, (_, index) =>
            `${count}-${index},P,,,${count}-${index},${price + index},shopify,${price + index},deny,Type ${count} > ${index}`)
        ]
        const sent = (count: number, price: number) =>
          Effect.map(record(importLines(lines(count, price))), ([, statements]) => statements.length)
        // the first one makes the place where stock is kept
        yield* sent(1, 1)
        const created = [yield* sent(2, 1), yield* sent(100, 1)]
        const updated = [yield* sent(2, 2), yield* sent(100, 2)]
        const unchanged = [yield* sent(2, 2), yield* sent(100, 2)]
        assert.deepStrictEqual([created[0], updated[0], unchanged[0]], [created[1], updated[1], unchanged[1]])
        assert.isAtMost(created[1] ?? 0, 35)
        assert.isAtMost(unchanged[1] ?? 0, 15)
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
