/**
 * Disputes as a gateway would have told of them, for suites of what follows from them.
 */
import * as Effect from "effect/Effect"
import type { Order } from "../orders/Order.ts"
import { type Dispute, DisputeId } from "../payments/Dispute.ts"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { usd } from "./Shop.ts"

/** A dispute over some cents of the first payment of an order, which is written as it is told. */
export const disputed = Effect.fnUntraced(function*(
  order: Pick<Order, "id" | "placedAt">,
  cents: number,
  state: Dispute["state"] = "under_review"
) {
  const [payment] = yield* (yield* PaymentRepository).ofOrder(order.id)
  if (payment === undefined) return yield* Effect.die("the order has no payment")
  const dispute: Dispute = {
    id: yield* DisputeId.generate,
    paymentId: payment.id,
    orderId: order.id,
    gateway: payment.gateway,
    gatewayReference: null,
    state,
    amount: usd(cents),
    fee: null,
    withdrawn: true,
    reason: "fraudulent",
    respondBy: null,
    evidence: null,
    version: 1,
    createdAt: order.placedAt,
    updatedAt: order.placedAt
  }
  yield* (yield* DisputeRepository).insert(dispute)
  return dispute
})
