/**
 * Payments through Pocket.
 */
import { GatewayUnits, type Money, type Payment, PaymentGateway, Timestamp } from "@stoa/core"
import { Clock, Effect, Schema } from "effect"
import { createHmac, timingSafeEqual } from "node:crypto"

const name = "pocket"

/** Pocket counts euros in cents, yen in yen, and dinars in tens of fils. */
export const units = GatewayUnits.make({ EUR: { places: 2 }, JPY: { places: 0 }, KWD: { places: 3, step: 10 } })

export interface PocketOptions {
  readonly secret: string
  readonly url: string
}

// What Pocket answers. What is not here is not read.
const PocketPayment = Schema.Struct({
  reference: Schema.String,
  id: Schema.NullOr(Schema.String),
  state: Schema.String,
  units: Schema.Number,
  asked: Schema.Number,
  currency: Schema.String,
  refunded: Schema.Number,
  reason: Schema.NullOr(Schema.String),
  page: Schema.NullOr(Schema.String),
  made: Schema.Number
})
type PocketPayment = typeof PocketPayment.Type

const PocketRefund = Schema.Struct({
  reference: Schema.String,
  state: Schema.String,
  units: Schema.Number,
  currency: Schema.String
})
const News = Schema.fromJsonString(Schema.Struct({ news: Schema.String, reference: Schema.String, id: Schema.String }))

const unavailable = (detail: string) => new PaymentGateway.GatewayUnavailable({ gateway: name, detail })
const rejected = (gatewayCode: string) =>
  new PaymentGateway.GatewayRejected({ gateway: name, gatewayCode, detail: gatewayCode.replaceAll("_", " ") })

/** An amount that makes no sense counts as no answer. */
const money = (amount: number, currency: string): Effect.Effect<Money.Money, PaymentGateway.GatewayUnavailable> => {
  const read = units.fromGateway(amount, currency)
  return read === undefined ? Effect.fail(unavailable("an amount that makes no sense")) : Effect.succeed(read)
}

const statuses: Readonly<Record<string, PaymentGateway.GatewayPayment["status"]>> = {
  waiting: "requires_action",
  held: "authorized",
  paid: "captured",
  refused: "failed",
  cancelled: "cancelled"
}

const codes: Readonly<Record<string, Payment.FailureCode>> = {
  pocket_is_empty: "insufficient_funds",
  buyer_left: "authentication_failed"
}

/** A refund is done once the buyer's bank has the money: until then it may come back. */
const refundStatuses: Readonly<Record<string, PaymentGateway.GatewayRefund["status"]>> = {
  arrived: "succeeded",
  came_back: "failed"
}

const payment = Effect.fnUntraced(function*(said: PocketPayment) {
  // a state that we do not know yet decides nothing
  const status = statuses[said.state] ?? "processing"
  const told: PaymentGateway.GatewayPayment = {
    reference: said.reference,
    status,
    amount: yield* money(said.units, said.currency),
    nextAction: status === "requires_action" && said.page !== null ? { _tag: "redirect", url: said.page } : null,
    failure: status === "failed"
      ? { code: codes[said.reason ?? ""] ?? "declined", message: "The payment was declined", gatewayCode: said.reason }
      : null
  }
  return told
})

const refund = Effect.fnUntraced(function*(said: typeof PocketRefund.Type) {
  const status = refundStatuses[said.state] ?? "pending"
  const told: PaymentGateway.GatewayRefund = {
    reference: said.reference,
    status,
    amount: yield* money(said.units, said.currency),
    failure: status === "failed"
      ? { code: "declined", message: "The buyer's bank did not take the money", gatewayCode: said.state }
      : null
  }
  return told
})

export const pocket = ({ secret, url }: PocketOptions): PaymentGateway.PaymentGateway => {
  /** Asks Pocket, and reads only what it expects. Whatever else happens, nobody knows the outcome. */
  const ask = <A>(
    method: "GET" | "POST",
    path: string,
    body: unknown,
    answer: Schema.Codec<A, unknown>
  ): Effect.Effect<A, PaymentGateway.GatewayError> =>
    Effect.gen(function*() {
      const response = yield* Effect.tryPromise({
        try: async (signal) => {
          const sent = await fetch(url + path, {
            method,
            headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
            signal,
            ...(method === "POST" ? { body: JSON.stringify(body) } : {})
          })
          return { status: sent.status, json: await sent.json() as unknown }
        },
        catch: () => unavailable("no answer that could be read")
      })
      if (response.status === 422) {
        const { refused } = yield* Effect.mapError(
          Schema.decodeUnknownEffect(Schema.Struct({ refused: Schema.String }))(response.json),
          () => unavailable("no answer that could be read")
        )
        return yield* rejected(refused)
      }
      if (response.status === 401) {
        return yield* new PaymentGateway.GatewayMisconfigured({
          gateway: name,
          gatewayCode: "401",
          detail: "the secret is not accepted"
        })
      }
      if (response.status !== 200) return yield* unavailable(`status ${response.status}`)
      return yield* Effect.mapError(
        Schema.decodeUnknownEffect(answer)(response.json),
        () => unavailable("no answer that could be read")
      )
    }).pipe(Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.fail(unavailable("no answer in time")) }))

  const inUnits = (amount: Money.Money) => {
    const there = units.toGateway(amount)
    return there === undefined || there <= 0 ? Effect.fail(rejected("bad_amount")) : Effect.succeed(there)
  }

  const get = (reference: string) => ask("GET", `/payments/${encodeURIComponent(reference)}`, null, PocketPayment)

  /** What is already as it was asked for is no failure. */
  const unless = (
    state: string,
    reference: string,
    call: Effect.Effect<PocketPayment, PaymentGateway.GatewayError>,
    isSame: (now: PocketPayment) => boolean = () => true
  ) =>
    Effect.flatMap(
      Effect.catchTag(call, "GatewayRejected", (rejection) =>
        Effect.flatMap(get(reference), (now) =>
          now.state === state && isSame(now) ? Effect.succeed(now) : Effect.fail(rejection))),
      payment
    )

  return {
    name,
    capabilities: {
      currencies: units.currencies,
      manualCapture: true,
      partialCapture: true,
      partialRefund: true,
      savedMethods: false,
      idempotency: "keys",
      limits: (currency) => ({
        maximum: units.fromGateway(1_000_000, currency)?.amount ?? 1_000_000,
        step: units.stepOf(currency)
      })
    },

    create: Effect.fnUntraced(function*(request) {
      const body = {
        key: request.idempotencyKey,
        id: request.paymentId,
        units: yield* inUnits(request.amount),
        currency: request.amount.currency,
        means: request.method,
        capture: request.capture,
        back: request.returnUrl
      }
      return yield* payment(yield* ask("POST", "/payments", body, PocketPayment))
    }),

    confirm: ({ gatewayReference }) => Effect.flatMap(get(gatewayReference), payment),

    retrieve: Effect.fnUntraced(function*({ gatewayReference, paymentId }) {
      const path = `/payments?id=${encodeURIComponent(paymentId)}`
      const found = gatewayReference === null
        ? (yield* ask("GET", path, null, Schema.Array(PocketPayment)))[0]
        : yield* get(gatewayReference)
      return found === undefined ? undefined : yield* payment(found)
    }),

    capture: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey: key }) {
      const wanted = yield* inUnits(amount)
      const call = ask("POST", `/payments/${gatewayReference}/capture`, { key, units: wanted }, PocketPayment)
      return yield* unless("paid", gatewayReference, call, (now) => now.units === wanted)
    }),

    cancel: ({ gatewayReference, idempotencyKey: key }) =>
      unless("cancelled", gatewayReference, ask("POST", `/payments/${gatewayReference}/cancel`, { key }, PocketPayment)),

    refund: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey: key }) {
      const body = { key, payment: gatewayReference, units: yield* inUnits(amount), currency: amount.currency }
      return yield* refund(yield* ask("POST", "/refunds", body, PocketRefund))
    }),

    retrieveRefund: Effect.fnUntraced(function*({ idempotencyKey }) {
      const path = `/refunds?key=${encodeURIComponent(idempotencyKey)}`
      const [found] = yield* ask("GET", path, null, Schema.Array(PocketRefund))
      return found === undefined ? undefined : yield* refund(found)
    }),

    list: Effect.fnUntraced(function*({ after, since, until }) {
      const query = new URLSearchParams({
        since: String(Timestamp.toMillis(since)),
        until: String(Timestamp.toMillis(until)),
        after: after ?? ""
      })
      const found = yield* ask("GET", `/payments?${query}`, null, Schema.Array(PocketPayment))
      const listed = Effect.fnUntraced(function*(said: PocketPayment) {
        const told: PaymentGateway.ListedPayment = {
          ...yield* payment(said),
          paymentId: said.id,
          refunded: yield* money(said.refunded, said.currency),
          fee: null,
          createdAt: Timestamp.fromMillis(said.made)
        }
        return told
      })
      return { items: yield* Effect.forEach(found, listed), next: found.length < 100 ? null : found.at(-1)?.reference ?? null }
    }),

    parseWebhook: Effect.fnUntraced(function*({ body, headers }) {
      const reject = (reason: PaymentGateway.WebhookRejected["reason"]) =>
        new PaymentGateway.WebhookRejected({ gateway: name, reason })
      const header = headers["pocket-signature"]
      if (header === undefined || header === "") return yield* reject("missing_signature")
      const [, seconds, mac] = /^(\d{1,12})\.([0-9a-f]{64})$/.exec(header) ?? []
      if (seconds === undefined || mac === undefined) return yield* reject("wrong_signature")
      const expected = createHmac("sha256", secret).update(`${seconds}.`).update(body).digest()
      if (!timingSafeEqual(Buffer.from(mac, "hex"), expected)) return yield* reject("wrong_signature")
      const away = Math.abs((yield* Clock.currentTimeMillis) / 1_000 - Number(seconds))
      if (away > 300) return yield* reject("stale")
      const read = yield* Effect.mapError(
        Schema.decodeUnknownEffect(News)(Buffer.from(body).toString("utf8")),
        () => reject("malformed")
      )
      return { key: read.news, type: "payment", gatewayReference: read.reference, paymentId: read.id }
    })
  }
}
