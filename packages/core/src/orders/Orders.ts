/**
 * Orders: seeing them, moving them along, cancelling them.
 *
 * A customer sees their own, a guest the one whose token the actor carries, staff with `orders:read` all of them.
 * Whoever may not see an order gets `OrderNotFound`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { type Actor, CurrentActor } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as AddedState from "../kernel/AddedState.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import {
  CancelOrder,
  ChangeOrderStatus,
  FollowOrder,
  ListOrders,
  machine,
  type Order,
  type OrderEvent,
  type OrderStats,
  OrderStatsRange,
  type OrderStatus,
  type OrderSummary,
  TagOrder,
  type TimelineEntry
} from "./Order.ts"
import * as OrderAccess from "./OrderAccess.ts"
import * as OrderChange from "./OrderChange.ts"
import * as OrderCsv from "./OrderCsv.ts"
import { OrderCancelled, OrderCaptureRefused, OrderNoted, OrderStateChanged, OrderStatusChanged, OrderTagged } from "./OrderEvents.ts"
import * as CancelWindow from "./CancelWindow.ts"
import { HandedOver } from "./HandedOver.ts"
import { OrderGuards } from "./OrderGuards.ts"
import { OrderStates, refinable } from "./OrderStates.ts"
import * as OrderMoney from "./OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "./OrderRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { type CancelWindowClosed, GiftCardSpent, GoodsHandedOver, OrderNotFound, OrderUnderReview } from "./OrdersErrors.ts"
import * as SoldGiftCards from "./SoldGiftCards.ts"

export class Orders extends Context.Service<Orders, {
  /** An order that the caller may see, by its id. */
  readonly get: (id: string) => Effect.Effect<Order, InvalidInput | OrderNotFound | StorageError>
  /** The calling customer's orders, newest first. */
  readonly listMine: (
    input?: typeof ListOrders.Encoded
  ) => Effect.Effect<Page.Page<OrderSummary>, InvalidInput | StorageError | Denied>
  /** All orders, newest first. Needs `orders:read`. */
  readonly list: (
    input?: typeof ListOrders.Encoded
  ) => Effect.Effect<Page.Page<OrderSummary>, InvalidInput | StorageError | Denied>
  /** What happened to the order, oldest first. */
  readonly timeline: (id: string) => Effect.Effect<ReadonlyArray<TimelineEntry>, InvalidInput | OrderNotFound | StorageError>
  /**
   * What has happened to an order (all of it, or what came after an entry), and then what happens while somebody reads. Changes by this
   * process are seen at once, those by others within two seconds.
   */
  readonly follow: (
    id: string,
    options?: typeof FollowOrder.Encoded
  ) => Stream.Stream<TimelineEntry, InvalidInput | OrderNotFound | StorageError>
  /**
   * Cancels an order: its stock is released, an open payment is given up, captured money goes back (by a job), and gift cards that it
   * sold are taken back. If something was spent of such a card, the order cannot be cancelled.
   *
   * Buyers can cancel until the shop works on the order, unless a license key was given or a file downloaded. Staff with `orders:write`
   * can cancel until it is shipped.
   */
  readonly cancel: (
    id: string,
    input?: typeof CancelOrder.Encoded
  ) => Effect.Effect<
    Order,
    InvalidInput | OrderNotFound | CancelWindowClosed | GoodsHandedOver | GiftCardSpent | StateMachine.IllegalTransition | VersionConflict | StorageError | Denied
  >
  /** Moves an order to its next status, such as shipped. Needs `orders:write`. */
  readonly changeStatus: (
    id: string,
    input: typeof ChangeOrderStatus.Encoded
  ) => Effect.Effect<
    Order,
    InvalidInput | OrderNotFound | OrderUnderReview | StateMachine.IllegalTransition | VersionConflict | StorageError | Denied
  >
  /** The states that plug-ins have added to those of orders. Buyers only get the states that are meant for them. */
  readonly states: Effect.Effect<ReadonlyArray<AddedState.AddedState>>
  /**
   * Moves an order into a state that a plug-in has added, or back to the status that this state refines. Needs `orders:read`, and the
   * permission that the plug-in names, or `orders:write` if it names none.
   */
  readonly changeState: (
    id: string,
    input: typeof AddedState.ChangeState.Encoded
  ) => Effect.Effect<
    Order,
    InvalidInput | OrderNotFound | StateMachine.IllegalTransition | VersionConflict | StorageError | Denied
  >
  /** Replaces the tags of an order. Needs `orders:write`. */
  readonly tag: (
    id: string,
    input: typeof TagOrder.Encoded
  ) => Effect.Effect<Order, InvalidInput | OrderNotFound | VersionConflict | StorageError | Denied>
  /** How many orders there are in each state, and what they brought. Needs `orders:read`. */
  readonly stats: (
    input?: typeof OrderStatsRange.Encoded
  ) => Effect.Effect<OrderStats, InvalidInput | StorageError | Denied>
  /**
   * The orders that `list` shows, on all pages, as lines of CSV with a header, newest first. `limit` and `after` are ignored. Cells
   * that a spreadsheet would run as a formula are made harmless. Needs `orders:read`.
   */
  readonly export: (
    input?: typeof ListOrders.Encoded
  ) => Stream.Stream<string, InvalidInput | StorageError | Denied>
}>()("@stoa/core/orders/Orders") {}

const decodeList = Input.decoder(ListOrders)
const decodeCancel = Input.decoder(CancelOrder)
const decodeStatus = Input.decoder(ChangeOrderStatus)
const decodeRange = Input.decoder(OrderStatsRange)
const decodeState = Input.decoder(AddedState.ChangeState)
const decodeTags = Input.decoder(TagOrder)
const decodeFollow = Input.decoder(Schema.Struct({ id: Schema.String, ...FollowOrder.fields }))

/** How often a follower of an order reads what other processes have written. */
const lookEvery = "2 seconds"

/** The events that bring an order closer to its buyer. */
const goesOn: ReadonlySet<OrderEvent> = new Set<OrderEvent>(["process", "ship", "resume"])

/** How far what has to be shipped has come, where staff move an order by hand. */
const sent = { ship: "shipped", deliver: "delivered" } as const

/** Until when buyers may cancel by themselves. */
const buyerMayCancel: ReadonlySet<OrderStatus> = new Set<OrderStatus>(["pending", "failed", "paid"])

/** Work begins on what is paid or promised; and what is not paid cannot rest, as it would go on as paid. */
const isAllowed = (order: StoredOrder, event: OrderEvent): boolean => {
  if (event === "process") return order.status !== "pending" || order.paymentStatus === "authorized"
  return event !== "hold" || !OrderMoney.isPromised(order)
}

const refuse = (states: ReadonlyArray<AddedState.AddedState>, order: StoredOrder, event: string) =>
  new StateMachine.IllegalTransition({
    machine: machine.name,
    state: AddedState.nameOf(states, order),
    event,
    allowed: AddedState.allowed(refinable, states, order).filter((allowed) => allowed !== event)
  })

/** What staff do among themselves. */
const isForStaff = ({ data, type }: DomainEvent): boolean =>
  type === OrderTagged.type || type === OrderCaptureRefused.type || (type === OrderNoted.type && !(data as typeof OrderNoted.data.Type).forCustomer)
  || (isOfState(type) && !(data as typeof OrderStateChanged.data.Type).forBuyers)

/** Whether an event tells of a state that a plug-in has added to orders, or to what they are sent in. */
const isOfState = (type: string): boolean => type.endsWith(".state_changed")

/** What buyers are told: that a state was added is none of their business, and so is from which they came into theirs. */
const toldToBuyer = ({ data, type }: DomainEvent): DomainEvent["data"] => {
  if (!isOfState(type)) return data
  const { forBuyers: _forBuyers, from: _from, ...told } = data as typeof OrderStateChanged.data.Type
  return told
}

const checked = Input.textParameters<Orders["Service"]>({
  get: ["id"],
  timeline: ["id"],
  cancel: ["id"],
  changeStatus: ["id"],
  changeState: ["id"],
  tag: ["id"]
})

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* OrderRepository
  const change = OrderChange.make(repository)
  const inventory = yield* Inventory
  const guards = yield* OrderGuards
  const states = yield* OrderStates
  const giftCards = yield* SoldGiftCards.SoldGiftCards
  const handedOver = yield* HandedOver
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor
  const stores = yield* Stores

  const find = OrderAccess.visible(repository)

  const shownTo = (actor: Actor, order: StoredOrder): Effect.Effect<Order> =>
    Effect.map(states.all, (all) => OrderAccess.shownTo(actor, order, all))

  const summaries = Effect.fnUntraced(function*(page: Page.Page<OrderSummary>) {
    const actor = yield* CurrentActor
    const all = yield* states.all
    return {
      ...page,
      items: page.items.map(({ state, ...order }): OrderSummary => ({
        ...order,
        ...OrderAccess.stateFor(actor, { status: order.status, state }, all)
      }))
    }
  })

  /** What is asked for, if its state is one that there is. */
  const ofKnownState = Effect.fnUntraced(function*(query: ListOrders) {
    if (query.state === undefined) return query
    const state = (yield* states.all).find(({ name }) => name === query.state)
    if (state === undefined) return yield* Input.InvalidInput.at(["state"], "is no state that a plug-in of this shop has added", "unknown")
    return { ...query, status: query.status ?? (state.base as OrderStatus) }
  })

  /** What of a history the caller sees, as entries of the timeline. */
  const entriesFor = (actor: Actor) => {
    const isStaff = Permission.holds(actor, "orders:read")
    return (history: ReadonlyArray<DomainEvent>): ReadonlyArray<TimelineEntry> =>
      history.filter((event) => isStaff || !isForStaff(event)).map((event) => ({
        id: event.id,
        type: event.type,
        at: event.at,
        actor: isStaff ? event.actor : OrderAccess.withoutName(event.actor),
        data: isStaff ? event.data : toldToBuyer(event)
      }))
  }

  const ofVersion = (order: StoredOrder, version: number | undefined) =>
    version === undefined || version === order.version
      ? Effect.void
      : Effect.fail(new VersionConflict({ id: order.id, expected: version }))

  return watched(checked(Orders.of({
    get: Effect.fn("Orders.get")(function*(id) {
      return yield* shownTo(yield* CurrentActor, yield* find(id))
    }),

    listMine: Effect.fn("Orders.listMine")(function*(input = {}) {
      const customerId = yield* Permission.customer("Only a signed-in customer has orders of their own")
      // what staff sort by is theirs
      const { state: _state, tag: _tag, ...query } = yield* decodeList(input)
      return yield* summaries(yield* repository.list({ ...query, customerId }))
    }),

    list: Effect.fn("Orders.list")(function*(input = {}) {
      yield* Permission.require("orders:read")
      return yield* summaries(yield* repository.list(yield* ofKnownState(yield* decodeList(input))))
    }),

    timeline: Effect.fn("Orders.timeline")(function*(id) {
      const order = yield* find(id)
      const actor = yield* CurrentActor
      return entriesFor(actor)(yield* events.history(order.id))
    }),

    follow: (given, options = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        const { after, id } = yield* decodeFollow({ ...options, id: given })
        const { id: orderId } = yield* find(id)
        const show = entriesFor(yield* CurrentActor)
        const news = yield* events.listen(orderId)
        const seen = new Set<string>()
        const look = Effect.map(events.history(orderId), (history) => {
          const fresh = history.filter((event) => !seen.has(event.id))
          for (const event of fresh) seen.add(event.id)
          return show(fresh)
        })
        const first = Effect.map(look, (entries) => entries.slice(entries.findIndex((entry) => entry.id === after) + 1))
        const next = Effect.andThen(Effect.timeoutOption(news, lookEvery), look)
        return Stream.concat(Stream.fromEffect(first), Stream.fromEffectRepeat(next)).pipe(Stream.flattenIterable)
      })),

    cancel: Effect.fn("Orders.cancel")(function*(id, input = {}) {
      const { reason = "", version } = yield* decodeCancel(input)
      const actor = yield* CurrentActor
      const added = yield* states.all
      return yield* transactor.transaction(Effect.gen(function*() {
        const { after, before } = yield* change(id, Effect.fnUntraced(function*(order) {
          if (!OrderAccess.maySee(actor, order)) return yield* new OrderNotFound({ order: id })
          const own = OrderAccess.owns(actor, order)
          if (!own) yield* Permission.require("orders:write")
          yield* ofVersion(order, version)
          const status = StateMachine.next(machine, order.status, "cancel")
          // what came back to the sender was never paid
          const isTooLate = order.status === "shipped" && !OrderMoney.isPromised(order)
          if (
            status === undefined || isTooLate || (own && !buyerMayCancel.has(order.status))
            || !(yield* guards.allow(OrderAccess.guarded(order, added), "cancel"))
          ) {
            return yield* refuse(Permission.holds(actor, "orders:read") ? added : added.filter(({ forBuyers }) => forBuyers), order, "cancel")
          }
          if (own) yield* CancelWindow.requireOpen(order, yield* stores.current)
          const open = Money.zero(order.currency)
          return { status, open, paymentStatus: OrderMoney.paymentStatus({ ...order, open }) }
        }))
        if (OrderAccess.owns(actor, before)) {
          const lines = yield* handedOver.lines(id)
          if (lines.size > 0) return yield* new GoodsHandedOver({ order: id, lines: [...lines] })
        }
        const gone = yield* giftCards.recallAll(before, "order")
        if (gone.spent + gone.kept > 0) return yield* new GiftCardSpent({ order: id })
        yield* before.status === "pending" || before.status === "failed"
          ? inventory.release(id, "order cancelled")
          : inventory.restock(id, "order cancelled")
        yield* events.publish([
          OrderCancelled.make(id, { orderId: id, number: after.number, customerId: after.customerId, reason })
        ])
        if (!OrderAccess.owns(actor, after)) {
          yield* audit.record({ action: "order.cancel", subject: id, details: { from: before.status, reason } })
        }
        return yield* shownTo(actor, after)
      }))
    }),

    states: Effect.gen(function*() {
      const actor = yield* CurrentActor
      const all = yield* states.all
      return Permission.holds(actor, "orders:read") ? all : all.filter(({ forBuyers }) => forBuyers)
    }),

    changeState: Effect.fn("Orders.changeState")(function*(id, input) {
      yield* Permission.require("orders:read")
      const { reason = "", state: wanted, version } = yield* decodeState(input)
      const added = yield* states.all
      return yield* transactor.transaction(Effect.gen(function*() {
        const { after, before } = yield* change(id, Effect.fnUntraced(function*(order) {
          // who may bring an order into a state may take it back
          const asked = added.find(({ name }) => name === wanted) ?? AddedState.current(added, order)
          yield* Permission.require(asked?.permission ?? "orders:write")
          yield* ofVersion(order, version)
          if (
            !AddedState.reachable(added, order).includes(wanted)
            || !(yield* guards.allow(OrderAccess.guarded(order, added), wanted))
          ) return yield* refuse(added, order, wanted)
          return { state: wanted === order.status ? null : wanted }
        }))
        const { customerId, number, status } = after
        const step = { from: AddedState.nameOf(added, before), to: wanted, reason }
        // where it is back, buyers are told if they knew where it was
        const { forBuyers } = AddedState.current(added, after) ?? AddedState.current(added, before) ?? { forBuyers: false }
        yield* events.publish([OrderStateChanged.make(id, { orderId: id, number, customerId, status, ...step, forBuyers })])
        yield* audit.record({ action: "order.state", subject: id, details: step })
        return yield* shownTo(yield* CurrentActor, after)
      }))
    }),

    changeStatus: Effect.fn("Orders.changeStatus")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { event, reason = "", version } = yield* decodeStatus(input)
      const added = yield* states.all
      return yield* transactor.transaction(Effect.gen(function*() {
        const { after, before } = yield* change(id, Effect.fnUntraced(function*(order) {
          yield* ofVersion(order, version)
          // what rests for another reason rests for this one as well
          if (event === "hold" && order.status === "on_hold" && order.holds?.includes("staff") !== true) {
            return { holds: [...order.holds ?? [], "staff" as const] }
          }
          const status = StateMachine.next(machine, order.status, event)
          if (
            status === undefined || !isAllowed(order, event) || !AddedState.lets(refinable, added, order, event)
            || !(yield* guards.allow(OrderAccess.guarded(order, added), event))
          ) return yield* refuse(added, order, event)
          if (goesOn.has(event) && (yield* repository.isUnderReview(id))) return yield* new OrderUnderReview({ order: id })
          return {
            status,
            ...(event === "ship" || event === "deliver" ? { fulfilmentStatus: sent[event] } : {}),
            // whoever lets an order go on has seen why it rested
            ...(event === "hold" ? { holds: ["staff" as const] } : event === "resume" ? { holds: [] } : {})
          }
        }))
        if (before.status === "pending") yield* inventory.commit(id)
        const { customerId, number } = after
        const step = { from: before.status, to: after.status, reason }
        if (before.status !== after.status) yield* events.publish([OrderStatusChanged.make(id, { orderId: id, number, customerId, ...step, ...SoldGiftCards.told(after) })])
        yield* audit.record({ action: `order.${event}`, subject: id, details: step })
        return yield* shownTo(yield* CurrentActor, after)
      }))
    }),

    tag: Effect.fn("Orders.tag")(function*(id, input) {
      yield* Permission.require("orders:write")
      const { tags: given, version } = yield* decodeTags(input)
      const tags = [...new Set(given)].toSorted()
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* repository.find(id)
        if (before === undefined) return yield* new OrderNotFound({ order: id })
        yield* ofVersion(before, version)
        const after = { ...before, tags, version: before.version + 1, updatedAt: yield* Timestamp.now }
        yield* repository.tag(after)
        const { customerId, number } = after
        yield* events.publish([OrderTagged.make(id, { orderId: id, number, customerId, tags })])
        yield* audit.record({ action: "order.tag", subject: id, details: { from: [...before.tags], to: tags } })
        return yield* shownTo(yield* CurrentActor, after)
      }))
    }),

    stats: Effect.fn("Orders.stats")(function*(input = {}) {
      yield* Permission.require("orders:read")
      const { byState, ...stats } = yield* repository.stats(yield* decodeRange(input))
      const added = yield* states.all
      const counts = new Map(added.map(({ name }) => [name, 0]))
      for (const { orders, ...stated } of byState) {
        const name = AddedState.current(added, stated)?.name
        if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + orders)
      }
      return { ...stats, byState: Object.fromEntries(counts) }
    }),

    export: (input = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        yield* Permission.require("orders:read")
        const { after: _, ...query } = yield* ofKnownState(yield* decodeList(input))
        const orders = Page.all((page) => repository.listWhole({ ...query, ...page }))
        const added = yield* states.all
        return Stream.concat(Stream.make(OrderCsv.header), Stream.map(orders, OrderCsv.line(added)))
      }))
  })))
})

export const layer: Layer.Layer<Orders, never, OrderRepository | OrderGuards | OrderStates | SoldGiftCards.SoldGiftCards | HandedOver | Inventory | Events | AuditLog | Stores | Transactor> = Layer
  .effect(Orders, make)
