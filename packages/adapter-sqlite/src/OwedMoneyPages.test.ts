/** The tables of the pages about gift cards and about points and referrals: each row is done in a shop. */
import { assert, describe, it } from "@effect/vitest"
import { Cancellations } from "@stoa/core/cancellations/Cancellations"
import { Checkout } from "@stoa/core/checkout/Checkout"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { LoyaltyPoints } from "@stoa/core/loyalty/LoyaltyPoints"
import { Orders } from "@stoa/core/orders/Orders"
import { Payments } from "@stoa/core/payments/Payments"
import { Referrals } from "@stoa/core/referrals/Referrals"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import * as Shop from "@stoa/core/testing/Shop"
import { GiftCards } from "@stoa/core/value/GiftCards"
import { StoreCredit } from "@stoa/core/value/StoreCredit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { runInNewContext } from "node:vm"
import { inMemory } from "./conformance/SqliteHarness.ts"

const pages = ["gift-cards", "loyalty"]
  .map((page) => readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), "utf8")).join("\n")

const sectionOf = (heading: string): string => pages.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? ""

/** The rows of the last table of a section. */
const tableOf = (heading: string): ReadonlyArray<ReadonlyArray<string>> =>
  (sectionOf(heading).split("\n\n").findLast((block) => block.startsWith("|")) ?? "").trim().split("\n").slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
const shown = (amount: number) => (amount / 100).toFixed(2)
const creditOf = (customerId: string) =>
  Effect.map(staff(Effect.flatMap(StoreCredit, (credit) => credit.of(customerId))), ({ balance }) => shown(balance.amount))
const refund = (orderId: string, amount: number) =>
  Effect.andThen(
    staff(Effect.flatMap(Payments, (payments) => payments.refund(orderId, { amount: Shop.usd(amount), reason: "late" }))),
    drain
  )

type Doing = Effect.Effect<unknown, unknown, Shop.ShopServices>

/** Does what the rows say, one after the other, and compares what there is then with what they say. */
const follow = Effect.fnUntraced(function*(heading: string, steps: Readonly<Record<string, Doing>>, state: Effect.Effect<ReadonlyArray<string>, unknown, Shop.ShopServices>) {
  const rows = tableOf(heading)
  assert.deepStrictEqual(rows.map(([said]) => said), Object.keys(steps))
  for (const [said = "", ...expected] of rows) {
    yield* steps[said] ?? Effect.die(said)
    assert.deepStrictEqual(yield* state, expected, said)
  }
})

const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
  it.effect(name, () => Effect.provide(Effect.andThen(Shop.ships, body), Shop.layer(inMemory.storage())))

describe("the tables of the pages about money that the shop owes", () => {
  test("tell what is on gift cards and in the books", Effect.gen(function*() {
    const cards = yield* GiftCards
    const { variantId } = yield* Shop.product({ price: Shop.usd(2_000) })
    const issued: Array<{ readonly id: string; readonly code: string }> = []
    let orderId = ""
    const issue = Effect.gen(function*() {
      for (const amount of [1_000, 5_000]) {
        const { code, giftCard } = yield* staff(cards.create({ amount: Shop.usd(amount) }))
        issued.push({ id: giftCard.id, code: code ?? "" })
      }
    })
    const place = Effect.gen(function*() {
      const buyer = yield* Shop.guest([variantId, 1])
      const { payment: _, ...input } = Shop.order(buyer)
      const { order } = yield* Actor.as(buyer.actor)(
        Effect.flatMap(Checkout, (checkout) =>
          checkout.place({ ...input, giftCards: issued.map(({ code }) => code) }))
      )
      orderId = order.id
    })
    const cancel = Effect.andThen(
      staff(Effect.flatMap(Orders, (orders) => orders.cancel(orderId, { reason: "changed my mind" }))),
      drain
    )
    const state = Effect.gen(function*() {
      const left = yield* Effect.forEach(issued, ({ id }) => staff(cards.get(id)))
      const balances = yield* staff((yield* Payments).balances)
      const [owed, sales] = ["gateway:gift-card", "sales"].map((name) =>
        balances.find(({ account }) => account === name)?.balance.amount)
      return [
        ...left.map(({ balance }) => shown(balance.amount)),
        shown(owed ?? 0),
        sales === undefined ? "" : shown(sales)
      ]
    })
    yield* follow("Gift cards and store credit", {
      "both are issued": issue,
      "the order is placed": place,
      "the order is cancelled": Effect.suspend(() => cancel)
    }, state)
  }))

  const mailbox = Mailbox.make()
  it.effect("tell what the books say of gift cards that are sold", () => Effect.gen(function*() {
    const card = yield* Shop.product({ price: Shop.usd(1_000), giftCard: true })
    const goods = yield* Shop.product({ price: Shop.usd(300), requiresShipping: false })
    const mug = yield* Shop.product({ price: Shop.usd(0), requiresShipping: false })
    const sold: { orderId: string; lineId: string } = { orderId: "", lineId: "" }
    const buy = Effect.gen(function*() {
      // something that costs nothing stays, since an order is not cancelled piece by piece as a whole
      const { order } = yield* Shop.place(yield* Shop.guest([card.variantId, 2], [mug.variantId, 1]))
      Object.assign(sold, { orderId: order.id, lineId: order.lines.find(({ giftCard }) => giftCard !== undefined)?.id })
    })
    const spend = Effect.gen(function*() {
      const code = mailbox.mails.map(({ text }) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(text)?.[0]).find((found) => found !== undefined)
      yield* Shop.place(yield* Shop.guest([goods.variantId, 1]), "sandbox_success", { giftCards: [code ?? ""] })
    })
    const cancel = Effect.forEach([1, 2], () =>
      Effect.andThen(
        staff(Effect.flatMap(Cancellations, (all) => all.cancel(sold.orderId, { lines: [{ lineId: sold.lineId, quantity: 1 }] }))),
        drain
      ))
    const state = Effect.gen(function*() {
      const balances = yield* staff((yield* Payments).balances)
      return ["gateway:sandbox", "gateway:gift-card", "sales"].map((name) =>
        shown(balances.find(({ account }) => account === name)?.balance.amount ?? 0))
    })
    yield* follow("Gift cards as products", {
      "two cards of 10.00 are paid": buy,
      "they are issued": drain,
      "3.00 of one are spent": spend,
      "one piece is cancelled, and then the other as far as that goes": cancel
    }, state)
  }).pipe(Effect.provide(Layer.provide(Shop.layer(inMemory.storage()), Mailbox.layer(mailbox)))))

  test("tell what becomes of points", Effect.gen(function*() {
    const loyalty = yield* LoyaltyPoints
    const terms = { pointsPer100: 10, confirmedBy: "delivered", expireDays: null, pointValue: 2, tiers: [] } as const
    yield* staff(loyalty.setProgram({ active: true, ...terms }))
    const { variantId } = yield* Shop.product({ price: Shop.usd(2_000) })
    const ada = yield* Shop.account("ada@example.com")
    const asAda = Actor.as(Actor.customer(ada))
    let orderId = ""
    const buy = Effect.gen(function*() {
      const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
      orderId = order.id
      yield* drain
    })
    const deliver = Effect.gen(function*() {
      const orders = yield* Orders
      for (const event of ["process", "ship", "deliver"] as const) yield* staff(orders.changeStatus(orderId, { event }))
      yield* drain
    })
    const state = Effect.gen(function*() {
      const { balance, pending } = yield* asAda(loyalty.mine)
      return [String(pending), String(balance), yield* creditOf(ada)]
    })
    yield* follow("Loyalty points", {
      "an order of 20.00 and 5.00 for shipping is paid": buy,
      "it is delivered": deliver,
      "150 points are redeemed": asAda(loyalty.redeem({ points: 150 })),
      "half of the 25.00 is given back: 100 points are left of it, 150 were spent": Effect.suspend(() => refund(orderId, 1_250))
    }, state)
  }))

  test("tell what becomes of a referral, under the program of the page", Effect.gen(function*() {
    const referrals = yield* Referrals
    const [, program] = /setProgram\((\{[\s\S]*?\n\})\)/.exec(sectionOf("Referrals")) ?? []
    yield* staff(referrals.setProgram(JSON.parse(JSON.stringify(runInNewContext(`(${program})`)))))
    const { variantId } = yield* Shop.product({ price: Shop.usd(2_000) })
    const ada = yield* Shop.account("ada@example.com")
    const bob = yield* Shop.account("bob@example.com")
    const [asAda, asBob] = [Actor.as(Actor.customer(ada)), Actor.as(Actor.customer(bob))]
    const { code } = yield* asAda(referrals.mine)
    let orderId = ""
    const buy = Effect.gen(function*() {
      const { order } = yield* Shop.place(yield* Shop.customer(bob, [variantId, 1]), "sandbox_success", {
        email: "bob@example.com"
      })
      orderId = order.id
      yield* drain
    })
    const wait = Effect.andThen(
      TestClock.adjust("30 days"),
      staff(Effect.flatMap(Jobs, (jobs) => jobs.runCron("referrals.reward")))
    )
    const spend = staff(
      Effect.flatMap(StoreCredit, (credit) => credit.adjust(ada, { amount: Shop.usd(-200), reason: "spent" }))
    )
    const state = Effect.gen(function*() {
      const { friends } = yield* asAda(referrals.mine)
      const { balance } = yield* asBob(Effect.flatMap(LoyaltyPoints, ({ mine }) => mine))
      return [friends.map(({ state }) => state.replaceAll("_", " ")).join(), yield* creditOf(ada), String(balance)]
    })
    yield* follow("Referrals", {
      "the friend uses the code": asBob(referrals.use({ code })),
      "the friend's first order is paid": buy,
      "30 days later": wait,
      "the referrer spends 2.00": spend,
      "15.00 of the order are given back, 10.00 are kept": Effect.suspend(() => refund(orderId, 1_500)),
      "one cent more is given back": Effect.suspend(() => refund(orderId, 1))
    }, state)
  }))
})
