import type { Category } from "@stoa/core/catalog/Category"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Scheduler from "effect/Scheduler"
import * as SharedReadings from "./SharedReadings.ts"
import { app, staffKey, stub } from "./testing/StubEngine.ts"

/** Something to read, whose readings take until they are let on, and how often it was read. */
const slow = () => {
  const gates: Array<Latch.Latch> = []
  const reading = Effect.suspend(() => {
    const gate = Latch.makeUnsafe(false)
    const number = gates.push(gate)
    return Effect.as(gate.await, number)
  })
  return { gates, reading }
}

/** Lets the reading of a number go on, once it has begun. */
const letOn = Effect.fnUntraced(function*(gates: ReadonlyArray<Latch.Latch>, number: number) {
  while (gates.length < number) yield* Effect.yieldNow
  yield* gates[number - 1]?.open ?? Effect.void
})

const started = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkChild(effect, { startImmediately: true })

describe("what several people ask for at the same time", () => {
  it.effect("is read once for all who came while it was being read, after they came", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, never>()
      const { gates, reading } = slow()
      const first = yield* started(read("mugs", reading))
      const later = [yield* started(read("mugs", reading)), yield* started(read("mugs", reading))]
      assert.strictEqual(gates.length, 1)
      yield* letOn(gates, 1)
      assert.strictEqual(yield* Fiber.join(first), 1)
      while (gates.length < 2) yield* Effect.yieldNow
      const last = yield* started(read("mugs", reading))
      yield* letOn(gates, 2)
      assert.deepStrictEqual(yield* Effect.all(later.map(Fiber.join)), [2, 2])
      yield* letOn(gates, 3)
      assert.strictEqual(yield* Fiber.join(last), 3)
      assert.strictEqual(gates.length, 3)
    }))

  it.effect("is read apart from what is called otherwise, and anew once everybody has their answer", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, never>()
      const { gates, reading } = slow()
      const mugs = yield* started(read("mugs", reading))
      const plates = yield* started(read("plates", reading))
      yield* letOn(gates, 2)
      yield* letOn(gates, 1)
      assert.deepStrictEqual([yield* Fiber.join(mugs), yield* Fiber.join(plates)], [1, 2])
      const again = yield* started(read("mugs", reading))
      yield* letOn(gates, 3)
      assert.strictEqual(yield* Fiber.join(again), 3)
    }))

  it.effect("is still read for the others when somebody hangs up, and for nobody when all do", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, never>()
      const { gates, reading } = slow()
      const first = yield* started(read("mugs", reading))
      const second = yield* started(read("mugs", reading))
      const third = yield* started(read("mugs", reading))
      yield* Fiber.interrupt(first)
      while (gates.length < 2) yield* Effect.yieldNow
      yield* Fiber.interrupt(second)
      yield* letOn(gates, 2)
      assert.strictEqual(yield* Fiber.join(third), 2)
      const fourth = yield* started(read("mugs", reading))
      const fifth = yield* started(read("mugs", reading))
      yield* Fiber.interrupt(fifth)
      yield* letOn(gates, 3)
      yield* Fiber.join(fourth)
      yield* Effect.yieldNow
      assert.strictEqual(gates.length, 3)
    }))

  /** What a reader does who gives way to others after so many steps, for each number of them. */
  const givingWay = <A, E>(reader: Effect.Effect<A, E>) =>
    [3, 4, 5, 6, 7, 8, 9, 10].map((steps) => Effect.provideService(reader, Scheduler.MaxOpsBeforeYield, steps))

  it.effect("is read again after somebody hung up, wherever they were", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, never>()
      const readers = givingWay(Effect.suspend(() => read("mugs", Effect.never)))
      for (const reader of readers) {
        for (let turns = 0; turns <= 12; turns++) {
          const fiber = yield* Effect.forkChild(reader)
          for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
          yield* Fiber.interrupt(fiber)
          const again = yield* started(read("mugs", Effect.succeed(1)))
          for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
          assert.deepStrictEqual(again.pollUnsafe(), Exit.succeed(1))
        }
      }
    }))

  it.effect("is read for who begins to wait when the reading before ends", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, never>()
      for (const reader of givingWay(Effect.suspend(() => read("mugs", Effect.succeed(2))))) {
        for (let turns = 0; turns <= 12; turns++) {
          const gate = Latch.makeUnsafe(false)
          const first = yield* started(read("mugs", Effect.as(gate.await, 1)))
          const second = yield* started(reader)
          for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
          yield* gate.open
          assert.strictEqual(yield* Fiber.join(first), 1)
          for (let turn = 0; turn < 40; turn++) yield* Effect.yieldNow
          assert.deepStrictEqual(second.pollUnsafe(), Exit.succeed(2))
        }
      }
    }))

  it.effect("fails for all who waited for it, and for nobody else", () =>
    Effect.gen(function*() {
      const { read } = yield* SharedReadings.make<number, string>()
      const { gates, reading } = slow()
      const failing = Effect.flatMap(reading, (number) => number === 2 ? Effect.fail("gone") : Effect.succeed(number))
      const fibers = yield* Effect.all(Array.from({ length: 3 }, () => started(read("mugs", failing))))
      yield* letOn(gates, 1)
      yield* letOn(gates, 2)
      const exits = yield* Effect.all(fibers.map(Fiber.await))
      assert.deepStrictEqual(exits, [Exit.succeed(1), Exit.fail("gone"), Exit.fail("gone")])
      const after = yield* started(read("mugs", failing))
      yield* letOn(gates, 3)
      assert.strictEqual(yield* Fiber.join(after), 3)
    }))
})

describe("guests who look at the same page at the same time", () => {
  /** A shop with one category, which takes until it is let on to be read. */
  const shop = () => {
    const gates: Array<Latch.Latch> = []
    const kept = { name: "Mugs", version: 3 }
    const engine = stub({
      stores: { languages: Effect.succeed(["en", "de"]) },
      catalog: {
        getCategory: () =>
          Effect.suspend(() => {
            const gate = Latch.makeUnsafe(false)
            gates.push(gate)
            return Effect.as(gate.await, {
              id: "cat_01jd5m8x2vf6grc1x7e9w0b3qk",
              parentId: null,
              ...kept,
              slug: "mugs",
              description: "",
              seo: { title: null, description: null },
              translations: {},
              position: 0,
              path: ["cat_01jd5m8x2vf6grc1x7e9w0b3qk"],
              createdAt: "2026-11-21T08:00:00.000Z",
              updatedAt: "2026-11-21T08:00:00.000Z"
            } as unknown as Category)
          })
      }
    })
    return { engine, gates, kept }
  }

  const url = "/api/v1/categories/mugs"
  const nameOf = (response: Response) => Effect.map(Effect.promise(() => response.json()), (body) => (body as { readonly name: string }).name)

  it.effect("share a reading that began after they came, and each has the answer to their own request", () =>
    Effect.gen(function*() {
      const { engine, gates, kept } = shop()
      const call = yield* app(engine)
      const first = yield* started(call(url))
      kept.name = "Cups"
      kept.version = 4
      const second = yield* started(call(url, { headers: { "x-request-id": "second-request" } }))
      const third = yield* started(call(url, { headers: { "stoa-cart": "a-token-of-a-cart", "x-request-id": "third-request" } }))
      assert.strictEqual(gates.length, 1)
      yield* letOn(gates, 1)
      assert.strictEqual(yield* nameOf(yield* Fiber.join(first)), "Mugs")
      yield* letOn(gates, 2)
      const answers = [yield* Fiber.join(second), yield* Fiber.join(third)]
      assert.deepStrictEqual(answers.map(({ headers }) => headers.get("x-request-id")), ["second-request", "third-request"])
      for (const answer of answers) {
        assert.match(answer.headers.get("etag") ?? "", /^"v4-/)
        assert.strictEqual(yield* nameOf(answer), "Cups")
      }
      const known = yield* started(call(url, { headers: { "if-none-match": answers[0]?.headers.get("etag") ?? "" } }))
      yield* letOn(gates, 3)
      assert.strictEqual((yield* Fiber.join(known)).status, 304)
    }))

  it.effect("share it with nobody who signed in, nor with who asks in another language", () =>
    Effect.gen(function*() {
      const { engine, gates } = shop()
      const call = yield* app(engine)
      const fibers = [
        yield* started(call(url)),
        yield* started(call(url, { headers: { "x-api-key": staffKey } })),
        yield* started(call(`${url}?language=de`))
      ]
      assert.strictEqual(gates.length, 3)
      yield* Effect.forEach(gates, (gate) => gate.open)
      for (const fiber of fibers) assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
    }))
})
