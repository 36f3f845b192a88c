import { assert, describe, it } from "@effect/vitest"
import { Books } from "@stoa/core/books/Books"
import { BooksRepository } from "@stoa/core/books/BooksRepository"
import * as LedgerEntry from "@stoa/core/books/LedgerEntry"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as Barrier from "@stoa/core/testing/Barrier"
import { booksSuite } from "@stoa/core/testing/BooksSuite"
import * as Shop from "@stoa/core/testing/Shop"
import { BooksContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as PostgresHarness from "./PostgresHarness.ts"

booksSuite(PostgresHarness.postgres)

const day = (days: number) => Timestamp.fromMillis(days * 86_400_000)

const sold = (name: string, at: Timestamp.Timestamp) =>
  LedgerEntry.transaction({ transaction: `sold:${name}`, orderId: null, at }, [
    ["gateway:sandbox", Shop.usd(100)],
    ["sales", Shop.usd(-100)]
  ])

describe("the books in PostgreSQL", () => {
  it.effect("take no entry into a period that is closed at the same moment, and lose none", () =>
    Effect.gen(function*() {
      const rounds = 15
      const writers = 8
      const books = yield* Books
      const repository = yield* BooksRepository
      const { transaction } = yield* Transactor
      const accountant = Actor.as(Actor.staff("user_accountant", ["payments:read", "books:write"]))
      const barrier = Barrier.make()
      const until = (end: Timestamp.Timestamp) =>
        Effect.map(accountant(books.entries({ until: end, limit: 100 })), ({ items }) => items.map(({ transaction }) => transaction))
      yield* TestClock.setTime(Timestamp.toMillis(day(rounds + 1)))
      for (let round = 0; round < rounds; round++) {
        const end = day(round + 1)
        barrier.closeFor(writers + 1)
        // everybody has begun, and has seen that the period is open, before anybody writes
        const write = (writer: number) =>
          transaction(Effect.gen(function*() {
            assert.isTrue(((yield* repository.openSince) ?? "") < end)
            yield* barrier.arrive
            yield* books.post(sold(`${round}-${writer}`, Timestamp.fromMillis(Timestamp.toMillis(end) - 1 - writer)))
          }))
        const close = Effect.gen(function*() {
          yield* barrier.arrive
          yield* accountant(books.close({ until: end }))
          return yield* until(end)
        })
        const [closed] = yield* Effect.all(
          [close, Effect.forEach(Array.from({ length: writers }, (_, writer) => writer), write, { concurrency: "unbounded", discard: true })],
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(yield* until(end), closed, "nothing came into the period after it was closed")
      }
      const { lines, totals } = yield* accountant(books.trialBalance({ until: day(rounds + 2) }))
      assert.deepStrictEqual(totals.map(({ credits, debits }) => [debits.amount, credits.amount]), [[12_000, 12_000]])
      assert.deepStrictEqual(lines.map(({ account, balance }) => [account, balance.amount]), [
        ["gateway:sandbox", 12_000],
        ["sales", -12_000]
      ])
    }).pipe(Effect.provide(Shop.layer(PostgresHarness.crowded.storage()))))

  it.effect("keep their laws whatever a plug-in writes", () =>
    Effect.provide(BooksContract.keepTheirLaws, PostgresHarness.storage()))
})
