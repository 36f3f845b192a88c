/**
 * The carriers of an engine, by name.
 *
 * Every call goes through a guard: it ends in time, and whatever is not a proper answer counts as no answer, because then
 * nobody knows what the carrier did.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Money from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import {
  type Carrier,
  type CarrierError,
  CarrierNews,
  CarrierNotFound,
  CarrierUnavailable,
  CarrierWebhookRejected,
  TrackingNumber
} from "./Carrier.ts"

export interface CarriersShape {
  readonly names: ReadonlyArray<string>
  readonly find: (name: string) => Carrier | undefined
  readonly get: (name: string) => Effect.Effect<Carrier, CarrierNotFound>
}

/** The largest webhook that is read, in bytes. */
export const largestWebhook = 256 * 1024

/** The largest label that is kept, in bytes. */
const largestLabel = 1024 * 1024

/** How much a carrier may tell at once. */
const mostNews = 1_000

/** The carriers of an engine. Two of one name are a bug, so that throws. */
export const make = (carriers: ReadonlyArray<Carrier>): CarriersShape => {
  const byName = new Map<string, Carrier>()
  for (const carrier of carriers) {
    if (byName.has(carrier.name)) throw new Error(`There are two carriers called ${carrier.name}`)
    byName.set(carrier.name, guarded(carrier))
  }
  const names = [...byName.keys()]
  return {
    names,
    find: (name) => byName.get(name),
    get: (name) => {
      const carrier = byName.get(name)
      return carrier === undefined
        ? Effect.fail(new CarrierNotFound({ carrier: name.slice(0, 50), available: names }))
        : Effect.succeed(carrier)
    }
  }
}

/** The carriers that there are; none unless a host names some. */
export const Carriers: Context.Reference<CarriersShape> = Context.Reference<CarriersShape>(
  "@stoa/core/shipping/Carriers",
  { defaultValue: () => make([]) }
)

const isNews = Schema.is(Schema.Array(CarrierNews).check(Schema.isMaxLength(mostNews)))

const isLabel = Schema.is(Schema.Struct({
  reference: name(200),
  tracking: Schema.Array(TrackingNumber).check(Schema.isMaxLength(20)),
  price: Schema.NullOr(Money.NonNegative),
  document: Schema.Struct({ mediaType: Schema.String.check(Schema.isPattern(/^[\w.+-]+\/[\w.+-]+$/)), data: Schema.Uint8Array })
}))

const guarded = (carrier: Carrier): Carrier => {
  const timeout = Duration.fromInputUnsafe(carrier.timeout ?? "20 seconds")
  const unavailable = (detail: string) => new CarrierUnavailable({ carrier: carrier.name, detail })
  const reject = (reason: CarrierWebhookRejected["reason"]) => new CarrierWebhookRejected({ carrier: carrier.name, reason })

  const guard = <A>(call: () => Effect.Effect<A, CarrierError>, isProper: (answer: A) => boolean): Effect.Effect<A, CarrierError> =>
    Effect.suspend(call).pipe(
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () => Effect.fail(unavailable(`no answer within ${Duration.format(timeout)}`))
      }),
      Effect.filterOrFail(isProper, () => unavailable("the answer makes no sense")),
      Effect.catchDefect((defect) =>
        Effect.logError("A carrier's adapter failed", Cause.die(defect)).pipe(
          Effect.andThen(Effect.fail(unavailable("the adapter failed")))
        )
      ),
      Effect.annotateLogs({ carrier: carrier.name })
    )

  return {
    name: carrier.name,
    rates: (question) => guard(() => carrier.rates(question), (rates) => rates.length <= mostNews),
    buy: (request) =>
      guard(() => carrier.buy(request), (label) => isLabel(label) && label.document.data.byteLength <= largestLabel),
    giveBack: (label) => guard(() => carrier.giveBack(label), () => true),
    track: (label) => guard(() => carrier.track(label), isNews),
    parseWebhook: (request) =>
      // before anything else looks at it, so that nobody keeps us busy with its signature
      request.body.byteLength > largestWebhook
        ? Effect.fail(reject("oversized"))
        : Effect.suspend(() => carrier.parseWebhook(request)).pipe(
          Effect.filterOrFail(isNews, () => reject("malformed")),
          Effect.catchDefect((defect) =>
            Effect.logError("A carrier's adapter failed on a webhook", Cause.die(defect)).pipe(
              Effect.andThen(Effect.fail(reject("malformed")))
            )
          ),
          Effect.annotateLogs({ carrier: carrier.name })
        )
  }
}
