/**
 * The payment gateways of an engine.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as OutsidePayment from "../payments/OutsidePayment.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import * as PaymentGateways from "../payments/PaymentGateways.ts"
import * as Payments from "../payments/Payments.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import * as StoredValueGateways from "../value/StoredValueGateways.ts"

/** The gateways that every engine has: for stored value, and for money that staff have taken outside of it. */
const always = Effect.map(StoredValueGateways.make, (values) => [...values, OutsidePayment.gateway])

export type GatewaysLayer = Layer.Layer<PaymentGateways.PaymentGateways, never, Effect.Services<typeof always>>

/**
 * The gateways that were given, or the sandbox alone. The sandbox keeps its bank in the shop's database, and its webhooks reach the shop
 * within the process: `connect` does that, once there are payments.
 */
export const make = (given: ReadonlyArray<PaymentGateway> | undefined) => {
  if (given !== undefined) return { layer: PaymentGateways.layerWith(given, always), connect: Layer.empty }
  const { bank, keepIn } = SandboxBank.later()
  const sandbox = SandboxGateway.make({ bank })
  return {
    layer: PaymentGateways.layerWith([sandbox], always),
    connect: Layer.effectDiscard(Effect.gen(function*() {
      yield* keepIn(yield* SandboxBank.SandboxBank)
      const payments = yield* Payments.Payments
      yield* sandbox.connect((request) => payments.receiveWebhook(sandbox.name, request))
    }))
  }
}
