/**
 * A Stripe on this machine, with its state and its protocol: forms with brackets, keys that replay answers (failures,
 * too), declines, 3-D Secure, captures, refunds, saved cards, lists, search, signed webhooks.
 *
 * **Details**
 *
 * What a card does is chosen by Stripe's own test tokens, such as `pm_card_visa_chargeDeclined`; see `tokens`. A
 * parameter that a route does not know is refused, as Stripe does.
 *
 * **Example**
 *
 * ```ts
 * const fake = yield* FakeStripe.open()
 * const gateway = stripe({ secretKey: fake.secretKey, webhookSecret: fake.webhookSecret, ...fake.address })
 * ```
 */
import * as FakeServer from "@stoa/core/testing/FakeServer"
import type { GatewayFault, GatewayRecord, RefundsUnderTest, WebhookRequest } from "@stoa/core/testing/GatewayHarness"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHmac } from "node:crypto"
import { metadataKeys } from "../StripeAnswers.ts"
import { units } from "../StripeUnits.ts"
import * as FakeDisputes from "./FakeDisputes.ts"
import * as FakePayouts from "./FakePayouts.ts"
import * as FormBody from "./FormBody.ts"
import * as Books from "./StripeBooks.ts"
import { checkAmount, declines, invalid, parameters, Refused, tokens } from "./StripeRules.ts"

export { tokens }

export interface FakeStripe {
  /** For the options of `stripe`: where this server is. */
  readonly address: { readonly host: string; readonly port: number; readonly protocol: "http" }
  readonly secretKey: string
  readonly webhookSecret: string
  /** Every request so far: `"POST /v1/refunds"`. */
  readonly requests: ReadonlyArray<string>
  /** The buyer agrees at the page that they were sent to. */
  readonly approve: (paymentIntent: string) => Effect.Effect<void>
  /** The buyer refuses there. */
  readonly reject: (paymentIntent: string) => Effect.Effect<void>
  /** The buyer agrees, or not, at the page that they were sent to so that their card is kept. */
  readonly answerSetup: (setupIntent: string, agrees: boolean) => Effect.Effect<void>
  /** The event about what a SetupIntent is now, signed at this moment. */
  readonly setupWebhook: (setupIntent: string) => Effect.Effect<WebhookRequest>
  /** From now on, banks want to see whoever pays with a card that is kept. */
  readonly challenge: Effect.Effect<void>
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  readonly outage: FakeServer.FakeServer["outage"]
  /** The key is taken back from the shop, or given to it again. */
  readonly revoke: (isRevoked: boolean) => Effect.Effect<void>
  readonly records: Effect.Effect<ReadonlyArray<GatewayRecord>>
  /** Refunds that end later. */
  readonly refunds: RefundsUnderTest
  /** The event about what a payment is now, signed at this moment. */
  readonly webhook: (paymentIntent: string) => Effect.Effect<WebhookRequest>
  /** The buyer wants all of a payment back; the dispute's id. An inquiry takes no money yet. */
  readonly dispute: (paymentIntent: string, options?: { readonly isInquiry?: boolean }) => Effect.Effect<string>
  /** The bank decides a dispute. */
  readonly decide: (dispute: string, outcome: "won" | "lost") => Effect.Effect<void>
  /** Stripe pays out all that it has not paid out yet in a currency. One made by hand does not say what it is made of. */
  readonly payOut: (
    currency: string,
    options?: { readonly automatic?: boolean; readonly status?: "paid" | "in_transit" | "failed" }
  ) => Effect.Effect<{ readonly id: string; readonly amount: number }>
  /** What becomes of a payout at the bank. */
  readonly payoutBecomes: (payout: string, status: "paid" | "failed") => Effect.Effect<void>
  /** The event about what a dispute is now, signed at this moment. */
  readonly disputeWebhook: (dispute: string) => Effect.Effect<WebhookRequest>
  readonly sign: (
    body: Uint8Array,
    options?: { readonly secret?: string; readonly atSeconds?: number }
  ) => Effect.Effect<WebhookRequest>
}

const textOf = (fields: FormBody.FormFields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === "string" ? value : undefined
}

const recordOf = (value: FormBody.FormValue | undefined): Readonly<Record<string, string>> =>
  typeof value === "object" && !Array.isArray(value) ? value as Readonly<Record<string, string>> : {}

/** Listens until the scope closes. Its time is the clock's that it is opened with. */
export const open = (): Effect.Effect<FakeStripe, never, Scope.Scope> =>
  Effect.gen(function*() {
    const clock = yield* Clock.Clock
    const seconds = () => Math.floor(clock.currentTimeMillisUnsafe() / 1_000)
    const secretKey = "sk_test_fakeNeverToBeSeen"
    const webhookSecret = "whsec_fakeNeverToBeSeen"
    const intents = new Map<string, Books.Intent>()
    const refunds = new Map<string, Books.Refund>()
    const methods = new Map<string, Books.Method>()
    const customers = new Set<string>()
    const setups = new Map<string, Books.Setup>()
    let isChallenged = false
    let refundsTakeTime = false
    const kept = new Map<string, { readonly print: string; readonly answer: FakeServer.FakeAnswer }>()
    let made = 0
    let page = ""
    const newId = (prefix: string) => `${prefix}_fake${String(++made).padStart(6, "0")}`
    const disputes = FakeDisputes.make(newId, seconds)
    const balance = FakePayouts.make(newId, seconds)

    const intentAt = (id: string): Books.Intent => {
      const intent = intents.get(id)
      if (intent === undefined) throw invalid("resource_missing", `No such payment_intent: '${id}'`, {}, 404)
      return intent
    }
    const show = (intent: Books.Intent, expand: ReadonlyArray<string>, prefix = "") =>
      Books.showIntent(intent, methods.get(intent.method ?? ""), page, (path) =>
        expand.some((wanted) => wanted === prefix + path || wanted.startsWith(`${prefix}${path}.`)))

    const unexpected = (intent: Books.Intent, verb: string) =>
      invalid(
        "payment_intent_unexpected_state",
        `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`,
        { payment_intent: show(intent, []) }
      )

    const take = (intent: Books.Intent, amount: number): void => {
      intent.status = "succeeded"
      intent.received = amount
      intent.charge = { id: newId("ch"), amount_refunded: 0, fee: Math.round(amount * 0.029) }
      balance.move({
        type: "charge",
        currency: intent.currency,
        amount,
        fee: intent.charge.fee,
        source: Books.showChargeAlone(intent, intent.charge)
      })
    }

    const succeed = (intent: Books.Intent): void => {
      const method = methods.get(intent.method ?? "")
      if (intent.savesMethod && method !== undefined) method.customer = intent.customer
      if (!intent.capture) intent.status = "requires_capture"
      else take(intent, intent.token === "pm_fake_anotherAmount" ? intent.amount - 100 : intent.amount)
    }

    const decline = (intent: Books.Intent, code: string, declineCode: string | null, message: string): void => {
      intent.status = "requires_payment_method"
      intent.error = { code, decline_code: declineCode, message }
    }

    /** The means that a token stands for: a test token makes a new one, a saved one is there. */
    const methodFor = (fields: FormBody.FormFields): Books.Method => {
      const token = textOf(fields, "payment_method") ?? textOf(fields, "confirmation_token")?.replace(/^ctoken_/, "pm_") ?? ""
      const saved = methods.get(token)
      if (saved !== undefined) {
        if (saved.customer === null || saved.customer !== textOf(fields, "customer")) {
          throw invalid("payment_method_unexpected_state", "The PaymentMethod may not be used again without a customer.")
        }
        return saved
      }
      if (!Object.hasOwn(tokens, token)) {
        throw invalid("resource_missing", `No such PaymentMethod: '${token}'`, { param: "payment_method" })
      }
      const method: Books.Method = { id: newId("pm"), token, customer: null }
      methods.set(method.id, method)
      return method
    }

    const create = (fields: FormBody.FormFields, expand: ReadonlyArray<string>) => {
      const amount = Number(textOf(fields, "amount"))
      const currency = textOf(fields, "currency") ?? ""
      checkAmount(amount, currency)
      const method = methodFor(fields)
      const intent: Books.Intent = {
        id: newId("pi"),
        created: seconds(),
        amount,
        currency,
        capture: textOf(fields, "capture_method") !== "manual",
        metadata: recordOf(fields["metadata"]),
        token: method.token,
        customer: textOf(fields, "customer") ?? null,
        savesMethod: textOf(fields, "setup_future_usage") === "off_session",
        returnUrl: textOf(fields, "return_url") ?? null,
        status: "requires_payment_method",
        method: method.id,
        received: 0,
        error: null,
        charge: null
      }
      intents.set(intent.id, intent)
      const declined = declines[method.token]
      if (declined !== undefined) decline(intent, ...declined)
      else if (method.customer === null ? method.token !== "pm_card_threeDSecure2Required" : !isChallenged) succeed(intent)
      else if (textOf(fields, "error_on_requires_action") === "true" || textOf(fields, "off_session") === "true") {
        decline(intent, "authentication_required", "authentication_required", "The card needs authentication.")
      } else intent.status = "requires_action"
      if (intent.error !== null) {
        throw new Refused(402, { type: "card_error", ...intent.error, payment_intent: show(intent, expand) })
      }
      return show(intent, expand)
    }

    /** The buyer's bank has not taken the money, and Stripe has it again for the shop. */
    const refundFails = (refund: Books.Refund) => {
      refund.status = "failed"
      const { charge } = intentAt(refund.payment_intent)
      if (charge === null) return
      charge.amount_refunded -= refund.amount
      balance.move({
        type: "refund_failure",
        currency: refund.currency,
        amount: refund.amount,
        fee: 0,
        source: Books.showRefund(refund)
      })
    }

    const refund = (fields: FormBody.FormFields) => {
      const intent = intentAt(textOf(fields, "payment_intent") ?? "")
      const amount = Number(textOf(fields, "amount"))
      if (intent.charge === null) {
        throw invalid("resource_missing", "This PaymentIntent does not have a successful charge to refund.")
      }
      const left = intent.received - intent.charge.amount_refunded
      if (left === 0) throw invalid("charge_already_refunded", "The charge has already been refunded.")
      if (!(amount >= 1) || amount > left) throw invalid("amount_too_large", "Refund amount is greater than unrefunded amount.")
      intent.charge.amount_refunded += amount
      const done: Books.Refund = {
        id: newId("re"),
        created: seconds(),
        payment_intent: intent.id,
        amount,
        currency: intent.currency,
        metadata: recordOf(fields["metadata"]),
        status: refundsTakeTime ? "pending" : "succeeded"
      }
      refunds.set(done.id, done)
      balance.move({ type: "refund", currency: done.currency, amount: -amount, fee: 0, source: Books.showRefund(done) })
      return Books.showRefund(done)
    }

    const setupAt = (id: string): Books.Setup => {
      const setup = setups.get(id)
      if (setup === undefined) throw invalid("resource_missing", `No such setupintent: '${id}'`, {}, 404)
      return setup
    }

    const showSetup = (setup: Books.Setup) => Books.showSetup(setup, methods.get(setup.method ?? ""), page)

    const keep = (setup: Books.Setup): void => {
      const method = methods.get(setup.method ?? "")
      if (method !== undefined) method.customer = setup.customer
      setup.status = "succeeded"
    }

    const refuse = (setup: Books.Setup, [code, decline_code, message]: readonly [string, string | null, string]): void => {
      setup.status = "requires_payment_method"
      setup.method = null
      setup.error = { code, decline_code, message }
    }

    const setUp = (fields: FormBody.FormFields) => {
      const method = methodFor(fields)
      const setup: Books.Setup = {
        id: newId("seti"),
        customer: textOf(fields, "customer") ?? null,
        method: method.id,
        returnUrl: textOf(fields, "return_url") ?? null,
        status: "requires_action",
        error: null
      }
      setups.set(setup.id, setup)
      const declined = declines[method.token]
      if (declined !== undefined) {
        refuse(setup, declined)
        throw new Refused(402, { type: "card_error", ...setup.error, setup_intent: showSetup(setup) })
      }
      if (method.token !== "pm_card_threeDSecure2Required") keep(setup)
      return showSetup(setup)
    }

    const part = <A extends { readonly id: string; readonly created: number }>(
      all: Iterable<A>,
      query: URLSearchParams
    ) => {
      const since = Number(query.get("created[gte]") ?? Number.NEGATIVE_INFINITY)
      const until = Number(query.get("created[lt]") ?? Number.POSITIVE_INFINITY)
      const limit = Number(query.get("limit") ?? 10)
      const newest = [...all].filter(({ created }) => created >= since && created < until).toReversed()
      const after = query.get("starting_after")
      const from = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1
      return { data: newest.slice(from, from + limit), has_more: newest.length > from + limit }
    }

    const expansions = (query: URLSearchParams) =>
      [...query].flatMap(([name, value]) => name.startsWith("expand") ? [value] : [])

    const read = (path: string, query: URLSearchParams): unknown => {
      const [, , kind, id] = path.split("/")
      if (kind === "payment_intents" && id === "search") {
        const wanted = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(query.get("query") ?? "")
        if (wanted === null) throw invalid("invalid_query", "The query is not understood.")
        const data = [...intents.values()].filter(({ metadata }) => metadata[wanted[1] ?? ""] === wanted[2])
        return { object: "search_result", data: data.map((one) => show(one, expansions(query), "data.")), has_more: false }
      }
      if (kind === "payment_intents" && id !== undefined) return show(intentAt(id), expansions(query))
      if (kind === "payment_intents") {
        const { data, has_more } = part(intents.values(), query)
        return { object: "list", data: data.map((one) => show(one, expansions(query), "data.")), has_more }
      }
      if (kind === "setup_intents" && id !== undefined) return showSetup(setupAt(id))
      if (kind === "payouts") {
        const { data, has_more } = part(balance.all(), query)
        return { object: "list", data, has_more }
      }
      if (kind === "balance_transactions") {
        const { data, has_more } = part(balance.entries(query.get("payout") ?? "", expansions(query).includes("data.source")), query)
        return { object: "list", data, has_more }
      }
      if (kind === "disputes" && id !== undefined) return disputes.read(id)
      if (kind === "disputes") {
        const { data, has_more } = part(disputes.all(), query)
        return { object: "list", data, has_more }
      }
      if (kind === "refunds" && id !== undefined) {
        const found = refunds.get(id)
        if (found === undefined) throw invalid("resource_missing", `No such refund: '${id}'`, {}, 404)
        return Books.showRefund(found)
      }
      if (kind === "refunds") {
        const of = query.get("payment_intent")
        const { data, has_more } = part([...refunds.values()].filter(({ payment_intent }) => payment_intent === of), query)
        return { object: "list", data: data.map(Books.showRefund), has_more }
      }
      throw invalid("url_invalid", `Unrecognized request URL (GET: ${path}).`, {}, 404)
    }

    const known = (fields: FormBody.FormFields, operation: keyof typeof parameters): FormBody.FormFields => {
      const odd = Object.keys(fields).find((name) => parameters[operation]?.includes(name) !== true)
      if (odd !== undefined) throw invalid("parameter_unknown", `Received unknown parameter: ${odd}`, { param: odd })
      return fields
    }

    const write = (path: string, body: string): unknown => {
      const fields = FormBody.parse(body)
      const expand = Array.isArray(fields["expand"]) ? fields["expand"] : []
      const [, , kind, id, verb] = path.split("/")
      switch (`${kind}${id === undefined ? "" : "/:id"}${verb === undefined ? "" : `/${verb}`}`) {
        case "payment_intents":
          return create(known(fields, "create"), expand)
        case "payment_intents/:id/capture": {
          const intent = intentAt(id ?? "")
          const amount = Number(textOf(known(fields, "capture"), "amount_to_capture") ?? intent.amount)
          if (intent.status !== "requires_capture") throw unexpected(intent, "captured")
          if (!(amount >= 1) || amount > intent.amount) throw invalid("amount_too_large", "The amount is above the capturable.")
          take(intent, amount)
          return show(intent, expand)
        }
        case "payment_intents/:id/cancel": {
          const intent = intentAt(id ?? "")
          known(fields, "cancel")
          if (intent.status === "succeeded" || intent.status === "canceled") throw unexpected(intent, "canceled")
          intent.status = "canceled"
          return show(intent, expand)
        }
        case "refunds":
          return refund(known(fields, "refund"))
        case "customers": {
          known(fields, "customer")
          const customer = newId("cus")
          customers.add(customer)
          return { id: customer, object: "customer" }
        }
        case "disputes/:id":
          return disputes.write(id ?? "", known(fields, "dispute"))
        case "setup_intents":
          return setUp(known(fields, "setup"))
        case "payment_methods/:id/detach": {
          known(fields, "detach")
          const method = methods.get(id ?? "")
          if (method === undefined || method.customer === null) {
            throw invalid("payment_method_unexpected_state", "The payment method is not attached to a customer.")
          }
          method.customer = null
          return Books.showMethod(method)
        }
        default:
          throw invalid("url_invalid", `Unrecognized request URL (POST: ${path}).`, {}, 404)
      }
    }

    const answerTo = (work: () => unknown): FakeServer.FakeAnswer => {
      try {
        return { status: 200, body: work() }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return { status: error.status, body: { error: error.error } }
      }
    }

    /** Runs a request that changes something, once for its key. */
    const once = (request: FakeServer.FakeRequest, work: () => FakeServer.FakeAnswer): FakeServer.FakeAnswer => {
      const key = request.headers["idempotency-key"]
      if (key === undefined) return work()
      const print = `${request.path} ${request.body}`
      const before = kept.get(key)
      if (before === undefined) {
        const answer = work()
        kept.set(key, { print, answer })
        return answer
      }
      if (before.print !== print) {
        const message = "Keys for idempotent requests can only be used with the same parameters."
        return { status: 400, body: { error: { type: "idempotency_error", message } } }
      }
      return { ...before.answer, headers: { "idempotent-replayed": "true" } }
    }

    const handle = (request: FakeServer.FakeRequest): FakeServer.FakeAnswer => {
      if (request.headers["authorization"] !== `Bearer ${secretKey}`) {
        const message = `Invalid API Key provided: ${request.headers["authorization"]?.slice(7)}`
        return { status: 401, body: { error: { type: "invalid_request_error", message } } }
      }
      return request.method === "GET"
        ? answerTo(() => read(request.path, request.query))
        : once(request, () => answerTo(() => write(request.path, request.body)))
    }

    /** What a dispute has moved of the balance since some movements. */
    const moveDisputed = (id: string, since = 0): void => {
      const dispute = disputes.read(id)
      for (const { amount, currency, fee } of dispute.balance_transactions.slice(since)) {
        balance.move({ type: "adjustment", currency, amount, fee, source: dispute })
      }
    }

    const server = yield* FakeServer.open({
      handle,
      // Stripe keeps this answer, too
      broken: (request) => once(request, () => ({ status: 500, body: { error: { type: "api_error", message: "Sorry." } } }))
    })
    page = server.url

    const sign: FakeStripe["sign"] = (body, { atSeconds = seconds(), secret = webhookSecret } = {}) =>
      Effect.sync(() => ({
        body,
        headers: {
          "content-type": "application/json",
          "stripe-signature": `t=${atSeconds},v1=${
            createHmac("sha256", secret).update(`${atSeconds}.`).update(body).digest("hex")
          },v0=00`
        }
      }))

    const typeOf: Readonly<Record<Books.Intent["status"], string>> = {
      requires_action: "payment_intent.requires_action",
      requires_capture: "payment_intent.amount_capturable_updated",
      requires_payment_method: "payment_intent.payment_failed",
      succeeded: "payment_intent.succeeded",
      canceled: "payment_intent.canceled"
    }

    const ended = (id: string, work: (intent: Books.Intent) => void) =>
      Effect.sync(() => {
        const intent = intents.get(id)
        if (intent?.status === "requires_action") work(intent)
      })

    return {
      address: { host: "127.0.0.1", port: server.port, protocol: "http" },
      secretKey,
      webhookSecret,
      requests: server.requests,
      approve: (id) => ended(id, succeed),
      reject: (id) =>
        ended(id, (intent) =>
          decline(intent, "payment_intent_authentication_failure", null, "The buyer could not be authenticated.")),
      answerSetup: (id, agrees) =>
        Effect.sync(() => {
          const setup = setupAt(id)
          if (setup.status !== "requires_action") return
          if (agrees) keep(setup)
          else refuse(setup, ["setup_intent_authentication_failure", null, "The buyer could not be authenticated."])
        }),
      setupWebhook: (id) =>
        Effect.suspend(() => {
          const setup = setupAt(id)
          return sign(new TextEncoder().encode(JSON.stringify({
            id: `evt_${id}_${setup.status}`,
            object: "event",
            api_version: "2026-10-28.endive",
            created: seconds(),
            livemode: false,
            type: setup.status === "succeeded" ? "setup_intent.succeeded" : "setup_intent.setup_failed",
            data: { object: { ...showSetup(setup), payment_method: setup.method } }
          })))
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
            const refund = refunds.get(id)
            if (refund?.status !== "pending") throw new Error(`there is no refund ${id} that is pending`)
            if (outcome === "succeeded") refund.status = outcome
            else refundFails(refund)
          }),
        comeBack: (id) =>
          Effect.sync(() => {
            const refund = refunds.get(id)
            if (refund?.status !== "succeeded") throw new Error(`there is no refund ${id} that is done`)
            refundFails(refund)
          }),
        webhook: (id) =>
          Effect.suspend(() => {
            const refund = refunds.get(id)
            if (refund === undefined) throw new Error(`there is no refund ${id}`)
            return sign(new TextEncoder().encode(JSON.stringify({
              id: `evt_${id}_${refund.status}`,
              object: "event",
              api_version: "2026-10-28.endive",
              created: seconds(),
              livemode: false,
              type: refund.status === "failed" ? "refund.failed" : "refund.updated",
              data: { object: Books.showRefund(refund) }
            })))
          })
      },
      records: Effect.sync(() =>
        [...intents.values()].map((intent) => {
          const money = (amount: number) =>
            units.fromGateway(amount, intent.currency) ?? { amount: Number.NaN, currency: "USD" as never }
          return {
            reference: intent.id,
            paymentId: intent.metadata[metadataKeys.payment] ?? "",
            captured: money(intent.received),
            refunded: money(intent.charge?.amount_refunded ?? 0)
          }
        })
      ),
      webhook: (id) =>
        Effect.suspend(() => {
          const intent = intentAt(id)
          const refunded = intent.charge?.amount_refunded ?? 0
          const isRefund = intent.charge !== null && refunded > 0
          return sign(new TextEncoder().encode(JSON.stringify({
            id: `evt_${id}_${intent.status}_${refunded}`,
            object: "event",
            api_version: "2026-10-28.endive",
            created: seconds(),
            livemode: false,
            type: isRefund ? "charge.refunded" : typeOf[intent.status],
            data: {
              object: isRefund && intent.charge !== null ? Books.showChargeAlone(intent, intent.charge) : show(intent, [])
            }
          })))
        }),
      payOut: (currency, options) => Effect.sync(() => balance.make(currency.toLowerCase(), options)),
      payoutBecomes: (id, status) => Effect.sync(() => balance.become(id, status)),
      dispute: (id, { isInquiry = false } = {}) =>
        Effect.sync(() => {
          const dispute = disputes.open(intentAt(id), isInquiry)
          moveDisputed(dispute)
          return dispute
        }),
      decide: (id, outcome) =>
        Effect.sync(() => {
          const before = disputes.read(id).balance_transactions.length
          disputes.decide(id, outcome)
          moveDisputed(id, before)
        }),
      disputeWebhook: (id) =>
        Effect.suspend(() => sign(new TextEncoder().encode(JSON.stringify(disputes.event(id))))),
      sign
    }
  })
