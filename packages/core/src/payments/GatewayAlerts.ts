/**
 * Telling the people of a shop that a gateway refuses its credentials, however many payments find it out: once an hour.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as PaymentEvents from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"

/** The job that tells of it. */
const alertJob = "payments.gateway-misconfigured"

/** The hour of a time: `"2026-11-26T03"`. */
const hourOf = (at: Timestamp.Timestamp): string => at.slice(0, 13)

/** Publishes `payment.gateway_misconfigured` and writes it into the log of the operator. */
export const listen = Effect.gen(function*() {
  const events = yield* Events
  const gateways = yield* PaymentGateways
  const jobs = yield* Jobs

  yield* jobs.handle({
    name: alertJob,
    payload: Schema.Struct({ gateway: Schema.String, gatewayCode: Schema.NullOr(Schema.String), detail: Schema.String }),
    run: (about) =>
      Effect.andThen(
        Effect.annotateLogs(Effect.logError("A payment gateway does not accept the shop's credentials"), about),
        events.publish([PaymentEvents.GatewayMisconfigured.make(about.gateway, about)])
      )
  })

  yield* gateways.observe(Effect.fnUntraced(function*({ detail, gateway, gatewayCode }) {
    const id = `${alertJob}:${gateway}:${hourOf(yield* Timestamp.now)}`
    yield* Effect.ignore(jobs.enqueue({ name: alertJob, payload: { gateway, gatewayCode, detail }, id }), {
      log: "Error",
      message: "Nobody was told that a payment gateway does not accept the shop's credentials"
    })
  }))
})
