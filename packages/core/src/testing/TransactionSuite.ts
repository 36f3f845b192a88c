/**
 * What a transaction must be on every storage: all of it or nothing, however it ends.
 *
 * ```ts
 * transactionSuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { assert, describe } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { EventId } from "../events/DomainEvent.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StockedShop from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Writes something down, to be found or not. */
const note = (text: string) =>
  Effect.gen(function*() {
    const id = yield* EventId.generate
    const at = yield* Timestamp.now
    const storeId = yield* CurrentStore
    yield* (yield* EventRepository).append([
      { id, storeId, type: "note.written", subject: "note", actor: "test", requestId: null, data: text, at }
    ])
  })

const noted = Effect.map(
  Effect.flatMap(EventRepository, (events) => events.ofSubject("note")),
  (events) => events.map(({ data }) => data)
)

const { transaction } = StockedShop

export const transactionSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  describe(`a transaction, on ${harness.name}`, () => {
    test("leaves what it wrote if it succeeds, and nothing if it fails or dies", () =>
      Effect.gen(function*() {
        yield* transaction(note("kept"))
        yield* Effect.exit(transaction(Effect.andThen(note("failed"), Effect.fail("too late"))))
        yield* Effect.exit(transaction(Effect.andThen(note("died"), Effect.die("a bug"))))
        assert.deepStrictEqual(yield* noted, ["kept"])
      }))

    test("leaves nothing if whoever began it is interrupted before its end", () =>
      Effect.gen(function*() {
        const isWritten = yield* Deferred.make<void>()
        const mayEnd = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(transaction(Effect.gen(function*() {
          yield* note("interrupted")
          yield* Deferred.succeed(isWritten, undefined)
          yield* Deferred.await(mayEnd)
        })))
        yield* Deferred.await(isWritten)
        const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* Effect.yieldNow
        yield* Deferred.succeed(mayEnd, undefined)
        yield* Fiber.await(interruption)
        assert.deepStrictEqual(yield* noted, [])
      }))

    test("within another is a part of it, and gone with it", () =>
      Effect.gen(function*() {
        yield* Effect.exit(transaction(Effect.gen(function*() {
          yield* transaction(note("inner"))
          assert.deepStrictEqual(yield* noted, ["inner"])
          return yield* Effect.fail("too late")
        })))
        assert.deepStrictEqual(yield* noted, [])
        yield* transaction(Effect.andThen(transaction(note("inner")), note("outer")))
        assert.deepStrictEqual(yield* noted, ["inner", "outer"])
      }))

    test("says whether it is open, and what waits for its commit runs then, once, and never if there is none", () =>
      Effect.gen(function*() {
        const { afterCommit, isOpen } = yield* Transactor
        const ran: Array<string> = []
        const run = (name: string) => Effect.sync(() => void ran.push(name))
        assert.isFalse(yield* isOpen)
        yield* afterCommit(run("at once"))
        assert.deepStrictEqual(ran, ["at once"])
        yield* transaction(Effect.gen(function*() {
          assert.isTrue(yield* isOpen)
          yield* transaction(afterCommit(run("committed")))
          assert.deepStrictEqual(ran, ["at once"], "the outer one is not over")
        }))
        const exit = yield* Effect.exit(transaction(Effect.andThen(afterCommit(run("rolled back")), Effect.fail("too late"))))
        assert.isTrue(Exit.isFailure(exit))
        assert.isFalse(yield* isOpen)
        assert.deepStrictEqual(ran, ["at once", "committed"])
      }))
  })
}
