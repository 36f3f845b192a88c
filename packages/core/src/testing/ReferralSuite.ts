/**
 * What referrals must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import { Payments } from "../payments/Payments.ts"
import type { ReferralProgram } from "../referrals/Referral.ts"
import { ReferralRepository } from "../referrals/ReferralRepository.ts"
import * as ReferralRewards from "../referrals/ReferralRewards.ts"
import { Referrals } from "../referrals/Referrals.ts"
import { Stores } from "../stores/Stores.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { faultsAt } from "./CartFixture.ts"
import * as Invariants from "./Invariants.ts"
import { usd } from "./Shop.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
const due = staff(Effect.flatMap(Jobs, (jobs) => jobs.runCron("referrals.reward")))

const terms = {
  active: true,
  referrer: { kind: "store_credit", amount: 500 },
  friend: { kind: "points", amount: 100 },
  minimumTotal: 1_000,
  waitDays: 30,
  cap: { rewards: 2, days: 60 }
} as const satisfies Omit<ReferralProgram, "version">

/** Where each friend lives. */
const home = (number: number) => ({ ...Shop.address, line1: `${number} Difference Lane` })

export const referralSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  const begin = (more: Partial<Omit<ReferralProgram, "version">> = {}) =>
    Effect.gen(function*() {
      yield* Shop.ships
      const referrals = yield* Referrals
      yield* staff(referrals.setProgram({ ...terms, ...more }))
      const { variantId } = yield* Shop.product({ price: usd(2_000), stock: 50 })
      const ada = yield* Shop.account("ada@example.com")
      const { code } = yield* Actor.as(Actor.customer(ada))(referrals.mine)
      return { variantId, ada, code }
    })

  const use = (customerId: string, code: string) =>
    Effect.flatMap(Referrals, (referrals) => Actor.as(Actor.customer(customerId))(referrals.use({ code })))

  /** Somebody new who came by a code. */
  const friend = (number: number, code: string) =>
    Effect.tap(Shop.account(`friend${number}@example.com`), (id) => use(id, code))

  const buy = (customerId: string, variantId: string, number: number) =>
    Effect.gen(function*() {
      const buyer = yield* Shop.customer(customerId, [variantId, 1])
      const { order } = yield* Shop.place(buyer, "sandbox_success", {
        email: `friend${number}@example.com`,
        shippingAddress: home(number)
      })
      yield* drain
      return order.id
    })

  const creditOf = (customerId: string) =>
    Effect.map(staff(Effect.flatMap(StoreCredit, (credit) => credit.of(customerId))), ({ balance }) => balance.amount)

  const pointsOf = (customerId: string) =>
    Effect.map(
      Effect.flatMap(LoyaltyPoints, ({ mine }) => Actor.as(Actor.customer(customerId))(mine)),
      ({ balance }) => balance
    )

  const statesOf = (customerId: string) =>
    Effect.map(
      Effect.flatMap(Referrals, ({ mine }) => Actor.as(Actor.customer(customerId))(mine)),
      ({ friends }) => friends.map(({ state }) => state)
    )

  const booksAreRight = Effect.gen(function*() {
    assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  })

  describe(`referrals, on ${harness.name}`, () => {
    test(
      "reward both, once, when the friend's first order is paid and cannot be sent back any more",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        // the code stays, and is read however it is written
        const again = yield* Effect.flatMap(Referrals, ({ mine }) => Actor.as(Actor.customer(ada))(mine))
        assert.strictEqual(again.code, code)
        const bob = yield* friend(1, ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `)
        assert.strictEqual((yield* use(bob, code)).state, "joined")
        yield* buy(bob, variantId, 1)
        assert.deepStrictEqual(yield* statesOf(ada), ["waiting"])
        yield* TestClock.adjust("29 days")
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [0, 0])
        yield* TestClock.adjust("1 day")
        yield* due
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [500, 100])
        // another order brings no more
        yield* buy(bob, variantId, 1)
        yield* TestClock.adjust("31 days")
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [500, 100])
        const mine = yield* Effect.flatMap(Referrals, (referrals) => Actor.as(Actor.customer(bob))(referrals.mine))
        assert.deepStrictEqual([mine.used?.state, mine.used?.reward], ["rewarded", { kind: "points", amount: 100 }])
        yield* booksAreRight
      })
    )

    test(
      "wait anew where the money of an order that was given back comes back to the shop, and staff let the order go on",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        const bob = yield* friend(1, code)
        const order = yield* buy(bob, variantId, 1)
        const payments = yield* Payments
        const { gatewayReference } = yield* staff(payments.refund(order, { reason: "broken" }))
        yield* drain
        assert.deepStrictEqual(yield* statesOf(ada), ["joined"])
        yield* (yield* Shop.Bank).bank.endRefund(gatewayReference ?? "", "failed")
        yield* TestClock.adjust("1 day")
        yield* payments.recover
        yield* drain
        assert.deepStrictEqual(yield* statesOf(ada), ["waiting"])
        yield* staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(order, { event: "resume" })))
        yield* TestClock.adjust("31 days")
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [500, 100])
        yield* booksAreRight
      })
    )

    test(
      "take back what is left of the rewards when the order is given back, and let another order count before that",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        const bob = yield* friend(1, code)
        const first = yield* buy(bob, variantId, 1)
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(first, { reason: "changed my mind" })))
        yield* drain
        assert.deepStrictEqual(yield* statesOf(ada), ["joined"])
        const second = yield* buy(bob, variantId, 1)
        yield* TestClock.adjust("30 days")
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [500, 100])
        yield* staff(Effect.flatMap(StoreCredit, (credit) => credit.adjust(ada, { amount: usd(-200), reason: "spent" })))
        // a part may go back as long as enough is kept
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(second, { amount: usd(1_500), reason: "late" })))
        yield* drain
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [300, 100])
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(second, { amount: usd(1), reason: "late" })))
        yield* drain
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [0, 0])
        assert.deepStrictEqual(yield* statesOf(ada), ["taken_back"])
        yield* booksAreRight
      })
    )

    test(
      "take back rewards of an order whose money the bank has given to the friend",
      Effect.gen(function*() {
        const disputes = yield* Disputes
        const { ada, code, variantId } = yield* begin()
        const bob = yield* friend(1, code)
        const orderId = yield* buy(bob, variantId, 1)
        yield* TestClock.adjust("30 days")
        yield* due
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob)], [500, 100])
        const [payment] = (yield* staff(Effect.flatMap(Payments, (payments) => payments.list({ orderId })))).items
        const { id } = yield* staff(disputes.open({ paymentId: payment?.id ?? "", reason: "fraudulent" }))
        yield* drain
        assert.deepStrictEqual(yield* statesOf(ada), ["rewarded"])
        yield* staff(disputes.close(id, { outcome: "lost" }))
        yield* drain
        assert.deepStrictEqual([yield* creditOf(ada), yield* pointsOf(bob), yield* statesOf(ada)], [0, 0, ["taken_back"]])
        yield* booksAreRight
      })
    )

    test(
      "reward the others where one reward cannot be given, and let another order count for one that is not there",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        const [bob, eve, kim] = [yield* friend(1, code), yield* friend(2, code), yield* friend(3, code)]
        yield* buy(bob, variantId, 1)
        yield* TestClock.adjust("1 second")
        yield* buy(eve, variantId, 2)
        // it was placed in another store
        const repository = yield* ReferralRepository
        const joined = yield* repository.ofFriend(kim)
        const { id: elsewhere } = yield* staff(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" })))
        const orderId = yield* within(elsewhere)(Effect.gen(function*() {
          yield* Shop.ships
          const { variantId } = yield* Shop.product()
          return (yield* Shop.place(yield* Shop.guest([variantId, 1]))).order.id
        }))
        if (joined === undefined) return assert.fail("there is no referral")
        const dueAt = yield* Timestamp.now
        yield* repository.update({ ...joined, state: "waiting", orderId, dueAt, version: joined.version + 1 })
        yield* TestClock.adjust("31 days")
        const points = yield* LoyaltyPoints
        const { rewardDue } = yield* Effect.provideService(ReferralRewards.make, LoyaltyPoints, {
          ...points,
          grant: (lot) => lot.customerId === bob ? Effect.die(new Error("The points cannot be given")) : points.grant(lot)
        })
        yield* staff(rewardDue)
        assert.deepStrictEqual([yield* pointsOf(bob), yield* pointsOf(eve), yield* creditOf(ada)], [0, 100, 500])
        assert.deepInclude(yield* repository.ofFriend(kim), { state: "joined", orderId: null, dueAt: null })
        yield* due
        assert.deepStrictEqual([yield* pointsOf(bob), yield* creditOf(ada)], [100, 1_000])
      })
    )

    test(
      "reward nobody who referred themselves: by account, mailbox, address or the e-mail of the order",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        const reasonOf = (customerId: string) =>
          Effect.map(Effect.flip(use(customerId, code)), (error) => error._tag === "ReferralRefused" ? error.reason : error._tag)
        assert.strictEqual(yield* reasonOf(ada), "own")
        assert.strictEqual(yield* reasonOf(yield* Shop.account("ada+friend@example.com")), "own")
        // ada's own order says where she lives
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), "sandbox_success", {
          shippingAddress: home(7)
        })
        assert.strictEqual(order.status, "paid")
        const neighbour = yield* friend(7, code)
        yield* buy(neighbour, variantId, 7)
        const forgetful = yield* friend(8, code)
        yield* Shop.place(yield* Shop.customer(forgetful, [variantId, 1]), "sandbox_success", {
          email: "ada+8@example.com",
          shippingAddress: home(8)
        })
        yield* drain
        assert.deepStrictEqual(yield* statesOf(ada), ["refused", "refused"])
        const { items } = yield* staff(Effect.flatMap(Referrals, (referrals) => referrals.list({ referrerId: ada })))
        assert.deepStrictEqual(items.map(({ doubt }) => doubt).toSorted(), ["same_address", "same_mailbox"])
        yield* TestClock.adjust("31 days")
        yield* due
        assert.strictEqual(yield* creditOf(ada), 0)
        // who has ordered is no new friend, and nobody is the friend of a friend of theirs
        const old = yield* Shop.account("old@example.com")
        yield* Shop.place(yield* Shop.customer(old, [variantId, 1]))
        assert.strictEqual(yield* reasonOf(old), "not_new")
        const { code: ofNew } = yield* Effect.flatMap(
          Referrals,
          ({ mine }) => Actor.as(Actor.customer(neighbour))(mine)
        )
        const circular = yield* Effect.flip(use(ada, ofNew))
        assert.strictEqual(circular._tag === "ReferralRefused" && circular.reason, "circular")
      })
    )

    test(
      "reward a customer for so many friends in a time and no more, though they are due together",
      Effect.gen(function*() {
        const { ada, code, variantId } = yield* begin()
        const friends: Array<string> = []
        for (const number of [1, 2, 3, 4]) {
          const id = yield* friend(number, code)
          yield* buy(id, variantId, number)
          friends.push(id)
        }
        yield* TestClock.adjust("30 days")
        // two processes find them due at the same time
        yield* Effect.all([due, due, due], { concurrency: "unbounded" })
        assert.strictEqual(yield* creditOf(ada), 1_000)
        for (const id of friends) assert.strictEqual(yield* pointsOf(id), 100)
        yield* TestClock.adjust("61 days")
        const fifth = yield* friend(5, code)
        yield* buy(fifth, variantId, 5)
        yield* TestClock.adjust("30 days")
        yield* due
        assert.strictEqual(yield* creditOf(ada), 1_500)
      })
    )

    test(
      "follow a program that staff set, and refuse what is none",
      Effect.gen(function*() {
        const referrals = yield* Referrals
        const { ada, code } = yield* begin()
        const bob = yield* Shop.account("bob@example.com")
        yield* staff(referrals.setProgram({ ...terms, active: false }))
        const inactive = yield* Effect.flip(use(bob, code))
        assert.strictEqual(inactive._tag === "ReferralRefused" && inactive.reason, "inactive")
        const { version } = yield* staff(referrals.setProgram(terms))
        assert.strictEqual((yield* Effect.flip(staff(referrals.setProgram({ ...terms, version: version - 1 }))))._tag, "VersionConflict")
        assert.strictEqual((yield* Effect.flip(use(bob, "NOBODYS")))._tag, "ReferralCodeUnknown")
        const eve = yield* Shop.account("eve@example.com")
        const { code: another } = yield* Actor.as(Actor.customer(eve))(referrals.mine)
        yield* use(bob, code)
        const second = yield* Effect.flip(use(bob, another))
        assert.strictEqual(second._tag === "ReferralRefused" && second.reason, "used")
        const refused = [
          [{ waitDays: -1 }, "waitDays"],
          [{ friend: { kind: "cash", amount: 1 } }, "friend.kind"],
          [{ referrer: { kind: "points", amount: -1 } }, "referrer.amount"],
          [{ cap: { rewards: 0, days: 1 } }, "cap.rewards"],
          [{ bonus: 1 }, "bonus"]
        ] as const
        for (const [wrong, path] of refused) {
          const error = yield* Effect.flip(staff(referrals.setProgram(sent({ ...terms, ...wrong }))))
          assert.deepStrictEqual(error._tag === "InvalidInput" ? faultsAt(error) : error, [path])
        }
        const asAda = Actor.as(Actor.customer(ada))
        assert.strictEqual((yield* Effect.flip(asAda(referrals.list())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(asAda(referrals.setProgram(terms))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(referrals.mine)))._tag, "Unauthenticated")
        const first = yield* staff(referrals.list({ limit: 1 }))
        assert.deepStrictEqual([first.items.length, first.nextCursor], [1, null])
      })
    )
  })
}
