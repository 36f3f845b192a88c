/**
 * Means of payment that gateways keep for customers: kept with consent and once, paid with by their owner alone, shown
 * without what names them at the gateway, and forgotten there, too.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Privacy } from "../identity/Privacy.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Orders } from "../orders/Orders.ts"
import { type GatewaySetup, GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { SavedMethodRepository } from "../payments/SavedMethodRepository.ts"
import { SavedMethods } from "../payments/SavedMethods.ts"
import { failure, otherStore } from "./IdentityFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** What names a means at the sandbox's bank. */
const token = /sandbox_saved_/

const customer = Effect.fnUntraced(function*(email = "ada@example.com") {
  const id = yield* Shop.account(email)
  return { id, as: Actor.as(Actor.customer(id)) }
})

/** A customer orders a piece and pays in some way. */
const buys = Effect.fnUntraced(function*(customerId: string, payment: Record<string, unknown>) {
  const { variantId } = yield* Shop.product()
  const placed = yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]), undefined, { payment })
  if (placed.payment === null) return yield* Effect.die("an order that costs something has a payment")
  return { order: placed.order, payment: placed.payment }
})

/** Keeps a means without paying. */
const adding = (method: Shop.Method, more: { readonly makeDefault?: boolean } = {}) =>
  Effect.flatMap(SavedMethods, (methods) => methods.add({ gateway: "sandbox", method, consent: true, ...more }))

/** The same, a moment after what happened before: rows of one moment have no order. */
const adds = (...method: Parameters<typeof adding>) => Effect.andThen(TestClock.adjust("1 second"), adding(...method))

/** A gateway's answer that it keeps a means. */
const saved = (reference: string, fingerprint: string | null = null): GatewaySetup => ({
  reference: `seti_${reference}`,
  status: "saved",
  nextAction: null,
  failure: null,
  method: { reference, type: "card", brand: "visa", last4: "4242", expiresMonth: 12, expiresYear: 2034, fingerprint }
})

/** What is due every five minutes is done. */
const tidies = Effect.gen(function*() {
  const jobs = yield* Jobs
  yield* jobs.runCron("payment-methods.tidy")
  yield* jobs.drain
})

const rows = (customerId: string) =>
  Effect.flatMap(SavedMethodRepository, (repository) => repository.ofCustomer(customerId))

export const savedMethodSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`saved payment methods on ${harness.name}`, () => {
    test("are kept where the customer agrees, once however often the gateway tells, and show no token", () =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const ada = yield* customer()
        yield* TestClock.adjust("1 minute")
        const { payment } = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_success", saveMethod: true })
        yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_success" })
        for (let time = 0; time < 2; time++) yield* ada.as(payments.verify(payment.id))
        const [method, ...others] = yield* ada.as(methods.list)
        assert.lengthOf(others, 0)
        const { id, updatedAt: _, createdAt: __, ...facts } = method ?? assert.fail("it was kept")
        assert.deepStrictEqual(facts as unknown, {
          gateway: "sandbox",
          status: "active",
          type: "card",
          brand: "sandbox",
          last4: "0000",
          expiresMonth: 12,
          expiresYear: 2099,
          expired: false,
          isDefault: true,
          consentedAt: "1970-01-01T00:01:00.000Z",
          nextAction: null,
          failure: null,
          version: 1
        })
        assert.deepStrictEqual(yield* Fixture.told(id), ["payment_method.saved"])
        const events = yield* (yield* EventRepository).ofSubject(id)
        assert.notMatch(JSON.stringify([method, payment, events, yield* ada.as(methods.get(id))]), token)
        assert.match(JSON.stringify(yield* rows(ada.id)), token, "the storage has it, so the search can find something")
      }))

    test("are kept once the buyer has agreed at the bank's page, and not if they refuse or the bank does", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const ada = yield* customer()
        yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_decline", saveMethod: true })
        const refused = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_redirect", saveMethod: true })
        yield* bank.reject(refused.payment.gatewayReference ?? "")
        yield* ada.as(payments.confirm(refused.payment.id))
        const away = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_redirect", saveMethod: true })
        assert.deepStrictEqual(yield* ada.as(methods.list), [])
        yield* bank.approve(away.payment.gatewayReference ?? "")
        // the buyer comes back in two tabs while the webhook is worked off
        yield* Effect.all(
          Array.from({ length: 4 }, () => Effect.result(ada.as(payments.confirm(away.payment.id)))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(yield* ada.as(methods.list), 1)
      }))

    test("are found again where the gateway kept them and its answer was lost", () =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const ada = yield* customer()
        const lost = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_timeout_after", saveMethod: true })
        assert.strictEqual(lost.payment.state, "pending")
        assert.deepStrictEqual(yield* ada.as(methods.list), [])
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        assert.lengthOf(yield* ada.as(methods.list), 1)
      }))

    test("are not kept again by a payment whose means was removed", () =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const jobs = yield* Jobs
        const ada = yield* customer()
        const { payment } = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_success", saveMethod: true })
        const [method] = yield* ada.as(methods.list)
        yield* ada.as(methods.remove(method?.id ?? ""))
        yield* jobs.drain
        yield* ada.as(payments.verify(payment.id))
        yield* payments.reconcile({ since: "1970-01-01T00:00:00.000Z", until: "1970-01-02T00:00:00.000Z" })
        assert.deepStrictEqual(yield* ada.as(methods.list), [])
        assert.deepStrictEqual(yield* rows(ada.id), [])
      }))

    test("pay at checkout and when an order is paid again, and the buyer is there", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const ada = yield* customer()
        const { id } = yield* ada.as(adds("sandbox_success"))
        const first = yield* buys(ada.id, { savedMethodId: id })
        assert.strictEqual(first.order.status, "paid")
        assert.strictEqual(first.payment.savedMethodId, id)
        const second = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_decline" })
        const again = yield* ada.as(payments.initialize({ orderId: second.order.id, gateway: "sandbox", savedMethodId: id }))
        assert.deepStrictEqual([again.state, again.savedMethodId], ["captured", id])
        assert.deepStrictEqual(
          bank.orders.map(({ method, offSession, savedMethod }) => [method, savedMethod, offSession]),
          [
            [null, "sandbox_saved_sandbox_success", undefined],
            ["sandbox_decline", undefined, undefined],
            [null, "sandbox_saved_sandbox_success", undefined]
          ]
        )
        assert.notMatch(JSON.stringify(yield* payments.list()), token)
      }))

    test("send the buyer to the bank's page, as new ones do, and say why they do not work", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const ada = yield* customer()
        const away = yield* ada.as(adds("sandbox_redirect"))
        assert.deepStrictEqual([away.status, away.nextAction?._tag, away.isDefault], ["requires_action", "redirect", false])
        const reference = (yield* rows(ada.id))[0]?.setupReference ?? ""
        assert.strictEqual(yield* failure(buys(ada.id, { savedMethodId: away.id })), "SavedMethodNotFound", "it is not kept yet")
        assert.strictEqual((yield* ada.as(methods.confirm(away.id))).status, "requires_action")
        yield* bank.answerSetup(reference, true)
        const kept = yield* ada.as(methods.confirm(away.id))
        assert.deepStrictEqual([kept.status, kept.nextAction, kept.isDefault], ["active", null, true])
        const paying = yield* buys(ada.id, { savedMethodId: kept.id })
        assert.strictEqual(paying.payment.state, "requires_action")
        yield* bank.approve(paying.payment.gatewayReference ?? "")
        assert.strictEqual((yield* ada.as(payments.confirm(paying.payment.id))).state, "captured")
        const old = yield* ada.as(adds("sandbox_expired"))
        assert.deepStrictEqual([old.status, old.expired], ["active", true])
        const { order, payment } = yield* buys(ada.id, { savedMethodId: old.id })
        assert.strictEqual(order.status, "failed")
        assert.deepInclude(payment.failure, { code: "expired", advice: "other_method", gatewayCode: null })
        assert.strictEqual((yield* ada.as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))).state, "captured")
      }))

    test("of somebody else, of another gateway and of another store are not there, and nothing is ordered", () =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const ada = yield* customer()
        const bob = yield* customer("bob@example.com")
        const { id } = yield* ada.as(adds("sandbox_success"))
        const { order } = yield* buys(bob.id, { gateway: "sandbox", method: "sandbox_decline" })
        const payments = yield* Payments
        const attempts = {
          "another customer sees": bob.as(methods.get(id)),
          "another customer removes": bob.as(methods.remove(id)),
          "another customer prefers": bob.as(methods.setDefault(id)),
          "another customer confirms": bob.as(methods.confirm(id)),
          "another customer orders": buys(bob.id, { savedMethodId: id }),
          "another customer pays": bob.as(payments.initialize({ orderId: order.id, savedMethodId: id })),
          "staff pay": Fixture.staff(payments.initialize({ orderId: order.id, savedMethodId: id })),
          "the engine pays": payments.initialize({ orderId: order.id, savedMethodId: id }),
          "another gateway": buys(ada.id, { gateway: "cash-on-delivery", savedMethodId: id }),
          "another store": within(otherStore)(ada.as(methods.get(id))),
          "there is none": ada.as(methods.get("saved_none"))
        }
        for (const [who, attempt] of Object.entries<Effect.Effect<unknown, unknown, Shop.ShopServices>>(attempts)) {
          assert.strictEqual(yield* failure(attempt as Effect.Effect<unknown, { readonly _tag: string }, Shop.ShopServices>), "SavedMethodNotFound", who)
        }
        const { variantId } = yield* Shop.product()
        const guest = yield* Shop.guest([variantId, 1])
        assert.strictEqual(yield* failure(Shop.place(guest, undefined, { payment: { savedMethodId: id } })), "SavedMethodNotFound")
        assert.lengthOf(yield* ada.as(methods.list), 1)
        assert.deepStrictEqual(yield* bob.as(methods.list), [])
        assert.lengthOf(yield* Fixture.paymentsNow(order.id), 1)
      }), { gateways: [OfflineGateway.cashOnDelivery()] })

    test("need somebody who is signed in, in person, and a gateway that keeps them", () =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const ada = yield* customer()
        const { variantId } = yield* Shop.product()
        const keeping = { payment: { gateway: "sandbox", saveMethod: true } }
        const guest = yield* Shop.guest([variantId, 1])
        assert.strictEqual(yield* failure(Shop.place(guest, undefined, keeping)), "InvalidInput")
        const support = Actor.as(Actor.customer(ada.id, { impersonatedBy: "user_support" }))
        const cart = yield* Shop.customer(ada.id, [variantId, 1])
        const asAda = { ...cart, actor: Actor.customer(ada.id, { impersonatedBy: "user_support" }) }
        assert.strictEqual(yield* failure(Shop.place(asAda, undefined, keeping)), "ImpersonationRefused")
        assert.strictEqual(yield* failure(support(adds("sandbox_success"))), "ImpersonationRefused")
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(adds("sandbox_success"))), "Unauthenticated")
        assert.strictEqual(yield* failure(Actor.as(Actor.staff("key_1", ["*"]))(methods.list)), "Unauthenticated")
        assert.strictEqual(yield* failure(Actor.as(Actor.customer("user_nobody"))(adds("sandbox_success"))), "Unauthenticated")
        const cash = { gateway: "cash-on-delivery" }
        assert.strictEqual(yield* failure(buys(ada.id, { ...cash, saveMethod: true })), "SavingUnsupported")
        const add = { method: "sandbox_success", consent: true } as const
        assert.strictEqual(yield* failure(ada.as(methods.add({ ...cash, ...add }))), "SavingUnsupported")
        assert.strictEqual(yield* failure(ada.as(methods.add({ gateway: "nobody", ...add }))), "GatewayNotFound")
        assert.strictEqual(yield* failure(ada.as(methods.add({ ...add, method: "no_such_card" }))), "PaymentMethodUnknown")
        for (const consent of [false, undefined, "yes"]) {
          assert.strictEqual(yield* failure(ada.as(methods.add({ ...add, consent } as never))), "InvalidInput")
        }
        const { id } = yield* ada.as(methods.add(add))
        for (const more of [{ method: "sandbox_success" }, { saveMethod: true }]) {
          assert.strictEqual(yield* failure(buys(ada.id, { savedMethodId: id, ...more })), "InvalidInput")
        }
        assert.strictEqual(yield* failure(support(methods.remove(id))), "ImpersonationRefused")
        const chosen = yield* buys(ada.id, { saveMethod: true })
        assert.strictEqual(chosen.payment.gateway, "sandbox", "a gateway that keeps nothing is not chosen")
      }), { gateways: [OfflineGateway.cashOnDelivery()] })

    test("without a payment are found out about, whatever answer is lost, and the bank's refusal is told", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const jobs = yield* Jobs
        yield* Fixture.connected(bank)
        const ada = yield* customer()
        const declined = yield* ada.as(adds("sandbox_decline"))
        assert.deepStrictEqual([declined.status, declined.failure?.advice], ["failed", "other_method"])
        const lost = yield* ada.as(adds("sandbox_timeout_after"))
        assert.strictEqual(lost.status, "pending")
        assert.strictEqual((yield* ada.as(methods.confirm(lost.id))).status, "active")
        const unheard = yield* ada.as(adds("sandbox_timeout_before"))
        const told = yield* ada.as(adds("sandbox_redirect"))
        const left = yield* ada.as(adds("sandbox_redirect"))
        const references = new Map((yield* rows(ada.id)).map(({ id, setupReference }) => [id, setupReference ?? ""]))
        yield* bank.answerSetup(references.get(told.id) ?? "", true)
        yield* jobs.drain
        assert.strictEqual((yield* ada.as(methods.get(told.id))).status, "active", "the webhook alone told of it")
        yield* Fixture.arrives(yield* bank.setupWebhook(references.get(told.id) ?? ""))
        yield* Fixture.arrives(Fixture.signed({ id: "evt_s", type: "setup.saved", data: { setupReference: "sbs_nobody" } }))
        yield* jobs.drain
        const inbox = (yield* (yield* Payments).webhooks()).items.map(({ setupReference, status }) => [setupReference, status])
        assert.deepStrictEqual(inbox.map(String).toSorted(), [[references.get(told.id) ?? "", "handled"], ["sbs_nobody", "unrelated"]].map(String).toSorted())
        yield* TestClock.adjust("2 minutes")
        yield* tidies
        assert.strictEqual((yield* ada.as(methods.get(unheard.id))).status, "active")
        assert.strictEqual((yield* ada.as(methods.get(left.id))).status, "requires_action")
        yield* TestClock.adjust("25 hours")
        yield* tidies
        assert.deepInclude((yield* ada.as(methods.get(left.id))).failure, { code: "abandoned", advice: "retry" })
        yield* TestClock.adjust("31 days")
        yield* tidies
        assert.strictEqual(yield* failure(ada.as(methods.get(left.id))), "SavedMethodNotFound")
        assert.deepStrictEqual((yield* ada.as(methods.list)).map(({ id }) => id), [lost.id, unheard.id, told.id])
        assert.notMatch(JSON.stringify(yield* (yield* AuditLog).list({ subject: lost.id })), token)
      }))

    test("have one default, and are forgotten at the gateway by a job when they are removed", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const jobs = yield* Jobs
        const ada = yield* customer()
        const first = yield* ada.as(adds("sandbox_success"))
        const second = yield* ada.as(adds("sandbox_processing"))
        const third = yield* ada.as(adds("sandbox_authorize", { makeDefault: true }))
        const defaults = Effect.map(ada.as(methods.list), (all) => all.filter(({ isDefault }) => isDefault).map(({ id }) => id))
        assert.deepStrictEqual([first.isDefault, second.isDefault, third.isDefault], [true, false, true])
        assert.deepStrictEqual(yield* defaults, [third.id])
        yield* TestClock.adjust("1 second")
        assert.isTrue((yield* ada.as(methods.setDefault(second.id))).isDefault)
        yield* ada.as(methods.setDefault(second.id))
        assert.deepStrictEqual(yield* defaults, [second.id])
        assert.deepStrictEqual(yield* Fixture.told(second.id), ["payment_method.saved", "payment_method.default_changed"])
        const asked = bank.calls.length
        yield* ada.as(methods.remove(second.id))
        assert.lengthOf(bank.calls, asked, "nobody waits for the gateway")
        assert.deepStrictEqual(yield* defaults, [third.id])
        assert.strictEqual(yield* failure(ada.as(methods.remove(second.id))), "SavedMethodNotFound")
        assert.strictEqual(yield* failure(buys(ada.id, { savedMethodId: second.id })), "SavedMethodNotFound")
        bank.on("forget", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        yield* jobs.drain
        const repository = yield* SavedMethodRepository
        assert.strictEqual((yield* repository.find(second.id))?.status, "removed", "it is not lost though the gateway is away")
        bank.off("forget")
        yield* TestClock.adjust("2 hours")
        yield* tidies
        assert.isUndefined(yield* repository.find(second.id))
        yield* ada.as(methods.remove(third.id))
        assert.deepStrictEqual(yield* defaults, [first.id], "the oldest, where none was chosen")
        yield* jobs.drain
        assert.include(yield* Fixture.told(third.id), "payment_method.removed")
        assert.lengthOf(bank.calls.filter((call) => call === "forget"), 3)
        assert.deepStrictEqual(
          (yield* (yield* AuditLog).list({ subject: third.id })).items.map(({ action }) => action).toSorted(),
          ["payment_method.add", "payment_method.remove"]
        )
      }))

    test("are one row for the same card, and the gateway forgets its older name", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const jobs = yield* Jobs
        const ada = yield* customer()
        const keeps = Effect.fnUntraced(function*(reference: string, fingerprint: string | null) {
          bank.on("setup", () => Effect.succeed(saved(reference, fingerprint)))
          return yield* ada.as(adds("sandbox_success"))
        })
        const first = yield* keeps("cus_1/card_1", "print_1")
        yield* keeps("cus_2/card_2", "print_2")
        yield* TestClock.adjust("1 hour")
        const again = yield* keeps("cus_3/card_1", "print_1")
        assert.deepStrictEqual([again.id, again.consentedAt], [first.id, "1970-01-01T01:00:03.000Z"])
        assert.lengthOf(yield* ada.as(methods.list), 2)
        const tokens = (yield* rows(ada.id)).map(({ token }) => token)
        assert.deepStrictEqual(tokens, ["cus_3/card_1", "cus_2/card_2"])
        yield* jobs.drain
        assert.lengthOf(bank.calls.filter((call) => call === "forget"), 1)
      }))

    test("are at most twenty for each customer, also when many are added at once", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const jobs = yield* Jobs
        const ada = yield* customer()
        let made = 0
        bank.on("setup", () => Effect.sync(() => saved(`card_${++made}`)))
        const tried = yield* Effect.all(
          Array.from({ length: 25 }, () => Effect.result(ada.as(adding("sandbox_success")))),
          { concurrency: 5 }
        )
        assert.lengthOf(tried.filter(({ _tag }) => _tag === "Success"), 20)
        for (const one of tried) if (one._tag === "Failure") assert.strictEqual(one.failure._tag, "TooManySavedMethods")
        assert.strictEqual(yield* failure(buys(ada.id, { gateway: "sandbox", saveMethod: true })), "TooManySavedMethods")
        const [oldest] = yield* ada.as(methods.list)
        yield* ada.as(methods.remove(oldest?.id ?? ""))
        const away = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_redirect", saveMethod: true })
        yield* ada.as(adds("sandbox_success"))
        // the last place was taken while the buyer was at the bank: the money is taken, and the gateway keeps nothing
        yield* bank.approve(away.payment.gatewayReference ?? "")
        assert.strictEqual((yield* ada.as((yield* Payments).confirm(away.payment.id))).state, "captured")
        assert.lengthOf(yield* ada.as(methods.list), 20)
        yield* jobs.drain
        assert.lengthOf(bank.calls.filter((call) => call === "forget"), 2)
      }))

    test("cannot be tried one after the other until one works, and those that failed hide none that work", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const ada = yield* customer()
        const kept = yield* ada.as(adds("sandbox_success"))
        const day = Effect.gen(function*() {
          const failed = yield* Effect.replicateEffect(ada.as(adds("sandbox_decline")), 10)
          // what has failed counts, whatever its customer does
          for (const { id } of failed) yield* ada.as(methods.remove(id))
          const asked = bank.calls.length
          const refused = yield* Effect.flip(ada.as(adding("sandbox_success")))
          assert.deepInclude(refused, { _tag: "TooManyAttempts", retryAfterSeconds: 86_391 })
          assert.lengthOf(bank.calls, asked)
          assert.strictEqual((yield* ada.as(methods.get(failed[9]?.id ?? ""))).status, "failed")
          yield* TestClock.adjust("1 day")
        })
        yield* Effect.replicateEffect(day, 11, { discard: true })
        assert.deepStrictEqual((yield* ada.as(methods.list)).map(({ id }) => id), [kept.id])
        assert.strictEqual((yield* ada.as(adds("sandbox_success"))).id, kept.id, "the same card is the same row")
      }))

    test("do not charge for an order whose means was removed before the gateway was asked", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const ada = yield* customer()
        const { id } = yield* ada.as(adds("sandbox_success"))
        bank.on("create", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        const { order, payment } = yield* buys(ada.id, { savedMethodId: id })
        yield* ada.as(methods.remove(id))
        bank.off("create")
        const after = yield* payments.attempt(payment.id)
        assert.strictEqual(after.state, "failed")
        assert.deepInclude(after.failure, { code: "method_unsupported", advice: "other_method" })
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "failed")
        assert.strictEqual(yield* Fixture.takings(bank), 0)
      }))

    test("go with their customer, here and at the gateway, and are taken out without what names them", (bank) =>
      Effect.gen(function*() {
        const methods = yield* SavedMethods
        const payments = yield* Payments
        const orders = yield* Orders
        const privacy = yield* Privacy
        const jobs = yield* Jobs
        const ada = yield* customer()
        yield* ada.as(adds("sandbox_success"))
        const away = yield* buys(ada.id, { gateway: "sandbox", method: "sandbox_redirect", saveMethod: true })
        const taken = yield* ada.as(Stream.mkString(privacy.exportMine))
        const exported = JSON.parse(taken) as { readonly paymentMethods: ReadonlyArray<Record<string, unknown>> }
        assert.deepInclude(exported.paymentMethods[0], { gateway: "sandbox", brand: "sandbox", last4: "0000", expiresYear: 2099 })
        assert.notMatch(taken, token)
        yield* ada.as(orders.cancel(away.order.id))
        yield* ada.as(privacy.eraseMine)
        assert.deepStrictEqual(yield* ada.as(methods.list), [])
        // the bank is quicker than the cancellation: what it keeps then is for nobody
        yield* bank.bank.move(away.payment.gatewayReference ?? "", ["requires_action"], "captured")
        yield* payments.verify(away.payment.id)
        yield* jobs.drain
        yield* jobs.drain
        assert.lengthOf(bank.calls.filter((call) => call === "forget"), 2)
        const repository = yield* SavedMethodRepository
        assert.deepStrictEqual([...yield* rows(ada.id), ...yield* repository.untouched("removed", "9" as never, 10)], [])
      }))
  })
}
