/**
 * A carrier on this machine for tests and for trying a shop out: a server that keeps state and speaks HTTP, and the adapter
 * in front of it. The adapter is what one for a real carrier looks like.
 *
 * **Example**
 *
 * ```ts
 * const fake = yield* ParcelCarrier.open()
 * const shop = yield* Effect.promise(() => createStoa({ storage, carriers: [fake.carrier] }))
 *
 * yield* fake.server.outage("silent") // no answers any more
 * ```
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { createHmac, timingSafeEqual } from "node:crypto"
import * as Currency from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import {
  type Carrier,
  type CarrierError,
  type CarrierNews,
  CarrierRejected,
  type CarrierStatus,
  CarrierUnavailable,
  CarrierWebhookRejected
} from "../shipping/Carrier.ts"
import * as FakeServer from "./FakeServer.ts"
import type { WebhookRequest } from "./GatewayHarness.ts"

export const name = "parcel-carrier"

/** What the services ask for each parcel, in minor units, and for each kilogram or part of one. */
export const services: Readonly<Record<string, { readonly parcel: number; readonly kilogram: number }>> = {
  standard: { parcel: 400, kilogram: 100 },
  express: { parcel: 1_200, kilogram: 250 }
}

/** How old a webhook may be, in seconds. */
const oldest = 300

export interface ParcelCarrier {
  readonly carrier: Carrier
  readonly server: FakeServer.FakeServer
  /** The labels that were bought and not given back, by the carrier's id. */
  readonly labels: ReadonlyArray<string>
  /** Something happens to a shipment; the webhook that tells of it, signed at this moment. */
  readonly happen: (reference: string, status: CarrierStatus, detail?: string) => Effect.Effect<WebhookRequest>
  /** Signs anything as the carrier does. */
  readonly sign: (
    body: Uint8Array,
    options?: { readonly secret?: string; readonly atSeconds?: number }
  ) => Effect.Effect<WebhookRequest>
  readonly secrets: ReadonlyArray<string>
}

interface Shipment {
  readonly id: string
  readonly service: string
  readonly amount: number
  readonly parcels: number
  isVoid: boolean
  readonly events: Array<CarrierNews>
}

const parcels = Schema.Array(
  Schema.Struct({ grams: Schema.Int, cubicMm: Schema.optionalKey(Schema.Int), count: Schema.Int })
)
const RatesBody = Schema.fromJsonString(Schema.Struct({ to: Schema.Struct({ country: Schema.String }), currency: Schema.String, parcels }))
const LabelBody = Schema.fromJsonString(
  Schema.Struct({ service: Schema.String, reference: Schema.String, to: Schema.Struct({ country: Schema.String }), parcels })
)
const RatesAnswer = Schema.Struct({
  rates: Schema.Array(Schema.Struct({ service: Schema.String, amount: Schema.Int, currency: Schema.String }))
})
const LabelAnswer = Schema.Struct({
  id: Schema.String,
  numbers: Schema.Array(Schema.String),
  amount: Schema.Int,
  label: Schema.String
})
const EventsAnswer = Schema.Struct({
  events: Schema.Array(Schema.Struct({
    id: Schema.String,
    shipment: Schema.String,
    status: Schema.Literals(["in_transit", "out_for_delivery", "failed", "delivered", "returned"]),
    at: Timestamp.Timestamp,
    detail: Schema.String
  }))
})
const RefusalAnswer = Schema.Struct({ code: Schema.String, message: Schema.String })
const WebhookBody = Schema.fromJsonString(EventsAnswer)

/** It counts 5,000 cubic centimetres as a kilogram. */
const costs = (service: string, all: typeof parcels.Type): number => {
  const { kilogram, parcel } = services[service] ?? { kilogram: 0, parcel: 0 }
  return all.reduce((sum, { count, cubicMm = 0, grams }) => {
    const kilograms = Math.ceil(Math.max(grams, cubicMm / 5_000) / 1_000)
    return sum + count * (parcel + kilograms * kilogram)
  }, 0)
}

const toWire = ({ at, detail, key, reference, status }: CarrierNews) => ({ id: key, shipment: reference, status, at, detail })

const fromWire = ({ at, detail, id, shipment, status }: (typeof EventsAnswer.Type)["events"][number]): CarrierNews => ({
  key: id,
  reference: shipment,
  status,
  at,
  detail
})

const signature = (secret: string, seconds: number, body: Uint8Array): Buffer =>
  createHmac("sha256", secret).update(`${seconds}.`).update(body).digest()

/** Listens until the scope closes. It delivers everywhere but to Antarctica, and takes up to 30 kg a parcel. */
export const open = (): Effect.Effect<ParcelCarrier, never, Scope.Scope> =>
  Effect.gen(function*() {
    const key = "parcel_key_0123456789"
    const secret = "parcel_secret_0123456789"
    const shipments = new Map<string, Shipment>()
    const byKey = new Map<string, string>()
    const refuse = (code: string, message: string, status = 422): FakeServer.FakeAnswer => ({ status, body: { code, message } })

    const sell = (idempotencyKey: string, body: string): FakeServer.FakeAnswer => {
      const wanted = Schema.decodeUnknownSync(LabelBody)(body)
      const known = shipments.get(byKey.get(idempotencyKey) ?? "")
      if (known === undefined) {
        if (!(wanted.service in services)) return refuse("unknown_service", `There is no service ${wanted.service}`)
        if (wanted.to.country === "AQ") return refuse("undeliverable", "Nobody delivers there")
        if (wanted.parcels.some(({ grams }) => grams > 30_000)) return refuse("too_heavy", "A parcel is heavier than 30 kg")
      }
      const count = wanted.parcels.reduce((sum, parcel) => sum + parcel.count, 0)
      const shipment: Shipment = known ?? {
        id: `shp_${shipments.size + 1}`,
        service: wanted.service,
        amount: costs(wanted.service, wanted.parcels),
        parcels: count,
        isVoid: false,
        events: []
      }
      shipments.set(shipment.id, shipment)
      byKey.set(idempotencyKey, shipment.id)
      const { amount, id } = shipment
      return {
        status: 200,
        body: {
          id,
          amount,
          numbers: Array.from({ length: shipment.parcels }, (_, index) => `${id.toUpperCase()}-${index + 1}`),
          label: Buffer.from(`^XA^FD${id} ${wanted.reference}^FS^XZ`).toString("base64")
        }
      }
    }

    const server = yield* FakeServer.open({
      handle: ({ body, headers, method, path }) => {
        if (headers["authorization"] !== `Bearer ${key}`) return refuse("unauthorized", "The key is wrong", 401)
        if (method === "POST" && path === "/rates") {
          const { currency, parcels, to } = Schema.decodeUnknownSync(RatesBody)(body)
          const rates = to.country === "AQ" || parcels.some(({ grams }) => grams > 30_000)
            ? []
            : Object.keys(services).map((service) => ({ service, amount: costs(service, parcels), currency }))
          return { status: 200, body: { rates } }
        }
        if (method === "POST" && path === "/labels") return sell(headers["idempotency-key"] ?? "", body)
        const shipment = shipments.get(path.split("/")[2] ?? "")
        if (shipment === undefined) return refuse("unknown_shipment", "There is no such shipment", 404)
        if (method === "DELETE") {
          if (shipment.events.length > 0) return refuse("in_use", "The shipment is on its way")
          shipment.isVoid = true
          return { status: 200, body: {} }
        }
        return { status: 200, body: { events: shipment.events.map(toWire) } }
      }
    })

    const unavailable = (detail: string) => new CarrierUnavailable({ carrier: name, detail })

    const call = <A>(
      schema: Schema.ConstraintDecoder<A>,
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {}
    ): Effect.Effect<A, CarrierError> =>
      Effect.gen(function*() {
        const response = yield* Effect.tryPromise({
          try: async (signal) => {
            const answer = await fetch(`${server.url}${path}`, {
              method,
              signal,
              headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
              ...(body === undefined ? {} : { body: JSON.stringify(body) })
            })
            return { status: answer.status, body: await answer.json() as unknown }
          },
          catch: () => unavailable("the connection failed")
        })
        if (response.status >= 500) return yield* unavailable(`status ${response.status}`)
        if (response.status >= 400) {
          const { code, message } = yield* Effect.mapError(
            Schema.decodeUnknownEffect(RefusalAnswer)(response.body),
            () => unavailable("the refusal makes no sense")
          )
          return yield* new CarrierRejected({ carrier: name, carrierCode: code, detail: message })
        }
        return yield* Effect.mapError(
          Schema.decodeUnknownEffect(schema)(response.body),
          () => unavailable("the answer makes no sense")
        )
      })

    const reject = (reason: CarrierWebhookRejected["reason"]) => new CarrierWebhookRejected({ carrier: name, reason })

    const carrier: Carrier = {
      name,
      rates: ({ currency, from, parcels, to }) =>
        Effect.map(call(RatesAnswer, "POST", "/rates", { from, to, currency, parcels }), ({ rates }) =>
          rates.flatMap(({ amount, currency, service }) =>
            Currency.is(currency) ? [{ service, price: Money.make(amount, currency) }] : [])),
      buy: ({ from, idempotencyKey, parcels, reference, service, to }) =>
        Effect.map(
          call(
            LabelAnswer,
            "POST",
            "/labels",
            { from, to, service, reference, parcels: parcels.map(({ grams }) => ({ grams, count: 1 })) },
            { "idempotency-key": idempotencyKey }
          ),
          ({ amount, id, label, numbers }) => ({
            reference: id,
            tracking: numbers.map((number) => ({ number, url: `https://track.example/${number}` })),
            price: Money.make(amount, Currency.Currency.make("USD")),
            document: { mediaType: "application/zpl", data: new Uint8Array(Buffer.from(label, "base64")) }
          })
        ),
      giveBack: ({ reference }) =>
        Effect.asVoid(call(Schema.Struct({}), "DELETE", `/labels/${encodeURIComponent(reference)}`)),
      track: ({ reference }) =>
        Effect.map(call(EventsAnswer, "GET", `/labels/${encodeURIComponent(reference)}/events`), ({ events }) =>
          events.map(fromWire)),
      parseWebhook: Effect.fnUntraced(function*({ body, headers }) {
        const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers["parcel-signature"] ?? "") ?? []
        if (seconds === undefined || hex === undefined) return yield* reject("missing_signature")
        if (!timingSafeEqual(Buffer.from(hex, "hex"), signature(secret, Number(seconds), body))) {
          return yield* reject("wrong_signature")
        }
        const now = Timestamp.toMillis(yield* Timestamp.now) / 1_000
        if (Math.abs(now - Number(seconds)) > oldest) return yield* reject("stale")
        const { events } = yield* Effect.mapError(
          Schema.decodeUnknownEffect(WebhookBody)(Buffer.from(body).toString("utf8")),
          () => reject("malformed")
        )
        return events.map(fromWire)
      })
    }

    const sign: ParcelCarrier["sign"] = Effect.fnUntraced(function*(body, options = {}) {
      const seconds = options.atSeconds ?? Math.floor(Timestamp.toMillis(yield* Timestamp.now) / 1_000)
      return {
        body,
        headers: { "parcel-signature": `t=${seconds},v1=${signature(options.secret ?? secret, seconds, body).toString("hex")}` }
      }
    })

    return {
      carrier,
      server,
      get labels() {
        return [...shipments.values()].filter(({ isVoid }) => !isVoid).map(({ id }) => id)
      },
      happen: Effect.fnUntraced(function*(reference, status, detail = "") {
        const shipment = shipments.get(reference)
        if (shipment === undefined) return yield* Effect.die(new Error(`There is no shipment ${reference}`))
        const event: CarrierNews = {
          key: `evt_${reference}_${shipment.events.length + 1}`,
          reference,
          status,
          at: yield* Timestamp.now,
          detail
        }
        shipment.events.push(event)
        return yield* sign(new Uint8Array(Buffer.from(JSON.stringify({ events: [toWire(event)] }))))
      }),
      sign,
      secrets: [key, secret]
    }
  })
