/**
 * Payments through Paystack's page.
 *
 * **Details**
 *
 * Every payment sends the buyer to Paystack (`nextAction`); `method` may name a channel, such as `card` or
 * `mobile_money`. Paystack knows no idempotency keys, so references take their place: a payment's reference is its id, and
 * a refund carries its key as a note and is looked for before it is asked for again.
 *
 * **Gotchas**
 *
 * Paystack cannot authorise without taking, and cannot take a buyer off its page: money that comes for a payment that was
 * given up goes back by itself.
 *
 * Paystack says where it sent a buyer only once. Where that answer was lost, nobody can be at that page, and the payment is
 * made again with another reference.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as GatewaySecret from "@stoa/core/payments/GatewaySecret"
import {
  type GatewayError,
  GatewayRejected,
  type ListedPayment,
  type PaymentGateway
} from "@stoa/core/payments/PaymentGateway"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Answers from "./PaystackAnswers.ts"
import * as PaystackClient from "./PaystackClient.ts"
import { limits, units } from "./PaystackUnits.ts"
import * as PaystackDisputes from "./PaystackDisputes.ts"
import * as PaystackPayouts from "./PaystackPayouts.ts"
import * as PaystackWebhook from "./PaystackWebhook.ts"

export interface PaystackOptions {
  /** `sk_live_...` or `sk_test_...`. It also signs the webhooks. */
  readonly secretKey: Redacted.Redacted | string
  /** `https://api.paystack.co` if it is left out. */
  readonly baseUrl?: string | undefined
  /** How long one request may take. 15 seconds if it is left out. */
  readonly timeout?: Duration.Input | undefined
}

const channels = [
  "card",
  "bank",
  "apple_pay",
  "ussd",
  "qr",
  "mobile_money",
  "bank_transfer",
  "eft",
  "capitec_pay",
  "payattitude"
]

/** How often a payment is made whose page nobody could be sent to. */
const mostAttempts = 5

/** Pages that this process sent buyers to, the newest of them. */
const rememberedPages = 10_000

const perPart = 100

/** Parts of refunds that are looked through for a list of payments. */
const mostRefundParts = 20

const Initialized = Schema.Struct({ authorization_url: Schema.String, reference: Schema.String })

/** The bank wants to see who pays with what is kept: the charge waits until they were at a page. */
const Paused = Schema.Struct({ paused: Schema.Literal(true), ...Initialized.fields })

const Charged = Schema.Union([Paused, Answers.Transaction])

export const make = (options: PaystackOptions): PaymentGateway => {
  const secretKey = GatewaySecret.required("secretKey", options.secretKey)
  const client = PaystackClient.make({
    secretKey,
    baseUrl: options.baseUrl ?? "https://api.paystack.co",
    timeout: options.timeout ?? "15 seconds"
  })
  const pages = new Map<string, string>()

  const remember = (reference: string, url: string): void => {
    if (pages.size >= rememberedPages) pages.delete(pages.keys().next().value ?? "")
    pages.set(reference, url)
  }

  const rejected = (gatewayCode: string, detail: string, failure?: GatewayRejected["failure"]) =>
    new GatewayRejected({
      gateway: PaystackClient.gatewayName,
      gatewayCode,
      detail,
      ...(failure === undefined ? {} : { failure })
    })

  /** What is not there is no failure. */
  const unlessMissing = <A>(call: Effect.Effect<A, GatewayError>): Effect.Effect<A | undefined, GatewayError> =>
    Effect.catchTag(call, "GatewayRejected", (rejection) =>
      rejection.gatewayCode === "transaction_not_found" || rejection.gatewayCode === "404"
        ? Effect.undefined
        : Effect.fail(rejection))

  const verify = (reference: string): Effect.Effect<Answers.Transaction | undefined, GatewayError> =>
    unlessMissing(client.get(`/transaction/verify/${encodeURIComponent(reference)}`, {}, Answers.Transaction))

  const existing = (reference: string) =>
    Effect.flatMap(verify(reference), (found) =>
      found === undefined ? Effect.fail(rejected("transaction_not_found", "there is no such payment")) : Effect.succeed(found))

  const shown = (transaction: Answers.Transaction) =>
    Answers.payment(transaction, pages.get(transaction.reference) ?? null)

  const create: PaymentGateway["create"] = Effect.fnUntraced(function*(request) {
    const amount = units.toGateway(request.amount)
    if (amount === undefined || amount <= 0) {
      return yield* rejected("amount_unsupported", "Paystack cannot take this amount exactly", "amount_unsupported")
    }
    if (!request.capture) return yield* rejected("capture_only", "Paystack takes money at once", "method_unsupported")
    const saved = request.savedMethod === undefined || request.savedMethod === null
      ? undefined
      : Answers.savedParts(request.savedMethod) ?? (yield* rejected("unknown_method", "no such means", "method_unsupported"))
    if (saved === undefined && request.method !== null && !channels.includes(request.method)) {
      return yield* rejected("unknown_channel", "there is no such channel", "method_unsupported")
    }
    const about = (reference: string) => ({
      email: saved?.email ?? request.email,
      amount,
      currency: request.amount.currency,
      reference,
      metadata: JSON.stringify({ stoa_order: request.orderNumber, ...(request.saveMethod === true ? { stoa_save: "1" } : {}) })
    })
    const ask = Effect.fnUntraced(function*(reference: string) {
      if (saved !== undefined) {
        const body = { ...about(reference), authorization_code: saved.code }
        const charged = yield* client.post("/transaction/charge_authorization", body, Charged)
        if (!("paused" in charged)) return shown(charged)
        if (request.offSession === true) return Answers.unseen(reference, request.amount)
        remember(reference, charged.authorization_url)
        return shown({ reference, status: "ongoing", amount, currency: request.amount.currency })
      }
      const { authorization_url: url } = yield* client.post("/transaction/initialize", {
        ...about(reference),
        ...(request.returnUrl === null ? {} : { callback_url: request.returnUrl }),
        ...(request.method === null ? {} : { channels: [request.method] })
      }, Initialized)
      remember(reference, url)
      return shown({ reference, status: "ongoing", amount, currency: request.amount.currency })
    })
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const reference = Answers.referenceOf(request.paymentId, attempt)
      const asked = yield* Effect.result(ask(reference))
      if (asked._tag === "Success") return asked.success
      if (asked.failure._tag !== "GatewayRejected" || asked.failure.gatewayCode !== "duplicate_reference") {
        return yield* asked.failure
      }
      const before = yield* existing(reference)
      if (before.currency !== request.amount.currency || (before.requested_amount ?? before.amount) !== amount) {
        return yield* rejected("duplicate_reference", "the payment was made with another amount")
      }
      const payment = shown(before)
      if (payment.status !== "requires_action" || payment.nextAction !== null) return payment
    }
    return yield* rejected("duplicate_reference", "the payment was made too often")
  })

  const refundsOf = (reference: string) =>
    client.get("/refund", { transaction: reference, perPage: String(perPart) }, Schema.Array(Answers.Refund))

  const findRefund = (reference: string, key: string) =>
    Effect.map(refundsOf(reference), (all) => all.find(({ merchant_note: note }) => note === key))

  const dispute = (reference: string): Effect.Effect<PaystackDisputes.Dispute | undefined, GatewayError> =>
    /^\d+$/.test(reference)
      ? unlessMissing(client.get(`/dispute/${reference}`, {}, PaystackDisputes.Dispute))
      : Effect.undefined

  const answer: NonNullable<PaymentGateway["disputes"]>["submit"] = Effect.fnUntraced(function*({ files, reference, text }) {
    const found = yield* dispute(reference)
    if (found === undefined) return yield* rejected("dispute_not_found", "there is no such dispute")
    const before = PaystackDisputes.dispute(found)
    // there are no keys, so what was answered already is not answered again
    if (before.status === "under_review") return before
    if (before.status !== "needs_response") return yield* rejected("dispute_resolved", "the dispute is decided")
    const [file, ...more] = files
    if (file === undefined || more.length > 0) {
      return yield* rejected("evidence_file", "Paystack takes one file, by the name that its upload address gave it")
    }
    yield* client.put(`/dispute/${reference}/resolve`, {
      resolution: "declined",
      message: text,
      refund_amount: 0,
      uploaded_filename: file
    }, Schema.Unknown)
    return PaystackDisputes.dispute((yield* dispute(reference)) ?? found)
  })

  return {
    name: PaystackClient.gatewayName,
    capabilities: {
      currencies: units.currencies,
      manualCapture: false,
      partialCapture: false,
      partialRefund: true,
      savedMethods: true,
      idempotency: "references",
      lateMoney: true,
      methods: channels,
      limits
    },
    create,
    confirm: ({ gatewayReference }) => Effect.map(existing(gatewayReference), shown),

    retrieve: Effect.fnUntraced(function*({ gatewayReference, paymentId }) {
      if (gatewayReference !== null) {
        const found = yield* verify(gatewayReference)
        return found === undefined ? undefined : shown(found)
      }
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        const found = yield* verify(Answers.referenceOf(paymentId, attempt))
        if (found === undefined) return undefined
        const payment = shown(found)
        // nobody was sent to a page that nobody was told of
        if (payment.status !== "requires_action" || payment.nextAction !== null) return payment
      }
      return undefined
    }),

    capture: () => Effect.fail(rejected("capture_only", "Paystack takes money at once")),

    cancel: Effect.fnUntraced(function*({ gatewayReference }) {
      const payment = shown(yield* existing(gatewayReference))
      return payment.status === "captured"
        ? yield* rejected("captured", "the payment was made")
        : { ...payment, status: "cancelled" as const, nextAction: null }
    }),

    refund: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey }) {
      const minor = units.toGateway(amount)
      if (minor === undefined || minor <= 0) return yield* rejected("amount_unsupported", "a refund is of more than zero")
      const transaction = yield* existing(gatewayReference)
      if (transaction.status !== "success") return yield* rejected("not_captured", "the payment was not made")
      if (transaction.currency !== amount.currency) {
        return yield* rejected("currency_mismatch", "a refund is in the payment's currency")
      }
      const before = yield* findRefund(gatewayReference, idempotencyKey)
      if (before !== undefined) return Answers.refund(before)
      return Answers.refund(
        yield* client.post("/refund", {
          transaction: gatewayReference,
          amount: minor,
          currency: amount.currency,
          merchant_note: idempotencyKey
        }, Answers.Refund)
      )
    }),

    retrieveRefund: Effect.fnUntraced(function*({ gatewayReference, idempotencyKey, refundReference }) {
      const found = yield* (refundReference === null
        ? findRefund(gatewayReference, idempotencyKey)
        : unlessMissing(client.get(`/refund/${encodeURIComponent(refundReference)}`, {}, Answers.Refund)))
      return found === undefined ? undefined : Answers.refund(found)
    }),

    list: Effect.fnUntraced(function*({ after, since, until }) {
      const page = after === null ? 1 : Number(after)
      const part = (page: number, more: Readonly<Record<string, string>>) => ({
        from: since,
        perPage: String(perPart),
        page: String(page),
        ...more
      })
      const transactions = yield* client.get("/transaction", part(page, { to: until }), Schema.Array(Answers.Transaction))
      const back = new Map<string, number>()
      // what went back went back after it was paid
      for (let refundPage = 1; refundPage <= mostRefundParts; refundPage++) {
        const refunds = yield* client.get("/refund", part(refundPage, {}), Schema.Array(Answers.Refund))
        for (const { amount, status, transaction_reference: reference } of refunds) {
          if (typeof reference !== "string" || status === "failed") continue
          back.set(reference, (back.get(reference) ?? 0) + amount)
        }
        if (refunds.length < perPart) break
      }
      const feeOf = (transaction: Answers.Transaction) => {
        const fee = Answers.feeOf(transaction)
        return fee === null ? null : Answers.money(fee, transaction.currency)
      }
      const list = (transaction: Answers.Transaction): ListedPayment => ({
        ...shown(transaction),
        paymentId: Answers.paymentIdOf(transaction.reference),
        refunded: Answers.money(back.get(transaction.reference) ?? 0, transaction.currency),
        fee: feeOf(transaction),
        createdAt: Answers.createdAt(transaction)
      })
      return {
        items: transactions.map(list).filter(({ createdAt }) =>
          Timestamp.toMillis(createdAt) >= Timestamp.toMillis(since) && createdAt < until),
        next: transactions.length < perPart ? null : String(page + 1)
      }
    }),

    disputes: {
      retrieve: (reference) =>
        Effect.map(dispute(reference), (found) => found === undefined ? undefined : PaystackDisputes.dispute(found)),
      list: Effect.fnUntraced(function*({ after, since, until }) {
        const page = after === null ? 1 : Number(after)
        const found = yield* client.get(
          "/dispute",
          { from: since, to: until, perPage: String(perPart), page: String(page) },
          Schema.Array(PaystackDisputes.Listed)
        )
        return {
          items: found.flatMap(({ createdAt, id }) => {
            const at = Timestamp.fromMillis(Date.parse(createdAt))
            return at >= since && at < until ? [String(id)] : []
          }),
          next: found.length < perPart ? null : String(page + 1)
        }
      }),
      submit: answer
    },

    payouts: {
      list: Effect.fnUntraced(function*({ after, since, until }) {
        const page = after === null ? 1 : Number(after)
        const settlements = yield* client.get(
          "/settlement",
          { from: since, to: until, perPage: String(perPart), page: String(page) },
          Schema.Array(PaystackPayouts.Settlement)
        )
        return {
          items: settlements.map(PaystackPayouts.payout).filter(({ createdAt }) => createdAt >= since && createdAt < until),
          next: settlements.length < perPart ? null : String(page + 1)
        }
      }),
      entries: Effect.fnUntraced(function*({ after, reference }) {
        const page = after === null ? 1 : Number(after)
        const transactions = yield* client.get(
          `/settlement/${encodeURIComponent(reference)}/transactions`,
          { perPage: String(perPart), page: String(page) },
          Schema.Array(Answers.Transaction)
        )
        return {
          items: transactions.map(PaystackPayouts.entry),
          next: transactions.length < perPart ? null : String(page + 1)
        }
      })
    },

    parseWebhook: (request) => PaystackWebhook.parse(secretKey, request),

    forget: Effect.fnUntraced(function*({ reference }) {
      const parts = Answers.savedParts(reference)
      if (parts === undefined) return
      yield* client.tell("/customer/authorization/deactivate", { authorization_code: parts.code }).pipe(
        // one that is not there, or not active, is forgotten
        Effect.catchTag("GatewayRejected", () => Effect.void)
      )
    })
  }
}
