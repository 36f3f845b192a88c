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
import * as AddedState from "../kernel/AddedState.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import type { LocationId } from "../inventory/Stock.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
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
import { OrderCancelled, OrderEdited, OrderLinesCancelled, OrderRefunded, OrderStateChanged } from "../orders/OrderEvents.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderGuards } from "../orders/OrderGuards.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import * as OrderStates from "../orders/OrderStates.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import { OrderNotFound, type OrderUnderReview } from "../orders/OrdersErrors.ts"
import {
  AdvanceFulfilment,
  CreateFulfilment,
  type Fulfilment,
  FulfilmentId,
  type FulfilmentLine,
  happened,
  LearnOfFulfilment,
  ListFulfilments,
  machine
} from "./Fulfilment.ts"
import type { FulfilmentProgress, OpenPieces } from "./FulfilmentPlan.ts"
import * as FulfilmentPlan from "./FulfilmentPlan.ts"
import { ExceedsOrdered, FulfilmentNotFound, VendorsMixed } from "./FulfilmentErrors.ts"
import * as FulfilmentEvents from "./FulfilmentEvents.ts"
import { FulfilmentGuards } from "./FulfilmentGuards.ts"
import { FulfilmentRepository } from "./FulfilmentRepository.ts"
import { type FulfilmentState, FulfilmentStates, inKnownState, refinable } from "./FulfilmentStates.ts"

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
   * Begins to fulfil an order that is paid or promised: these pieces, or all that are left, of those that are reserved at
   * a location where one is named. In a marketplace it has what one vendor sells, or the shop itself. Several at once never take more than was ordered. Needs `orders:write`.
   */
  readonly create: (
    orderId: string,
    input?: typeof CreateFulfilment.Encoded
  ) => Effect.Effect<Fulfilment, ExceedsOrdered | VendorsMixed | OrderChangeError>
  /**
   * Picks, packs, ships, hands over, says that handing over failed or that it came back, or cancels; or only says how its
   * parcels can be followed. Needs `orders:write`.
   */
  readonly advance: (
    id: string,
    input: typeof AdvanceFulfilment.Encoded
  ) => Effect.Effect<Fulfilment, FulfilmentNotFound | OrderChangeError>
  /** The states that plug-ins have added to those of fulfilments; to buyers, those that are for them. */
  readonly states: Effect.Effect<ReadonlyArray<FulfilmentState>>
  /**
   * Brings a fulfilment into a state that a plug-in has added, or back to the status that its state refines. Needs `orders:read`, and
   * the permission that the plug-in names, or else `orders:write`.
   */
  readonly changeState: (
    id: string,
    input: typeof AddedState.ChangeState.Encoded
  ) => Effect.Effect<
    Fulfilment,
    FulfilmentNotFound | OrderNotFound | StateMachine.IllegalTransition | VersionConflict | InvalidInput | StorageError | Denied
  >
  /**
   * Takes up what a carrier tells: only forward, and as far as the state allows it, so that the same news again, or older
   * ones, change nothing. The carrier's word counts for what has left an order that rests, too. Needs `orders:write`.
   */
  readonly learn: (
    id: string,
    input: typeof LearnOfFulfilment.Encoded
  ) => Effect.Effect<Fulfilment, FulfilmentNotFound | OrderNotFound | VersionConflict | InvalidInput | StorageError | Denied>
  /** A fulfilment by its id. Needs `orders:read`. */
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
  /** How far an order has got, and what of it is left to send, by where it is reserved. Needs `orders:read`. */
  readonly progress: (
    orderId: string
  ) => Effect.Effect<
    { readonly status: FulfilmentProgress; readonly open: ReadonlyArray<OpenPieces> },
    InvalidInput | OrderNotFound | StorageError | Denied
  >
}>()("@stoa/core/fulfilment/Fulfilments") {}

const decodeCreate = Input.decoder(CreateFulfilment)
const decodeAdvance = Input.decoder(AdvanceFulfilment)
const decodeState = Input.decoder(AddedState.ChangeState)
const decodeLearn = Input.decoder(LearnOfFulfilment)
const decodeList = Input.decoder(ListFulfilments)

const checked = Input.textParameters<Fulfilments["Service"]>({
  create: ["orderId"],
  advance: ["id"],
  changeState: ["id"],
  learn: ["id"],
  get: ["id"],
  ofOrder: ["orderId"],
  progress: ["orderId"]
})

const dataOf = ({ id, kind, lines, orderId, vendorId }: Fulfilment) => ({
  fulfilmentId: id,
  orderId,
  ...(vendorId === undefined ? {} : { vendorId }),
  kind,
  lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity }))
})

const tracksOf = ({ tracking }: Fulfilment) => tracking.map(({ carrier, number, url }) => ({ carrier, number, url }))

/** The event of a fulfilment that has changed. */
const told = (before: Fulfilment, after: Fulfilment, reason: string) => {
  const data = dataOf(after)
  if (before.status === after.status) {
    return FulfilmentEvents.FulfilmentTrackingChanged.make(after.orderId, { ...data, tracking: tracksOf(after) })
  }
  switch (after.status) {
    case "shipped":
      return FulfilmentEvents.FulfilmentShipped.make(after.orderId, { ...data, tracking: tracksOf(after) })
    case "delivered":
      return FulfilmentEvents.FulfilmentDelivered.make(after.orderId, data)
    case "failed":
      return FulfilmentEvents.FulfilmentFailed.make(after.orderId, { ...data, reason })
    case "returned":
      return FulfilmentEvents.FulfilmentReturned.make(after.orderId, { ...data, reason })
    case "cancelled":
      return FulfilmentEvents.FulfilmentCancelled.make(after.orderId, data)
    default:
      return FulfilmentEvents.FulfilmentAdvanced.make(after.orderId, { ...data, from: before.status, to: after.status })
  }
}

/** Whether an order rests or is over, so that nothing of it is sent or handed out. */
const isStopped = ({ status }: Pick<Order, "status">): boolean =>
  status === "on_hold" || status === "cancelled" || status === "refunded"

/** A counter hands out what is ready, and a carrier takes what is shipped. */
const suits = (kind: Fulfilment["kind"], event: string): boolean =>
  (event !== "ship" || kind === "ship") && (event !== "ready" || kind === "pickup")

/** The states that plug-ins have added for fulfilments of its kind. */
const suiting = (states: ReadonlyArray<FulfilmentState>, { kind }: Fulfilment): ReadonlyArray<FulfilmentState> =>
  states.filter((state) => state.kind === undefined || state.kind === kind)

const refused = (states: ReadonlyArray<FulfilmentState>, fulfilment: Fulfilment, event: string) =>
  new StateMachine.IllegalTransition({
    machine: machine.name,
    state: AddedState.nameOf(states, fulfilment),
    event,
    allowed: AddedState.allowed(refinable, suiting(states, fulfilment), fulfilment).filter((allowed) =>
      suits(fulfilment.kind, allowed) && allowed !== event)
  })

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* FulfilmentRepository
  const inventory = yield* InventoryRepository
  const orders = yield* Orders
  const orderRepository = yield* OrderRepository
  const changeOrder = OrderChange.make(orderRepository)
  const holdOrder = OrderChange.hold(orderRepository)
  const guards = yield* OrderGuards
  const ownGuards = yield* FulfilmentGuards
  const states = yield* FulfilmentStates
  const orderStates = yield* OrderStates.OrderStates
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

  /** Lets the order follow what has become of its fulfilments, and answers with the order as it was before. */
  const follow = Effect.fnUntraced(function*(orderId: string) {
    // held until the transaction ends: of two parcels that arrive at once, the second one sees the first
    const order = yield* holdOrder(orderId)
    const { delivered, left, ordered } = FulfilmentPlan.piecesOf(order, yield* repository.ofOrder(orderId))
    if (left > 0 && left >= ordered) {
      yield* move(order, delivered < ordered ? ["ship"] : ["ship", "deliver"])
      return order
    }
    const fulfilmentStatus = left === 0 ? "unfulfilled" : "partially_shipped"
    const isPart = order.fulfilmentStatus === "unfulfilled" || order.fulfilmentStatus === "partially_shipped"
    if (isPart && order.fulfilmentStatus !== fulfilmentStatus) yield* changeOrder(orderId, () => ({ fulfilmentStatus }))
    return order
  })

  const readOpen = Effect.fnUntraced(function*(order: Order, fulfilments: ReadonlyArray<Fulfilment>) {
    return FulfilmentPlan.open(order, yield* inventory.reservations([order.id]), fulfilments)
  })

  /** The pieces that are wanted, each line once, or all that are left, and where they are packed. */
  const choose = Effect.fnUntraced(function*(
    order: Order,
    wanted: ReadonlyArray<FulfilmentLine> | undefined,
    locationId: LocationId | null,
    vendorId: Fulfilment["vendorId"] | null,
    part: string | undefined
  ) {
    const sellers = FulfilmentPlan.sellersOf(order)
    // whoever sends for one vendor learns nothing of the parts of others
    const parts = vendorId === undefined
      ? ShippedParts.all(order)
      : ShippedParts.having(order, order.lines.flatMap(({ id }) => sellers.get(id) === vendorId ? [id] : []))
    if (part !== undefined && !parts.some(({ id }) => id === part)) {
      const ids = parts.map(({ id }) => id).join(", ")
      return yield* InvalidInput.at(["part"], ids === "" ? "is for orders whose goods ship apart" : `is no part of this order: ${ids}`, "unknown")
    }

    const open = yield* readOpen(order, yield* repository.ofOrder(order.id))
    const atPlace = open.filter((pieces) =>
      (locationId === null || pieces.locationId === locationId)
      && (vendorId === undefined || sellers.get(pieces.lineId) === vendorId))
    const first = part ?? (parts.length === 0 ? undefined : atPlace[0]?.part)
    const there = atPlace.filter((pieces) => first === undefined || pieces.part === first)
    if (wanted !== undefined) {
      const unknown = wanted.findIndex(({ lineId }) => !order.lines.some(({ id }) => id === lineId))
      if (unknown >= 0) return yield* InvalidInput.at(["lines", unknown, "lineId"], "is no line of this order", "unknown")
      const gift = wanted.findIndex(({ lineId }) => order.lines.some(({ giftCard, id }) => id === lineId && giftCard !== undefined))
      if (gift >= 0) return yield* InvalidInput.at(["lines", gift, "lineId"], "is a gift card, which is sent by mail", "gift_card")
      const named = ShippedParts.having(order, wanted.map(({ lineId }) => lineId)).map(({ id }) => id)
      if (named.length > 1 || (part !== undefined && named.some((id) => id !== part))) {
        return yield* InvalidInput.at(["lines"], `are of ${named.join(", ")}: a fulfilment sends one part of an order`, "several_parts")
      }
    } else if (there.length === 0) return yield* new ExceedsOrdered({ lines: [] })
    const lines = new Map<FulfilmentLine["lineId"], number>()
    const vendorIds = [...new Set((wanted ?? there).map(({ lineId }) => sellers.get(lineId) ?? null))]
    if (vendorIds.length > 1) return yield* new VendorsMixed({ vendorIds })
    const [seller = null] = vendorIds
    if (vendorId !== undefined && vendorId !== seller) return yield* InvalidInput.at(["vendorId"], "does not sell these lines", "other_vendor")
    for (const { lineId, quantity } of wanted ?? there) lines.set(lineId, (lines.get(lineId) ?? 0) + quantity)
    const chosen = [...lines].map(([lineId, quantity]): FulfilmentLine => ({ lineId, quantity }))
    const [sent] = ShippedParts.having(order, lines.keys())
    return { lines: chosen, locationId: locationId ?? FulfilmentPlan.placeOf(chosen, open), vendorId: seller, sent }
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

  /** A fulfilment as the caller sees it, with one of the states that plug-ins have added. */
  const shown = ({ state, ...plain }: Fulfilment) =>
    Effect.map(Effect.all([CurrentActor, states.all]), ([actor, all]): Fulfilment => ({
      ...plain,
      ...OrderAccess.stateFor(actor, { status: plain.status, state }, all)
    }))

  /** Writes a fulfilment in its new state, with what follows from it. */
  const write = Effect.fnUntraced(function*(before: Fulfilment, given: Fulfilment, reason = "") {
    const { state, ...plain } = given
    // a state that refines a status ends with it
    const after: Fulfilment = before.status === given.status && state !== undefined ? { ...plain, state } : plain
    if (!(yield* repository.update(after))) {
      return yield* new VersionConflict({ id: before.id, expected: before.version })
    }
    const isBack = after.status === "cancelled" || after.status === "returned"
    if (isBack && before.status !== after.status) yield* repository.giveBack(after.orderId, after.lines)
    yield* events.publish([told(before, after, reason)])
    return after
  })

  // what has left the shop comes back as a return, and not because somebody presses a button
  yield* guards.add({
    name: "fulfilment.nothing-has-left",
    events: ["cancel"],
    allows: (order) => Effect.map(repository.ofOrder(order.id), (all) => !all.some(FulfilmentPlan.hasLeft))
  })

  // what was to be sent of an order that is cancelled, or whose money went back
  yield* events.subscribe({
    name: "fulfilment.cancel-with-order",
    types: [OrderCancelled.type, OrderRefunded.type],
    handle: (event) =>
      event.type === OrderRefunded.type && !(event.data as typeof OrderRefunded.data.Type).full ? Effect.void : transactor.transaction(Effect.gen(function*() {
        const updatedAt = yield* Timestamp.now
        const order = yield* holdOrder(event.subject)
        // its money may have come back since, and it goes on
        if (OrderMoney.isUnderWay(order.status) && OrderMoney.held(order) > 0) return
        for (const fulfilment of yield* repository.ofOrder(event.subject)) {
          const status = StateMachine.next(machine, fulfilment.status, "cancel")
          if (status === undefined) continue
          yield* write(fulfilment, { ...fulfilment, status, version: fulfilment.version + 1, updatedAt })
        }
      }))
  })

  // where the rest of an order was cancelled or taken out, what has left is all of it
  yield* events.subscribe({
    name: "fulfilment.follow-cancelled-lines",
    types: [OrderLinesCancelled.type, OrderEdited.type],
    handle: (event) => transactor.transaction(follow(event.subject))
  })

  // what has left while a state that a plug-in has added did not let the order follow
  yield* events.subscribe({
    name: "fulfilment.follow-state",
    types: [OrderStateChanged.type],
    handle: (event) =>
      Effect.flatMap(repository.ofOrder(event.subject), (all) =>
        all.some(FulfilmentPlan.hasLeft) ? transactor.transaction(follow(event.subject)) : Effect.void).pipe(
          Effect.catchTag(["IllegalTransition", "OrderUnderReview"], () => Effect.void)
        )
  })

  return watched(checked(Fulfilments.of({
    create: Effect.fn("Fulfilments.create")(function*(orderId, input = {}) {
      yield* Permission.require("orders:write")
      const { kind, lines: wanted, locationId: named = null, part, vendorId: ofVendor } = yield* decodeCreate(input)
      if (named !== null && !(yield* inventory.locations).some(({ id }) => id === named)) {
        return yield* InvalidInput.at(["locationId"], "is no location of this shop", "unknown")
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        // whoever stops it or calls it off at the same moment waits for these pieces, or is waited for
        const order = yield* holdOrder(orderId)
        if (!OrderAccess.maySee(yield* CurrentActor, order)) return yield* new OrderNotFound({ order: orderId })
        // refuses what is not paid for, rests, or is over; of what is shipped, pieces may have come back
        if (order.status !== "processing" && order.status !== "shipped") yield* orders.changeStatus(orderId, { event: "process" })
        const { lines, locationId, sent, vendorId } = yield* choose(order, wanted, named, ofVendor, part)
        if (!(yield* repository.take(orderId, lines))) return yield* yield* tooMany(orderId, lines)
        const now = yield* Timestamp.now
        const fulfilment: Fulfilment = {
          id: yield* FulfilmentId.generate,
          orderId: order.id,
          ...(vendorId === null ? {} : { vendorId }),
          kind: kind ?? (sent?.isPickedUp === true ? "pickup" : "ship"),
          status: machine.initial,
          locationId,
          lines,
          part: sent === undefined ? null : { id: sent.id, methodId: sent.methodId, name: sent.name, estimate: sent.estimate },
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
      const { event, proof, reason, tracking, version } = yield* decodeAdvance(input)
      const added = yield* states.all
      if (tracking !== undefined && event !== undefined && event !== "ship") {
        return yield* InvalidInput.at(["tracking"], "belongs to ship, or comes alone", "contradiction")
      }
      if (proof !== undefined && event !== "deliver") return yield* InvalidInput.at(["proof"], "belongs to deliver", "contradiction")
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* found(id)
        if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id, expected: version })
        const status = event === undefined
          ? FulfilmentPlan.hasLeft(before) ? before.status : undefined
          : StateMachine.next(machine, before.status, event)
        const done = event ?? "track"
        if (status === undefined || (event !== undefined && !suits(before.kind, event))) return yield* refused(added, before, done)
        if (
          event !== undefined
          && !(AddedState.lets(refinable, suiting(added, before), before, event) && (yield* ownGuards.allow(inKnownState(added, before), event)))
        ) return yield* refused(added, before, done)
        const order = yield* orders.get(before.orderId)
        const leaves = FulfilmentPlan.hasLeft({ status }) && !FulfilmentPlan.hasLeft(before)
        if (leaves && isStopped(order)) return yield* refused(added, before, done)
        const ofOrders = yield* orderStates.all
        // where all of it may not leave yet, nothing of it does
        if (leaves && !AddedState.lets(OrderStates.refinable, ofOrders, order, "ship")) {
          return yield* new StateMachine.IllegalTransition({
            machine: orderMachine.name,
            state: AddedState.nameOf(ofOrders, order),
            event: "ship",
            allowed: AddedState.allowed(OrderStates.refinable, ofOrders, order)
          })
        }
        const now = yield* Timestamp.now
        const after = yield* write(before, {
          ...before,
          status,
          tracking: tracking ?? before.tracking,
          proof: proof ?? before.proof,
          version: before.version + 1,
          updatedAt: now,
          shippedAt: event === "ship" ? now : before.shippedAt,
          deliveredAt: event === "deliver" ? now : before.deliveredAt
        }, reason)
        yield* audit.record({
          action: `fulfilment.${done}`,
          subject: before.orderId,
          details: { fulfilmentId: id, ...(reason === undefined ? {} : { reason }) }
        })
        const held = event === undefined ? order : yield* follow(before.orderId)
        // somebody has stopped it or called it off at this very moment
        if (leaves && isStopped(held)) return yield* refused(added, before, done)
        return yield* shown(after)
      }))
    }),

    states: Effect.gen(function*() {
      const actor = yield* CurrentActor
      const all = yield* states.all
      return Permission.holds(actor, "orders:read") ? all : all.filter(({ forBuyers }) => forBuyers)
    }),

    changeState: Effect.fn("Fulfilments.changeState")(function*(id, input) {
      yield* Permission.require("orders:read")
      const { reason = "", state: wanted, version } = yield* decodeState(input)
      const added = yield* states.all
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* found(id)
        // who may bring a fulfilment into a state may take it back
        const asked = added.find(({ name }) => name === wanted) ?? AddedState.current(added, before)
        yield* Permission.require(asked?.permission ?? "orders:write")
        if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id, expected: version })
        if (
          !AddedState.reachable(suiting(added, before), before).includes(wanted)
          || !(yield* ownGuards.allow(inKnownState(added, before), wanted))
        ) return yield* refused(added, before, wanted)
        const { state: _, ...plain } = before
        const after: Fulfilment = {
          ...plain,
          ...(wanted === before.status ? {} : { state: wanted }),
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }
        if (!(yield* repository.update(after))) return yield* new VersionConflict({ id, expected: before.version })
        const step = { from: AddedState.nameOf(added, before), to: wanted, reason }
        // where it is back, buyers are told if they knew where it was
        const { forBuyers } = AddedState.current(added, after) ?? AddedState.current(added, before) ?? { forBuyers: false }
        const { orderId, status } = after
        yield* events.publish([
          FulfilmentEvents.FulfilmentStateChanged.make(orderId, { ...dataOf(after), status, ...step, forBuyers })
        ])
        yield* audit.record({ action: "fulfilment.state", subject: orderId, details: { fulfilmentId: id, ...step } })
        return yield* shown(after)
      }))
    }),

    learn: Effect.fn("Fulfilments.learn")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { reason, status, tracking } = yield* decodeLearn(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        let fulfilment = yield* found(id)
        const now = yield* Timestamp.now
        if (tracking !== undefined) {
          const { version } = fulfilment
          fulfilment = yield* write(fulfilment, { ...fulfilment, tracking, version: version + 1, updatedAt: now })
        }
        const before = fulfilment.status
        for (const event of status === undefined ? [] : happened[status]) {
          const next = StateMachine.next(machine, fulfilment.status, event)
          if (next === undefined || !suits(fulfilment.kind, event)) continue
          fulfilment = yield* write(fulfilment, {
            ...fulfilment,
            status: next,
            version: fulfilment.version + 1,
            updatedAt: now,
            shippedAt: event === "ship" ? now : fulfilment.shippedAt,
            deliveredAt: event === "deliver" ? now : fulfilment.deliveredAt
          }, reason)
        }
        if (fulfilment.status !== before) {
          // what a carrier has done is so, whatever holds the order back
          yield* follow(fulfilment.orderId).pipe(Effect.catchTag(["IllegalTransition", "OrderUnderReview"], (error) =>
            Effect.logWarning("A carrier moved a parcel of an order that may not follow it").pipe(
              Effect.annotateLogs({ orderId: fulfilment.orderId, reason: error.message })
            )))
        }
        return yield* shown(fulfilment)
      }))
    }),

    get: Effect.fn("Fulfilments.get")(function*(id) {
      yield* Permission.require("orders:read")
      return yield* shown(yield* found(id))
    }),

    list: Effect.fn("Fulfilments.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      const query = yield* decodeList(input)
      if (query.state !== undefined && !(yield* states.all).some(({ name }) => name === query.state)) {
        return yield* InvalidInput.at(["state"], "is no state that a plug-in of this shop has added", "unknown")
      }
      const page = yield* repository.list(query)
      return { ...page, items: yield* Effect.forEach(page.items, shown) }
    }),

    ofOrder: Effect.fn("Fulfilments.ofOrder")(function*(orderId) {
      const order = yield* orders.get(orderId)
      return yield* Effect.forEach(yield* repository.ofOrder(order.id), shown)
    }),

    progress: Effect.fn("Fulfilments.progress")(function*(orderId) {
      yield* Permission.require("orders:read")
      const order = yield* orders.get(orderId)
      const fulfilments = yield* repository.ofOrder(order.id)
      return {
        status: FulfilmentPlan.progressOf(order, fulfilments),
        open: yield* readOpen(order, fulfilments)
      }
    })
  })))
})

export const layer: Layer.Layer<
  Fulfilments,
  never,
  FulfilmentRepository | InventoryRepository | OrderRepository | Orders | OrderGuards | OrderStates.OrderStates | FulfilmentGuards | FulfilmentStates | Events | AuditLog | Transactor
> = Layer.effect(Fulfilments, make)
