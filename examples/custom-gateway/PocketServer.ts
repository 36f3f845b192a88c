/**
 * A Pocket on this machine. It keeps its payments, repeats its answer to a key, and does what the means of payment says.
 *
 *     POST /payments {key, id, units, currency, means, capture, back}     GET /payments?id=     GET /payments/{reference}
 *     POST /payments/{reference}/capture {key, units}                     POST /payments/{reference}/cancel {key}
 *     POST /refunds {key, payment, units, currency}                       GET /refunds?key=
 *     GET /payments?since=&until=&after=                                  (times in milliseconds, 100 at once)
 *
 * A refund has arrived at once, unless the server is told that refunds take time.
 */
import type { GatewayRecord, WebhookRequest } from "@stoa/core/testing/GatewayHarness"
import * as FakeServer from "@stoa/core/testing/FakeServer"
import { Clock, Effect } from "effect"
import { createHmac } from "node:crypto"
import { units } from "./Pocket.ts"

interface Payment {
  readonly reference: string
  readonly id: string
  readonly asked: number
  readonly currency: string
  readonly means: string
  readonly capture: boolean
  readonly made: number
  state: "waiting" | "held" | "paid" | "refused" | "cancelled"
  units: number
  refunded: number
  reason: string | null
}

interface Refund {
  readonly reference: string
  readonly key: string
  readonly payment: string
  readonly units: number
  readonly currency: string
  state: "sent" | "arrived" | "came_back"
}

class Refused extends Error {}

const reasons: Readonly<Record<string, string>> = { no: "bank_said_no", poor: "pocket_is_empty" }

export const open = Effect.gen(function*() {
  const clock = yield* Clock.Clock
  const secret = "pocket_neverToBeSeen"
  const payments = new Map<string, Payment>()
  const refunds = new Map<string, Refund>()
  const answers = new Map<string, { readonly print: string; readonly answer: FakeServer.FakeAnswer }>()
  let page = ""
  let refundsTakeTime = false

  const at = (reference: string): Payment => {
    const payment = payments.get(reference)
    if (payment === undefined) throw new Refused("unknown_payment")
    return payment
  }

  const show = (payment: Payment) => ({
    ...payment,
    page: payment.state === "waiting" ? `${page}/page/${payment.reference}` : null
  })

  const pay = (payment: Payment): void => {
    payment.state = payment.capture ? "paid" : "held"
    if (payment.means === "odd") payment.units -= 100
  }

  const create = (body: Record<string, unknown>): Payment => {
    const { back: _, capture, currency, id, means, units: asked } = body
    if (typeof currency !== "string" || !units.currencies.includes(currency as never)) throw new Refused("unknown_currency")
    if (typeof asked !== "number" || !(asked > 0) || asked > 1_000_000) throw new Refused("bad_amount")
    if (typeof means !== "string" || !["ok", "no", "poor", "page", "odd"].includes(means)) throw new Refused("unknown_means")
    const payment: Payment = {
      reference: `pocket-${String(payments.size + 1).padStart(5, "0")}`,
      id: String(id),
      asked,
      currency,
      means,
      capture: capture === true,
      made: clock.currentTimeMillisUnsafe(),
      state: "waiting",
      units: asked,
      refunded: 0,
      reason: null
    }
    payments.set(payment.reference, payment)
    const reason = reasons[means]
    if (reason !== undefined) Object.assign(payment, { state: "refused", reason })
    else if (means !== "page") pay(payment)
    return payment
  }

  const write = (path: string, body: Record<string, unknown>): unknown => {
    if (path === "/payments") return show(create(body))
    if (path === "/refunds") {
      const payment = at(String(body["payment"]))
      const wanted = Number(body["units"])
      if (payment.state !== "paid" || body["currency"] !== payment.currency) throw new Refused("not_refundable")
      if (!(wanted > 0) || wanted > payment.units - payment.refunded) throw new Refused("too_much")
      payment.refunded += wanted
      const key = String(body["key"])
      const refund: Refund = {
        reference: `back-${refunds.size + 1}`,
        key,
        payment: payment.reference,
        units: wanted,
        currency: payment.currency,
        state: refundsTakeTime ? "sent" : "arrived"
      }
      refunds.set(refund.reference, refund)
      return { ...refund }
    }
    const [, , reference = "", verb] = path.split("/")
    const payment = at(reference)
    if (verb === "capture") {
      const wanted = Number(body["units"])
      if (payment.state !== "held") throw new Refused(`is_${payment.state}`)
      if (!(wanted > 0) || wanted > payment.units) throw new Refused("too_much")
      Object.assign(payment, { state: "paid", units: wanted })
    } else {
      if (payment.state === "paid") throw new Refused("is_paid")
      payment.state = "cancelled"
    }
    return show(payment)
  }

  const read = (path: string, query: URLSearchParams): unknown => {
    if (path === "/refunds") return [...refunds.values()].filter(({ key }) => key === query.get("key"))
    if (path !== "/payments") return show(at(path.split("/")[2] ?? ""))
    const id = query.get("id")
    return [...payments.values()].filter((payment) =>
      id === null
        ? payment.made >= Number(query.get("since")) && payment.made < Number(query.get("until"))
          && payment.reference > (query.get("after") ?? "")
        : payment.id === id
    ).slice(0, 100).map(show)
  }

  const answer = (work: () => unknown): FakeServer.FakeAnswer => {
    try {
      return { status: 200, body: work() }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { status: 422, body: { refused: error.message } }
    }
  }

  const server = yield* FakeServer.open({
    handle: ({ body, headers, method, path, query }) => {
      if (headers["authorization"] !== `Bearer ${secret}`) return { status: 401, body: { refused: "who_are_you" } }
      if (method === "GET") return answer(() => read(path, query))
      const before = answers.get(JSON.parse(body).key)
      if (before !== undefined) return before.print === body ? before.answer : { status: 422, body: { refused: "key_was_used" } }
      const done = answer(() => write(path, JSON.parse(body)))
      answers.set(JSON.parse(body).key, { print: body, answer: done })
      return done
    }
  })
  page = server.url

  const sign = (body: Uint8Array, options: { readonly secret?: string; readonly atSeconds?: number } = {}) =>
    Effect.sync((): WebhookRequest => {
      const seconds = options.atSeconds ?? Math.floor(clock.currentTimeMillisUnsafe() / 1_000)
      const mac = createHmac("sha256", options.secret ?? secret).update(`${seconds}.`).update(body).digest("hex")
      return { body, headers: { "pocket-signature": `${seconds}.${mac}` } }
    })

  const news = (reference: string, key: string) =>
    sign(new TextEncoder().encode(JSON.stringify({ news: key, reference, id: at(reference).id, state: at(reference).state })))

  const refundAt = (reference: string): Refund => {
    const refund = refunds.get(reference)
    if (refund === undefined) throw new Refused("unknown_refund")
    return refund
  }

  return {
    url: server.url,
    secret,
    fail: server.fail,
    outage: server.outage,
    revoke: server.revoke,
    /** The buyer agrees at the page. */
    agree: (reference: string) =>
      Effect.sync(() => {
        const payment = payments.get(reference)
        if (payment?.state === "waiting") pay(payment)
      }),
    /** The buyer turns round at the page. */
    refuse: (reference: string) => Effect.sync(() => Object.assign(at(reference), { state: "refused", reason: "buyer_left" })),
    refunds: {
      takeTime: Effect.sync(() => {
        refundsTakeTime = true
      }),
      end: (reference: string, outcome: "succeeded" | "failed") =>
        Effect.sync(() => {
          const refund = refundAt(reference)
          if (refund.state !== "sent") return
          refund.state = outcome === "succeeded" ? "arrived" : "came_back"
          if (outcome === "failed") at(refund.payment).refunded -= refund.units
        }),
      webhook: (reference: string) =>
        Effect.suspend(() => {
          const { payment, state } = refundAt(reference)
          return news(payment, `${reference}:${state}`)
        })
    },
    records: Effect.sync(() =>
      [...payments.values()].map((payment): GatewayRecord => {
        const money = (amount: number) => units.fromGateway(amount, payment.currency) ?? { amount: 0, currency: "EUR" as never }
        return {
          reference: payment.reference,
          paymentId: payment.id,
          captured: money(payment.state === "paid" ? payment.units : 0),
          refunded: money(payment.refunded)
        }
      })
    ),
    webhook: (reference: string) =>
      Effect.suspend(() => {
        const { refunded, state } = at(reference)
        return news(reference, `${reference}:${state}:${refunded}`)
      }),
    sign
  }
})
