/**
 * A Paystack on this machine, with its state and its protocol: envelopes, references that are used once, a page that buyers
 * pay at, refunds that take their time, lists, signed webhooks.
 *
 * **Example**
 *
 * ```ts
 * const fake = yield* FakePaystack.open()
 * const gateway = paystack({ secretKey: fake.secretKey, baseUrl: fake.url })
 * ```
 */
import * as FakeServer from "@stoa/core/testing/FakeServer"
import type { GatewayFault, GatewayRecord, RefundsUnderTest, WebhookRequest } from "@stoa/core/testing/GatewayHarness"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHmac } from "node:crypto"
import { minimums, units } from "../PaystackUnits.ts"

/** What a buyer may do at the page. */
export type Outcome = "pays" | "is_declined" | "has_too_little" | "pays_another_amount"

export interface FakePaystack {
  readonly url: string
  readonly secretKey: string
  /** Every request so far: `"POST /refund"`. */
  readonly requests: ReadonlyArray<string>
  /** The buyer does something at the page of a transaction. */
  readonly visit: (reference: string, outcome: Outcome) => Effect.Effect<void>
  /** From now on, banks want to see whoever pays with a card that is kept. */
  readonly challenge: Effect.Effect<void>
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  readonly outage: FakeServer.FakeServer["outage"]
  /** The key is taken back from the shop, or given to it again. */
  readonly revoke: (isRevoked: boolean) => Effect.Effect<void>
  readonly records: Effect.Effect<ReadonlyArray<GatewayRecord>>
  /** Refunds that end when they are told to. */
  readonly refunds: RefundsUnderTest
  readonly webhook: (reference: string) => Effect.Effect<WebhookRequest>
  /** The buyer wants all of a transaction back; the dispute's id. */
  readonly dispute: (reference: string) => Effect.Effect<string>
  /** The bank decides a dispute. */
  readonly decide: (dispute: string, outcome: "won" | "lost") => Effect.Effect<void>
  readonly disputeWebhook: (dispute: string) => Effect.Effect<WebhookRequest>
  /** Paystack pays out all that it has not paid out yet in a currency: the settlement's id, and what comes to the bank. */
  readonly settle: (currency: string) => Effect.Effect<{ readonly id: string; readonly amount: number }>
  readonly sign: (body: Uint8Array, options?: { readonly secret?: string }) => Effect.Effect<WebhookRequest>
}

interface Transaction {
  readonly id: number
  readonly reference: string
  readonly email: string
  readonly requested: number
  readonly currency: string
  readonly createdAt: string
  readonly metadata: unknown
  status: "abandoned" | "success" | "failed"
  amount: number
  response: string
}

interface Dispute {
  readonly id: number
  readonly transaction: Transaction
  readonly createdAt: string
  readonly dueAt: string
  status: "awaiting-merchant-feedback" | "awaiting-bank-feedback" | "resolved"
  resolution: "declined" | "merchant-accepted" | "auto-accepted" | null
}

interface Settlement {
  readonly id: number
  readonly currency: string
  readonly transactions: ReadonlyArray<Transaction>
  /** What went back since the settlement before. */
  readonly deductions: number
  readonly createdAt: string
}

interface Refund {
  readonly id: number
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly note: string | null
  readonly createdAt: string
  status: "pending" | "processed" | "failed"
}

class Refused extends Error {
  readonly answer: FakeServer.FakeAnswer

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.answer = { status, body: { status: false, message, type: "validation_error", code } }
  }
}

/** Listens until the scope closes. Its time is the clock's that it is opened with. */
export const open = (): Effect.Effect<FakePaystack, never, Scope.Scope> =>
  Effect.gen(function*() {
    const clock = yield* Clock.Clock
    const now = () => new Date(clock.currentTimeMillisUnsafe()).toISOString()
    const inDays = (days: number) => new Date(clock.currentTimeMillisUnsafe() + days * 86_400_000).toISOString()
    const secretKey = "sk_test_paystackNeverToBeSeen"
    const transactions = new Map<string, Transaction>()
    const refunds = new Map<number, Refund>()
    const authorizations = new Map<string, string>()
    const deactivated = new Set<string>()
    let isChallenged = false
    let refundsTakeTime = false
    const settlements = new Map<number, Settlement>()
    const disputes = new Map<number, Dispute>()
    let made = 0
    let page = ""

    const at = (reference: string): Transaction => {
      const found = transactions.get(reference)
      if (found === undefined) throw new Refused("transaction_not_found", "Transaction reference not found.")
      return found
    }

    const authorizationOf = ({ email, id }: Transaction): string => {
      const code = `AUTH_fake${id}`
      authorizations.set(code, email)
      return code
    }

    const feeOf = ({ amount }: Transaction): number => Math.round(amount * 0.015)

    const settled = ({ currency, deductions, transactions }: Settlement) => {
      const total = transactions.reduce((sum, one) => sum + one.amount - feeOf(one), 0)
      return { currency, total, effective: total - deductions }
    }

    const show = (transaction: Transaction) => ({
      id: transaction.id,
      domain: "test",
      status: transaction.status,
      reference: transaction.reference,
      amount: transaction.amount,
      requested_amount: transaction.requested,
      currency: transaction.currency,
      gateway_response: transaction.response,
      fees: transaction.status === "success" ? feeOf(transaction) : null,
      created_at: transaction.createdAt,
      metadata: transaction.metadata,
      customer: { email: transaction.email },
      authorization: transaction.status === "success"
        ? {
          authorization_code: authorizationOf(transaction),
          reusable: true,
          channel: "card",
          brand: "visa ",
          card_type: "visa DEBIT",
          country_code: "NG",
          signature: "SIG_fake4081",
          last4: "4081",
          exp_month: "12",
          exp_year: "2034"
        }
        : {}
    })

    const showRefund = (refund: Refund) => ({
      id: refund.id,
      amount: refund.amount,
      currency: refund.currency,
      status: refund.status,
      merchant_note: refund.note,
      transaction_reference: refund.reference,
      createdAt: refund.createdAt
    })

    const showDispute = ({ createdAt, dueAt, id, resolution, status, transaction }: Dispute) => ({
      id,
      refund_amount: transaction.amount,
      currency: transaction.currency,
      status,
      resolution,
      domain: "test",
      transaction: show(transaction),
      transaction_reference: null,
      category: "chargeback",
      dueAt,
      createdAt
    })

    const disputeAt = (id: string): Dispute => {
      const found = disputes.get(Number(id))
      if (found === undefined) throw new Refused("404", "Dispute not found", 404)
      return found
    }

    const resolve = (dispute: Dispute, body: Readonly<Record<string, unknown>>) => {
      const { message, refund_amount: refund, resolution, uploaded_filename: file } = body
      if (dispute.status !== "awaiting-merchant-feedback") throw new Refused("invalid_dispute", "Dispute cannot be resolved")
      if (resolution !== "declined" && resolution !== "merchant-accepted") throw new Refused("invalid_params", "Resolution is invalid")
      if (typeof message !== "string" || message === "" || typeof refund !== "number" || typeof file !== "string") {
        throw new Refused("missing_params", "message, refund_amount and uploaded_filename are required")
      }
      dispute.status = resolution === "declined" ? "awaiting-bank-feedback" : "resolved"
      dispute.resolution = resolution
      return showDispute(dispute)
    }

    const showSettlement = (settlement: Settlement) => {
      const { currency, effective, total } = settled(settlement)
      const fees = settlement.transactions.reduce((sum, one) => sum + feeOf(one), 0)
      return {
        id: settlement.id,
        domain: "test",
        status: "success",
        currency,
        total_amount: total,
        effective_amount: effective,
        total_fees: fees,
        total_processed: total + fees,
        deductions: settlement.deductions === 0 ? null : settlement.deductions,
        settlement_date: settlement.createdAt,
        createdAt: settlement.createdAt
      }
    }

    const begin = (body: Readonly<Record<string, unknown>>): Transaction => {
      const { amount, currency, email, metadata, reference } = body
      if (typeof email !== "string" || !email.includes("@")) throw new Refused("invalid_params", "Email is invalid")
      if (typeof reference !== "string" || !/^[A-Za-z0-9.=-]+$/.test(reference)) {
        throw new Refused("invalid_params", "Reference is invalid")
      }
      if (transactions.has(reference)) throw new Refused("duplicate_reference", "Duplicate Transaction Reference")
      if (typeof currency !== "string" || minimums[currency] === undefined) {
        throw new Refused("unsupported_currency", "Currency not supported by merchant")
      }
      if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < (minimums[currency] ?? 1)) {
        throw new Refused("invalid_amount", "Invalid Amount Sent")
      }
      const transaction: Transaction = {
        id: ++made,
        reference,
        email,
        requested: amount,
        currency,
        createdAt: now(),
        metadata: typeof metadata === "string" ? JSON.parse(metadata) : "",
        status: "abandoned",
        amount,
        response: "The transaction was not completed"
      }
      transactions.set(reference, transaction)
      return transaction
    }

    const settle = (transaction: Transaction, outcome: Outcome): void => {
      if (transaction.status === "success") return
      transaction.status = outcome === "pays" || outcome === "pays_another_amount" ? "success" : "failed"
      transaction.response = outcome === "is_declined"
        ? "Declined"
        : outcome === "has_too_little"
        ? "Insufficient Funds"
        : "Successful"
      if (outcome === "pays_another_amount") transaction.amount -= 100
    }

    const refunded = (reference: string): number =>
      [...refunds.values()].reduce((sum, refund) => 
        refund.reference === reference && refund.status !== "failed" ? sum + refund.amount : sum, 0)

    const refund = ({ amount, currency, merchant_note: note, transaction: reference }: Readonly<Record<string, unknown>>) => {
      const transaction = at(String(reference))
      if (transaction.status !== "success") throw new Refused("invalid_transaction", "Transaction was not successful")
      if (currency !== transaction.currency) throw new Refused("invalid_currency", "Currency does not match")
      const left = transaction.amount - refunded(transaction.reference)
      if (typeof amount !== "number" || amount < 1 || amount > left) {
        throw new Refused("refund_amount_exceeded", "Refund amount cannot be more than what is left")
      }
      const done: Refund = {
        id: ++made,
        reference: transaction.reference,
        amount,
        currency: transaction.currency,
        note: typeof note === "string" ? note : null,
        createdAt: now(),
        status: "pending"
      }
      refunds.set(done.id, done)
      return showRefund(done)
    }

    const part = <A extends { readonly createdAt: string }>(all: Iterable<A>, query: URLSearchParams): ReadonlyArray<A> => {
      const perPage = Math.min(Number(query.get("perPage") ?? 50), 100)
      const from = (Number(query.get("page") ?? 1) - 1) * perPage
      const since = query.get("from") ?? ""
      const until = query.get("to") ?? "9"
      return [...all].filter(({ createdAt }) => createdAt >= since && createdAt <= until).toReversed().slice(from, from + perPage)
    }

    const read = (path: string, query: URLSearchParams): unknown => {
      const reference = decodeURIComponent(path.split("/").at(-1) ?? "")
      if (path.startsWith("/transaction/verify/")) return show(at(reference))
      if (path === "/transaction") return part(transactions.values(), query).map(show)
      const [, settlement] = /^\/settlement\/(\d+)\/transactions$/.exec(path) ?? []
      if (settlement !== undefined) {
        const found = settlements.get(Number(settlement))
        if (found === undefined) throw new Refused("404", "Settlement not found", 404)
        return part(found.transactions, query).map(show)
      }
      if (path === "/dispute") return part(disputes.values(), query).map(showDispute)
      if (path.startsWith("/dispute/")) return showDispute(disputeAt(path.slice("/dispute/".length)))
      if (path === "/settlement") return part(settlements.values(), query).map(showSettlement)
      // what was pending when it was asked for is done when somebody looks again
      for (const refund of refundsTakeTime ? [] : refunds.values()) refund.status = "processed"
      if (path === "/refund") {
        const of = query.get("transaction")
        return part([...refunds.values()].filter(({ reference }) => of === null || reference === of), query).map(showRefund)
      }
      const found = refunds.get(Number(reference))
      if (path.startsWith("/refund/") && found !== undefined) return showRefund(found)
      throw new Refused("404", "Not found", 404)
    }

    const write = (path: string, body: Readonly<Record<string, unknown>>): unknown => {
      const [, disputed] = /^\/dispute\/(\d+)\/resolve$/.exec(path) ?? []
      if (disputed !== undefined) return resolve(disputeAt(disputed), body)
      switch (path) {
        case "/transaction/initialize": {
          const { reference } = begin(body)
          return { authorization_url: `${page}/pay/${reference}`, access_code: `access_${made}`, reference }
        }
        case "/transaction/charge_authorization": {
          if (authorizations.get(String(body["authorization_code"])) !== body["email"]) {
            throw new Refused("invalid_authorization", "Authorization code does not belong to the customer")
          }
          if (deactivated.has(String(body["authorization_code"]))) {
            throw new Refused("invalid_authorization", "Authorization has been deactivated")
          }
          const transaction = begin(body)
          if (isChallenged) {
            const { reference } = transaction
            return { paused: true, reference, access_code: `access_${made}`, authorization_url: `${page}/pay/${reference}` }
          }
          settle(transaction, "pays")
          return show(transaction)
        }
        case "/customer/authorization/deactivate": {
          const code = String(body["authorization_code"])
          if (!authorizations.has(code) || deactivated.has(code)) {
            throw new Refused("authorization_not_found", "Authorization not found", 404)
          }
          deactivated.add(code)
          return undefined
        }
        case "/refund":
          return refund(body)
        default:
          throw new Refused("404", "Not found", 404)
      }
    }

    const handle = ({ body, headers, method, path, query }: FakeServer.FakeRequest): FakeServer.FakeAnswer => {
      if (headers["authorization"] !== `Bearer ${secretKey}`) {
        return { status: 401, body: { status: false, message: "Invalid key", type: "validation_error", code: "invalid_Key" } }
      }
      try {
        const data = method === "GET" ? read(path, query) : write(path, JSON.parse(body))
        return { status: 200, body: { status: true, message: "Done", data } }
      } catch (error) {
        if (error instanceof Refused) return error.answer
        throw error
      }
    }

    const server = yield* FakeServer.open({
      handle,
      broken: () => ({ status: 500, body: { status: false, message: "An error occurred", type: "api_error" } })
    })
    page = server.url

    const sign: FakePaystack["sign"] = (body, { secret = secretKey } = {}) =>
      Effect.sync(() => ({
        body,
        headers: {
          "content-type": "application/json",
          "x-paystack-signature": createHmac("sha512", secret).update(body).digest("hex")
        }
      }))

    return {
      url: server.url,
      secretKey,
      requests: server.requests,
      visit: (reference, outcome) =>
        Effect.sync(() => {
          const transaction = transactions.get(reference)
          if (transaction !== undefined) settle(transaction, outcome)
        }),
      challenge: Effect.sync(() => {
        isChallenged = true
      }),
      fail: server.fail,
      revoke: server.revoke,
      outage: server.outage,
      refunds: {
        takeTime: Effect.sync(() => {
          refundsTakeTime = true
        }),
        end: (id, outcome) =>
          Effect.sync(() => {
            const refund = refunds.get(Number(id))
            if (refund?.status !== "pending") throw new Error(`there is no refund ${id} that is pending`)
            refund.status = outcome === "succeeded" ? "processed" : "failed"
          }),
        comeBack: (id) =>
          Effect.sync(() => {
            const refund = refunds.get(Number(id))
            if (refund?.status !== "processed") throw new Error(`there is no refund ${id} that is done`)
            refund.status = "failed"
          }),
        webhook: (id) =>
          Effect.suspend(() => {
            const refund = refunds.get(Number(id))
            if (refund === undefined) throw new Error(`there is no refund ${id}`)
            const { amount, currency, reference, status } = refund
            return sign(new TextEncoder().encode(JSON.stringify({
              event: `refund.${status}`,
              data: { status, transaction_reference: reference, refund_reference: `refund-${id}`, amount, currency }
            })))
          })
      },
      records: Effect.sync(() =>
        [...transactions.values()].map(({ amount, currency, reference, status }) => {
          const money = (amount: number) => units.fromGateway(amount, currency) ?? { amount: Number.NaN, currency: "NGN" as never }
          return {
            reference,
            paymentId: reference.replace(/\.\d$/, "").replaceAll("-", "_"),
            captured: money(status === "success" ? amount : 0),
            refunded: money(refunded(reference))
          }
        })
      ),
      webhook: (reference) =>
        Effect.suspend(() => {
          const transaction = at(reference)
          return sign(new TextEncoder().encode(JSON.stringify({
            event: transaction.status === "success" ? "charge.success" : `charge.${transaction.status}`,
            data: show(transaction)
          })))
        }),
      dispute: (reference) =>
        Effect.sync(() => {
          const id = ++made
          const dueAt = inDays(2)
          disputes.set(id, {
            id,
            transaction: at(reference),
            createdAt: now(),
            dueAt,
            status: "awaiting-merchant-feedback",
            resolution: null
          })
          return String(id)
        }),
      decide: (id, outcome) =>
        Effect.sync(() => {
          const dispute = disputeAt(id)
          dispute.status = "resolved"
          dispute.resolution = outcome === "won" ? "declined" : "auto-accepted"
        }),
      disputeWebhook: (id) =>
        Effect.suspend(() => {
          const dispute = disputeAt(id)
          return sign(new TextEncoder().encode(JSON.stringify({
            event: dispute.status === "resolved" ? "charge.dispute.resolve" : "charge.dispute.create",
            data: showDispute(dispute)
          })))
        }),
      settle: (currency) =>
        Effect.sync(() => {
          const before = [...settlements.values()]
          const paid = new Set(before.flatMap(({ transactions }) => transactions))
          const back = [...refunds.values()].filter((refund) => refund.status !== "failed" && refund.currency === currency)
            .reduce((sum, { amount }) => sum + amount, 0)
          const settlement: Settlement = {
            id: ++made,
            currency,
            transactions: [...transactions.values()].filter((one) =>
              one.currency === currency && one.status === "success" && !paid.has(one)),
            deductions: back - before.reduce((sum, one) => one.currency === currency ? sum + one.deductions : sum, 0),
            createdAt: now()
          }
          settlements.set(settlement.id, settlement)
          return { id: String(settlement.id), amount: settled(settlement).effective }
        }),
      sign
    }
  })
