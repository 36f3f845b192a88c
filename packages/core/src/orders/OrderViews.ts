/**
 * Saved views of orders: filters under a name, for one person or for all staff.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Actor from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { OrderViewNotFound, TooManyOrderViews } from "./OrdersErrors.ts"
import { CreateOrderView, maximumViews, type OrderFilters, type OrderView, OrderViewId, UpdateOrderView } from "./OrderView.ts"
import { OrderStates } from "./OrderStates.ts"
import { OrderViewRepository } from "./OrderViewRepository.ts"

export class OrderViews extends Context.Service<OrderViews, {
  /** One's own views and those that are shared, by name. Needs `orders:read`. */
  readonly list: () => Effect.Effect<ReadonlyArray<OrderView>, StorageError | Denied>
  /** Saves filters under a name. Needs `orders:read`, and `orders:write` to share it. */
  readonly create: (
    input: typeof CreateOrderView.Encoded
  ) => Effect.Effect<OrderView, InvalidInput | TooManyOrderViews | StorageError | Denied>
  /** Changes one's own view, or a shared one with `orders:write`. Sharing it counts it among those that are shared. */
  readonly update: (
    id: string,
    input: typeof UpdateOrderView.Encoded
  ) => Effect.Effect<
    OrderView,
    InvalidInput | OrderViewNotFound | TooManyOrderViews | VersionConflict | StorageError | Denied
  >
  /** Deletes one's own view, or a shared one with `orders:write`. */
  readonly remove: (
    id: string,
    at?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | OrderViewNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/orders/OrderViews") {}

const decodeCreate = Input.decoder(CreateOrderView)
const decodeUpdate = Input.decoder(UpdateOrderView)

const checked = Input.textParameters<OrderViews["Service"]>({ update: ["id"], remove: ["id"] })

export const make = Effect.gen(function*() {
  const repository = yield* OrderViewRepository
  const states = yield* OrderStates
  const me = Effect.map(Actor.CurrentActor, Actor.describe)

  /** A view by a state that nobody has added would never show anything. */
  const ofKnownState = Effect.fnUntraced(function*({ state }: OrderFilters) {
    if (state === undefined || (yield* states.all).some(({ name }) => name === state)) return
    return yield* Input.InvalidInput.at(["filters", "state"], "is no state that a plug-in of this shop has added", "unknown")
  })

  /** A view that the caller may change; of the views of others they learn nothing. */
  const mine = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const view = yield* repository.find(id)
    if (view === undefined || (!view.shared && view.owner !== (yield* me))) return yield* new OrderViewNotFound({ view: id })
    if (view.shared) yield* Permission.require("orders:write")
    if (version !== undefined && version !== view.version) return yield* new VersionConflict({ id, expected: version })
    return view
  })

  return checked(OrderViews.of({
    list: Effect.fn("OrderViews.list")(function*() {
      yield* Permission.require("orders:read")
      return yield* repository.list(yield* me)
    }),

    create: Effect.fn("OrderViews.create")(function*(input) {
      yield* Permission.require("orders:read")
      const { filters, name, shared = false } = yield* decodeCreate(input)
      if (shared) yield* Permission.require("orders:write")
      yield* ofKnownState(filters)
      const now = yield* Timestamp.now
      const view: OrderView = {
        id: yield* OrderViewId.generate,
        name,
        filters,
        shared,
        owner: yield* me,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      if (!(yield* repository.insert(view, maximumViews))) return yield* new TooManyOrderViews({ maximum: maximumViews })
      return view
    }),

    update: Effect.fn("OrderViews.update")(function*(id, input) {
      yield* Permission.require("orders:read")
      const { version, ...changes } = yield* decodeUpdate(input)
      const before = yield* mine(id, version)
      if (changes.shared === true) yield* Permission.require("orders:write")
      if (changes.filters !== undefined) yield* ofKnownState(changes.filters)
      const after = { ...before, ...changes, version: before.version + 1, updatedAt: yield* Timestamp.now }
      if (yield* repository.update(after, maximumViews)) return after
      // nobody has changed it, so there was no room for it
      const isFull = (yield* repository.find(id))?.version === before.version
      return yield* isFull ? new TooManyOrderViews({ maximum: maximumViews }) : new VersionConflict({ id, expected: before.version })
    }),

    remove: Effect.fn("OrderViews.remove")(function*(id, at = {}) {
      yield* Permission.require("orders:read")
      const { version } = yield* decodeAtVersion(at)
      const view = yield* mine(id, version)
      if (!(yield* repository.remove(view))) return yield* new VersionConflict({ id, expected: view.version })
    })
  }))
})

export const layer: Layer.Layer<OrderViews, never, OrderViewRepository | OrderStates> = Layer.effect(OrderViews, make)
