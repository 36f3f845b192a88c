/**
 * Steps of suites about gift cards that are sold.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Gift } from "../catalog/Gift.ts"
import { Carts } from "../cart/Carts.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Payments } from "../payments/Payments.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Invariants from "./Invariants.ts"
import type * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"

export const staff = Actor.as(Actor.system("test"))
export const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))

export const sound = Effect.gen(function*() {
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
})

/** What the books say of an account. */
export const account = (name: string) =>
  Effect.map(Effect.flatMap(Payments, (payments) => staff(payments.balances)), (all) =>
    all.find(({ account }) => account === name)?.balance.amount ?? 0)

export const card = (amount: number, more: object = {}) => Shop.product({ title: "Gift card", price: usd(amount), giftCard: true, stock: 0, ...more })

export const cards = Effect.flatMap(GiftCards, (cards) => staff(cards.list({ limit: 100 }))).pipe(
  Effect.map(({ items }) => items)
)

export const balances = Effect.map(cards, (all) => all.map(({ balance, status }) => `${status} ${balance.amount}`).sort())

export const codesIn = (text: string): ReadonlyArray<string> => text.match(/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/g) ?? []

export const codeIn = (text: string): string => codesIn(text)[0] ?? ""

export const put = (buyer: Shop.Buyer, variantId: string, quantity: number, gift?: typeof Gift.Encoded) =>
  Actor.as(buyer.actor)(Effect.flatMap(Carts, (carts) =>
    carts.addItem(buyer.cart.id, { variantId, quantity, ...(gift === undefined ? {} : { gift }) })))

/** The code that a mail has told. */
export const codeOf = ({ mails }: Mailbox.Mailbox): string => mails.map(({ text }) => codeIn(text)).find((code) => code !== "") ?? ""

/** Somebody buys something with a code, and gets the order. */
export const spend = (code: string, amount: number, buyer: (pieces: Shop.Pieces) => Effect.Effect<Shop.Buyer, never, Carts> = Shop.guest) =>
  Effect.gen(function*() {
    const goods = yield* Shop.product({ price: usd(amount), requiresShipping: false })
    return (yield* Shop.place(yield* buyer([goods.variantId, 1]), "sandbox_success", { giftCards: [code] })).order
  })
