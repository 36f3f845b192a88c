import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as PoolLine from "./PoolLine.ts"

const minute = Duration.minutes(1)

const ticket = (): PoolLine.Ticket => ({ isIn: false })

/** Somebody who wants in, and the fiber in which they wait. */
const queue = Effect.fnUntraced(function*(line: PoolLine.PoolLine) {
  const own = ticket()
  return { ticket: own, fiber: yield* Effect.forkChild(line.enter(own), { startImmediately: true }) }
})

describe("the line before a pool", () => {
  it.effect("lets in as many as there are places, then one for each that leaves, in the order of arrival", () =>
    Effect.gen(function*() {
      const line = PoolLine.make(2, minute)
      const all = yield* Effect.forEach(Array.from({ length: 5 }), () => queue(line))
      const inside = () => all.map((one) => one.ticket.isIn)
      assert.deepStrictEqual(inside(), [true, true, false, false, false])
      line.leave((all[1] ?? assert.fail()).ticket)
      assert.deepStrictEqual(inside(), [true, false, true, false, false])
      line.leave((all[0] ?? assert.fail()).ticket)
      assert.deepStrictEqual(inside(), [false, false, true, true, false])
      line.leave((all[2] ?? assert.fail()).ticket)
      assert.deepStrictEqual(yield* Effect.forEach(all, ({ fiber }) => Fiber.join(fiber)), [true, true, true, true, true])
    }))

  it.effect("does not let one who leaves and comes back in before those who wait", () =>
    Effect.gen(function*() {
      const line = PoolLine.make(1, minute)
      const first = yield* queue(line)
      const second = yield* queue(line)
      line.leave(first.ticket)
      const again = yield* queue(line)
      assert.deepStrictEqual([second.ticket.isIn, again.ticket.isIn], [true, false])
      line.leave(second.ticket)
      assert.isTrue(again.ticket.isIn)
    }))

  it.effect("forgets who gives up, and loses no place by it", () =>
    Effect.gen(function*() {
      const line = PoolLine.make(1, minute)
      const first = yield* queue(line)
      const [impatient, patient] = [yield* queue(line), yield* queue(line)]
      yield* Fiber.interrupt(impatient.fiber)
      line.leave(first.ticket)
      assert.deepStrictEqual([impatient.ticket.isIn, patient.ticket.isIn], [false, true])
      line.leave(patient.ticket)
      // twice is once
      line.leave(patient.ticket)
      const [next, other] = [yield* queue(line), yield* queue(line)]
      assert.deepStrictEqual([next.ticket.isIn, other.ticket.isIn], [true, false])
      yield* Fiber.interrupt(other.fiber)
    }))

  it.effect("tells who waits too long", () =>
    Effect.gen(function*() {
      const line = PoolLine.make(1, minute)
      yield* queue(line)
      const late = yield* queue(line)
      yield* TestClock.adjust(minute)
      assert.isFalse(yield* Fiber.join(late.fiber))
      assert.isFalse(late.ticket.isIn)
    }))
})
