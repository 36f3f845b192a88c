/**
 * Who asks for what is another's is in the audit log afterwards, and learns nothing by it, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AddressBook } from "../addresses/AddressBook.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Documents } from "../documents/Documents.ts"
import { Auth } from "../identity/Auth.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderNotes } from "../orders/OrderNotes.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import { ada, bob, customer, from } from "./IdentityFixture.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** The text of an id of the same kind that there is not. */
const unknown = (id: string): string => `${id.split("_", 1)[0]}_01jd5m8x2vf6grc1x7e9w0b3qk`

/** A customer with something of every kind that others ask for. */
const owner = Effect.gen(function*() {
  const auth = yield* Auth
  const { tokens, user } = yield* customer(ada)
  const actor = yield* auth.authenticate(tokens.accessToken)
  const { variantId } = yield* Shop.product()
  const { order, payment } = yield* Shop.place(yield* Shop.customer(user.id, [variantId, 2]))
  const book = yield* AddressBook
  const address = yield* Actor.as(actor)(book.create({ address: Shop.address }))
  for (const event of ["ship", "deliver"] as const) {
    yield* Actor.as(Actor.system("test"))(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
  }
  const lineId = order.lines[0]?.id as string
  const returned = yield* Actor.as(actor)(Effect.flatMap(Returns, (returns) =>
    returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "other" }] })))
  const claim = yield* Actor.as(actor)(Effect.flatMap(Claims, (claims) =>
    claims.open(order.id, { lines: [{ lineId, quantity: 1, reason: "damaged" }] })))
  return {
    actor,
    userId: user.id,
    orderId: order.id,
    lineId,
    returnId: returned.id,
    claimId: claim.id,
    paymentId: payment?.id ?? "",
    reference: payment?.gatewayReference ?? "",
    addressId: address.id,
    sessionId: actor._tag === "customer" ? actor.sessionId ?? "" : ""
  }
})

/** Somebody else who has signed in. */
const stranger = Effect.gen(function*() {
  const { tokens, user } = yield* customer(bob)
  return { actor: yield* (yield* Auth).authenticate(tokens.accessToken), userId: user.id }
})

/** What entries there are of denied access, oldest first; entries of one moment by what was asked for. */
const denied = Effect.gen(function*() {
  const audit = yield* AuditLog
  const { items } = yield* Actor.as(Actor.system())(audit.list({ action: "authz.denied", limit: 100 }))
  return items.map(({ actor, at, details, requestId, subject }) => ({ actor, subject, requestId, at, times: details["times"] }))
    .toSorted((a, b) => `${a.at} ${a.subject} ${a.actor}` < `${b.at} ${b.subject} ${b.actor}` ? -1 : 1)
})

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const refused = (effect: Effect.Effect<unknown, { readonly kind: string }, Shop.ShopServices>) =>
  Effect.map(Effect.flip(effect), ({ kind }) => assert.strictEqual(kind, "not_found"))

export const deniedAccessSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`access that was denied, on ${harness.name}`, () => {
    test(
      "attack 1, order IDOR: who asked for another's order, payment, return, claim, address or session is named, and who asked for nothing that there is is not",
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        const book = yield* AddressBook
        const auth = yield* Auth
        const its = yield* owner
        const { actor, userId: eve } = yield* stranger
        const asEve = Actor.as(actor)
        const asked: ReadonlyArray<readonly [id: string, ask: (id: string) => Effect.Effect<unknown, { readonly kind: string }>]> = [
          [its.orderId, orders.get],
          [its.paymentId, payments.get],
          [its.addressId, book.get],
          [its.returnId, (yield* Returns).get],
          [its.claimId, (yield* Claims).get],
          [its.sessionId, auth.endSession]
        ]
        const subjects = asked.map(([id]) => id).toSorted()
        for (const [id, ask] of asked) {
          yield* asEve(refused(ask(id))).pipe(Effect.provideService(CurrentRequest, "req_1"))
          yield* asEve(refused(ask(unknown(id))))
        }
        assert.deepStrictEqual(yield* denied, [])
        yield* drain
        const at = (yield* denied)[0]?.at ?? ""
        assert.deepStrictEqual<unknown>(
          yield* denied,
          subjects.map((subject) => ({ actor: `customer:${eve}`, subject, requestId: "req_1", at, times: 1 }))
        )

        // a guest, three times, by whatever way
        const guest = Actor.as(Actor.guest({ orderToken: "order_guess" }))
        yield* guest(refused(orders.get(its.orderId)))
        yield* guest(refused(orders.timeline(its.orderId)))
        yield* guest(refused(orders.cancel(its.orderId)))
        // a program that may read other things
        yield* Actor.as(Actor.staff("key_1", ["catalog:read"]))(refused(orders.get(its.orderId)))
        yield* drain
        const more = (yield* denied).filter(({ actor }) => !actor.startsWith("customer"))
        assert.deepStrictEqual<unknown>(
          more.map(({ actor, subject, times }) => [actor, subject, times]),
          [["guest", its.orderId, 3], ["staff:key_1", its.orderId, 1]]
        )
      })
    )

    test(
      "is nobody's own, nor the engine's, nor another store's",
      Effect.gen(function*() {
        const auth = yield* Auth
        const orders = yield* Orders
        const its = yield* owner
        const again = yield* auth.authenticate((yield* auth.login(ada)).accessToken)
        yield* Actor.as(again)(auth.endSession(its.sessionId))
        // it is there, and over, and their own
        yield* Actor.as(again)(refused(auth.endSession(its.sessionId)))
        yield* refused(orders.get(unknown(its.orderId)))
        const other = yield* (yield* Stores).create({ code: "other", name: "Other", currency: "USD" })
        yield* within(other.id)(Actor.as(Actor.customer("user_of_another"))(refused(orders.get(its.orderId))))
        yield* drain
        assert.deepStrictEqual(yield* denied, [])
        assert.deepStrictEqual(yield* within(other.id)(denied), [])
      })
    )

    test(
      "fills no log: each asker gets 20 entries an hour, and what there would have been besides is counted",
      Effect.gen(function*() {
        const book = yield* AddressBook
        const orders = yield* Orders
        const its = yield* owner
        const addresses = [its.addressId]
        for (let index = 0; index < 24; index++) {
          addresses.push((yield* Actor.as(its.actor)(book.create({ address: Shop.address }))).id)
        }
        const eve = yield* Shop.account("eve@example.com")
        for (const id of addresses) yield* Actor.as(Actor.customer(eve))(refused(book.get(id)))
        yield* drain
        assert.lengthOf(yield* denied, 20)
        yield* Actor.as(Actor.customer(eve))(refused(book.get(its.addressId)))
        // others are named all the same, guests of each network by themselves
        for (const address of ["203.0.113.7", "198.51.100.23"]) {
          yield* from(address)(Actor.as(Actor.guest())(refused(orders.get(its.orderId))))
          yield* drain
        }
        assert.lengthOf(yield* denied, 22)
        yield* TestClock.adjust("1 hour")
        yield* drain
        const left = (yield* denied).filter(({ actor }) => actor === "system:audit")
        assert.deepStrictEqual<unknown>(left.map(({ subject, times }) => [subject.split("_", 1)[0], times]), [["store", 6]])
        // and in the next hour they are named again
        yield* Actor.as(Actor.customer(eve))(refused(book.get(its.addressId)))
        yield* drain
        assert.lengthOf(yield* denied, 24)
      })
    )
  })
}

/** What a question for another's costs, beside one for nothing. */
export const deniedAccessBudgets = (harness: CountingHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices | Statements>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer<Statements>(harness.storage()))))

  describe(`what denied access costs, on ${harness.name}`, () => {
    test(
      "attack 1, order IDOR: the same statements for what is another's and for what there is not, so that no clock tells them apart",
      Effect.gen(function*() {
        const statements = yield* Statements
        const orders = yield* Orders
        const notes = yield* OrderNotes
        const cancellations = yield* Cancellations
        const returns = yield* Returns
        const claims = yield* Claims
        const documents = yield* Documents
        const payments = yield* Payments
        const book = yield* AddressBook
        const auth = yield* Auth
        const its = yield* owner
        const eve = Actor.as((yield* stranger).actor)
        const asked: ReadonlyArray<readonly [id: string, ask: (id: string) => Effect.Effect<unknown, { readonly kind: string }>]> = [
          [its.orderId, orders.get],
          [its.orderId, orders.timeline],
          [its.orderId, (id) => orders.cancel(id)],
          [its.orderId, (id) => notes.list(id)],
          [its.orderId, (id) => cancellations.cancel(id, { lines: [{ lineId: its.lineId, quantity: 1 }] })],
          [its.orderId, returns.ofOrder],
          [its.returnId, returns.get],
          [its.returnId, (id) => returns.cancel(id)],
          [its.claimId, claims.get],
          [its.claimId, (id) => claims.cancel(id)],
          [its.orderId, documents.ofOrder],
          [its.orderId, documents.invoice],
          [its.orderId, payments.refunds],
          [its.paymentId, payments.get],
          [its.reference, payments.get],
          [its.addressId, book.get],
          [its.addressId, (id) => book.update(id, { label: "mine" })],
          [its.addressId, book.delete],
          [its.addressId, (id) => book.setDefault(id)],
          [its.sessionId, auth.endSession]
        ]
        for (const [id, ask] of asked) {
          const [, foreign] = yield* statements.record(eve(refused(ask(id))))
          const [, none] = yield* statements.record(eve(refused(ask(unknown(id)))))
          assert.isAbove(foreign.length, 0)
          assert.deepStrictEqual(foreign, none, id)
          assert.isFalse(foreign.some((statement) => statement.includes("audit_log")))
        }
        // all of it is looked up and written by two statements
        const [, afterwards] = yield* statements.record(drain)
        assert.lengthOf(afterwards.filter((statement) => /INSERT INTO audit_log|UNION ALL/.test(statement)), 2)
        assert.lengthOf(yield* denied, 6)
      })
    )

    test(
      "is written once the storage answers again, and once only",
      Effect.gen(function*() {
        const statements = yield* Statements
        const orders = yield* Orders
        const its = yield* owner
        yield* drain
        yield* Actor.as(Actor.guest())(refused(orders.get(its.orderId)))
        const isAudit = (statement: string) => statement.includes("audit_log")
        const fault = { at: 1, moment: "before", among: isAudit } as const
        const failed = yield* Effect.flip(statements.fail(drain, fault, "disk_full"))
        assert.strictEqual(failed._tag, "StorageError")
        assert.deepStrictEqual(yield* denied, [])
        yield* drain
        yield* drain
        assert.deepStrictEqual<unknown>((yield* denied).map(({ subject, times }) => [subject, times]), [[its.orderId, 1]])
      })
    )
  })
}
