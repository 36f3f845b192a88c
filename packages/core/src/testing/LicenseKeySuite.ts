/**
 * License keys, on any storage: one for each piece that is paid, once, and never again.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Secrets from "../kernel/Secrets.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { LicenseId } from "../licenses/License.ts"
import { LicenseKeys } from "../licenses/LicenseKeys.ts"
import { LicenseRepository } from "../licenses/LicenseRepository.ts"
import { Inbox } from "../notifications/Inbox.ts"
import type { Order } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import type { Dispute } from "../payments/Dispute.ts"
import { DisputeLost, DisputeWon } from "../payments/DisputeEvents.ts"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Returns } from "../returns/Returns.ts"
import { disputed } from "./DisputeFixture.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
const clerk = (...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff("user_clerk", permissions))

const numbered = (prefix: string, count: number): string => Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`).join("\n")

/** A program that is sold with keys. */
const program = Effect.fnUntraced(function*(keys: string) {
  const { variantId } = yield* Shop.product({ title: "Plans", price: usd(900), requiresShipping: false, trackStock: false })
  const licenses = yield* LicenseKeys
  if (keys === "") yield* staff(licenses.setPool(variantId, { gives: true }))
  else yield* staff(licenses.import(variantId, { keys }))
  return variantId
})

const more = (variantId: string, keys: string) => staff(Effect.flatMap(LicenseKeys, (licenses) => licenses.import(variantId, { keys })))

const buy = Effect.fnUntraced(function*(...pieces: ReadonlyArray<Shop.Pieces>) {
  const licenses = yield* LicenseKeys
  const { order, token } = yield* Shop.place(yield* Shop.guest(...pieces))
  const as = Actor.as(Actor.guest({ orderToken: token }))
  return { order, as, keys: as(licenses.ofOrder(order.id)) }
})

/** Bought, and everything done that follows from it. */
const bought = (...pieces: ReadonlyArray<Shop.Pieces>) => Effect.tap(buy(...pieces), () => drain)

/** Staff cancels pieces of a line, of which nobody has heard yet. */
const cancelled = ({ id, lines }: Order, quantity: number, variantId: string | undefined = lines[0]?.variantId) =>
  staff(Effect.flatMap(Cancellations, (cancellations) =>
    cancellations.cancel(id, { lines: [{ lineId: lines.find((line) => line.variantId === variantId)?.id as never, quantity }] })))

const hearing = <A>(heard: (type: string, data: unknown) => A) =>
  Effect.flatMap(Events, (events) =>
    events.subscribe({
      name: "test.licenses",
      types: ["license_keys.low", "license_keys.empty", "license_keys.voided", "license_keys.restored"],
      handle: ({ data, type }) => Effect.sync(() => heard(type, data))
    }))

export const licenseKeySuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.provide(
        body(mailbox),
        Shop.layer(harness.storage(), { store: { settings: { storefrontUrl: "https://shop.example.com", contactEmail: "shop@example.com" } } }).pipe(
          Layer.provide(Mailbox.layer(mailbox)),
          Layer.provide(Layer.orDie(Secrets.layer(Redacted.make("a secret of this test, long enough"))))
        )
      )
    })

  describe(`license keys, on ${harness.name}`, () => {
    test("go to each paid piece, are read by who has bought them, and lie in no table", (mailbox) =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const repository = yield* LicenseRepository
        const variantId = yield* program(numbered("KEY", 3))
        const { keys, order } = yield* bought([variantId, 2])
        assert.deepStrictEqual((yield* keys).map(({ key, state, title }) => [title, state, key]), [
          ["Plans", "given", "KEY-1"],
          ["Plans", "given", "KEY-2"]
        ])
        const stored = yield* repository.ofOrder(order.id)
        for (const { sealed } of stored) assert.notMatch(sealed ?? assert.fail("no key"), /KEY-[12]/)
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(licenses.ofOrder(order.id))))._tag, "OrderNotFound")
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { gives: true, free: 1, given: 2, voided: 0, waiting: 0 })
        const mails = mailbox.mails.filter(({ subject }) => subject === `Your license keys of order ${order.number} at Main store`)
        assert.lengthOf(mails, 1)
        assert.strictEqual(mails[0]?.to, "ada@example.com")
        assert.include(mails[0]?.text, "Plans: KEY-1\nPlans: KEY-2")
        assert.include(mails[0]?.text, `https://shop.example.com/orders/${order.id}`)
      }))

    test("are not given before they are paid, nor of a pool that gives none", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 2))
        yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_decline")
        yield* drain
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { free: 2, given: 0, waiting: 0 })
        yield* staff(licenses.setPool(variantId, { gives: false }))
        assert.deepStrictEqual(yield* (yield* bought([variantId, 1])).keys, [])
      }))

    test("that are not there yet come to who has waited longest, once they are imported", (mailbox) =>
      Effect.gen(function*() {
        const variantId = yield* program("")
        const first = yield* bought([variantId, 1])
        yield* TestClock.adjust("1 second")
        const second = yield* bought([variantId, 1])
        assert.deepStrictEqual((yield* first.keys).map(({ key, state }) => [state, key]), [["waiting", null]])
        assert.deepInclude((yield* more(variantId, "LATE-1")).pool, { free: 0, given: 1, waiting: 1 })
        yield* drain
        assert.deepStrictEqual((yield* first.keys).map(({ key }) => key), ["LATE-1"])
        assert.deepStrictEqual((yield* second.keys).map(({ state }) => state), ["waiting"])
        yield* more(variantId, "LATE-2\nLATE-3")
        yield* drain
        assert.deepStrictEqual((yield* second.keys).map(({ key }) => key), ["LATE-2"])
        assert.deepStrictEqual(
          mailbox.mails.filter(({ subject }) => subject.startsWith("Your license keys")).map(({ text }) => /LATE-\d/.exec(text)?.[0]),
          ["LATE-1", "LATE-2"]
        )
      }))

    test("are given once, however many orders are paid and keys imported at once", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program("")
        const buyers = yield* Effect.forEach(Array.from({ length: 6 }), () => buy([variantId, 2]))
        const files = [numbered("A", 4), numbered("B", 4), `${numbered("A", 4)}\n${numbered("C", 1)}`]
        const [imports] = yield* Effect.all([
          Effect.forEach(files, (keys) => more(variantId, keys), { concurrency: "unbounded" }),
          Effect.forEach(Array.from({ length: 3 }), () => drain, { concurrency: "unbounded" })
        ], { concurrency: "unbounded" })
        yield* drain
        assert.strictEqual(imports.reduce((sum, { imported }) => sum + imported, 0), 9)
        const all = (yield* Effect.forEach(buyers, ({ keys }) => keys)).flat()
        const given = all.flatMap(({ key }) => key === null ? [] : [key])
        assert.lengthOf(all, 12)
        assert.lengthOf(given, 9)
        assert.strictEqual(new Set(given).size, 9)
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { free: 0, given: 9, waiting: 3 })
      }))

    test("are not given back by their buyer, who knows them, but by staff", () =>
      Effect.gen(function*() {
        const cancellations = yield* Cancellations
        const orders = yield* Orders
        const variantId = yield* program("KEY-1")
        const { variantId: mug } = yield* Shop.product({ title: "Mug", requiresShipping: false })
        const { as, keys, order } = yield* bought([variantId, 1], [mug, 2])
        const [keyLine = "", mugLine = ""] = [variantId, mug].map((id) => order.lines.find((line) => line.variantId === id)?.id ?? "")
        const some = (lineId: string) => cancellations.cancel(order.id, { lines: [{ lineId, quantity: 1 }] as never })
        assert.deepInclude(yield* Effect.flip(as(orders.cancel(order.id))), { _tag: "GoodsHandedOver", code: "goods_handed_over", lines: [keyLine] })
        assert.deepInclude(yield* Effect.flip(as(some(keyLine))), { _tag: "GoodsHandedOver", lines: [keyLine] })
        assert.deepStrictEqual((yield* keys).map(({ key, state }) => [state, key]), [["given", "KEY-1"]])
        assert.strictEqual((yield* as(some(mugLine))).lines.find(({ id }) => id === mugLine)?.cancelled, 1)
        assert.strictEqual((yield* staff(orders.cancel(order.id))).status, "cancelled")
        yield* drain
        assert.deepStrictEqual((yield* keys).map(({ state }) => state), ["void"])
        // the pool is empty now, and who has no key yet has nothing in hand
        const waiting = yield* bought([variantId, 1])
        assert.strictEqual((yield* waiting.as(orders.cancel(waiting.order.id))).status, "cancelled")
      }))

    test("of pieces that were cancelled or whose money went back are void, and nobody gets them again", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 4))
        const half = yield* bought([variantId, 2])
        const lineId = half.order.lines[0]?.id ?? ""
        yield* staff(Effect.flatMap(Cancellations, (cancellations) =>
          cancellations.cancel(half.order.id, { lines: [{ lineId, quantity: 1 }] as never })))
        yield* drain
        assert.deepStrictEqual((yield* half.keys).map(({ key, state }) => [state, key]), [["given", "KEY-1"], ["void", null]])
        const refunded = yield* bought([variantId, 1])
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(refunded.order.id, { reason: "" })))
        yield* drain
        assert.deepStrictEqual((yield* refunded.keys).map(({ key, state }) => [state, key]), [["void", null]])
        const cancelled = yield* bought([variantId, 1])
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(cancelled.order.id)))
        yield* drain
        assert.deepStrictEqual((yield* cancelled.keys).map(({ state }) => state), ["void"])
        const waiting = yield* bought([variantId, 1])
        assert.deepStrictEqual((yield* waiting.keys).map(({ state }) => state), ["waiting"])
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { free: 0, given: 1, voided: 3, waiting: 1 })
        const back = yield* more(variantId, "KEY-3")
        assert.deepStrictEqual(back.duplicates, [{ line: 1, of: "pool" }], "a key that somebody has had cannot be imported again")
        assert.strictEqual(back.pool.waiting, 1)
      }))

    test("that come before it is heard that a part of a bundle's pieces was cancelled go to the pieces that are left", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program("")
        const bundle = yield* Shop.product({ title: "Two", price: usd(1_500), bundle: { parts: [{ variantId: variantId as never, quantity: 2 }] } })
        const { keys, order } = yield* bought([bundle.variantId, 3])
        yield* cancelled(order, 2)
        yield* more(variantId, numbered("KEY", 5))
        assert.sameDeepMembers((yield* keys).map(({ key, state }) => [state, key]), [
          ["given", "KEY-1"],
          ["given", "KEY-2"],
          ...Array.from({ length: 4 }, () => ["waiting", null])
        ])
        yield* drain
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { free: 3, given: 2, voided: 0, waiting: 0 })
      }))

    test("that come before a cancellation is heard leave out a piece that waits, where others have had the keys of all that are left", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const repository = yield* LicenseRepository
        const variantId = yield* program("")
        yield* staff(licenses.setPool(variantId, { gives: false }))
        const { order } = yield* bought([variantId, 3])
        const waits = Effect.fnUntraced(function*(...pieces: ReadonlyArray<number>) {
          const ids = yield* LicenseId.generateMany(pieces.length)
          const lineId = order.lines[0]?.id ?? ""
          yield* repository.add(
            order.id,
            pieces.map((piece, index) => ({ id: ids[index] as LicenseId, lineId, variantId: variantId as never, piece })),
            order.placedAt
          )
        })
        yield* waits(2, 3)
        yield* more(variantId, numbered("KEY", 2))
        yield* waits(1)
        yield* cancelled(order, 2)
        assert.deepInclude((yield* more(variantId, "KEY-3")).pool, { free: 1, given: 2, waiting: 1 })
      }))

    test("go to the next buyer before it is heard that more pieces were cancelled than are given at once", () =>
      Effect.gen(function*() {
        const variantId = yield* program("")
        const { variantId: mug } = yield* Shop.product({ title: "Mug", requiresShipping: false })
        const { order } = yield* bought([variantId, 600], [mug, 1])
        yield* TestClock.adjust("1 second")
        const next = yield* bought([variantId, 1])
        yield* cancelled(order, 600, variantId)
        yield* more(variantId, "KEY-1")
        assert.deepStrictEqual((yield* next.keys).map(({ key, state }) => [state, key]), [["given", "KEY-1"]])
      }))

    test("of pieces that were returned are void once their money goes back, and not before", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const returns = yield* Returns
        const variantId = yield* program(numbered("KEY", 2))
        const { as, keys, order } = yield* bought([variantId, 2])
        for (const event of ["ship", "deliver"] as const) yield* staff(orders.changeStatus(order.id, { event }))
        const lineId = order.lines[0]?.id as string
        const asked = yield* as(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "changed_mind" }] }))
        yield* staff(returns.approve(asked.id, {}))
        yield* staff(returns.receive(asked.id, { lines: [{ lineId, restock: 0, scrap: 1 }] }))
        yield* drain
        assert.deepStrictEqual((yield* keys).map(({ state }) => state), ["given", "given"])
        yield* staff(returns.refund(asked.id))
        yield* drain
        assert.deepStrictEqual((yield* keys).map(({ key, state }) => [state, key]), [["given", "KEY-1"], ["void", null]])
      }))

    test("that others know are withdrawn from a pool: nobody gets them, and what pieces have is named", () =>
      Effect.gen(function*() {
        const heard: Array<unknown> = []
        yield* hearing((type, data) => heard.push([type, (data as { free?: number }).free]))
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 4))
        yield* staff(licenses.setPool(variantId, { lowAt: 1 }))
        yield* bought([variantId, 1])
        const writer = clerk("license-keys:read", "license-keys:write")
        const done = yield* writer(licenses.withdraw(variantId, { keys: "KEY-2\nKEY-1\n\nKEY-9\nKEY-3" }))
        assert.deepInclude(done, { withdrawn: 2, others: [{ line: 2, is: "given" }, { line: 4, is: "unknown" }] })
        assert.deepInclude(done.pool, { free: 1, given: 1, withdrawn: 2, archived: false })
        assert.deepStrictEqual((yield* writer(licenses.withdraw(variantId, { keys: "KEY-3" }))).others, [{ line: 1, is: "withdrawn" }])
        assert.deepStrictEqual((yield* more(variantId, "KEY-3")).duplicates, [{ line: 1, of: "pool" }])
        yield* drain
        assert.deepStrictEqual(heard, [["license_keys.low", 1]])
        const { items } = yield* staff(licenses.list(variantId))
        assert.deepStrictEqual(items.map(({ state }) => state), ["given", "withdrawn", "withdrawn", "free"])
        assert.deepStrictEqual((yield* (yield* bought([variantId, 2])).keys).map(({ key }) => key), ["KEY-4", null])
        assert.strictEqual((yield* Effect.flip(clerk("license-keys:read")(licenses.withdraw(variantId, { keys: "A" }))))._tag, "Forbidden")
        assert.notInclude(JSON.stringify(yield* staff(Effect.flatMap(AuditLog, (audit) => audit.list({ subject: variantId })))), "KEY-")
      }))

    test("are kept when their variant is deleted: buyers read theirs, and pieces that wait get those that come", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const catalog = yield* Catalog
        const variantId = yield* program("KEY-1")
        const first = yield* bought([variantId, 1])
        const second = yield* bought([variantId, 1])
        const product = yield* staff(catalog.listProducts({ status: "any", search: "Plans" }))
        yield* staff(catalog.deleteProduct(product.items[0]?.id ?? ""))
        yield* drain
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { archived: true, given: 1, waiting: 1 })
        assert.deepStrictEqual((yield* first.keys).map(({ key }) => key), ["KEY-1"])
        yield* more(variantId, "KEY-2\nKEY-3")
        yield* drain
        assert.deepStrictEqual((yield* second.keys).map(({ key }) => key), ["KEY-2"])
        assert.deepInclude(yield* staff(licenses.pool(variantId)), { archived: true, free: 1, given: 2, waiting: 0 })
      }))

    test("go with the money that a bank gives back, are not replaced, and come back with it", () =>
      Effect.gen(function*() {
        const heard: Array<unknown> = []
        yield* hearing((type) => heard.push(type))
        const orders = yield* Orders
        const events = yield* Events
        const transactor = yield* Transactor
        const variantId = yield* program(numbered("KEY", 9))
        const { keys, order } = yield* bought([variantId, 2])
        const disputes = yield* DisputeRepository
        const tell = ({ amount, gateway, id, orderId, paymentId }: Dispute, event: typeof DisputeLost | typeof DisputeWon) =>
          Effect.andThen(
            transactor.transaction(events.publish([event.make(id, { disputeId: id, paymentId, orderId, gateway, amount })])),
            drain
          )
        const decide = Effect.fnUntraced(function*(before: Dispute, state: "won" | "lost") {
          const dispute = { ...before, state, version: before.version + 1 }
          yield* disputes.update(dispute)
          yield* tell(dispute, state === "lost" ? DisputeLost : DisputeWon)
          return dispute
        })
        yield* decide(yield* disputed(order, 900), "lost")
        assert.deepStrictEqual((yield* keys).map(({ state }) => state), ["given", "given"], "a part of the money")
        const rest = yield* decide(yield* disputed(order, order.total.amount - 900), "lost")
        assert.deepStrictEqual((yield* keys).map(({ key, state }) => [state, key]), [["void", null], ["void", null]])
        assert.deepStrictEqual(heard, ["license_keys.voided"])
        yield* staff(orders.changeStatus(order.id, { event: "process" }))
        yield* drain
        assert.lengthOf(yield* keys, 2, "and no key is given in its place")
        const won = yield* decide(rest, "won")
        assert.deepStrictEqual((yield* keys).map(({ key }) => key), ["KEY-1", "KEY-2"])
        assert.deepStrictEqual(heard.slice(1), ["license_keys.restored"])
        yield* tell(won, DisputeLost)
        assert.deepStrictEqual((yield* keys).map(({ state }) => state), ["given", "given"], "news that come late change nothing")
      }))

    test("go with all of the money, however many disputes have taken it", () =>
      Effect.gen(function*() {
        const { keys, order } = yield* bought([yield* program(numbered("KEY", 2)), 2])
        const count = 120
        const [last] = (yield* Effect.forEach(Array.from({ length: count }), () => disputed(order, order.total.amount / count, "lost"))).toReversed()
        if (last === undefined) return assert.fail("there are disputes")
        const { amount, gateway, id: disputeId, paymentId } = last
        const lost = DisputeLost.make(disputeId, { disputeId, paymentId, orderId: order.id, gateway, amount })
        yield* Effect.flatMap(Transactor, ({ transaction }) => Effect.flatMap(Events, (events) => transaction(events.publish([lost]))))
        yield* drain
        assert.deepStrictEqual((yield* keys).map(({ state }) => state), ["void", "void"])
      }))

    test("that run low are told of, and those that ran out", (mailbox) =>
      Effect.gen(function*() {
        const heard: Array<unknown> = []
        yield* hearing((type, data) => heard.push([type, (data as { free?: number }).free]))
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 4))
        yield* staff(licenses.setPool(variantId, { lowAt: 2 }))
        yield* bought([variantId, 1])
        assert.deepStrictEqual(heard, [])
        yield* bought([variantId, 1])
        assert.deepStrictEqual(heard, [["license_keys.low", 2]])
        yield* bought([variantId, 1])
        assert.lengthOf(heard, 1, "once")
        yield* bought([variantId, 1])
        assert.deepStrictEqual(heard.slice(1), [["license_keys.empty", 0]])
        yield* bought([variantId, 1])
        assert.deepStrictEqual(heard.slice(2), [["license_keys.empty", 0]], "an order waits")
        yield* drain
        const inbox = yield* staff(Effect.flatMap(Inbox, (inbox) => inbox.listShop({})))
        assert.deepStrictEqual(
          inbox.items.map(({ title }) => title).filter((title) => /license keys/i.test(title)).toSorted(),
          ["License keys for Plans are running low", "No license keys are left for Plans", "No license keys are left for Plans"]
        )
        assert.lengthOf(mailbox.mails.filter(({ to }) => to === "shop@example.com"), 3)
      }))

    test("are imported by who may, a line each, and what is there already is named by its line", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program("A\nB")
        const importer = clerk("license-keys:read", "license-keys:write")
        const done = yield* importer(licenses.import(variantId, { keys: "C\r\n\n  A  \nC\nD" }))
        assert.deepInclude(done, { imported: 2, duplicates: [{ line: 3, of: "pool" }, { line: 4, of: "import" }] })
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(licenses.import(variantId, { keys: "E" }))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(clerk("license-keys:read")(licenses.import(variantId, { keys: "E" }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(importer(licenses.import("var_00000000000000000000000000", { keys: "E" }))))._tag, "VariantNotFound")
        const long = yield* Effect.flip(importer(licenses.import(variantId, { keys: `E\n${"x".repeat(201)}` })))
        assert.strictEqual(long.message, "keys: line 2 has more than 200 characters")
        assert.include((yield* Effect.flip(importer(licenses.import(variantId, { keys: " \n" })))).message, "has no key")
        assert.include((yield* Effect.flip(importer(licenses.import(variantId, { keys: numbered("X", 5_001) })))).message, "more than 5000")
        assert.strictEqual((yield* importer(licenses.import(variantId, { keys: numbered("X", 1_000) }))).imported, 1_000)
      }))

    test("are seen by staff only with a permission of their own, and the audit log says by whom", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 3))
        const { order } = yield* bought([variantId, 1])
        const others = clerk("license-keys:read", "license-keys:write", "orders:read", "orders:write", "catalog:*")
        assert.strictEqual((yield* Effect.flip(others(licenses.list(variantId))))._tag, "Forbidden")
        assert.deepStrictEqual((yield* others(licenses.ofOrder(order.id))).map(({ key, state }) => [state, key]), [["given", null]])
        const may = clerk("license-keys:reveal", "orders:read")
        const first = yield* may(licenses.list(variantId, { limit: 2 }))
        assert.deepStrictEqual(first.items.map(({ key, orderId, state }) => [key, state, orderId]), [
          ["KEY-1", "given", order.id],
          ["KEY-2", "free", null]
        ])
        const rest = yield* may(licenses.list(variantId, { limit: 2, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([rest.items.map(({ key }) => key), rest.nextCursor], [["KEY-3"], null])
        assert.deepStrictEqual((yield* may(licenses.ofOrder(order.id))).map(({ key }) => key), ["KEY-1"])
        const { items } = yield* staff(Effect.flatMap(AuditLog, (audit) => audit.list({ action: "license-keys.reveal" })))
        assert.sameDeepMembers(items.map(({ details, subject }) => [subject, details]), [
          [variantId, { keys: 2 }],
          [variantId, { keys: 1 }],
          [order.id, { keys: 1 }]
        ])
      }))

    test("are those of its parts in a bundle, and are handed out with what else is kept of a person", () =>
      Effect.gen(function*() {
        const licenses = yield* LicenseKeys
        const variantId = yield* program(numbered("KEY", 4))
        const bundle = yield* Shop.product({
          title: "Two", price: usd(1_500), bundle: { parts: [{ variantId: variantId as never, quantity: 2 }] }
        })
        const ada = yield* Shop.account("ada@example.com")
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [bundle.variantId, 1]))
        yield* drain
        const keys = yield* Actor.as(Actor.customer(ada))(licenses.ofOrder(order.id))
        assert.deepStrictEqual(keys.map(({ key }) => key), ["KEY-1", "KEY-2"])
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "licenseKeys") ?? assert.fail("no holder")
        const handed = yield* Stream.runCollect(holder.hand(ada))
        assert.sameMembers(handed.map((piece) => (piece as { readonly id: string }).id), keys.map(({ id }) => id))
        assert.notInclude(JSON.stringify(handed), "KEY-1")
      }))
  })
}
