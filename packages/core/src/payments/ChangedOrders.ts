/**
 * What becomes of the open payments of an order that costs something else now.
 */
import * as Effect from "effect/Effect"
import { Jobs } from "../jobs/Jobs.ts"
import { zero } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { isOpen } from "./Payment.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import { requestJob } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"

export const make = Effect.gen(function*() {
  const repository = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const jobs = yield* Jobs

  return Effect.fn("Payments.follow")(function*(order: Order) {
    // what went back of an order that is paid is not owed again
    const due = OrderMoney.isPayable(order) ? OrderMoney.due(order) : zero(order.currency)
    for (const payment of yield* repository.ofOrder(order.id)) {
      if (!isOpen(payment) || payment.requested === "cancel") continue
      if (payment.state !== "authorized" || payment.requested !== null) return false
      const next = { ...payment, version: payment.version + 1, updatedAt: yield* Timestamp.now }
      if (due.amount <= 0) {
        yield* guards.ask({ event: "void", payment, amount: payment.amount, reason: "the order owes nothing any more" })
        const unwanted: StoredPayment = { ...next, requested: "cancel" }
        yield* repository.update(unwanted)
        const id = `${requestJob}:${payment.id}:${unwanted.version}`
        yield* jobs.enqueue({ name: requestJob, payload: { paymentId: payment.id }, id })
        continue
      }
      const capabilities = gateways.find(payment.gateway)?.capabilities
      // it is the buyer's word only, and nobody has written the old amount down
      if (capabilities?.offline === true) yield* repository.update({ ...next, amount: due })
      else if (due.amount > payment.amount.amount) return false
      else if (due.amount < payment.amount.amount) {
        if (capabilities?.partialCapture !== true) return false
        // the next version is what makes whoever takes the money at the same time read again what is owed
        yield* repository.update(next)
      }
    }
    return true
  })
})
