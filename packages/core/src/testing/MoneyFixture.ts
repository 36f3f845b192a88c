/**
 * What the suites of money that meets begin with: what happens to an order, and what the bank, the books and the papers say of it.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Books } from "../books/Books.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Documents } from "../documents/Documents.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Disputes } from "../payments/Disputes.ts"
import type { GatewayDispute } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"

export const system = Actor.as(Actor.system("test"))

export const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

export const lineOf = ({ lines }: { readonly lines: ReadonlyArray<{ readonly id: string }> }, index = 0) =>
  lines[index]?.id as never ?? assert.fail(`there is no line ${index}`)

export const edit = (orderId: string, input: Parameters<OrderEdits["Service"]["apply"]>[1]) =>
  system(Effect.flatMap(OrderEdits, (edits) => edits.apply(orderId, input)))

/** Staff cancel pieces of the order's first line. */
export const cancel = (order: { readonly id: string; readonly lines: ReadonlyArray<{ readonly id: string }> }, quantity: number) =>
  system(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: lineOf(order), quantity }] })))

export const invoice = (orderId: string) => system(Effect.flatMap(Documents, (documents) => documents.invoice(orderId)))

/** The refunds of an order, the smallest first. */
export const refundsOf = (orderId: string) =>
  Effect.map(Effect.flatMap(PaymentRepository, (payments) => payments.refunds(orderId)), (refunds) =>
    refunds.map(({ amount, state }) => [state, amount.amount] as const).toSorted(([, a], [, b]) => a - b))

/** The bank says something of a dispute about a payment, and the shop asks. */
export const says = (bank: ScriptedGateway, dispute: Pick<GatewayDispute, "reference" | "paymentReference" | "status" | "amount">) =>
  Effect.suspend(() => {
    bank.dispute({ fee: null, withdrawn: true, reason: "fraudulent", respondBy: null, ...dispute })
    return Effect.flatMap(Disputes, (disputes) => disputes.learn("sandbox", dispute.reference))
  })

/** From now on orders give 10 points for a dollar of goods once they are paid. */
export const program = system(Effect.flatMap(LoyaltyPoints, (loyalty) =>
  loyalty.setProgram({ active: true, pointsPer100: 10, confirmedBy: "paid", expireDays: null, pointValue: 1, tiers: [] })))

export const pointsOf = (customerId: string) =>
  Effect.map(Effect.flatMap(LoyaltyPoints, ({ mine }) => Actor.as(Actor.customer(customerId))(mine)), ({ balance }) => balance)

/** What accounts hold, without those that hold nothing. */
export const held = Effect.map(system(Effect.flatMap(Books, (books) => books.balances())), (all) =>
  Object.fromEntries(all.flatMap(({ account, balance }) => balance.amount === 0 ? [] : [[account, balance.amount]])))

/** What the bank has of an order: what it took less what it gave back. */
export const atTheBank = Effect.gen(function*() {
  const { bank } = yield* Shop.Bank
  const taken = (yield* bank.charges).reduce((sum, { taken }) => sum + taken.amount, 0)
  return (yield* bank.refunds).reduce((sum, { amount, status }) => status === "succeeded" ? sum - amount.amount : sum, taken)
})

const documentsOf = (orderId: string) => system(Effect.flatMap(Documents, (documents) => documents.ofOrder(orderId)))

/** The papers of an order: invoices count, and credit notes count against them. */
export const papers = (orderId: string) =>
  Effect.map(documentsOf(orderId), (all) => {
    const sum = (of: (content: (typeof all)[number]["content"]) => number) =>
      all.reduce((sum, { content, kind }) => sum + (kind === "invoice" ? 1 : -1) * of(content), 0)
    return {
      total: sum(({ total }) => total.amount),
      tax: sum(({ tax }) => tax.amount),
      rates: sum(({ taxes }) => taxes.reduce((all, { amount }) => all + amount.amount, 0)),
      isSound: all.every(({ content: { net, tax, total } }) => tax.amount >= 0 && net.amount >= 0 && net.amount + tax.amount === total.amount)
    }
  })

/** How much of each tax the papers of an order say that the shop owes, of those of which it is not nothing. */
export const owed = (orderId: string) =>
  Effect.map(documentsOf(orderId), (all) => {
    const rates = new Map<string, number>()
    for (const { content, kind } of all) {
      for (const { amount, name } of content.taxes) rates.set(name, (rates.get(name) ?? 0) + (kind === "invoice" ? 1 : -1) * amount.amount)
    }
    return [...rates].filter(([, amount]) => amount !== 0)
  })

/** The credit notes of an order, the smallest first. */
export const creditNotes = (orderId: string) =>
  Effect.map(documentsOf(orderId), (all) =>
    all.flatMap(({ content, kind }) => kind === "credit_note" ? [content.total.amount] : []).toSorted((a, b) => a - b))
