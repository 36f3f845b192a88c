/**
 * Sending orders to their buyers, in as many parts as it takes.
 *
 * **Details**
 *
 * A piece is in one fulfilment at most, however many people work at once: taking pieces is one conditional statement, and a
 * check of the database stands behind it. The order follows its fulfilments: it is `processing` from the first on,
 * `shipped` once every piece that has to be shipped has left, and `delivered` once all of them have arrived. An order of
 * which something has left cannot be cancelled any more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import type { Order, OrderEvent } from "../orders/Order.ts"
import { machine as orderMachine } from "../orders/Order.ts"
import * as OrderChange from "../orders/OrderChange.ts"
import { OrderCancelled, OrderLinesCancelled, OrderRefunded } from "../orders/OrderEvents.ts"
import { OrderGuards } from "../orders/OrderGuards.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import type { OrderNotFound, OrderUnderReview } from "../orders/OrdersErrors.ts"
import {
  AdvanceFulfilment,
  CreateFulfilment,
  type Fulfilment,
  type FulfilmentEvent,
  FulfilmentId,
  type FulfilmentLine,
  ListFulfilments,
  machine,
  progressOf
} from "./Fulfilment.ts"
import { ExceedsOrdered, FulfilmentNotFound } from "./FulfilmentErrors.ts"
import * as FulfilmentEvents from "./FulfilmentEvents.ts"
import { FulfilmentRepository } from "./FulfilmentRepository.ts"

type OrderChangeError =
  | OrderNotFound
  | OrderUnderReview
  | StateMachine.IllegalTransition
  | VersionConflict
  | InvalidInput
  | StorageError
  | Denied

export class Fulfilments extends Context.Service<Fulfilments, {
  /**
   * Begins to fulfil an order that is paid or promised: these pieces, or all that are left. Several at once never take
   * more than was ordered. Needs `orders:write`.
   */
  readonly create: (
    orderId: string,
    input?: typeof CreateFulfilment.Encoded
  ) => Effect.Effect<Fulfilment, ExceedsOrdered | OrderChangeError>
  /** Picks, packs, ships, hands over or cancels. Needs `orders:write`. */
  readonly advance: (
    id: string,
    input: typeof AdvanceFulfilment.Encoded
  ) => Effect.Effect<Fulfilment, FulfilmentNotFound | OrderChangeError>
  /** Needs `orders:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<Fulfilment, InvalidInput | FulfilmentNotFound | StorageError | Denied>
  /** Fulfilments, oldest first: the list that a warehouse works off. Needs `orders:read`. */
  readonly list: (
    input?: typeof ListFulfilments.Encoded
  ) => Effect.Effect<Page<Fulfilment>, InvalidInput | StorageError | Denied>
  /** The fulfilments of an order that the caller may see, oldest first. */
  readonly ofOrder: (
    orderId: string
  ) => Effect.Effect<ReadonlyArray<Fulfilment>, InvalidInput | OrderNotFound | StorageError>
}>()("@stoa/core/fulfilment/Fulfilments") {}

const decodeCreate = Input.decoder(CreateFulfilment)
const decodeAdvance = Input.decoder(AdvanceFulfilment)
const decodeList = Input.decoder(ListFulfilments)

const checked = Input.textParameters<Fulfilments["Service"]>({
  create: ["orderId"],
  advance: ["id"],
  get: ["id"],
  ofOrder: ["orderId"]
})

const dataOf = ({ id, kind, lines, orderId }: Fulfilment) => ({
  fulfilmentId: id,
  orderId,
  kind,
  lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity }))
})

/** The event of a fulfilment that has changed. */
const told = (before: Fulfilment, after: Fulfilment) => {
  const data = dataOf(after)
  switch (after.status) {
    case "shipped":
      return FulfilmentEvents.FulfilmentShipped.make(after.orderId, {
        ...data,
        tracking: after.tracking.map(({ carrier, number, url }) => ({ carrier, number, url }))
      })
    case "delivered":
      return FulfilmentEvents.FulfilmentDelivered.make(after.orderId, data)
    case "cancelled":
      return FulfilmentEvents.FulfilmentCancelled.make(after.orderId, data)
    default:
      return FulfilmentEvents.FulfilmentAdvanced.make(after.orderId, { ...data, from: before.status, to: after.status })
  }
}

/** A counter hands out what is ready, and a carrier takes what is shipped. */
const suits = (kind: Fulfilment["kind"], event: FulfilmentEvent): boolean =>
  (event !== "ship" || kind === "ship") && (event !== "ready" || kind === "pickup")

const refused = ({ kind, status }: Fulfilment, event: FulfilmentEvent) =>
  new StateMachine.IllegalTransition({
    machine: machine.name,
    state: status,
    event,
    allowed: StateMachine.allowed(machine, status).filter((allowed) => suits(kind, allowed) && allowed !== event)
  })

export const make = Effect.gen(function*() {
  const repository = yield* FulfilmentRepository
  const inventory = yield* InventoryRepository
  const orders = yield* Orders
  const changeOrder = OrderChange.make(yield* OrderRepository)
  const guards = yield* OrderGuards
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor

  const found = Effect.fnUntraced(function*(id: string) {
    const fulfilment = yield* repository.find(id)
    return fulfilment ?? (yield* new FulfilmentNotFound({ fulfilmentId: id }))
  })

  /** Moves an order as far along as it can go on its way to a state. */
  const move = Effect.fnUntraced(function*(order: Order, steps: ReadonlyArray<OrderEvent>) {
    let { status } = order
    for (const event of steps) {
      if (StateMachine.next(orderMachine, status, event) === undefined) continue
      status = (yield* orders.changeStatus(order.id, { event: event as "process" | "ship" | "deliver" })).status
    }
  })

  /** Lets the order follow what has become of its fulfilments. */
  const follow = Effect.fnUntraced(function*(orderId: string) {
    const order = yield* orders.get(orderId)
    // what needs no shipping is not waited for
    const ordered = order.lines.reduce((sum, line) => line.requiresShipping ? sum + line.quantity - line.cancelled : sum, 0)
    const shipping = new Set(order.lines.flatMap(({ id, requiresShipping }) => requiresShipping ? [id] : []))
    const counted = (yield* repository.ofOrder(orderId)).map(({ lines, status }) => ({
      status,
      lines: lines.filter(({ lineId }) => shipping.has(lineId))
    }))
    const progress = progressOf(ordered, counted)
    if (progress === "partially_shipped" && order.fulfilmentStatus === "unfulfilled") {
      yield* changeOrder(orderId, () => ({ fulfilmentStatus: progress }))
    }
    if (progress === "shipped") yield* move(order, ["ship"])
    if (progress === "delivered") yield* move(order, ["ship", "deliver"])
  })

  /** The pieces that are wanted, each line once, or all that are left. */
  const choose = Effect.fnUntraced(function*(order: Order, wanted: ReadonlyArray<FulfilmentLine> | undefined) {
    const progress = yield* repository.progress(order.id)
    const left = new Map(progress.map(({ fulfilled, lineId, ordered }) => [lineId, ordered - fulfilled]))
    if (wanted === undefined) {
      const rest = order.lines.flatMap(({ id, requiresShipping }) => {
        const quantity = left.get(id) ?? 0
        return requiresShipping && quantity > 0 ? [{ lineId: id, quantity }] : []
      })
      return rest.length > 0 ? rest : yield* new ExceedsOrdered({ lines: [] })
    }
    const lines = new Map<FulfilmentLine["lineId"], number>()
    for (const { lineId, quantity } of wanted) lines.set(lineId, (lines.get(lineId) ?? 0) + quantity)
    const unknown = wanted.findIndex(({ lineId }) => !left.has(lineId))
    if (unknown >= 0) return yield* InvalidInput.at(["lines", unknown, "lineId"], "is no line of this order")
    return [...lines].map(([lineId, quantity]): FulfilmentLine => ({ lineId, quantity }))
  })

  /** Why pieces could not be taken. */
  const tooMany = Effect.fnUntraced(function*(orderId: string, lines: ReadonlyArray<FulfilmentLine>) {
    const progress = yield* repository.progress(orderId)
    const left = new Map(progress.map(({ fulfilled, lineId, ordered }) => [lineId, ordered - fulfilled]))
    return new ExceedsOrdered({
      lines: lines.flatMap(({ lineId, quantity }) => {
        const rest = left.get(lineId) ?? 0
        return quantity > rest ? [{ lineId, wanted: quantity, left: rest }] : []
      })
    })
  })

  /** Writes a fulfilment in its new state, with what follows from it. */
  const write = Effect.fnUntraced(function*(before: Fulfilment, after: Fulfilment) {
    if (!(yield* repository.update(after))) {
      return yield* new VersionConflict({ id: before.id, expected: before.version })
    }
    if (after.status === "cancelled") yield* repository.giveBack(after.orderId, after.lines)
    yield* events.publish([told(before, after)])
    return after
  })

  // what has left the shop comes back as a return, and not because somebody presses a button
  yield* guards.add({
    name: "fulfilment.nothing-has-left",
    events: ["cancel"],
    allows: (order) =>
      Effect.map(repository.ofOrder(order.id), (all) =>
        !all.some(({ status }) => status === "shipped" || status === "delivered"))
  })

  // what was to be sent of an order that is cancelled, or whose money went back
  yield* events.subscribe({
    name: "fulfilment.cancel-with-order",
    types: [OrderCancelled.type, OrderRefunded.type],
    handle: (event) =>
      event.type === OrderRefunded.type && !(event.data as typeof OrderRefunded.data.Type).full ? Effect.void : transactor.transaction(Effect.gen(function*() {
        const updatedAt = yield* Timestamp.now
        for (const fulfilment of yield* repository.ofOrder(event.subject)) {
          const status = StateMachine.next(machine, fulfilment.status, "cancel")
          if (status === undefined) continue
          yield* write(fulfilment, { ...fulfilment, status, version: fulfilment.version + 1, updatedAt })
        }
      }))
  })

  // where the rest of an order was cancelled, what has left is all of it
  yield* events.subscribe({
    name: "fulfilment.follow-cancelled-lines",
    types: [OrderLinesCancelled.type],
    handle: (event) => transactor.transaction(follow(event.subject))
  })

  return checked(Fulfilments.of({
    create: Effect.fn("Fulfilments.create")(function*(orderId, input = {}) {
      yield* Permission.require("orders:write")
      const { kind = "ship", lines: wanted, locationId = null } = yield* decodeCreate(input)
      if (locationId !== null && !(yield* inventory.locations).some(({ id }) => id === locationId)) {
        return yield* InvalidInput.at(["locationId"], "is no location of this shop")
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        const order = yield* orders.get(orderId)
        // refuses what is not paid for, rests, or is over
        if (order.status !== "processing") yield* orders.changeStatus(orderId, { event: "process" })
        const lines = yield* choose(order, wanted)
        if (!(yield* repository.take(orderId, lines))) return yield* yield* tooMany(orderId, lines)
        const now = yield* Timestamp.now
        const fulfilment: Fulfilment = {
          id: yield* FulfilmentId.generate,
          orderId: order.id,
          kind,
          status: machine.initial,
          locationId,
          lines,
          tracking: [],
          proof: null,
          version: 1,
          createdAt: now,
          updatedAt: now,
          shippedAt: null,
          deliveredAt: null
        }
        yield* repository.insert(fulfilment)
        yield* events.publish([FulfilmentEvents.FulfilmentCreated.make(order.id, dataOf(fulfilment))])
        yield* audit.record({ action: "fulfilment.create", subject: orderId, details: { fulfilmentId: fulfilment.id } })
        return fulfilment
      }))
    }),

    advance: Effect.fn("Fulfilments.advance")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { event, proof, tracking, version } = yield* decodeAdvance(input)
      if (tracking !== undefined && event !== "ship") return yield* InvalidInput.at(["tracking"], "belongs to ship")
      if (proof !== undefined && event !== "deliver") return yield* InvalidInput.at(["proof"], "belongs to deliver")
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* found(id)
        if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id, expected: version })
        const status = StateMachine.next(machine, before.status, event)
        if (status === undefined || !suits(before.kind, event)) return yield* refused(before, event)
        const order = yield* orders.get(before.orderId)
        // an order that rests or is over sends nothing
        if (event === "ship" && (order.status === "on_hold" || order.status === "cancelled" || order.status === "refunded")) {
          return yield* refused(before, event)
        }
        const now = yield* Timestamp.now
        const after = yield* write(before, {
          ...before,
          status,
          tracking: tracking ?? before.tracking,
          proof: proof ?? before.proof,
          version: before.version + 1,
          updatedAt: now,
          shippedAt: status === "shipped" ? now : before.shippedAt,
          deliveredAt: status === "delivered" ? now : before.deliveredAt
        })
        yield* audit.record({ action: `fulfilment.${event}`, subject: before.orderId, details: { fulfilmentId: id } })
        yield* follow(before.orderId)
        return after
      }))
    }),

    get: Effect.fn("Fulfilments.get")(function*(id) {
      yield* Permission.require("orders:read")
      return yield* found(id)
    }),

    list: Effect.fn("Fulfilments.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    ofOrder: Effect.fn("Fulfilments.ofOrder")(function*(orderId) {
      const order = yield* orders.get(orderId)
      return yield* repository.ofOrder(order.id)
    })
  }))
})

export const layer: Layer.Layer<
  Fulfilments,
  never,
  FulfilmentRepository | InventoryRepository | OrderRepository | Orders | OrderGuards | Events | AuditLog | Transactor
> = Layer.effect(Fulfilments, make)
