import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as StateMachine from "../kernel/StateMachine.ts"
import { machine, OrderEvent, OrderStatus } from "./Order.ts"

/** What each event does to an order in each state; a dot is refused. */
const table = `
            pay    fail    retry    cancel     process     ship     hold     resume  deliver    refund    reopen   reopen_shipped  reopen_delivered
pending     paid   failed  .        cancelled  processing  .        .        .       .          .  .  .  .
failed      paid   .       pending  cancelled  .           .        .        .       .          .  .  .  .
paid        .      .       .        cancelled  processing  shipped  on_hold  .       .          refunded  .  .  .
processing  .      .       .        cancelled  .           shipped  on_hold  .       .          refunded  .  .  .
on_hold     .      .       .        cancelled  .           .        .        paid    .          refunded  .  .  .
shipped     .      .       .        cancelled  .           .        .        .       delivered  refunded  .  .  .
delivered   .      .       .        .          .           .        .        .       .          refunded  .  .  .
cancelled   .      .       .        .          .           .        .        .       .          .  .  .  .
refunded    .      .       .        .          .           .        .        .       .          .  on_hold  shipped  delivered
`

const [events = [], ...rows] = table.trim().split("\n").map((line) => line.trim().split(/\s+/))
const pairs = rows.flatMap(([state = "", ...targets]) =>
  targets.map((target, index) => ({ state, event: events[index] ?? "", target: target === "." ? undefined : target }))
) as ReadonlyArray<{
  readonly state: OrderStatus
  readonly event: OrderEvent
  readonly target: OrderStatus | undefined
}>

describe("an order's state machine", () => {
  it("knows every state and event of the table, and no other", () => {
    assert.deepStrictEqual(rows.map(([state]) => state), [...StateMachine.states(machine)])
    assert.deepStrictEqual(rows.map(([state]) => state).toSorted(), [...OrderStatus.literals].toSorted())
    assert.deepStrictEqual(events.toSorted(), [...OrderEvent.literals].toSorted())
    assert.strictEqual(pairs.length, 9 * 13)
  })

  it.effect.each(pairs)("$state + $event = $target", ({ event, state, target }) =>
    Effect.gen(function*() {
      const result = yield* Effect.result(StateMachine.transition(machine, state, event))
      if (target !== undefined) {
        assert.strictEqual(result._tag === "Success" ? result.success : undefined, target)
      } else {
        assert(result._tag === "Failure")
        assert.sameMembers(
          [...result.failure.allowed],
          pairs.filter((pair) => pair.state === state && pair.target !== undefined).map((pair) => pair.event)
        )
      }
    }))

  it("leads from every state to an end", () => {
    // what is refunded is over, unless the money comes back
    const isEnd = (state: OrderStatus) => StateMachine.allowed(machine, state).every((event) => event.startsWith("reopen"))
    const ends = new Set(StateMachine.states(machine).filter(isEnd))
    assert.deepStrictEqual([...ends], ["cancelled", "refunded"])
    for (let grown = true; grown;) {
      grown = false
      for (const { state, target } of pairs) {
        if (target !== undefined && ends.has(target) && !ends.has(state)) {
          ends.add(state)
          grown = true
        }
      }
    }
    assert.strictEqual(ends.size, rows.length)
  })
})
