/**
 * Setting what comes back against what edits have added and nobody has paid: written, and credited on paper, as an edit.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Events } from "../events/Events.ts"
import * as Money from "../kernel/Money.ts"
import { OpenBalance } from "../payments/OpenBalance.ts"
import type { Payments } from "../payments/Payments.ts"
import * as EditFigures from "./EditFigures.ts"
import * as LessToPay from "./LessToPay.ts"
import type { OrderEditRepository } from "./OrderEditRepository.ts"

export const layer: Layer.Layer<OpenBalance, never, OrderEditRepository | Payments | Events> = Layer.effect(
  OpenBalance,
  Effect.map(LessToPay.make, (lessToPay) =>
    OpenBalance.of({
      makeUp: Effect.fnUntraced(function*(order, pieces, most, reason) {
        const nothing = Money.zero(order.currency)
        if (order.open.amount === 0 || most.amount === 0) return { order, credited: nothing }
        const { billingAddress, shippingAddress } = order
        const removed = pieces.filter(({ quantity }) => quantity > 0)
        const outcome = EditFigures.apply(order, { removed, added: [], shipping: undefined, shippingAddress, billingAddress, most: most.amount })
        if (outcome.credited === 0) return { order, credited: nothing }
        // pieces that come back are no cancelled ones
        const after = { ...outcome.order, lines: order.lines }
        const tell = yield* lessToPay(order, { ...outcome, order: after, refund: 0 }, [], reason)
        if (tell === undefined) return undefined
        yield* tell({ given: nothing, waits: nothing })
        return { order: after, credited: Money.make(outcome.credited, order.currency) }
      })
    }))
)
