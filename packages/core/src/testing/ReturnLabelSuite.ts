/**
 * Labels with which returns are sent back, on every storage, from a carrier that speaks HTTP on this machine.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { ReturnLabels } from "../labels/ReturnLabels.ts"
import { Orders } from "../orders/Orders.ts"
import { Returns } from "../returns/Returns.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import { ordered } from "./OrderFixture.ts"
import * as ParcelCarrier from "./ParcelCarrier.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_1", ["orders:*", "settings:*", "catalog:*"]))
const system = Actor.as(Actor.system("test"))

const warehouse = { ...Shop.address, name: "Warehouse", line1: "1 Dock Road" }

/** An order that has arrived, whose buyer asks to send a piece of 450 grams back. */
const asked = Effect.gen(function*() {
  const orders = yield* Orders
  const catalog = yield* Catalog
  const { id, order, token, variantId } = yield* ordered()
  const product = order.lines[0]?.productId ?? ("" as never)
  yield* system(catalog.updateVariant(product, variantId, { weightGrams: 450 }))
  for (const event of ["ship", "deliver"] as const) yield* system(orders.changeStatus(id, { event }))
  const as = Actor.as(Actor.guest({ orderToken: token }))
  const lineId = order.lines[0]?.id ?? ("" as never)
  const found = yield* as((yield* Returns).request(id, { lines: [{ lineId, quantity: 1, reason: "damaged" }] }))
  return { as, order, product, returned: found.id, variantId }
})

const approved = Effect.gen(function*() {
  const it = yield* asked
  yield* staff((yield* Returns).approve(it.returned))
  return it
})

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** Lets the job ask that takes over from a call that was cut off. */
const later = Effect.gen(function*() {
  const jobs = yield* Jobs
  yield* TestClock.adjust("10 minutes")
  yield* system(jobs.runCron("return-labels.retry"))
  yield* jobs.drain
})

const sellsOnApproval = system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { returnLabels: "on_approval" } })))

export const returnLabelSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (fake: ParcelCarrier.ParcelCarrier, mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        const fake = yield* ParcelCarrier.open()
        const mailbox = Mailbox.make()
        const carrier = { name: ParcelCarrier.name, service: "standard", from: warehouse }
        const shop = Effect.gen(function*() {
          yield* system((yield* Shipping).create({ name: "Parcel", price: Shop.usd(500), carrier }))
          return yield* body(fake, mailbox)
        })
        yield* Effect.provide(shop, Layer.provide(Shop.layer(harness.storage(), { carriers: [fake.carrier] }), Mailbox.layer(mailbox)))
      }).pipe(Effect.scoped))

  describe(`labels of returns, on ${harness.name}`, () => {
    test("are bought from the carrier of the order, the other way round, and downloaded by its buyer", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        const { as, returned } = yield* asked
        assert.deepInclude(yield* Effect.flip(staff(labels.buy(returned))), { _tag: "ReturnLabelNotPossible", reason: "not_approved" })
        yield* staff((yield* Returns).approve(returned))
        assert.strictEqual((yield* Effect.flip(as(labels.file(returned))))._tag, "ReturnLabelNotFound")
        const label = yield* staff(labels.buy(returned))
        assert.deepInclude(label, { status: "bought", carrier: ParcelCarrier.name, service: "standard", price: Shop.usd(500), failure: null })
        assert.deepStrictEqual([label.to.line1, label.parcels], ["1 Dock Road", [{ grams: 450 }]])
        assert.lengthOf(label.tracking, 1)
        const { content, name } = yield* as(labels.file(returned))
        assert.isAbove(content.byteLength, 10)
        assert.isTrue(name.startsWith(label.id))
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(labels.file(returned))))._tag, "ReturnNotFound")
        assert.strictEqual((yield* Effect.flip(as(labels.buy(returned))))._tag, "Unauthenticated")
        assert.deepStrictEqual(yield* staff(labels.ofReturn(returned)), [label])
        assert.lengthOf(fake.labels, 1)
        const { items } = yield* system((yield* AuditLog).list({ subject: label.id }))
        assert.deepStrictEqual(items.map(({ action, actor }) => [action, actor]), [["return-label.buy", "staff:user_1"]])
        const other = yield* system((yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }))
        assert.strictEqual((yield* Effect.flip(within(other.id)(staff(labels.ofReturn(returned)))))._tag, "ReturnNotFound")
        // who sends another parcel says so, once the first is given back
        assert.strictEqual((yield* Effect.flip(staff(labels.buy(returned, { service: "express" }))))._tag, "ReturnLabelTaken")
        assert.strictEqual((yield* staff(labels.giveBack(label.id))).status, "void")
        assert.strictEqual((yield* staff(labels.giveBack(label.id))).status, "void")
        assert.lengthOf(fake.labels, 0)
        const next = yield* staff(labels.buy(returned, { service: "express", parcels: [{ grams: 1_200 }] }))
        assert.deepInclude(next, { status: "bought", service: "express" })
        assert.deepStrictEqual(next.parcels, [{ grams: 1_200 }])
      }))

    test("are bought once, by however many at once, and though the carrier's answer is lost", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        const first = yield* approved
        const both = yield* Effect.all([
          Effect.result(staff(labels.buy(first.returned))),
          Effect.result(staff(labels.buy(first.returned)))
        ], { concurrency: "unbounded" })
        assert.deepStrictEqual(both.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
        assert.lengthOf(fake.labels, 1)
        const second = yield* approved
        yield* fake.server.fail("lost_answer")
        const pending = yield* staff(labels.buy(second.returned))
        assert.strictEqual(pending.status, "pending")
        yield* later
        assert.deepStrictEqual((yield* staff(labels.ofReturn(second.returned))).map(({ status }) => status), ["bought"])
        assert.lengthOf(fake.labels, 2)
      }))

    test("ask for parcels where nobody has said what all of the pieces weigh", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        const catalog = yield* Catalog
        const { product, returned, variantId } = yield* approved
        yield* system(catalog.updateVariant(product, variantId, { weightGrams: 0 }))
        const refused = yield* Effect.flip(staff(labels.buy(returned)))
        assert.deepInclude(refused, { _tag: "ReturnLabelNeedsParcels", code: "return_label_needs_parcels", variantIds: [variantId] })
        assert.lengthOf(fake.labels, 0)
        const label = yield* staff(labels.buy(returned, { parcels: [{ grams: 800 }, { grams: 300, lengthMm: 120 }] }))
        assert.deepStrictEqual(label.parcels, [{ grams: 800 }, { grams: 300, lengthMm: 120 }])
        // with the approval none is bought, and the approval stands
        yield* sellsOnApproval
        const other = yield* asked
        yield* system(catalog.updateVariant(other.product, other.variantId, { weightGrams: 0 }))
        yield* staff((yield* Returns).approve(other.returned))
        yield* drain
        assert.deepStrictEqual(yield* staff(labels.ofReturn(other.returned)), [])
      }))

    test("weigh what the parts of a bundle weigh", () =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        const catalog = yield* Catalog
        const [heavy, light] = [yield* Shop.product({ stock: 5 }), yield* Shop.product({ stock: 5 })]
        for (const [part, weightGrams] of [[heavy, 700], [light, 50]] as const) {
          yield* system(catalog.updateVariant(part.productId, part.variantId, { weightGrams }))
        }
        const set = yield* system(catalog.createProduct({
          title: "Set",
          variants: [{ price: Shop.usd(5_000), bundle: { parts: [{ variantId: heavy.variantId, quantity: 1 }, { variantId: light.variantId, quantity: 2 }] } }]
        }))
        const { order, token } = yield* Shop.place(yield* Shop.guest([set.variants[0]?.id ?? "", 1]))
        for (const event of ["ship", "deliver"] as const) yield* system((yield* Orders).changeStatus(order.id, { event }))
        const { id } = yield* Actor.as(Actor.guest({ orderToken: token }))(
          (yield* Returns).request(order.id, { lines: [{ lineId: order.lines[0]?.id ?? ("" as never), quantity: 1, reason: "damaged" }] })
        )
        yield* staff((yield* Returns).approve(id))
        assert.deepStrictEqual((yield* staff(labels.buy(id))).parcels, [{ grams: 800 }])
      }))

    test("come with the approval where the store has it so, and by mail", (fake, mailbox) =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        yield* sellsOnApproval
        const { order, returned } = yield* approved
        yield* drain
        assert.deepStrictEqual((yield* staff(labels.ofReturn(returned))).map(({ status }) => status), ["bought"])
        const mails = mailbox.mails.filter(({ subject }) => subject === `Send it back: your return of order ${order.number}`)
        assert.deepStrictEqual(mails.map(({ to }) => to), [order.email])
        assert.include(mails[0]?.text, ParcelCarrier.name)
        yield* drain
        assert.lengthOf(fake.labels, 1)
        // staff have said how else it is sent
        const { returned: other } = yield* asked
        yield* staff((yield* Returns).approve(other, { label: "Bring it to the shop" }))
        yield* drain
        assert.deepStrictEqual(yield* staff(labels.ofReturn(other)), [])
        assert.lengthOf(fake.labels, 1)
      }))

    test("are given back with a return that its buyer keeps after all", (fake) =>
      Effect.gen(function*() {
        const labels = yield* ReturnLabels
        const { as, returned } = yield* approved
        yield* staff(labels.buy(returned))
        yield* as((yield* Returns).cancel(returned))
        yield* drain
        assert.deepStrictEqual((yield* staff(labels.ofReturn(returned))).map(({ status }) => status), ["void"])
        assert.lengthOf(fake.labels, 0)
        assert.strictEqual((yield* Effect.flip(as(labels.file(returned))))._tag, "ReturnLabelNotFound")
      }))
  })
}
