/**
 * States that plug-ins add to those of orders and of fulfilments, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Analytics } from "../analytics/Analytics.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { FulfilmentGuards } from "../fulfilment/FulfilmentGuards.ts"
import { FulfilmentStates } from "../fulfilment/FulfilmentStates.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type * as AddedState from "../kernel/AddedState.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderGuards } from "../orders/OrderGuards.ts"
import { Orders } from "../orders/Orders.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { OrderViews } from "../orders/OrderViews.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import { Stores } from "../stores/Stores.ts"
import { inState } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_1", ["orders:*"]))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const changeState = (id: string, state: string, more: Omit<typeof AddedState.ChangeState.Encoded, "state"> = {}) =>
  Effect.flatMap(Orders, (orders) => orders.changeState(id, { state, ...more }))
const changeStatus = (id: string, event: "process" | "ship" | "hold" | "resume" | "deliver") =>
  Effect.flatMap(Orders, (orders) => orders.changeStatus(id, { event }))
const get = (id: string) => Effect.flatMap(Orders, (orders) => orders.get(id))

/** What a plug-in would declare: goods are inspected, and maybe held for their buyer, before they go. */
const declared = Effect.gen(function*() {
  const states = yield* OrderStates
  yield* states.add({
    name: "inspected",
    base: "processing",
    to: ["shipped"],
    required: true,
    permission: "fraud:write",
    title: { en: "Inspected", de: "Geprüft" }
  })
  yield* states.add({ name: "wrapped", base: "processing", from: ["inspected"], forBuyers: true, title: { en: "Wrapped" } })
})

const inspector = Actor.as(Actor.staff("user_2", ["orders:read", "fraud:write"]))

export const addedStateSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Shop.ships.pipe(Effect.andThen(declared), Effect.andThen(body), Effect.provide(Shop.layer(harness.storage()))))

  describe(`states that plug-ins add, on ${harness.name}`, () => {
    test(
      "an order goes through them, and counts as being in their base",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, order, token } = yield* inState("processing")
        const refused = yield* Effect.flip(staff(changeStatus(id, "ship")))
        assert.deepInclude(refused, { _tag: "IllegalTransition", state: "processing", event: "ship", allowed: ["hold", "cancel", "refund", "inspected"] })

        const inspected = yield* inspector(changeState(id, "inspected", { reason: "No scratches", version: order.version }))
        assert.deepInclude(inspected, { status: "processing", state: "inspected", version: order.version + 1 })
        yield* TestClock.adjust("1 second")
        const wrapped = yield* staff(changeState(id, "wrapped"))
        assert.strictEqual(wrapped.state, "wrapped")
        yield* TestClock.adjust("1 second")
        const shipped = yield* staff(changeStatus(id, "ship"))
        assert.deepInclude(shipped, { status: "shipped" })
        assert.notProperty(shipped, "state")

        const told = (yield* staff(orders.timeline(id))).filter(({ type }) => type === "order.state_changed")
        assert.deepStrictEqual(told.map(({ actor, data }) => [actor, data]), [
          ["staff:user_2", {
            orderId: id,
            number: order.number,
            customerId: null,
            status: "processing",
            from: "processing",
            to: "inspected",
            reason: "No scratches",
            forBuyers: false
          }],
          ["staff:user_1", {
            orderId: id,
            number: order.number,
            customerId: null,
            status: "processing",
            from: "inspected",
            to: "wrapped",
            reason: "",
            forBuyers: true
          }]
        ])
        // a buyer learns of what is for buyers, and not where it came from
        const seen = (yield* Actor.as(Actor.guest({ orderToken: token }))(orders.timeline(id))).filter(({ type }) =>
          type === "order.state_changed")
        assert.deepStrictEqual(seen.map(({ data }) => data), [
          { orderId: id, number: order.number, customerId: null, status: "processing", to: "wrapped", reason: "" }
        ])
        const audited = yield* Actor.as(Actor.system("test"))(Effect.flatMap(AuditLog, (log) => log.list({ subject: id })))
        assert.deepInclude(audited.items.find(({ action }) => action === "order.state")?.details, { to: "wrapped" })
      })
    )

    test(
      "an order is seen in them by staff, and by its buyer if they are for buyers",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, token } = yield* inState("processing")
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        yield* inspector(changeState(id, "inspected"))
        assert.notProperty(yield* buyer(get(id)), "state")
        assert.strictEqual((yield* staff(get(id))).state, "inspected")
        assert.deepStrictEqual((yield* buyer(orders.states)).map(({ name }) => name), ["wrapped"])
        assert.deepStrictEqual((yield* staff(orders.states)).map(({ name }) => name), ["inspected", "wrapped"])
        yield* staff(changeState(id, "wrapped"))
        assert.strictEqual((yield* buyer(get(id))).state, "wrapped")
        // whoever may bring it into a state may take it back
        assert.notProperty(yield* staff(changeState(id, "processing")), "state")
      })
    )

    test(
      "an order comes into them only from where they say, by whom they say, at its version, and in its store",
      Effect.gen(function*() {
        const { id, order } = yield* inState("processing")
        const refused = yield* Effect.flip(staff(changeState(id, "wrapped")))
        assert.deepInclude(refused, { _tag: "IllegalTransition", event: "wrapped", allowed: ["hold", "cancel", "refund", "inspected"] })
        const unknown = yield* Effect.flip(staff(changeState(id, "painted")))
        assert.deepInclude(unknown, { _tag: "IllegalTransition", event: "painted" })
        assert.deepInclude(yield* Effect.flip(staff(changeState(id, "inspected"))), { _tag: "Forbidden", permission: "fraud:write" })
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(changeState(id, "inspected"))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(inspector(changeState(id, "inspected", { version: order.version + 1 }))))._tag, "VersionConflict")
        assert.strictEqual((yield* Effect.flip(inspector(changeState("ord_none", "inspected"))))._tag, "OrderNotFound")
        const other = yield* Actor.as(Actor.system("test"))(
          Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" }))
        )
        assert.strictEqual((yield* Effect.flip(within(other.id)(inspector(changeState(id, "inspected")))))._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(inspector(changeState((yield* inState("paid")).id, "inspected"))))._tag, "IllegalTransition")
        assert.notProperty(yield* staff(get(id)), "state")
      })
    )

    test(
      "they end with the status that they refine, whatever ends it",
      Effect.gen(function*() {
        const { id } = yield* inState("processing")
        yield* inspector(changeState(id, "inspected"))
        // what does not change the status does not end the state
        yield* staff(Effect.flatMap(Orders, (orders) => orders.tag(id, { tags: ["vip"] })))
        assert.strictEqual((yield* staff(get(id))).state, "inspected")
        yield* staff(changeStatus(id, "hold"))
        yield* staff(changeStatus(id, "resume"))
        yield* staff(changeStatus(id, "process"))
        assert.notProperty(yield* staff(get(id)), "state")
        yield* inspector(changeState(id, "inspected"))
        assert.deepInclude(yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(id))), { status: "cancelled" })
        assert.notProperty(yield* staff(get(id)), "state")
      })
    )

    test(
      "orders are listed, counted and exported by them",
      Effect.gen(function*() {
        const orders = yield* Orders
        const first = yield* inState("processing")
        yield* inState("processing")
        // what was summed up before the state changes no longer holds
        yield* Actor.as(Actor.system("test"))((yield* Analytics).fold)
        yield* inspector(changeState(first.id, "inspected"))
        const listed = yield* staff(orders.list({ state: "inspected" }))
        assert.deepStrictEqual(listed.items.map(({ id, state, status }) => [id, status, state]), [[first.id, "processing", "inspected"]])
        assert.deepStrictEqual((yield* staff(orders.list({ state: "wrapped" }))).items, [])
        assert.deepStrictEqual((yield* staff(orders.list({ state: "inspected", status: "paid" }))).items, [])
        assert.lengthOf((yield* staff(orders.list({ status: "processing" }))).items, 2)
        const csv = yield* staff(Stream.runCollect(orders.export({ state: "inspected" })))
        assert.lengthOf(csv, 2)
        const all = [...(yield* staff(Stream.runCollect(orders.export())))]
        assert.isTrue(all[0]?.trimEnd().endsWith(",note,state"))
        assert.deepStrictEqual(all.slice(1).map((line) => line.trimEnd().split(",").at(-1)).toSorted(), ["", "inspected"])
        const isCounted = Effect.gen(function*() {
          const stats = yield* staff(orders.stats())
          assert.deepStrictEqual([stats.total, stats.byStatus.processing, stats.byState], [2, 2, { inspected: 1, wrapped: 0 }])
        })
        yield* isCounted
        yield* Actor.as(Actor.system("test"))((yield* Analytics).fold)
        yield* isCounted
        // as a plug-in leaves it that has since moved the state to another status
        const repository = yield* OrderRepository
        const moved = yield* repository.find((yield* inState("paid")).id)
        if (moved === undefined) throw new Error("There is no order")
        yield* repository.update({ ...moved, state: "wrapped", version: moved.version + 1 })
        assert.deepStrictEqual((yield* staff(orders.stats())).byState, { inspected: 1, wrapped: 0 })
        const rows = [...(yield* staff(Stream.runCollect(orders.export({ status: "paid" }))))]
        assert.deepStrictEqual(rows.slice(1).map((line) => line.trimEnd().split(",").at(-1)), [""])
        // a view keeps them as any other filter
        const views = yield* OrderViews
        const view = yield* staff(views.create({ name: "To be wrapped", filters: { state: "inspected" } }))
        assert.deepStrictEqual((yield* staff(orders.list(view.filters))).items.map(({ id }) => id), [first.id])
        const unknown = yield* Effect.flip(staff(views.create({ name: "Painted", filters: { state: "painted" } })))
        assert.deepInclude(unknown, { _tag: "InvalidInput" })
        assert.strictEqual((yield* Effect.flip(staff(views.update(view.id, { filters: { state: "painted" } }))))._tag, "InvalidInput")
        const refused = yield* Effect.flip(staff(orders.list({ state: "painted" })))
        assert.deepInclude(refused.message, "no state that a plug-in of this shop has added")
      })
    )

    test(
      "a guard can refuse them, and is told of the state",
      Effect.gen(function*() {
        const guards = yield* OrderGuards
        const asked: Array<string> = []
        yield* guards.add({
          name: "test.only-the-first",
          events: ["inspected", "ship"],
          allows: ({ state = "none" }, event) => Effect.sync(() => asked.push(`${event} from ${state}`) < 3)
        })
        const { id } = yield* inState("processing")
        yield* inspector(changeState(id, "inspected"))
        yield* staff(changeStatus(id, "ship"))
        const { id: next } = yield* inState("processing")
        assert.strictEqual((yield* Effect.flip(inspector(changeState(next, "inspected"))))._tag, "IllegalTransition")
        assert.deepStrictEqual(asked, ["inspected from none", "ship from inspected", "inspected from none"])
      })
    )

    test(
      "what is required of an order keeps every parcel back, and not what a carrier has taken",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const { id, order } = yield* inState("paid")
        const [line] = order.lines
        const lineId = line?.id ?? ("" as never)
        const parcel = yield* staff(fulfilments.create(id, { lines: [{ lineId, quantity: 1 }] }))
        yield* TestClock.adjust("1 second")
        const rest = yield* staff(fulfilments.create(id))
        const refused = yield* Effect.flip(staff(fulfilments.advance(parcel.id, { event: "ship" })))
        assert.deepInclude(refused, { _tag: "IllegalTransition", machine: "order", event: "ship", allowed: ["hold", "cancel", "refund", "inspected"] })
        for (const { id } of [parcel, rest]) yield* staff(fulfilments.learn(id, { status: "in_transit" }))
        assert.strictEqual((yield* staff(get(id))).status, "processing")
        // the order follows as soon as it may
        yield* inspector(changeState(id, "inspected"))
        yield* drain
        assert.strictEqual((yield* staff(get(id))).status, "shipped")
      })
    )

    test(
      "a fulfilment goes through them, where they are for its kind",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const orders = yield* Orders
        const states = yield* FulfilmentStates
        yield* states.add({
          name: "packed_for_pickup",
          base: "packed",
          to: ["ready"],
          required: true,
          kind: "pickup",
          forBuyers: true,
          title: { en: "Packed for the counter" }
        })
        const { id, order, token } = yield* inState("paid")
        yield* staff(changeStatus(id, "process"))
        yield* inspector(changeState(id, "inspected"))
        const lineId = order.lines[0]?.id ?? ("" as never)
        const counter = yield* staff(fulfilments.create(id, { kind: "pickup", lines: [{ lineId, quantity: 1 }] }))
        yield* TestClock.adjust("1 second")
        const parcel = yield* staff(fulfilments.create(id))
        const into = (fulfilmentId: string, state: string, version?: number) =>
          staff(fulfilments.changeState(fulfilmentId, { state, ...(version === undefined ? {} : { version }) }))
        const skipped = yield* Effect.flip(staff(fulfilments.advance(counter.id, { event: "ready" })))
        assert.deepInclude(skipped, { _tag: "IllegalTransition", state: "pending", allowed: ["pick", "pack", "cancel"] })
        for (const { id } of [counter, parcel]) yield* staff(fulfilments.advance(id, { event: "pack" }))
        assert.deepInclude(yield* Effect.flip(into(parcel.id, "packed_for_pickup")), { _tag: "IllegalTransition", allowed: ["ship", "cancel"] })
        assert.deepInclude(yield* Effect.flip(staff(fulfilments.advance(counter.id, { event: "ready" }))), {
          _tag: "IllegalTransition",
          state: "packed",
          event: "ready",
          allowed: ["cancel", "packed_for_pickup"]
        })
        assert.strictEqual((yield* Effect.flip(into(counter.id, "packed_for_pickup", 1)))._tag, "VersionConflict")
        assert.deepInclude(yield* into(counter.id, "packed_for_pickup", 2), { status: "packed", state: "packed_for_pickup", version: 3 })
        assert.deepStrictEqual((yield* staff(fulfilments.list({ state: "packed_for_pickup" }))).items.map(({ id }) => id), [counter.id])
        assert.strictEqual((yield* Effect.flip(staff(fulfilments.list({ state: "painted" }))))._tag, "InvalidInput")

        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const seen = yield* buyer(fulfilments.ofOrder(id))
        assert.deepStrictEqual(seen.map(({ state }) => state), ["packed_for_pickup", undefined])
        assert.deepStrictEqual((yield* buyer(fulfilments.states)).map(({ name }) => name), ["packed_for_pickup"])
        const told = (yield* buyer(orders.timeline(id))).find(({ type }) => type === "fulfilment.state_changed")
        assert.deepInclude(told?.data, { fulfilmentId: counter.id, to: "packed_for_pickup" })

        yield* into(counter.id, "packed")
        yield* into(counter.id, "packed_for_pickup")
        const guards = yield* FulfilmentGuards
        let open = false
        yield* guards.add({ name: "test.opening-hours", events: ["ready"], allows: () => Effect.sync(() => open) })
        assert.deepInclude(yield* Effect.flip(staff(fulfilments.advance(counter.id, { event: "ready" }))), { _tag: "IllegalTransition", event: "ready" })
        open = true
        assert.notProperty(yield* staff(fulfilments.advance(counter.id, { event: "ready" })), "state")
      })
    )
  })
}
