import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as GroupCommit from "./GroupCommit.ts"

/** A group commit whose rounds end when the test says so. */
const gated = (limit = 10, patience?: number) => {
  const rounds: Array<ReadonlyArray<string>> = []
  const gates: Array<Deferred.Deferred<void>> = []
  const submit = GroupCommit.make<string, string, string, never>({
    keyOf: (item) => item.slice(0, 1),
    limit,
    patience,
    goesAlone: Effect.succeed(false),
    mayBeOfOne: (error) => error === "spoiled",
    run: (items) =>
      Effect.suspend(() => {
        const gate = Deferred.makeUnsafe<void>()
        rounds.push(items)
        gates.push(gate)
        return Effect.andThen(
          Deferred.await(gate),
          items.length > 1 && items.some((item) => item.endsWith("!"))
            ? Effect.fail(items.includes("a!") ? "away" : "spoiled")
            : Effect.succeed(items.map((item) => item.endsWith("!") ? Exit.fail(`not ${item}`) : Exit.succeed(`${item} done`)))
        )
      })
  })
  // until everybody who was waiting has gone on
  const settle = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow, { discard: true })
  const open = Effect.suspend(() => {
    for (const gate of gates) Deferred.doneUnsafe(gate, Effect.void)
    return settle
  })
  const start = (item: string) => Effect.forkChild(submit(item), { startImmediately: true })
  /** The first one's round is under way when the others come. */
  const startAll = ([first, ...others]: readonly [string, ...Array<string>]) =>
    Effect.gen(function*() {
      const fiber = yield* start(first)
      yield* settle
      return [fiber, ...yield* Effect.forEach(others, start)]
    })
  return { rounds, open, settle, start, startAll }
}

describe("a group commit", () => {
  it.effect("takes all who come at the same moment together", () =>
    Effect.gen(function*() {
      const { open, rounds, settle, start } = gated()
      const fibers = yield* Effect.forEach(["a1", "a2", "a3"], start)
      yield* settle
      assert.deepStrictEqual(rounds, [["a1", "a2", "a3"]])
      yield* open
      assert.deepStrictEqual(yield* Fiber.joinAll(fibers), ["a1 done", "a2 done", "a3 done"])
    }))

  it.effect("lets the first go alone, and those who come meanwhile go together, in order", () =>
    Effect.gen(function*() {
      const { open, rounds, startAll } = gated()
      const fibers = yield* startAll(["a1", "a2", "a3", "a4"])
      assert.deepStrictEqual(rounds, [["a1"]])
      yield* open
      assert.deepStrictEqual(rounds, [["a1"], ["a2", "a3", "a4"]])
      yield* open
      assert.deepStrictEqual(yield* Fiber.joinAll(fibers), ["a1 done", "a2 done", "a3 done", "a4 done"])
    }))

  it.effect("takes no more into a round than it may", () =>
    Effect.gen(function*() {
      const { open, rounds, startAll } = gated(2)
      const fibers = yield* startAll(["a1", "a2", "a3", "a4"])
      yield* Effect.andThen(open, Effect.andThen(open, open))
      assert.deepStrictEqual(rounds, [["a1"], ["a2", "a3"], ["a4"]])
      assert.strictEqual((yield* Fiber.joinAll(fibers)).length, 4)
    }))

  it.effect("waits for as many as came together lately, of each key", () =>
    Effect.gen(function*() {
      // longer than any test: what a round waits for is company
      const { open, rounds, settle, start } = gated(10, 600_000)
      const fibers = [yield* start("a1")]
      yield* Effect.andThen(settle, open)
      fibers.push(yield* start("a2"), yield* start("a3"))
      yield* Effect.andThen(settle, open)
      assert.deepStrictEqual(rounds, [["a1"], ["a2", "a3"]])
      fibers.push(yield* start("a4"))
      yield* settle
      assert.strictEqual(rounds.length, 2)
      // others have come alone lately
      fibers.push(yield* start("b1"))
      yield* settle
      assert.deepStrictEqual(rounds.slice(2), [["b1"]])
      fibers.push(yield* start("a5"))
      yield* Effect.andThen(settle, open)
      assert.deepStrictEqual(rounds.slice(3), [["a4", "a5"]])
      assert.deepStrictEqual(yield* Fiber.joinAll(fibers), ["a1", "a2", "a3", "a4", "b1", "a5"].map((item) => item + " done"))
    }))

  it.effect("leaves nobody behind where who waits for company is interrupted, or gives up", () =>
    Effect.gen(function*() {
      const { open, rounds, settle, start, startAll } = gated(10, 600_000)
      const begun = yield* startAll(["a1", "a2", "a3", "a4"])
      yield* Effect.andThen(open, open)
      const leader = yield* start("a5")
      const leaving = yield* start("a6")
      yield* settle
      // who leads stays until the round is over, and who does not is not waited for
      const stopping = yield* Effect.forkChild(Fiber.interrupt(leader), { startImmediately: true })
      yield* Fiber.interrupt(leaving)
      const last = [yield* start("a7")]
      yield* settle
      assert.strictEqual(rounds.length, 2)
      last.push(yield* start("a8"))
      yield* settle
      assert.deepStrictEqual(rounds.slice(1), [["a2", "a3", "a4"], ["a5", "a7", "a8"]])
      yield* open
      yield* Fiber.join(stopping)
      assert.deepStrictEqual(yield* Fiber.joinAll([...begun, ...last]), ["a1", "a2", "a3", "a4", "a7", "a8"].map((item) => item + " done"))
    }))

  it.effect("waits for company no longer than it is worth, whatever clock there is", () =>
    Effect.gen(function*() {
      const rounds: Array<number> = []
      const submit = GroupCommit.make<string, string, never, never>({
        keyOf: () => "one for all",
        limit: 10,
        patience: 1,
        goesAlone: Effect.succeed(false),
        mayBeOfOne: () => false,
        run: (items) => Effect.sync(() => {
          rounds.push(items.length)
          return items.map((item) => Exit.succeed(item))
        })
      })
      yield* Effect.forEach(["a1", "a2", "a3"], submit, { concurrency: "unbounded" })
      // on the test clock, which stands still
      for (const item of ["a4", "a5", "a6"]) assert.strictEqual(yield* submit(item), item)
      assert.deepStrictEqual(rounds, [3, 1, 1, 1])
    }))

  it.effect("keeps what has another key out of the round, and does not make it wait", () =>
    Effect.gen(function*() {
      const { open, rounds, settle, startAll } = gated()
      const fibers = yield* startAll(["a1", "b1", "a2"])
      yield* settle
      assert.deepStrictEqual(rounds, [["a1"], ["b1"]])
      yield* Effect.andThen(open, open)
      assert.strictEqual((yield* Fiber.joinAll(fibers)).length, 3)
    }))

  it.effect("tries each alone when a round fails, so that only who is at fault fails", () =>
    Effect.gen(function*() {
      const { open, rounds, startAll } = gated()
      const fibers = yield* startAll(["a1", "a2", "a3!", "a4"])
      for (let round = 0; round < 6; round++) yield* open
      assert.deepStrictEqual(rounds, [["a1"], ["a2", "a3!", "a4"], ["a2"], ["a3!"], ["a4"]])
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, true, false, true])
    }))

  it.effect("tells everybody of a failure that is nobody's fault", () =>
    Effect.gen(function*() {
      const { open, rounds, startAll } = gated()
      const fibers = yield* startAll(["a1", "a!", "a3"])
      yield* Effect.andThen(open, open)
      assert.deepStrictEqual(rounds, [["a1"], ["a!", "a3"]])
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      assert.deepStrictEqual(exits, [Exit.succeed("a1 done"), Exit.fail("away"), Exit.fail("away")])
    }))

  it.effect("goes on after a round that cannot even begin, and after one that says nothing of somebody", () =>
    Effect.gen(function*() {
      let isBroken = true
      const submit = GroupCommit.make<string, string, never, never>({
        keyOf: () => "one for all",
        limit: 10,
        goesAlone: Effect.succeed(false),
        mayBeOfOne: () => false,
        run: (items) => {
          if (isBroken) throw new Error("cannot be written down")
          return Effect.succeed(items.flatMap((item) => item === "forgotten" ? [] : [Exit.succeed(`${item} done`)]))
        }
      })
      const all = (...items: ReadonlyArray<string>) => Effect.forEach(items, (item) => Effect.exit(submit(item)), { concurrency: "unbounded" })
      assert.deepStrictEqual((yield* all("a1", "a2")).map(Exit.hasDies), [true, true])
      isBroken = false
      assert.deepStrictEqual(yield* all("a3"), [Exit.succeed("a3 done")])
      const [known, forgotten] = yield* all("a4", "forgotten")
      assert.deepStrictEqual([known, forgotten === undefined || Exit.hasDies(forgotten)], [Exit.succeed("a4 done"), true])
      assert.deepStrictEqual(yield* all("a5"), [Exit.succeed("a5 done")])
    }))

  it.effect("forgets who gives up waiting, even one whose turn it is to lead", () =>
    Effect.gen(function*() {
      const { open, rounds, startAll } = gated()
      const [first, second, third, fourth] = yield* startAll(["a1", "a2", "a3", "a4"])
      yield* Fiber.interrupt(third as Fiber.Fiber<string, string>)
      yield* open
      assert.deepStrictEqual(rounds, [["a1"], ["a2", "a4"]])
      yield* open
      assert.strictEqual(yield* Fiber.join(first as Fiber.Fiber<string, string>), "a1 done")
      assert.strictEqual(yield* Fiber.join(second as Fiber.Fiber<string, string>), "a2 done")
      assert.strictEqual(yield* Fiber.join(fourth as Fiber.Fiber<string, string>), "a4 done")
    }))

  it.effect("finishes a round whose leader is interrupted, because others are in it", () =>
    Effect.gen(function*() {
      const { open, settle, start, startAll } = gated()
      const [first, second, third] = yield* startAll(["a1", "a2", "a3"])
      yield* open
      const stopping = yield* Effect.forkChild(Fiber.interrupt(second as Fiber.Fiber<string, string>), {
        startImmediately: true
      })
      yield* open
      yield* Fiber.join(stopping)
      assert.strictEqual(yield* Fiber.join(third as Fiber.Fiber<string, string>), "a3 done")
      assert.strictEqual(yield* Fiber.join(first as Fiber.Fiber<string, string>), "a1 done")
      const later = yield* start("a5")
      yield* settle
      yield* open
      assert.strictEqual(yield* Fiber.join(later), "a5 done")
    }))
})
