/**
 * A Flutterwave on this machine, with its state and its protocol: envelopes, decimal numbers of the major unit, a page that
 * buyers pay at, refunds that say "completed" before they are, lists, webhooks that anybody could send who has seen one.
 *
 * **Example**
 *
 * ```ts
 * const fake = yield* FakeFlutterwave.open()
 * const gateway = flutterwave({ ...fake.keys, baseUrl: fake.url, returnUrl: "https://shop.example/thanks" })
 * ```
 */
import * as FakeServer from "@stoa/core/testing/FakeServer"
import type { GatewayFault, GatewayRecord, RefundsUnderTest, WebhookRequest } from "@stoa/core/testing/GatewayHarness"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { units } from "../FlutterwaveUnits.ts"

/** What a buyer may do at the page. */
export type Outcome = "pays" | "is_declined" | "has_too_little" | "pays_another_amount"

export interface FakeFlutterwave {
  readonly url: string
  readonly keys: { readonly secretKey: string; readonly secretHash: string }
  /** Every request so far: `"POST /payments"`. */
  readonly requests: ReadonlyArray<string>
  /** The buyer does something at the page of a payment, by its `tx_ref`. */
  readonly visit: (reference: string, outcome: Outcome) => Effect.Effect<void>
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  readonly outage: FakeServer.FakeServer["outage"]
  /** The key is taken back from the shop, or given to it again. */
  readonly revoke: (isRevoked: boolean) => Effect.Effect<void>
  readonly records: Effect.Effect<ReadonlyArray<GatewayRecord>>
  /** Refunds that end when they are told to. */
  readonly refunds: RefundsUnderTest
  readonly webhook: (reference: string) => Effect.Effect<WebhookRequest>
  /** The buyer wants all of a payment back; the chargeback's id and Flutterwave's reference of the payment. */
  readonly chargeBack: (reference: string) => Effect.Effect<{ readonly id: number; readonly flwRef: string }>
  /** The bank decides a chargeback. */
  readonly decide: (chargeback: number, outcome: "won" | "lost") => Effect.Effect<void>
  readonly chargebackWebhook: (chargeback: number) => Effect.Effect<WebhookRequest>
  /** Flutterwave pays out all that it has not paid out yet in a currency: the settlement's id, and what comes to the bank. */
  readonly settle: (currency: string) => Effect.Effect<{ readonly id: string; readonly amount: number }>
  readonly sign: (body: Uint8Array, options?: { readonly secret?: string }) => Effect.Effect<WebhookRequest>
}

/** A page that somebody was sent to. */
interface Session {
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly email: string
  readonly meta: unknown
}

interface Transaction extends Session {
  readonly id: number
  readonly createdAt: string
  readonly status: "successful" | "failed"
  readonly response: string
}

interface Chargeback {
  readonly id: number
  readonly transaction: Transaction
  readonly createdAt: string
  readonly dueAt: string
  status: "initiated" | "declined" | "accepted" | "won" | "lost"
}

interface Settlement {
  readonly id: number
  readonly currency: string
  readonly transactions: ReadonlyArray<Transaction>
  /** What went back since the settlement before. */
  readonly refund: number
  readonly createdAt: string
}

interface Refund {
  readonly id: number
  readonly transaction: number
  readonly amount: number
  readonly comments: string | null
  readonly createdAt: string
  status: "completed" | "completed-mpgs" | "failed"
}

class Refused extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

const perPage = 20

/** Listens until the scope closes. Its time is the clock's that it is opened with. */
export const open = (): Effect.Effect<FakeFlutterwave, never, Scope.Scope> =>
  Effect.gen(function*() {
    const clock = yield* Clock.Clock
    const now = () => new Date(clock.currentTimeMillisUnsafe()).toISOString()
    const inDays = (days: number) => new Date(clock.currentTimeMillisUnsafe() + days * 86_400_000).toISOString()
    const keys = { secretKey: "FLWSECK_TEST-neverToBeSeen", secretHash: "flwHashNeverToBeSeen" }
    const sessions = new Map<string, Session>()
    const transactions = new Map<string, Transaction>()
    const refunds = new Map<number, Refund>()
    let refundsTakeTime = false
    const tokens = new Map<string, string>()
    const settlements = new Map<number, Settlement>()
    const chargebacks = new Map<number, Chargeback>()
    let made = 0
    let page = ""

    /** What Flutterwave keeps: 1.4 percent, in the major unit. */
    const feeOf = ({ amount }: Transaction): number => Math.round(amount * 1.4) / 100

    // sums of decimals are made in the smallest unit, as floats are not exact
    const sum = (amounts: ReadonlyArray<number>): number =>
      amounts.reduce((total, amount) => total + Math.round(amount * 100), 0) / 100

    const showChargeback = ({ createdAt, dueAt, id, status, transaction }: Chargeback) => ({
      id,
      amount: transaction.amount,
      flw_ref: `FLW-${transaction.id}`,
      tx_ref: transaction.reference,
      transaction_id: transaction.id,
      status,
      stage: "new",
      comment: "Product/service not received",
      settlement_id: "N/A",
      due_date: dueAt,
      created_at: createdAt
    })

    const chargebackAt = (id: number): Chargeback => {
      const found = chargebacks.get(id)
      if (found === undefined) throw new Refused("Chargeback not found", 404)
      return found
    }

    const answerChargeback = (chargeback: Chargeback, { action, comment }: Readonly<Record<string, unknown>>) => {
      if (chargeback.status !== "initiated") throw new Refused("Chargeback has been treated")
      if (action !== "accept" && action !== "decline") throw new Refused("action is invalid")
      if (typeof comment !== "string" || comment === "") throw new Refused("comment is required")
      chargeback.status = action === "decline" ? "declined" : "accepted"
      return showChargeback(chargeback)
    }

    const showSettlement = ({ createdAt, currency, id, refund, transactions }: Settlement) => {
      const gross = sum(transactions.map(({ amount }) => amount))
      const fees = sum(transactions.map(feeOf))
      return {
        id,
        status: "completed",
        currency,
        gross_amount: gross,
        app_fee: fees,
        merchant_fee: 0,
        chargeback: 0,
        refund,
        stampduty_charge: 0,
        net_amount: sum([gross, -fees, -refund]),
        transaction_count: transactions.length,
        due_date: createdAt,
        processed_date: null,
        created_at: createdAt
      }
    }

    const show = (transaction: Transaction) => {
      const token = `flw-t1nf-fake${transaction.id}`
      if (transaction.status === "successful") tokens.set(token, transaction.email)
      return {
        id: transaction.id,
        tx_ref: transaction.reference,
        flw_ref: `FLW-${transaction.id}`,
        amount: transaction.amount,
        charged_amount: transaction.amount,
        currency: transaction.currency,
        app_fee: transaction.status === "successful" ? feeOf(transaction) : 0,
        status: transaction.status,
        processor_response: transaction.response,
        created_at: transaction.createdAt,
        meta: transaction.meta,
        customer: { email: transaction.email },
        card: transaction.status === "successful"
          ? {
            token,
            type: "VISA",
            issuer: "VISA DEBIT",
            country: "NIGERIA NG",
            first_6digits: "408408",
            last_4digits: "4081",
            expiry: "12/34"
          }
          : null
      }
    }

    const showRefund = (refund: Refund) => ({
      id: refund.id,
      tx_id: refund.transaction,
      amount_refunded: refund.amount,
      status: refund.status,
      comments: refund.comments,
      destination: "payment_source",
      created_at: refund.createdAt
    })

    const session = (body: Readonly<Record<string, unknown>>, email: unknown): Session => {
      const { amount, currency, meta, tx_ref: reference } = body
      if (typeof reference !== "string" || reference === "") throw new Refused("tx_ref is required")
      if (typeof email !== "string" || !email.includes("@")) throw new Refused("customer.email is required")
      if (typeof currency !== "string" || !units.currencies.includes(currency as never)) {
        throw new Refused("currency is not supported")
      }
      if (typeof amount !== "number" || !(amount > 0) || units.fromMajor(amount, currency) === undefined) {
        throw new Refused("amount is invalid")
      }
      if (transactions.get(reference)?.status === "successful") throw new Refused("Transaction reference already exist")
      return { reference, amount, currency, email, meta: meta ?? null }
    }

    const settle = (from: Session, outcome: Outcome): Transaction => {
      const isPaid = outcome === "pays" || outcome === "pays_another_amount"
      const transaction: Transaction = {
        ...from,
        id: ++made,
        amount: outcome === "pays_another_amount" ? from.amount - 1 : from.amount,
        createdAt: now(),
        status: isPaid ? "successful" : "failed",
        response: isPaid ? "Approved" : outcome === "is_declined" ? "Declined by issuer" : "Insufficient Funds"
      }
      transactions.set(from.reference, transaction)
      return transaction
    }

    const refunded = (id: number): number =>
      [...refunds.values()].reduce((sum, { amount, status, transaction }) =>
        transaction === id && status !== "failed" ? sum + amount : sum, 0)

    const refund = (id: number, { amount, comments }: Readonly<Record<string, unknown>>) => {
      const transaction = [...transactions.values()].find((one) => one.id === id)
      if (transaction === undefined) throw new Refused("No transaction was found for this id", 404)
      if (transaction.status !== "successful") throw new Refused("Only successful transactions can be refunded")
      // sums of decimals are compared in the smallest unit, as floats are not exact
      const units100 = (value: number) => Math.round(value * 100)
      if (typeof amount !== "number" || !(amount > 0)) throw new Refused("amount is invalid")
      if (units100(refunded(id)) + units100(amount) > units100(transaction.amount)) {
        throw new Refused("Refund amount is more than what is left")
      }
      const done: Refund = {
        id: ++made,
        transaction: id,
        amount,
        comments: typeof comments === "string" ? comments : null,
        createdAt: now(),
        status: "completed"
      }
      refunds.set(done.id, done)
      return showRefund(done)
    }

    const part = <A extends { readonly createdAt: string }>(all: Iterable<A>, query: URLSearchParams): ReadonlyArray<A> => {
      const from = (Number(query.get("page") ?? 1) - 1) * perPage
      const since = query.get("from") ?? ""
      const until = query.get("to") ?? "9"
      return [...all].filter(({ createdAt }) => createdAt.slice(0, 10) >= since && createdAt.slice(0, 10) <= until)
        .toReversed().slice(from, from + perPage)
    }

    const read = (path: string, query: URLSearchParams): unknown => {
      if (path === "/transactions/verify_by_reference") {
        const found = transactions.get(query.get("tx_ref") ?? "")
        if (found === undefined) throw new Refused("No transaction was found for this id")
        return show(found)
      }
      if (path === "/transactions") return part(transactions.values(), query).map(show)
      if (path === "/chargebacks") {
        const of = query.get("flw_ref")
        const all = [...chargebacks.values()].filter(({ transaction }) => of === null || of === `FLW-${transaction.id}`)
        return part(all, query).map(showChargeback)
      }
      if (path === "/settlements") return part(settlements.values(), query).map(showSettlement)
      if (path.startsWith("/settlements/")) {
        const found = settlements.get(Number(path.slice("/settlements/".length)))
        if (found === undefined) throw new Refused("Settlement not found", 404)
        return {
          ...showSettlement(found),
          transactions: found.transactions.map((one) => ({
            id: one.id,
            tx_ref: one.reference,
            charged_amount: one.amount,
            app_fee: feeOf(one),
            merchant_fee: 0,
            stampduty_charge: 0,
            settlement_amount: sum([one.amount, -feeOf(one)]),
            currency: one.currency
          }))
        }
      }
      // what was begun when it was asked for is there when somebody looks again
      for (const one of refundsTakeTime ? [] : refunds.values()) one.status = "completed-mpgs"
      if (path === "/refunds") return part(refunds.values(), query).map(showRefund)
      throw new Refused("Not found", 404)
    }

    const write = (path: string, body: Readonly<Record<string, unknown>>): unknown => {
      const [, id] = /^\/transactions\/(\d+)\/refund$/.exec(path) ?? []
      if (id !== undefined) return refund(Number(id), body)
      const [, charged] = /^\/chargebacks\/(\d+)$/.exec(path) ?? []
      if (charged !== undefined) return answerChargeback(chargebackAt(Number(charged)), body)
      if (path === "/payments") {
        if (typeof body["redirect_url"] !== "string") throw new Refused("redirect_url is required")
        const customer = body["customer"] as { readonly email?: unknown } | undefined
        const opened = session(body, customer?.email)
        sessions.set(opened.reference, opened)
        return { link: `${page}/pay/${opened.reference}` }
      }
      if (path === "/tokenized-charges") {
        if (tokens.get(String(body["token"])) !== body["email"]) throw new Refused("token is invalid")
        return show(settle(session(body, body["email"]), "pays"))
      }
      throw new Refused("Not found", 404)
    }

    const server = yield* FakeServer.open({
      handle: ({ body, headers, method, path, query }) => {
        if (headers["authorization"] !== `Bearer ${keys.secretKey}`) {
          return { status: 401, body: { status: "error", message: "Invalid authorization key", data: null } }
        }
        try {
          const data = method === "GET" ? read(path, query) : write(path, JSON.parse(body))
          return { status: 200, body: { status: "success", message: "Done", data } }
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          return { status: error.status, body: { status: "error", message: error.message, data: null } }
        }
      },
      broken: () => ({ status: 502, body: { status: "error", message: "Bad gateway", data: null } })
    })
    page = server.url

    const sign: FakeFlutterwave["sign"] = (body, { secret = keys.secretHash } = {}) =>
      Effect.succeed({ body, headers: { "content-type": "application/json", "verif-hash": secret } })

    return {
      url: server.url,
      keys,
      requests: server.requests,
      visit: (reference, outcome) =>
        Effect.sync(() => {
          const opened = sessions.get(reference)
          if (opened !== undefined && transactions.get(reference)?.status !== "successful") settle(opened, outcome)
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
            if (refund?.status !== "completed") throw new Error(`there is no refund ${id} that is on its way`)
            refund.status = outcome === "succeeded" ? "completed-mpgs" : "failed"
          }),
        comeBack: (id) =>
          Effect.sync(() => {
            const refund = refunds.get(Number(id))
            if (refund?.status !== "completed-mpgs") throw new Error(`there is no refund ${id} that is done`)
            refund.status = "failed"
          })
      },
      records: Effect.sync(() =>
        [...transactions.values()].map(({ amount, currency, id, reference, status }) => {
          const money = (value: number) =>
            units.fromMajor(value.toFixed(2), currency) ?? { amount: Number.NaN, currency: "NGN" as never }
          return {
            reference,
            paymentId: reference,
            captured: money(status === "successful" ? amount : 0),
            refunded: money(refunded(id))
          }
        })
      ),
      webhook: (reference) => {
        const transaction = transactions.get(reference)
        return sign(new TextEncoder().encode(JSON.stringify({
          event: "charge.completed",
          data: transaction === undefined ? { id: 0, tx_ref: reference, status: "pending" } : show(transaction),
          "event.type": "CARD_TRANSACTION"
        })))
      },
      chargeBack: (reference) =>
        Effect.sync(() => {
          const transaction = transactions.get(reference)
          if (transaction === undefined) throw new Error(`there is no payment ${reference}`)
          const id = ++made
          const dueAt = inDays(2)
          chargebacks.set(id, { id, transaction, createdAt: now(), dueAt, status: "initiated" })
          return { id, flwRef: `FLW-${transaction.id}` }
        }),
      decide: (id, outcome) =>
        Effect.sync(() => {
          chargebackAt(id).status = outcome
        }),
      chargebackWebhook: (id) =>
        Effect.suspend(() =>
          sign(new TextEncoder().encode(JSON.stringify({ event: "chargeback", data: showChargeback(chargebackAt(id)) })))),
      settle: (currency) =>
        Effect.sync(() => {
          const before = [...settlements.values()].filter((one) => one.currency === currency)
          const paid = new Set(before.flatMap(({ transactions }) => transactions))
          const mine = [...transactions.values()].filter((one) => one.currency === currency && one.status === "successful")
          const back = sum([...refunds.values()].flatMap((refund) =>
            refund.status !== "failed" && mine.some(({ id }) => id === refund.transaction) ? [refund.amount] : []))
          const settlement: Settlement = {
            id: ++made,
            currency,
            transactions: mine.filter((one) => !paid.has(one)),
            refund: sum([back, ...before.map(({ refund }) => -refund)]),
            createdAt: now()
          }
          settlements.set(settlement.id, settlement)
          return { id: String(settlement.id), amount: showSettlement(settlement).net_amount }
        }),
      sign
    }
  })
