/**
 * What the books must do on any storage: every movement sums to zero, nothing is changed afterwards, and a period that is
 * closed stays as it is.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Books } from "../books/Books.ts"
import { BooksRepository } from "../books/BooksRepository.ts"
import * as LedgerEntry from "../books/LedgerEntry.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { negate } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const day = (days: number) => Timestamp.fromMillis(days * 86_400_000)

const accountant = Actor.as(Actor.staff("user_accountant", ["payments:read", "books:write"]))

/** A card is sold, for dollars. */
const sold = (name: string, cents: number, at: Timestamp.Timestamp) =>
  LedgerEntry.transaction({ transaction: `gift-card:${name}`, orderId: null, at }, [
    ["gateway:sandbox", Shop.usd(cents)],
    ["gift-cards", negate(Shop.usd(cents))]
  ])

const amounts = (entries: ReadonlyArray<LedgerEntry.LedgerEntry>) =>
  entries.map(({ account, amount, transaction }) => [transaction, account, amount.amount])

export const booksSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`the books on ${harness.name}`, () => {
    test("take a movement of any domain once, however often it is written", () =>
      Effect.gen(function*() {
        const books = yield* Books
        for (let time = 0; time < 3; time++) yield* books.post(sold("a", 500, day(0)))
        assert.deepStrictEqual(amounts((yield* accountant(books.entries())).items), [
          ["gift-card:a", "gift-cards", -500],
          ["gift-card:a", "gateway:sandbox", 500]
        ])
      }))

    test("refuse entries that do not sum to zero, in the storage itself", () =>
      Effect.gen(function*() {
        const books = yield* Books
        const repository = yield* BooksRepository
        const { transaction } = yield* Transactor
        const [one, other] = sold("a", 500, day(0)) as readonly [LedgerEntry.LedgerEntry, LedgerEntry.LedgerEntry]
        const euros = { ...other, amount: { ...other.amount, currency: "EUR" as never } }
        for (const wrong of [[one], [one, { ...other, amount: Shop.usd(-499) }], [one, euros], [one, { ...other, transaction: "b" }]]) {
          assert.strictEqual((yield* Effect.flip(repository.post(wrong)))._tag, "StorageError")
          assert.strictEqual((yield* Effect.flip(transaction(repository.post(wrong))))._tag, "StorageError")
        }
        assert.deepStrictEqual(yield* accountant(books.balances()), [])
      }))

    test("say what each account took and gave, in a span of time and altogether", () =>
      Effect.gen(function*() {
        const books = yield* Books
        yield* books.post(sold("a", 500, day(1)))
        yield* books.post(sold("b", 300, day(2)))
        yield* books.post(
          LedgerEntry.transaction({ transaction: "payout:1", orderId: null, at: day(3) }, [
            ["bank", Shop.usd(790)],
            ["fees", Shop.usd(10)],
            ["gateway:sandbox", Shop.usd(-800)]
          ])
        )
        const trial = (range?: { readonly since?: string; readonly until?: string }) =>
          Effect.map(accountant(books.trialBalance(range)), ({ lines, totals }) => ({
            lines: lines.map(({ account, balance, credits, debits }) => [account, debits.amount, credits.amount, balance.amount]),
            totals: totals.map(({ credits, debits }) => [debits.currency, debits.amount, credits.amount])
          }))
        assert.deepStrictEqual(yield* trial(), {
          lines: [["bank", 790, 0, 790], ["fees", 10, 0, 10], ["gateway:sandbox", 800, 800, 0], ["gift-cards", 0, 800, -800]],
          totals: [["USD", 1_600, 1_600]]
        })
        assert.deepStrictEqual(yield* trial({ since: day(2), until: day(3) }), {
          lines: [["gateway:sandbox", 300, 0, 300], ["gift-cards", 0, 300, -300]],
          totals: [["USD", 300, 300]]
        })
        assert.deepStrictEqual(
          (yield* accountant(books.balances({ until: day(2) }))).map(({ account, balance }) => [account, balance.amount]),
          [["gateway:sandbox", 500], ["gift-cards", -500]]
        )
      }))

    test("stay as they are in a period that is closed, and what is learnt later counts in the open one", () =>
      Effect.gen(function*() {
        const books = yield* Books
        const events = yield* EventRepository
        yield* TestClock.setTime(Timestamp.toMillis(day(10)))
        yield* books.post(sold("a", 500, day(1)))
        const period = yield* accountant(books.close({ until: day(5) }))
        assert.deepStrictEqual([period.endsAt, period.closedAt], [day(5), day(10)])
        yield* books.post(sold("late", 300, day(2)))
        yield* books.post(sold("a", 500, day(1)))
        yield* books.post(sold("now", 200, day(10)))
        const { items } = yield* accountant(books.entries({ account: "gift-cards" }))
        assert.deepStrictEqual(items.map(({ at, transaction }) => [transaction, at]), [
          ["gift-card:now", day(10)],
          ["gift-card:late", day(5)],
          ["gift-card:a", day(1)]
        ])
        const closed = yield* accountant(books.balances({ until: day(5) }))
        assert.deepStrictEqual(closed.map(({ balance }) => balance.amount), [500, -500])

        const refused = (until: Timestamp.Timestamp) =>
          Effect.map(Effect.flip(accountant(books.close({ until }))), (error) =>
            error._tag === "PeriodNotClosable" ? error.reason : error._tag)
        assert.strictEqual(yield* refused(day(5)), "closed_already")
        assert.strictEqual(yield* refused(day(4)), "closed_already")
        assert.strictEqual(yield* refused(day(11)), "not_over")
        const second = yield* accountant(books.close({ until: day(10) }))
        const first = yield* accountant(books.periods({ limit: 1 }))
        assert.deepStrictEqual(first.items, [second])
        assert.deepStrictEqual((yield* accountant(books.periods({ after: first.nextCursor ?? "" }))).items, [period])
        assert.deepStrictEqual((yield* events.ofSubject(period.id)).map(({ type }) => type), ["books.period_closed"])
      }))

    test("take what payments move, page by page and as a file for bookkeeping", () =>
      Effect.gen(function*() {
        const books = yield* Books
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 1 })
        const refund = yield* Fixture.staff(payments.refund(order.id, { amount: Shop.usd(500), reason: "late" }))
        const first = yield* accountant(books.entries({ orderId: order.id, limit: 3 }))
        const rest = yield* accountant(books.entries({ orderId: order.id, limit: 3, after: first.nextCursor ?? "" }))
        const all = [...first.items, ...rest.items]
        assert.lengthOf(all, 4)
        assert.isNull(rest.nextCursor)
        assert.deepStrictEqual(
          (yield* accountant(books.entries({ transaction: `capture:${payment.id}` }))).items.map(({ amount }) => amount.amount),
          [-2_500, 2_500]
        )
        const lines = yield* accountant(Stream.runCollect(books.export({ orderId: order.id })))
        const at = all[0]?.at
        assert.deepStrictEqual(lines, [
          "at,transaction,account,order_id,currency,debit,credit\n",
          `${at},refund:${refund.id},sales,${order.id},USD,5.00,\n`,
          `${at},refund:${refund.id},gateway:sandbox,${order.id},USD,,5.00\n`,
          `${at},capture:${payment.id},sales,${order.id},USD,,25.00\n`,
          `${at},capture:${payment.id},gateway:sandbox,${order.id},USD,25.00,\n`
        ])
      }))

    test("are each store's own, and only for who may see and close them", () =>
      Effect.gen(function*() {
        const books = yield* Books
        const stores = yield* Stores
        yield* TestClock.setTime(Timestamp.toMillis(day(10)))
        yield* books.post(sold("a", 500, day(1)))
        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.deepStrictEqual((yield* accountant(there(books.entries()))).items, [])
        yield* accountant(there(books.close({ until: day(5) })))
        yield* books.post(sold("b", 500, day(1)))
        assert.deepStrictEqual(
          (yield* accountant(books.entries({ account: "gift-cards" }))).items.map(({ at }) => at),
          [day(1), day(1)],
          "one store's periods are not another's"
        )
        const clerk = Actor.as(Actor.staff("clerk", ["payments:read"]))
        assert.strictEqual((yield* Effect.flip(clerk(books.close({ until: day(5) }))))._tag, "Forbidden")
        const guest = Actor.as(Actor.guest())
        for (const ask of [books.entries(), books.balances(), books.trialBalance(), books.periods()]) {
          assert.strictEqual((yield* Effect.flip(guest(ask as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Unauthenticated")
        }
        assert.strictEqual((yield* Effect.flip(guest(Stream.runCollect(books.export()))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(accountant(books.entries({ after: "x" }))))._tag, "InvalidInput")
      }))
  })
}
