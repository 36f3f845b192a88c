import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { AddressBook } from "../addresses/AddressBook.ts"
import { AddressRepository } from "../addresses/AddressRepository.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Carts } from "../cart/Carts.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Preferences } from "../identity/Preferences.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { Privacy } from "../identity/Privacy.ts"
import { Users } from "../identity/Users.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { failure, otherStore } from "./IdentityFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const email = "ada@example.com"

/** Somebody who bought something, keeps an address, and has begun another cart. */
const shopper = Effect.gen(function*() {
  yield* Shop.ships
  const { variantId } = yield* Shop.product()
  const userId = yield* Shop.account(email)
  const as = Actor.as(Actor.customer(userId, { sessionId: "sess_1" }))
  const address = yield* as((yield* AddressBook).create({ address: Shop.address }))
  const { order } = yield* Shop.place(yield* Shop.customer(userId, [variantId, 2]), "sandbox_success", {
    note: "Ring twice, it is Ada",
    billingAddress: { ...Shop.address, country: "GB", region: null, name: "Lady Lovelace" }
  })
  yield* Shop.customer(userId, [variantId, 1])
  return { userId, as, order, address }
})

const delivered = (orderId: string) =>
  Effect.gen(function*() {
    const orders = yield* Orders
    for (const event of ["process", "ship", "deliver"] as const) yield* orders.changeStatus(orderId, { event })
  })

const text = (stream: Stream.Stream<string, { readonly _tag: string }>) => Stream.mkString(stream)

/** What is known of people: what they like, what they take out, and how they are forgotten. */
export const privacySuite = (harness: StorageHarness) =>
  describe(`privacy, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
      it.effect(name, () => Effect.provide(effect, Shop.layer(harness.storage())))

    test(
      "a consent says when and where it was given, and every change of it is an event",
      Effect.gen(function*() {
        const preferences = yield* Preferences
        const userId = yield* Shop.account(email)
        const as = Actor.as(Actor.customer(userId))
        const before = yield* as(preferences.mine)
        assert.isFalse(before.marketing.email.granted || before.marketing.sms.granted || before.marketing.push.granted)
        yield* TestClock.adjust("1 minute")
        const said = yield* as(preferences.updateMine({
          language: "de-AT",
          currency: "EUR",
          marketing: { email: true, push: false },
          source: "checkout"
        }))
        assert.deepStrictEqual(said.marketing.email, {
          granted: true,
          at: "1970-01-01T00:01:00.000Z",
          source: "checkout"
        } as never)
        // what was not changed was not said
        assert.isNull(said.marketing.push.at)
        yield* TestClock.adjust("1 minute")
        const later = yield* as(preferences.updateMine({ marketing: { email: true, sms: true } }))
        assert.deepStrictEqual(later.marketing.email, said.marketing.email)
        assert.deepStrictEqual([later.language, later.currency, later.version], ["de-AT", "EUR", 3])
        yield* as(preferences.updateMine({ marketing: { email: false }, language: null }))
        assert.strictEqual(yield* failure(as(preferences.updateMine({ version: 3 }))), "VersionConflict")
        const consents = (yield* (yield* EventRepository).ofSubject(userId)).filter((event) =>
          event.type === "customer.consent_changed"
        ).map(({ data }) => data)
        assert.deepStrictEqual(consents, [
          { customerId: userId, channel: "email", granted: true, source: "checkout" },
          { customerId: userId, channel: "sms", granted: true, source: "account" },
          { customerId: userId, channel: "email", granted: false, source: "account" }
        ])
        for (const bad of [{ language: "German" }, { currency: "EURO" }, { marketing: { fax: true } }, { email: "x" }, null]) {
          assert.strictEqual(yield* failure(as(preferences.updateMine(bad as never))), "InvalidInput")
        }
        for (const actor of [Actor.guest(), Actor.staff("key_1", ["*"]), Actor.customer("user_nobody")]) {
          assert.strictEqual(yield* failure(Actor.as(actor)(preferences.updateMine({}))), "Unauthenticated")
        }
      })
    )

    test(
      "a person takes out everything that is known of them, and nothing of anybody else",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const { address, as, order, userId } = yield* shopper
        const stranger = yield* Shop.account("bob@example.com")
        yield* Actor.as(Actor.customer(stranger))((yield* AddressBook).create({ address: { ...Shop.address, name: "Bob" } }))
        const taken = yield* as(text(privacy.exportMine))
        const data = JSON.parse(taken) as Record<string, ReadonlyArray<Record<string, unknown>>>
        assert.deepStrictEqual(Object.keys(data), [
          "exportedAt",
          "profile",
          "preferences",
          "sessions",
          ...(yield* (yield* PersonalData).holders).map(({ name }) => name)
        ])
        for (const name of Object.keys(data)) assert.match(name, /^[a-z]+([A-Z][a-z]+)*$/)
        const profile = (JSON.parse(taken) as { readonly profile: object }).profile
        assert.deepInclude(profile, { id: userId, email })
        assert.deepStrictEqual(data["addresses"], [address] as never)
        assert.deepStrictEqual(data["orders"]?.map(({ id }) => id), [order.id])
        assert.strictEqual(data["carts"]?.length, 1)
        assert.notInclude(taken, "Bob")
        assert.notInclude(taken, "tokenHash")
        const audit = yield* (yield* AuditLog).list({ subject: userId })
        assert.deepStrictEqual(audit.items.map(({ action }) => action), ["user.export"])
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(text(privacy.exportMine))), "Unauthenticated")
      })
    )

    test(
      "whoever waits for an order is not forgotten before it is there",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const { as, order, userId } = yield* shopper
        const blocked = yield* Effect.flip(as(privacy.eraseMine))
        assert.deepInclude(blocked, { _tag: "ErasureBlocked", reasons: [`order_under_way:${order.id}`] })
        assert.strictEqual((yield* (yield* UserRepository).find(userId))?.email, email)
        assert.strictEqual((yield* (yield* OrderRepository).find(order.id))?.email, email)
        assert.strictEqual((yield* (yield* AddressRepository).list(userId)).length, 1)
      })
    )

    test(
      "a person who is forgotten leaves figures and nothing else, and their address is free again",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const users = yield* UserRepository
        const { as, order, userId } = yield* shopper
        yield* as((yield* Preferences).updateMine({ marketing: { email: true } }))
        yield* delivered(order.id)
        const before = yield* (yield* OrderRepository).find(order.id)
        yield* as(privacy.eraseMine)

        const after = yield* (yield* OrderRepository).find(order.id)
        assert.deepStrictEqual(
          [after?.total, after?.lines, after?.taxes, after?.paid, after?.number, after?.status],
          [before?.total, before?.lines, before?.taxes, before?.paid, before?.number, before?.status]
        )
        assert.deepStrictEqual([after?.shippingAddress?.country, after?.shippingAddress?.region], ["US", "OR"])
        assert.deepStrictEqual([after?.billingAddress?.country, after?.billingAddress?.region], ["GB", null])
        for (const personal of ["Ada", "Lovelace", "Analytical", "Portland", "97201", email]) {
          assert.notInclude(JSON.stringify(after), personal)
        }
        assert.isNull(after?.note)
        assert.isNull(after?.tokenHash)
        assert.isUndefined(yield* users.find(userId))
        assert.isUndefined(yield* users.findByEmail(email))
        assert.deepStrictEqual(yield* (yield* AddressRepository).list(userId), [])
        assert.isUndefined(yield* (yield* PreferencesRepository).find(userId))
        assert.strictEqual(yield* failure(as((yield* Carts).get("mine"))), "CartNotFound")
        const events = (yield* (yield* EventRepository).ofSubject(userId)).map(({ type }) => type)
        assert.strictEqual(events.filter((type) => type === "customer.erased").length, 1)
        // whoever has the mailbox may begin anew, as somebody else
        assert.notStrictEqual(yield* Shop.account(email), userId)
      })
    )

    test(
      "forgetting somebody again changes nothing and is no failure for staff, but takes along what came in meanwhile",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const { as, order, userId } = yield* shopper
        yield* delivered(order.id)
        yield* privacy.erase(userId)
        const once = yield* (yield* OrderRepository).find(order.id)
        yield* privacy.erase(userId)
        assert.deepStrictEqual(yield* (yield* OrderRepository).find(order.id), once)
        const audit = yield* (yield* AuditLog).list({ subject: userId, action: "user.erase" })
        assert.strictEqual(audit.items.length, 1)
        yield* Shop.customer(userId)
        yield* privacy.erase(userId)
        assert.strictEqual(yield* failure(as((yield* Carts).get("mine"))), "CartNotFound")
        assert.strictEqual(yield* failure(privacy.erase("user_nobody")), "UserNotFound")
      })
    )

    test(
      "attack 56, step-up bypass: neither staff who act as somebody nor an old session take data out or erase anything",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const userId = yield* Shop.account(email)
        const acting = Actor.as(Actor.customer(userId, { sessionId: "sess_1", impersonatedBy: "user_helper" }))
        assert.strictEqual(yield* failure(acting(privacy.eraseMine)), "ImpersonationRefused")
        assert.strictEqual(yield* failure(acting(text(privacy.exportMine))), "ImpersonationRefused")
        const stale = Actor.customer(userId, {
          sessionId: "sess_1",
          assurance: { freshUntil: "1970-01-01T00:00:00.000Z", secondFactor: false }
        })
        assert.strictEqual(yield* failure(Actor.as(stale)(privacy.eraseMine)), "StepUpRequired")
        assert.strictEqual(yield* failure(Actor.as(stale)(text(privacy.exportMine))), "StepUpRequired")
        assert.isDefined(yield* (yield* UserRepository).find(userId))
      })
    )

    test(
      "nobody is forgotten by those who may not: customers, other stores, staff with less, and never the last owner",
      Effect.gen(function*() {
        const privacy = yield* Privacy
        const users = yield* UserRepository
        const userId = yield* Shop.account(email)
        const asStaff = (...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff("key_1", permissions))
        assert.strictEqual(yield* failure(Actor.as(Actor.customer(userId))(privacy.erase(userId))), "Forbidden")
        assert.strictEqual(yield* failure(asStaff("customers:read")(privacy.erase(userId))), "Forbidden")
        assert.strictEqual(yield* failure(within(otherStore)(privacy.erase(userId))), "UserNotFound")
        yield* (yield* Users).assignRoles(userId, { roles: ["owner"] })
        assert.strictEqual(yield* failure(asStaff("customers:write")(privacy.erase(userId))), "Forbidden")
        assert.strictEqual(
          yield* failure(asStaff("customers:write", "users:write")(privacy.erase(userId))),
          "CannotGrantBeyondOwn"
        )
        assert.strictEqual(yield* failure(privacy.erase(userId)), "LastOwner")
        assert.strictEqual(yield* failure(Actor.as(Actor.customer(userId))(privacy.eraseMine)), "LastOwner")
        assert.strictEqual((yield* users.find(userId))?.email, email)
      })
    )
  })
