/**
 * Vendors of a marketplace: who they are, what they sell, and what they cost.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Analytics } from "../analytics/Analytics.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Privacy } from "../identity/Privacy.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { VendorDesk } from "../marketplace/VendorDesk.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import { Vendors } from "../vendors/Vendors.ts"
import { find, importLines } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { guest, mixed, seller, staff, system, tagOf } from "./VendorFixture.ts"

export const vendorSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`vendors, on ${harness.name}`, () => {
    test(
      "have what they sold in the figures of the shop, and their part of what went back",
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00.000Z"))
        const analytics = yield* Analytics
        const { elm, oak, order } = yield* mixed
        const day = { from: "2026-11-20", to: "2026-11-20", timeZone: "UTC" } as const
        const figures = Effect.map(system(analytics.vendors(day)), ({ whole }) =>
          whole.figures.map(({ orders, pieces, refunded, revenue, vendor }) => [vendor, orders, pieces, revenue.amount, refunded.amount]))
        assert.deepStrictEqual(yield* figures, [["Oak", 1, 3, 6_000, 0], ["Elm", 1, 2, 4_000, 0], [null, 1, 1, 2_000, 0]])
        // of 12,500 for six boards and their shipping
        yield* system(Effect.flatMap(Payments, (payments) => payments.refund(order.id, { amount: Shop.usd(1_001), reason: "" })))
        yield* Effect.flatMap(Jobs, (jobs) => system(jobs.drain))
        assert.deepStrictEqual(yield* figures, [["Oak", 1, 3, 6_000, 480], ["Elm", 1, 2, 4_000, 320], [null, 1, 1, 2_000, 201]])
        const [, second] = (yield* system(analytics.vendors({ ...day, bucket: "hour", compare: true }))).periods.flatMap(({ figures }) => figures)
        assert.deepInclude(second, { vendorId: elm.id, vendor: "Elm" })
        yield* system(Effect.flatMap(Vendors, (vendors) => vendors.update(oak.id, { name: "Ash" })))
        assert.deepStrictEqual((yield* figures)[0]?.[0], "Ash")
        assert.strictEqual(yield* tagOf(staff(analytics.vendors(day))), "Forbidden")
        const { id: other } = yield* system(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" as never })))
        assert.deepStrictEqual(yield* within(other)(figures), [])
      })
    )

    test(
      "are kept by staff and seen by everybody, but for what is for staff",
      Effect.gen(function*() {
        const vendors = yield* Vendors
        const oak = yield* staff(vendors.create({ name: " Öak & Sons", email: "Oak@Vendors.example", description: "<p>Boards</p>" }))
        assert.deepInclude(oak, { name: "Öak & Sons", slug: "oak-sons", email: "oak@vendors.example", status: "active", version: 1 })
        assert.deepStrictEqual(yield* guest(vendors.show("oak-sons")), {
          id: oak.id,
          name: "Öak & Sons",
          slug: "oak-sons",
          description: "<p>Boards</p>"
        })
        // a name is one vendor's, whatever its capitals and accents
        assert.strictEqual(yield* tagOf(staff(vendors.create({ name: "oak & SONS" }))), "VendorTaken")
        const elm = yield* staff(vendors.create({ name: "Elm", slug: "elm" }))
        assert.strictEqual(yield* tagOf(staff(vendors.update(elm.id, { slug: "oak-sons" }))), "VendorTaken")
        assert.strictEqual(yield* tagOf(staff(vendors.update(elm.id, { name: "Beech", version: 7 }))), "VersionConflict")
        assert.strictEqual(yield* tagOf(guest(vendors.create({ name: "Mine" }))), "Unauthenticated")
        assert.strictEqual(yield* tagOf(guest(vendors.get(oak.id))), "Unauthenticated")
        const first = yield* staff(vendors.list({ limit: 1 }))
        const second = yield* staff(vendors.list({ limit: 1, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items].map(({ name }) => name), ["Elm", "Öak & Sons"])
        assert.isNull(second.nextCursor)

        const stores = yield* Stores
        const other = yield* system(stores.ensure({ code: "other", name: "Other", currency: "USD" }))
        assert.strictEqual(yield* tagOf(within(other.id)(vendors.show(oak.id))), "VendorNotFound")
        assert.strictEqual((yield* within(other.id)(staff(vendors.create({ name: "Öak & Sons" })))).slug, "oak-sons")

        const history = yield* (yield* EventRepository).ofSubject(oak.id)
        assert.deepStrictEqual(history.map(({ type }) => type), ["vendor.created"])
        const { items } = yield* system(Effect.flatMap(AuditLog, (audit) => audit.list({ subject: oak.id })))
        assert.deepStrictEqual(items.map(({ action }) => action), ["vendor.create"])
      })
    )

    test(
      "who works for one works for no other, and is forgotten there as everywhere",
      Effect.gen(function*() {
        const vendors = yield* Vendors
        const desk = yield* VendorDesk
        const [oak, elm] = [yield* seller("Oak"), yield* seller("Elm")]
        assert.strictEqual((yield* oak.as(desk.vendor)).id, oak.id)
        assert.strictEqual(yield* tagOf(staff(vendors.addMember(elm.id, { userId: oak.userId }))), "VendorMemberRefused")
        assert.strictEqual(yield* tagOf(staff(vendors.addMember(elm.id, { userId: "user_nobody" }))), "UserNotFound")
        assert.deepStrictEqual((yield* staff(vendors.members(oak.id))).map(({ userId }) => userId), [oak.userId])
        // of two vendors that add somebody at once, one has them
        const bea = yield* Shop.account("bea@example.com")
        const tries = yield* Effect.forEach(
          [oak, elm, oak, elm],
          ({ id }) => Effect.result(staff(vendors.addMember(id, { userId: bea }))),
          { concurrency: "unbounded" }
        )
        const won = new Set(tries.flatMap((one) => (one._tag === "Success" ? [one.success.vendorId] : [])))
        assert.strictEqual(won.size, 1)
        // nobody without the permission, and nobody who works for none
        assert.strictEqual(yield* tagOf(Actor.as(Actor.customer(oak.userId))(desk.vendor)), "Forbidden")
        assert.strictEqual(yield* tagOf(Actor.as(Actor.customer("user_x", { permissions: ["*"] }))(desk.vendor)), "Forbidden")
        assert.strictEqual(yield* tagOf(Actor.as(Actor.staff("key", ["*"]))(desk.orders())), "Forbidden")
        yield* staff(vendors.removeMember(oak.id, oak.userId))
        assert.strictEqual(yield* tagOf(oak.as(desk.vendor)), "Forbidden")
        assert.strictEqual(yield* tagOf(staff(vendors.removeMember(oak.id, oak.userId))), "UserNotFound")
        yield* system(Effect.flatMap(Privacy, (privacy) => privacy.erase(elm.userId)))
        assert.notInclude((yield* staff(vendors.members(elm.id))).map(({ userId }) => userId), elm.userId)
      })
    )

    test(
      "sell products, which are listed by them and come off the shelves while they are suspended",
      Effect.gen(function*() {
        const vendors = yield* Vendors
        const catalog = yield* Catalog
        const oak = yield* seller("Oak")
        const other = yield* Shop.product({ title: "Mug" })
        const draft = yield* staff(catalog.createProduct({ title: "Sketch", status: "draft", vendorId: oak.id, variants: [{ price: Shop.usd(100) }] }))
        const shown = Effect.map(guest(catalog.listProducts({ vendor: oak.id })), ({ items }) => items.map(({ id }) => id as string))
        assert.deepStrictEqual(yield* shown, [oak.productId])
        assert.strictEqual((yield* guest(catalog.getProduct(oak.productId))).vendorId, oak.id)
        assert.strictEqual(
          yield* tagOf(staff(catalog.updateProduct(other.productId, { vendorId: "ven_01jd5m8x2vf6grc1x7e9w0b3qk" }))),
          "VendorNotFound"
        )
        const buyer = yield* Shop.guest([oak.variantId, 1])
        yield* staff(vendors.update(oak.id, { status: "suspended" }))
        assert.deepStrictEqual(yield* shown, [])
        assert.strictEqual(yield* tagOf(guest(vendors.show(oak.id))), "VendorNotFound")
        assert.strictEqual(yield* tagOf(oak.as(Effect.flatMap(VendorDesk, (desk) => desk.vendor))), "Forbidden")
        assert.strictEqual(yield* tagOf(Shop.place(buyer)), "NotForSale")
        assert.strictEqual(yield* tagOf(staff(catalog.updateProduct(draft.id, { status: "active" }))), "InvalidInput")
        // whoever follows products hears of it
        yield* Effect.flatMap(Jobs, (jobs) => jobs.drain)
        const told = yield* (yield* EventRepository).ofSubject(oak.productId)
        assert.deepInclude(told.at(-1), { type: "product.updated" })
        assert.deepInclude(told.at(-1)?.data, { status: "draft" })
        yield* staff(vendors.update(oak.id, { status: "active" }))
        assert.deepStrictEqual(yield* shown, [oak.productId])
        assert.strictEqual((yield* staff(catalog.getProduct(draft.id))).status, "draft")
        yield* Shop.place(buyer)
        const history = yield* (yield* EventRepository).ofSubject(oak.id)
        assert.deepStrictEqual(history.map(({ type }) => type), [
          "vendor.created",
          "vendor.member_added",
          "vendor.suspended",
          "vendor.reinstated"
        ])
      })
    )

    test(
      "an import keeps what it says of the vendor, and gives the product to the one of that name",
      Effect.gen(function*() {
        const vendors = yield* Vendors
        const acme = yield* staff(vendors.create({ name: "Acmé" }))
        const line = (handle: string, vendor: string) => `${handle},${handle},${vendor},active,1.00`
        const header = "Handle,Title,Vendor,Status,Variant Price"
        yield* importLines([header, line("nail", "ACME"), line("screw", "Nobody"), line("bolt", "")].join("\n"))
        assert.deepInclude(yield* find("nail"), { vendor: "ACME", vendorId: acme.id, status: "active" })
        assert.deepInclude(yield* find("screw"), { vendor: "Nobody", vendorId: null })
        assert.deepInclude(yield* find("bolt"), { vendor: null, vendorId: null })
        // what is there keeps its vendor where the file names none that there is
        yield* importLines([header, line("nail", "Somebody else")].join("\n"))
        assert.deepInclude(yield* find("nail"), { vendor: "Somebody else", vendorId: acme.id })
        yield* staff(vendors.update(acme.id, { status: "suspended" }))
        yield* importLines([header, line("nail", "Acme"), line("pin", "acme")].join("\n"))
        assert.deepInclude(yield* find("nail"), { vendorId: acme.id, status: "draft" })
        assert.deepInclude(yield* find("pin"), { vendorId: acme.id, status: "draft" })
      })
    )
  })
}

/** What a marketplace costs. */
export const vendorBudgets = (harness: CountingHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices | Statements>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer<Statements>(harness.storage()))))

  describe(`what vendors cost, on ${harness.name}`, () => {
    test(
      "attack 1, order IDOR: a vendor's people cause the same statements for an order of others and for none",
      Effect.gen(function*() {
        const statements = yield* Statements
        const desk = yield* VendorDesk
        const [oak, elm] = [yield* seller("Oak"), yield* seller("Elm")]
        const { order } = yield* Shop.place(yield* Shop.guest([elm.variantId, 1]))
        const sent = yield* elm.as(desk.send(order.id))
        const asked: ReadonlyArray<readonly [id: string, ask: (id: string) => Effect.Effect<unknown, { readonly kind: string }>]> = [
          [order.id, desk.order],
          [order.id, (id) => desk.send(id)],
          [sent.id, (id) => desk.advance(id, { event: "ship" })],
          [elm.productId, desk.product],
          [elm.variantId, desk.stock]
        ]
        for (const [id, ask] of asked) {
          const refused = (which: string) =>
            statements.record(oak.as(Effect.map(Effect.flip(ask(which)), ({ kind }) => assert.strictEqual(kind, "not_found"))))
          const [, foreign] = yield* refused(id)
          const [, none] = yield* refused(`${id.split("_", 1)[0]}_01jd5m8x2vf6grc1x7e9w0b3qk`)
          assert.deepStrictEqual(foreign, none, id)
        }
      })
    )

    test(
      "a purchase from vendors sends the statements of one from the shop",
      Effect.gen(function*() {
        const statements = yield* Statements
        const [oak, elm] = [yield* seller("Oak"), yield* seller("Elm")]
        const [mug, cup] = [yield* Shop.product({ title: "Mug" }), yield* Shop.product({ title: "Cup" })]
        const cost = (...variantIds: ReadonlyArray<string>) =>
          Effect.gen(function*() {
            const buyer = yield* Shop.guest(...variantIds.map((id): Shop.Pieces => [id, 1]))
            const [, sent] = yield* statements.record(Shop.place(buyer))
            return sent.length
          })
        yield* cost(mug.variantId, cup.variantId)
        assert.strictEqual(yield* cost(oak.variantId, elm.variantId), yield* cost(mug.variantId, cup.variantId))
      })
    )
  })
}
