/**
 * Orders for suites: one in each state that an order can be in, brought there as shops bring them there.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Actor from "../kernel/Actor.ts"
import type { ChangeOrderStatus, OrderStatus } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import * as Shop from "./Shop.ts"

const system = Actor.as(Actor.system("test"))

/** An order of two pieces of a product that it alone is of. */
export const ordered = Effect.fnUntraced(function*(method?: Shop.Method) {
  const { variantId } = yield* Shop.product({ stock: 5 })
  const placed = yield* Shop.place(yield* Shop.guest([variantId, 2]), method)
  return { ...placed, id: placed.order.id, variantId }
})

export type Step = (typeof ChangeOrderStatus.Type)["event"] | "cancel" | "refund"

/** How an order comes to each state: how it is paid, and what happens then. */
export const paths: Readonly<Record<OrderStatus, readonly [method: Shop.Method, ...steps: ReadonlyArray<Step>]>> = {
  pending: ["sandbox_redirect"],
  failed: ["sandbox_decline"],
  paid: ["sandbox_success"],
  processing: ["sandbox_success", "process"],
  on_hold: ["sandbox_success", "hold"],
  shipped: ["sandbox_success", "ship"],
  delivered: ["sandbox_success", "ship", "deliver"],
  cancelled: ["sandbox_redirect", "cancel"],
  refunded: ["sandbox_success", "refund"]
}

/** An order in a state, of two of five pieces, with what proves that it is its buyer's. */
export const inState = Effect.fnUntraced(function*(state: OrderStatus) {
  const [method, ...steps] = paths[state]
  const { id, order, token, variantId } = yield* ordered(method)
  const orders = yield* Orders
  const payments = yield* Payments
  for (const step of steps) {
    if (step === "cancel") yield* system(orders.cancel(id))
    else if (step === "refund") yield* system(payments.refund(id, { reason: "" }))
    else yield* system(orders.changeStatus(id, { event: step }))
  }
  const reached = yield* system(orders.get(id))
  assert.strictEqual(reached.status, state)
  return { id, total: order.total, token, variantId, order: reached }
})
