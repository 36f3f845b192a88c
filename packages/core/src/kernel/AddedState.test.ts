import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FulfilmentStates from "../fulfilment/FulfilmentStates.ts"
import { OrderEvent, OrderStatus } from "../orders/Order.ts"
import { make, refinable } from "../orders/OrderStates.ts"
import * as AddedState from "./AddedState.ts"
import * as StateMachine from "./StateMachine.ts"

const title = { en: "Some state" }
const inspected = { name: "inspected", base: "processing", to: ["shipped"], required: true, title }
const sealed = { name: "sealed", base: "processing", from: ["inspected"], title }
const gathered = { name: "gathered", base: "processing", title }

const statesOf = (...declared: ReadonlyArray<AddedState.AddState>) =>
  Effect.gen(function*() {
    const registry = yield* make
    for (const state of declared) yield* registry.add(state)
    return yield* registry.all
  })

describe("states that plug-ins add to those of orders", () => {
  it.effect("stand between two others, and are the only way where they say so", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(inspected, sealed, gathered)
      const order = { status: "processing" }
      const lets = (stated: AddedState.Stated, event: OrderEvent) => AddedState.lets(refinable, states, stated, event)
      assert.deepStrictEqual(AddedState.reachable(states, order), ["inspected", "gathered"])
      assert.isFalse(lets(order, "ship"))
      assert.isTrue(lets({ ...order, state: "inspected" }, "ship"))
      assert.deepStrictEqual(AddedState.reachable(states, { ...order, state: "inspected" }), ["sealed", "processing"])
      // what comes after it is a way, too; what goes around it is none, whoever added it
      assert.isTrue(lets({ ...order, state: "sealed" }, "ship"))
      assert.isFalse(lets({ ...order, state: "gathered" }, "ship"))
      assert.deepStrictEqual(AddedState.reachable(states, { ...order, state: "gathered" }), ["processing"])
      assert.isFalse(lets({ status: "paid" }, "ship"))
      assert.isTrue(lets({ status: "paid" }, "process"))
      assert.deepStrictEqual(AddedState.allowed(refinable, states, order), ["hold", "cancel", "refund", "inspected", "gathered"])
    }))

  it.effect("are read as their base where their plug-in is gone, or the order has moved on", () =>
    Effect.gen(function*() {
      const order = { status: "processing", state: "inspected" }
      assert.strictEqual(AddedState.nameOf([], order), "processing")
      assert.isTrue(AddedState.lets(refinable, [], order, "ship"))
      assert.strictEqual(AddedState.nameOf(yield* statesOf(inspected), { ...order, status: "shipped" }), "shipped")
    }))

  it.effect("never keep an order from being paid, cancelled, refunded, held, or going on after that", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(inspected, sealed, gathered, { ...inspected, name: "weighed", base: "paid", to: ["processing", "shipped"] })
      for (const status of OrderStatus.literals) {
        for (const state of [undefined, ...states.map(({ name }) => name)]) {
          for (const event of OrderEvent.literals) {
            if (refinable.progress.has(event)) continue
            assert.isTrue(AddedState.lets(refinable, states, { status, state }, event), `${status} ${state} ${event}`)
          }
        }
      }
    }))

  it.effect("are drawn with the others", () =>
    Effect.gen(function*() {
      const drawn = StateMachine.toMermaid(AddedState.extended(refinable, yield* statesOf(inspected, sealed)))
      const arrows = [
        "processing --> inspected : inspected",
        "inspected --> sealed : sealed",
        "inspected --> processing : processing",
        "inspected --> shipped : ship",
        "inspected --> cancelled : cancel"
      ]
      for (const arrow of arrows) assert.include(drawn, arrow)
      assert.notInclude(drawn, "processing --> shipped : ship")
      assert.notInclude(drawn, "paid --> shipped : ship")
      assert.strictEqual(StateMachine.toMermaid(AddedState.extended(refinable, [])), StateMachine.toMermaid(refinable.machine))
    }))

  const misfits: ReadonlyArray<readonly [fault: string, state: AddedState.AddState]> = [
    ["there is a state or an event of this name", inspected],
    ["there is a state or an event of this name", { ...gathered, name: "paid" }],
    ["there is a state or an event of this name", { ...gathered, name: "ship" }],
    ["1 to 40 lower-case letters", { ...gathered, name: "Gathered" }],
    ["it can refine pending, failed, paid,", { ...gathered, base: "nowhere" }],
    ["one can come into it from processing, inspected, not from paid", { ...gathered, from: ["paid"] }],
    ["one can come into it from processing, inspected, not from gathered", { ...gathered, from: ["gathered"] }],
    ["it can lead to shipped, not to delivered", { ...gathered, to: ["delivered"] }],
    ["it is required, and leads nowhere", { ...gathered, base: "delivered", required: true }],
    ["one can come to shipped by processing without it", { ...gathered, base: "paid", to: ["shipped"], required: true }],
    ["inspected is required on the same way", { ...gathered, required: true }],
    ["there is no permission orders:inspekt", { ...gathered, permission: "orders:inspekt" }],
    ["is not known here", { ...gathered, colour: "red" } as AddedState.AddState]
  ]
  it.effect.each(misfits)("are refused when they do not fit: %s", ([fault, state]) =>
    Effect.gen(function*() {
      const registry = yield* make
      yield* registry.add(inspected)
      const refused = yield* Effect.flip(registry.add(state))
      assert.strictEqual(refused._tag, "InvalidInput")
      assert.include(refused.message, fault)
      assert.deepStrictEqual((yield* registry.all).map(({ name }) => name), ["inspected"])
    }))

  it.effect("may be required one after the other", () =>
    Effect.gen(function*() {
      const states = yield* statesOf(inspected, { ...sealed, required: true })
      assert.isFalse(AddedState.lets(refinable, states, { status: "processing", state: "inspected" }, "ship"))
      assert.isTrue(AddedState.lets(refinable, states, { status: "processing", state: "sealed" }, "ship"))
    }))
})

describe("states that plug-ins add to those of fulfilments", () => {
  it.effect("may be of one kind, and are the only way around which no step leads", () =>
    Effect.gen(function*() {
      const registry = yield* FulfilmentStates.make
      yield* registry.add({ name: "weighed", base: "packed", required: true, title, kind: "ship", to: ["shipped"] })
      const states = yield* registry.all
      const lets = (status: string, event: string) => AddedState.lets(FulfilmentStates.refinable, states, { status }, event)
      // it leads to the counter by none of its steps, and no step from before packing leads past it
      assert.deepStrictEqual([lets("packed", "ship"), lets("picked", "ship"), lets("pending", "ship")], [false, false, false])
      assert.deepStrictEqual([lets("pending", "pack"), lets("packed", "ready"), lets("packed", "cancel")], [true, true, true])
      assert.strictEqual(states[0]?.kind, "ship")
      const loose = { name: "loose", base: "pending", required: true, title, to: ["shipped"] }
      assert.include((yield* Effect.flip(registry.add(loose))).message, "one can come to shipped by picked without it")
    }))
})
