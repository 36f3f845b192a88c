/**
 * Who may see an order, and what of it is for storage only.
 */
import * as Effect from "effect/Effect"
import * as AddedState from "../kernel/AddedState.ts"
import { type Actor, CurrentActor } from "../kernel/Actor.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { Order } from "./Order.ts"
import type { OrderRepository, StoredOrder } from "./OrderRepository.ts"
import { OrderNotFound } from "./OrdersErrors.ts"

type Owned = Pick<StoredOrder, "customerId" | "tokenHash">

/** Whether the order is the caller's own: by being its customer, or by holding its token. */
export const owns = (actor: Actor, order: Owned): boolean => {
  if (actor._tag !== "guest" && actor._tag !== "customer") return false
  if (actor._tag === "customer" && order.customerId === actor.customerId) return true
  return actor.orderToken !== undefined && order.tokenHash !== null && Secret.matches(actor.orderToken, order.tokenHash)
}

/** Whether the caller may see the order. Who may not is told that there is none. */
export const maySee = (actor: Actor, order: Owned): boolean =>
  owns(actor, order) || Permission.holds(actor, "orders:read")

/** An order that the caller may see. */
export const visible = (orders: OrderRepository["Service"]) =>
  Effect.fnUntraced(function*(id: string) {
    const order = yield* orders.find(id)
    if (order === undefined || !maySee(yield* CurrentActor, order)) return yield* new OrderNotFound({ order: id })
    return order
  })

/** Who did something, as buyers are told it: that staff acted, not who. */
export const withoutName = (actor: string): string => actor.replace(/^(staff|system):.*$/, "$1")

/**
 * The order as its buyer sees it: without the hash of its token, what staff sort it by, why it rests, and a state that a
 * plug-in has added.
 */
export const shown = (stored: StoredOrder): Order => {
  const { holds: _holds, keptUntil: _kept, state: _state, tags: _tags, tokenHash: _hash, ...order } = stored
  return order
}

/** The state that a plug-in has added, of something that is in it, if the plug-in is there and the caller may know it. */
export const stateFor = (
  actor: Actor,
  stated: AddedState.Stated,
  states: ReadonlyArray<AddedState.AddedState>
): { readonly state?: string } => {
  const state = AddedState.current(states, stated)
  return state !== undefined && (state.forBuyers || Permission.holds(actor, "orders:read")) ? { state: state.name } : {}
}

/** The order as guards see it, whoever is calling: with what staff sort it by, and a state that a plug-in has added. */
export const guarded = (stored: StoredOrder, states: ReadonlyArray<AddedState.AddedState>): Order => {
  const state = AddedState.current(states, stored)
  return { ...shown(stored), tags: stored.tags, ...(state === undefined ? {} : { state: state.name }) }
}

/** The order as the caller sees it, with one of the states that plug-ins have added. */
export const shownTo = (actor: Actor, stored: StoredOrder, states: ReadonlyArray<AddedState.AddedState>): Order => {
  const order = { ...shown(stored), ...stateFor(actor, stored, states) }
  return Permission.holds(actor, "orders:read") ? { ...order, tags: stored.tags } : order
}
