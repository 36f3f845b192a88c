/**
 * What is done with gift cards and store credit, for the process to die in.
 */
import * as Effect from "effect/Effect"
import { Checkout } from "../checkout/Checkout.ts"
import { UserId } from "../identity/Account.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const cards = staff(Effect.map(Effect.flatMap(GiftCards, (cards) => cards.list({ limit: 100 })), ({ items }) => items))

/** A card of so much, and its code. */
const card = (amount: number) =>
  Effect.map(staff(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(amount) }))), ({ code, giftCard }) => ({
    id: giftCard.id,
    code: code ?? ""
  }))

/** The orders of a cart that stand. */
const standing = (cartId: string) =>
  Effect.map(Effect.flatMap(OrderRepository, (orders) => orders.listWhole({ limit: 100 })), ({ items }) =>
    items.filter((order) => order.cartId === cartId && order.status === "paid"))

const somebody = Effect.flatMap(UserId.generate, (id) => Shop.account(`${id}@example.com`))

/** Somebody with an account and ten dollars of credit, and a card of twenty, who wants a thing for thirty. */
const withBoth = Effect.gen(function*() {
  const { variantId } = yield* Shop.product({ price: Shop.usd(3_000), stock: 3, requiresShipping: false })
  const ada = yield* somebody
  yield* staff((yield* StoreCredit).adjust(ada, { amount: Shop.usd(1_000), reason: "sorry" }))
  return { ada, card: yield* card(2_000), somebody: yield* Shop.customer(ada, [variantId, 1]), variantId }
})

export const withValue: ReadonlyArray<Scenario<unknown>> = [
  define({
    name: "the purchase of two gift cards, and their making",
    prepare: Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ title: "Gift card", price: Shop.usd(2_500), giftCard: true, stock: 0 })
      return yield* Shop.guest([variantId, 2])
    }),
    operation: (somebody) => Effect.andThen(Shop.place(somebody), drain),
    ends: ["paid", "cancelled", "none"],
    alsoWrong: ({ cart }) =>
      Effect.gen(function*() {
        const paid = (yield* standing(cart.id)).length
        const made = (yield* cards).map(({ balance, status }) => `${status} with ${balance.amount}`)
        const expected = paid === 1 ? ["active with 2500", "active with 2500"] : []
        return made.join() === expected.join() ? [] : [`the cards are ${made.join(", ") || "none"}, and ${paid} orders are paid`]
      }),
    seldom: true
  }),
  define({
    name: "a checkout that a gift card and credit pay wholly",
    prepare: withBoth,
    operation: ({ card, somebody }) =>
      Effect.gen(function*() {
        const { payment: _, ...order } = Shop.order(somebody)
        const checkout = yield* Checkout
        yield* Actor.as(somebody.actor)(checkout.place({ ...order, giftCards: [card.code], storeCredit: true }))
      }),
    ends: ["paid", "cancelled", "none"],
    alsoWrong: ({ ada, card, somebody, variantId }) =>
      staff(Effect.gen(function*() {
        const paid = (yield* standing(somebody.cart.id)).length
        const { balance } = yield* (yield* GiftCards).get(card.id)
        const credit = (yield* (yield* StoreCredit).of(ada)).balance
        const there = [balance.amount, credit.amount, (yield* Shop.stockOf(variantId)).available]
        const expected = paid === 1 ? [0, 0, 2] : [2_000, 1_000, 3]
        return there.join() === expected.join() ? [] : [`card, credit and shelf hold ${there.join(", ")}, and ${paid} orders are paid`]
      })),
    seldom: true
  }),
  define({
    name: "the voiding of a gift card",
    prepare: card(2_000),
    operation: ({ id }) => Effect.flatMap(GiftCards, (cards) => staff(cards.void(id))),
    ends: ["none"],
    alsoWrong: ({ id }) =>
      staff(Effect.gen(function*() {
        const cards = yield* GiftCards
        const { balance, status } = yield* cards.get(id)
        const moved = (yield* cards.movements(id)).items.reduce((sum, { amount }) => sum + amount.amount, 0)
        return balance.amount === moved && moved === (status === "void" ? 0 : 2_000)
          ? []
          : [`a card that is ${status} holds ${balance.amount}, and its movements add up to ${moved}`]
      }))
  }),
  define({
    name: "giving a customer credit",
    prepare: somebody,
    operation: (ada) => Effect.flatMap(StoreCredit, (credit) => staff(credit.adjust(ada, { amount: Shop.usd(700), reason: "sorry" }))),
    ends: ["none"],
    alsoWrong: (ada) =>
      staff(Effect.gen(function*() {
        const credit = yield* StoreCredit
        const { balance } = yield* credit.of(ada)
        const moved = (yield* credit.movements(ada)).items.reduce((sum, { amount }) => sum + amount.amount, 0)
        return balance.amount === moved && moved <= 1_400 && moved % 700 === 0
          ? []
          : [`the credit is ${balance.amount}, and its movements add up to ${moved}`]
      }))
  })
]
