/**
 * Payments through Flutterwave's page (version 3 of its API).
 *
 * **Details**
 *
 * Every payment sends the buyer to Flutterwave (`nextAction`); `method` may name a way to pay, such as `card` or
 * `mobilemoneyghana`. Flutterwave knows no idempotency keys in this version: a payment's id is its reference (`tx_ref`),
 * and a refund carries its key as a comment; both are looked for before they are asked for.
 *
 * **Gotchas**
 *
 * Flutterwave cannot authorise without taking, and cannot take a buyer off its page: money that comes for a payment that
 * was given up goes back by itself.
 *
 * The answer to a refund that says `completed` means that it was begun.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as GatewaySecret from "@stoa/core/payments/GatewaySecret"
import { type GatewayError, type GatewayPayment, GatewayRejected, type PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Answers from "./FlutterwaveAnswers.ts"
import * as FlutterwaveClient from "./FlutterwaveClient.ts"
import { units } from "./FlutterwaveUnits.ts"
import * as FlutterwaveDisputes from "./FlutterwaveDisputes.ts"
import * as FlutterwavePayouts from "./FlutterwavePayouts.ts"
import * as FlutterwaveWebhook from "./FlutterwaveWebhook.ts"

export interface FlutterwaveOptions {
  /** `FLWSECK-...` or `FLWSECK_TEST-...` */
  readonly secretKey: Redacted.Redacted | string
  /** The secret hash of the dashboard, which comes with every webhook. */
  readonly secretHash: Redacted.Redacted | string
  /** Where buyers come back to if a payment does not say it. Flutterwave needs an address. */
  readonly returnUrl: string
  /** `https://api.flutterwave.com/v3` if it is left out. */
  readonly baseUrl?: string | undefined
  /** How long one request may take. 15 seconds if it is left out. */
  readonly timeout?: Duration.Input | undefined
}

const methods = [
  "card",
  "account",
  "banktransfer",
  "mpesa",
  "mobilemoneyghana",
  "mobilemoneyfranco",
  "mobilemoneyuganda",
  "mobilemoneyrwanda",
  "mobilemoneyzambia",
  "mobilemoneytanzania",
  "barter",
  "nqr",
  "ussd",
  "credit",
  "opay"
]

/** Parts of refunds that are looked through. */
const mostRefundParts = 20

/** How many rows Flutterwave lists in one part. */
const perPart = 20

/** How many entries of a payout are handed on at once. */
const perEntries = 100

const Link = Schema.Struct({ link: Schema.String })

export const make = (options: FlutterwaveOptions): PaymentGateway => {
  const secretHash = GatewaySecret.required("secretHash", options.secretHash)
  const secretKey = GatewaySecret.required("secretKey", options.secretKey)
  const client = FlutterwaveClient.make({
    secretKey,
    baseUrl: options.baseUrl ?? "https://api.flutterwave.com/v3",
    timeout: options.timeout ?? "15 seconds"
  })

  const rejected = (gatewayCode: string, detail: string, failure?: GatewayRejected["failure"]) =>
    new GatewayRejected({
      gateway: FlutterwaveClient.gatewayName,
      gatewayCode,
      detail,
      ...(failure === undefined ? {} : { failure })
    })

  const shown = (transaction: Answers.Transaction): GatewayPayment => ({
    ...Answers.payment(transaction),
    card: Answers.cardOf(transaction, Redacted.value(secretKey))
  })

  /** The transaction with a reference, if a buyer has tried to pay it. */
  const find = (reference: string): Effect.Effect<Answers.Transaction | undefined, GatewayError> =>
    Effect.catchTag(
      client.get("/transactions/verify_by_reference", { tx_ref: reference }, Answers.Transaction),
      "GatewayRejected",
      (rejection) => rejection.gatewayCode === FlutterwaveClient.missingCode ? Effect.undefined : Effect.fail(rejection)
    ).pipe(Effect.filterOrElse((found) => found === undefined || found.tx_ref === reference, () => Effect.undefined))

  const existing = (reference: string) =>
    Effect.flatMap(find(reference), (found) =>
      found === undefined
        ? Effect.fail(rejected(FlutterwaveClient.missingCode, "there is no such payment"))
        : Effect.succeed(found))

  const create: PaymentGateway["create"] = Effect.fnUntraced(function*(request) {
    const amount = units.toMajor(request.amount)
    if (amount === undefined || amount <= 0) {
      return yield* rejected("amount_unsupported", "Flutterwave cannot take this amount", "amount_unsupported")
    }
    if (!request.capture) return yield* rejected("capture_only", "Flutterwave takes money at once", "method_unsupported")
    const saved = request.savedMethod === undefined || request.savedMethod === null
      ? undefined
      : Answers.savedParts(request.savedMethod) ?? (yield* rejected("unknown_method", "no such means", "method_unsupported"))
    if (saved === undefined && request.method !== null && !methods.includes(request.method)) {
      return yield* rejected("unknown_method", "there is no such way to pay", "method_unsupported")
    }
    const before = yield* find(request.paymentId)
    if (before !== undefined) {
      const asked = Answers.money(before.amount, before.currency)
      return asked.amount === request.amount.amount && asked.currency === request.amount.currency
        ? shown(before)
        : yield* rejected("reference_used", "the payment was made with another amount")
    }
    const about = { tx_ref: request.paymentId, amount, currency: request.amount.currency }
    if (saved !== undefined) {
      return shown(
        yield* client.post("/tokenized-charges", { ...about, token: saved.token, email: saved.email }, Answers.Transaction)
      )
    }
    const { link } = yield* client.post("/payments", {
      ...about,
      redirect_url: request.returnUrl ?? options.returnUrl,
      customer: { email: request.email },
      meta: { stoa_order: request.orderNumber, ...(request.saveMethod === true ? { stoa_save: 1 } : {}) },
      ...(request.method === null ? {} : { payment_options: request.method })
    }, Link)
    return Answers.away(request.paymentId, request.amount, link)
  })

  /** A payment that was made: nobody has tried to pay it, or somebody has. */
  const now = (reference: string) =>
    Effect.map(find(reference), (found) =>
      found === undefined ? Answers.away(reference, nothing, null) : shown(found))

  /** Refunds since a time, newest first, as far as they are looked through. */
  const refundsSince = Effect.fnUntraced(function*(since: Timestamp.Timestamp) {
    const all: Array<Answers.Refund> = []
    for (let page = 1; page <= mostRefundParts; page++) {
      const part = yield* client.get(
        "/refunds",
        { from: since.slice(0, 10), page: String(page) },
        Schema.Array(Answers.Refund)
      )
      all.push(...part)
      if (part.length < perPart) break
    }
    return all
  })

  const findRefund = Effect.fnUntraced(function*(transaction: Answers.Transaction, key: string) {
    const all = yield* refundsSince(Timestamp.fromMillis(Date.parse(transaction.created_at ?? "1970-01-01")))
    return all.find(({ comments, tx_id }) => tx_id === transaction.id && comments === key)
  })

  const chargeback = Effect.fnUntraced(function*(reference: string) {
    const parts = FlutterwaveDisputes.partsOf(reference)
    if (parts === undefined) return undefined
    const found = yield* client.get("/chargebacks", { flw_ref: parts.flwRef }, Schema.Array(FlutterwaveDisputes.Chargeback))
    return found.find(({ flw_ref, id }) => id === parts.id && flw_ref === parts.flwRef)
  })

  /** A chargeback says no currency: it is its payment's. */
  const disputed = Effect.fnUntraced(function*(found: FlutterwaveDisputes.Chargeback) {
    return FlutterwaveDisputes.dispute(found, (yield* existing(found.tx_ref)).currency)
  })

  const disputes: NonNullable<PaymentGateway["disputes"]> = {
    retrieve: Effect.fnUntraced(function*(reference) {
      const found = yield* chargeback(reference)
      return found === undefined ? undefined : yield* disputed(found)
    }),
    list: Effect.fnUntraced(function*({ after, since, until }) {
      const page = after === null ? 1 : Number(after)
      const found = yield* client.get(
        "/chargebacks",
        { from: since.slice(0, 10), to: until.slice(0, 10), page: String(page) },
        Schema.Array(FlutterwaveDisputes.Chargeback)
      )
      return {
        items: found.flatMap((one) => {
          const at = Timestamp.fromMillis(Date.parse(one.created_at))
          return at >= since && at < until ? [FlutterwaveDisputes.referenceOf(one)] : []
        }),
        next: found.length < perPart ? null : String(page + 1)
      }
    }),
    submit: Effect.fnUntraced(function*({ files, reference, text }) {
      const found = yield* chargeback(reference)
      if (found === undefined) return yield* rejected(FlutterwaveClient.missingCode, "there is no such chargeback")
      const before = yield* disputed(found)
      // there are no keys, so what was answered already is not answered again
      if (before.status === "under_review") return before
      if (before.status !== "needs_response") return yield* rejected("chargeback_decided", "the chargeback is decided")
      const [prooflink, ...more] = files
      if (more.length > 0) return yield* rejected("evidence_file", "Flutterwave takes one file, by the address that it gave it")
      yield* client.put(`/chargebacks/${found.id}`, {
        action: "decline",
        comment: text,
        ...(prooflink === undefined ? {} : { prooflink })
      }, Schema.Unknown)
      return yield* disputed((yield* chargeback(reference)) ?? found)
    })
  }

  return {
    name: FlutterwaveClient.gatewayName,
    capabilities: {
      currencies: units.currencies,
      manualCapture: false,
      partialCapture: false,
      partialRefund: true,
      savedMethods: true,
      idempotency: "references",
      lateMoney: true,
      methods
    },
    create,

    confirm: ({ gatewayReference }) => now(gatewayReference),

    retrieve: ({ gatewayReference, paymentId }) =>
      gatewayReference === null
        ? Effect.map(find(paymentId), (found) => found === undefined ? undefined : shown(found))
        : now(gatewayReference),

    capture: () => Effect.fail(rejected("capture_only", "Flutterwave takes money at once")),

    cancel: Effect.fnUntraced(function*({ gatewayReference }) {
      const payment = yield* now(gatewayReference)
      return payment.status === "captured"
        ? yield* rejected("captured", "the payment was made")
        : { ...payment, status: "cancelled" as const, nextAction: null }
    }),

    refund: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey }) {
      const major = units.toMajor(amount)
      if (major === undefined || major <= 0) return yield* rejected("amount_unsupported", "a refund is of more than zero")
      const transaction = yield* existing(gatewayReference)
      if (transaction.status !== "successful") return yield* rejected("not_captured", "the payment was not made")
      if (transaction.currency !== amount.currency) {
        return yield* rejected("currency_mismatch", "a refund is in the payment's currency")
      }
      const made = (yield* findRefund(transaction, idempotencyKey)) ?? (yield* client.post(
        `/transactions/${transaction.id}/refund`,
        { amount: major, comments: idempotencyKey },
        Answers.Refund
      ))
      return Answers.refund(made, transaction.currency)
    }),

    retrieveRefund: Effect.fnUntraced(function*({ gatewayReference, idempotencyKey }) {
      const transaction = yield* existing(gatewayReference)
      const found = yield* findRefund(transaction, idempotencyKey)
      return found === undefined ? undefined : Answers.refund(found, transaction.currency)
    }),

    list: Effect.fnUntraced(function*({ after, since, until }) {
      const page = after === null ? 1 : Number(after)
      const transactions = yield* client.get(
        "/transactions",
        { from: since.slice(0, 10), to: until.slice(0, 10), page: String(page) },
        Schema.Array(Answers.Transaction)
      )
      const refunds = transactions.length === 0 ? [] : yield* refundsSince(since)
      return {
        items: transactions.map((transaction) => Answers.listed(transaction, refunds)).filter(({ createdAt }) =>
          createdAt >= since && createdAt < until
        ),
        next: transactions.length < perPart ? null : String(page + 1)
      }
    }),

    disputes,

    payouts: {
      list: Effect.fnUntraced(function*({ after, since, until }) {
        const page = after === null ? 1 : Number(after)
        const settlements = yield* client.get(
          "/settlements",
          { from: since.slice(0, 10), to: until.slice(0, 10), page: String(page) },
          Schema.Array(FlutterwavePayouts.Settlement)
        )
        return {
          items: settlements.map(FlutterwavePayouts.payout).filter(({ createdAt }) => createdAt >= since && createdAt < until),
          next: settlements.length < perPart ? null : String(page + 1)
        }
      }),
      // Flutterwave answers with all of them at once
      entries: Effect.fnUntraced(function*({ after, reference }) {
        const from = after === null ? 0 : Number(after)
        const path = `/settlements/${encodeURIComponent(reference)}`
        const { currency, transactions } = yield* client.get(path, {}, FlutterwavePayouts.Settled)
        return {
          items: transactions.slice(from, from + perEntries).map((one) => FlutterwavePayouts.entry(one, currency)),
          next: transactions.length > from + perEntries ? String(from + perEntries) : null
        }
      })
    },

    parseWebhook: (request) => FlutterwaveWebhook.parse(secretHash, request)
  }
}

/** Of a payment that nobody has tried to pay, Flutterwave knows no amount. */
const nothing = Answers.money(0, "NGN")
