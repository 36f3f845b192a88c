/**
 * A payment gateway in this process, without a network, that does everything a real one does to a shop: declines,
 * redirects, keeps silent before or after it took the money, takes the wrong amount, settles later, sends webhooks.
 *
 * **Details**
 *
 * What happens is chosen by the payment's `method`: see `methods`. Its bank (`SandboxBank`) keeps its own books, so
 * the same idempotency key never moves money twice, and what was taken stays taken when the shop's process dies.
 *
 * **Example**
 *
 * ```ts
 * const sandbox = SandboxGateway.make()
 * const shop = await createStoa({ storage, gateways: [sandbox] })
 * // pay with { gateway: "sandbox", method: "sandbox_redirect" }, then do what the buyer does at the bank's page:
 * await shop.run(sandbox.approve(reference))
 * ```
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { GatewayCard } from "../fraud/Card.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Id from "../kernel/Id.ts"
import { equals, type Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { PaymentFailure } from "./Payment.ts"
import {
  type GatewayEvent,
  type GatewayMethod,
  type GatewayPayment,
  type GatewayRefund,
  type GatewaySetup,
  GatewayRejected,
  GatewayUnavailable,
  type ListedPayment,
  type PaymentGateway,
  WebhookRejected
} from "./PaymentGateway.ts"
import * as SandboxBank from "./SandboxBank.ts"
import * as SandboxWebhook from "./SandboxWebhook.ts"

/** What the bank does, by the payment's method. Without a method it is `sandbox_success`. */
export const methods = {
  sandbox_success: "The money is taken at once",
  sandbox_decline: "The bank declines",
  sandbox_insufficient_funds: "There is not enough money in the account",
  sandbox_redirect: "The buyer has to agree at the bank's page",
  sandbox_authorize: "The money is reserved, and taken when it is captured",
  sandbox_processing: "The bank takes its time: the money comes later",
  sandbox_timeout_before: "No answer, and nothing was taken; the second try works",
  sandbox_timeout_after: "The money is taken, but the answer is lost",
  sandbox_mismatch: "Another amount is taken",
  sandbox_mismatch_currency: "Another currency is taken",
  sandbox_expired: "The card's time is over: it can be kept, but not paid with",
  sandbox_refund_decline: "The money is taken at once; refunds are refused",
  sandbox_refund_pending: "The money is taken at once; refunds take their time",
  sandbox_refund_timeout: "The money is taken at once; a refund is made, but the answer is lost"
} as const

export type SandboxMethod = keyof typeof methods

/** A webhook as it goes over the wire. */
export interface WebhookRequest {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export interface SandboxOptions {
  /** `"sandbox"` if it is left out. */
  readonly name?: string | undefined
  /** Where charges are kept; in memory if it is left out. */
  readonly bank?: SandboxBank.SandboxBank["Service"] | undefined
  /** Signs webhooks. A new one with every gateway if it is left out. */
  readonly secret?: Redacted.Redacted | string | undefined
  /**
   * The address of the bank's page, to which the charge's reference is added. A function where the address is only
   * known once a server listens.
   */
  readonly pageUrl?: string | (() => string) | undefined
  /** The card that somebody pays with, as far as the bank knows it. Nothing is told of cards if it is left out. */
  readonly card?: ((charge: SandboxBank.SandboxCharge) => GatewayCard | null) | undefined
  /** How long `sandbox_processing` and `sandbox_refund_pending` take. 30 seconds if it is left out. */
  readonly settleAfter?: Duration.Input | undefined
}

export interface SandboxGateway extends PaymentGateway {
  readonly bank: SandboxBank.SandboxBank["Service"]
  /** The buyer agrees at the bank's page. The bank then sends a webhook. */
  readonly approve: (reference: string) => Effect.Effect<SandboxBank.SandboxCharge, GatewayRejected | GatewayUnavailable>
  /** The buyer refuses at the bank's page. The bank then sends a webhook. */
  readonly reject: (reference: string) => Effect.Effect<SandboxBank.SandboxCharge, GatewayRejected | GatewayUnavailable>
  /** The bank is done with a charge that it was processing. It then sends a webhook. */
  readonly settle: (reference: string) => Effect.Effect<SandboxBank.SandboxCharge, GatewayRejected | GatewayUnavailable>
  /** Where webhooks go. Without it, or if it fails, they are lost, as they may be on the way from a real gateway. */
  readonly connect: (deliver: (request: WebhookRequest) => Effect.Effect<unknown, unknown>) => Effect.Effect<void>
  /** The buyer agrees, or not, at the bank's page that a means is kept. The bank then sends a webhook. */
  readonly answerSetup: (reference: string, agrees: boolean) => Effect.Effect<void, GatewayRejected | GatewayUnavailable>
  /** What was to be kept, by its reference. Forgotten when the process ends. */
  readonly findSetup: (reference: string) => Effect.Effect<SandboxSetup | undefined>
  /** The webhook about what was to be kept is now, signed at this moment. */
  readonly setupWebhook: (reference: string) => Effect.Effect<WebhookRequest, GatewayRejected | GatewayUnavailable>
  /** The webhook about what a charge is now, signed at this moment. */
  readonly webhook: (reference: string) => Effect.Effect<WebhookRequest, GatewayRejected | GatewayUnavailable>
}

const WebhookBody = Schema.fromJsonString(Schema.Struct({
  id: Schema.String.check(Schema.isMaxLength(200)),
  type: Schema.String.check(Schema.isMaxLength(100)),
  data: Schema.Struct({
    // gateways tell of other things than payments as well
    reference: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
    paymentId: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
    disputeReference: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
    setupReference: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
    refundReference: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200)))
  })
}))
const decodeBody = Schema.decodeUnknownEffect(WebhookBody)

const isMethod = (method: string): method is SandboxMethod => Object.hasOwn(methods, method)

const failures: Partial<Record<string, PaymentFailure>> = {
  sandbox_decline: { code: "declined", message: "The card was declined", gatewayCode: "card_declined" },
  sandbox_insufficient_funds: {
    code: "insufficient_funds",
    message: "There is not enough money in the account",
    gatewayCode: "insufficient_funds"
  },
  sandbox_expired: { code: "expired", message: "The card's time is over", gatewayCode: "expired_card" },
  sandbox_redirect: {
    code: "authentication_failed",
    message: "The buyer refused at the bank's page",
    gatewayCode: "authentication_failed"
  }
}

/** How many charges one answer lists. */
const perList = 100

const savedPrefix = "sandbox_saved_"

const savedMethod = (method: SandboxMethod): GatewayMethod => ({
  reference: `${savedPrefix}${method}`,
  type: "card",
  brand: "sandbox",
  last4: "0000",
  expiresMonth: 12,
  expiresYear: method === "sandbox_expired" ? 1968 : 2099,
  fingerprint: null
})

/** Whether the bank has seen the card. */
const hasPaid = ({ status }: SandboxBank.SandboxCharge): boolean =>
  status === "authorized" || status === "captured" || status === "failed"

/** What the bank was asked to keep without a payment, and whether the buyer has agreed to it. */
export interface SandboxSetup {
  readonly method: SandboxMethod
  readonly returnUrl: string | null
  status: "requires_action" | "saved" | "failed"
}

const setupPrefix = "sbs_"

/** Means that the bank does not even keep. */
const unkept: ReadonlySet<SandboxMethod> = new Set(["sandbox_decline", "sandbox_insufficient_funds"])

/** The state in which the bank leaves a new charge. */
const opening = (method: SandboxMethod, capture: boolean): SandboxBank.SandboxStatus => {
  switch (method) {
    case "sandbox_decline":
    case "sandbox_insufficient_funds":
    case "sandbox_expired":
      return "failed"
    case "sandbox_redirect":
      return "requires_action"
    case "sandbox_processing":
      return "processing"
    case "sandbox_timeout_before":
      return "unheard"
    case "sandbox_authorize":
      return "authorized"
    default:
      return capture ? "captured" : "authorized"
  }
}

/** What the bank takes for an amount that it was asked for. */
const taking = (method: SandboxMethod, { amount, currency }: Money): Money => {
  switch (method) {
    case "sandbox_mismatch":
      return { amount: amount > 1 ? amount - 1 : amount + 1, currency }
    case "sandbox_mismatch_currency":
      return { amount, currency: (currency === "JPY" ? "KRW" : "JPY") as Money["currency"] }
    default:
      return { amount, currency }
  }
}

export const make = (options: SandboxOptions = {}): SandboxGateway => {
  const name = options.name ?? "sandbox"
  const bank = options.bank ?? SandboxBank.memory()
  const page = options.pageUrl ?? "https://sandbox.invalid/pay/"
  const pageUrl = typeof page === "string" ? () => page : page
  const settleAfter = Duration.toMillis(Duration.fromInputUnsafe(options.settleAfter ?? "30 seconds"))
  let secret = options.secret === undefined || Redacted.isRedacted(options.secret)
    ? options.secret
    : Redacted.make(options.secret)
  let deliver: ((request: WebhookRequest) => Effect.Effect<unknown, unknown>) | undefined

  const unavailable = (detail: string) => new GatewayUnavailable({ gateway: name, detail })
  const rejected = (gatewayCode: string, detail: string) => new GatewayRejected({ gateway: name, gatewayCode, detail })

  /** The bank's own trouble is no answer. */
  const fromBank = <A, E>(effect: Effect.Effect<A, E | StorageError>) =>
    Effect.catchTag(
      effect as Effect.Effect<A, Exclude<E, StorageError> | StorageError>,
      "StorageError",
      () => Effect.fail(unavailable("the sandbox bank is closed"))
    )

  const signingSecret = Effect.suspend(() =>
    secret === undefined
      ? Effect.map(Entropy.token("whsec"), (made) => Redacted.value(secret ??= Redacted.make(made)))
      : Effect.succeed(Redacted.value(secret))
  )

  const newReference = Effect.gen(function*() {
    const entropy = yield* Entropy.Entropy
    return `sbx_${Id.suffix(yield* Clock.currentTimeMillis, entropy.bytes(10))}`
  })

  const show = (charge: SandboxBank.SandboxCharge): GatewayPayment => ({
    reference: charge.reference,
    status: charge.status === "unheard" ? "processing" : charge.status,
    amount: charge.status === "authorized" || charge.status === "captured" ? charge.taken : charge.amount,
    nextAction: charge.status === "requires_action"
      ? { _tag: "redirect", url: `${pageUrl()}${encodeURIComponent(charge.reference)}` }
      : null,
    failure: charge.status === "failed" ? failures[charge.method] ?? null : null,
    ...(options.card === undefined || !hasPaid(charge) ? {} : { card: options.card(charge) }),
    ...(charge.keeps && (charge.status === "authorized" || charge.status === "captured") && isMethod(charge.method)
      ? { savedMethod: savedMethod(charge.method) }
      : {})
  })

  const showRefund = (refund: SandboxBank.SandboxRefund): GatewayRefund => ({
    reference: refund.reference,
    status: refund.status,
    amount: refund.amount,
    failure: refund.status === "failed"
      ? { code: "declined", message: "The bank refuses refunds of this charge", gatewayCode: "refund_declined" }
      : null
  })

  const list = (charge: SandboxBank.ListedCharge): ListedPayment => ({
    ...show(charge),
    paymentId: charge.paymentId,
    refunded: { amount: charge.refunded, currency: charge.taken.currency },
    fee: null,
    createdAt: charge.createdAt
  })

  const setups = new Map<string, SandboxSetup>()

  const showSetup = (reference: string, { method, status }: SandboxSetup): GatewaySetup => ({
    reference,
    status,
    nextAction: status === "requires_action"
      ? { _tag: "redirect", url: `${pageUrl()}${encodeURIComponent(reference)}` }
      : null,
    failure: status === "failed" ? failures[method] ?? null : null,
    method: status === "saved" ? savedMethod(method) : null
  })

  const existing = Effect.fnUntraced(function*(reference: string) {
    return (yield* fromBank(bank.find(reference)))
      ?? (yield* rejected("unknown_charge", "there is no such charge"))
  })

  /** A charge that takes its time is done once the time is over, whoever looks. */
  const ripened = Effect.fnUntraced(function*(charge: SandboxBank.SandboxCharge) {
    const age = (yield* Clock.currentTimeMillis) - Timestamp.toMillis(charge.createdAt)
    if (charge.status !== "processing" || age < settleAfter) return charge
    return (yield* fromBank(bank.move(charge.reference, ["processing"], "captured"))) ?? (yield* existing(charge.reference))
  })

  const ripenedRefund = Effect.fnUntraced(function*(refund: SandboxBank.SandboxRefund) {
    const age = (yield* Clock.currentTimeMillis) - Timestamp.toMillis(refund.createdAt)
    if (refund.status !== "pending" || age < settleAfter) return refund
    return (yield* fromBank(bank.endRefund(refund.reference, "succeeded"))) ?? refund
  })

  const unknownMethod = (method: string) =>
    new GatewayRejected({
      gateway: name,
      gatewayCode: "unknown_method",
      detail: `there is no method ${method.slice(0, 100)}`,
      failure: "method_unsupported"
    })

  /** What a payment is to be made with, and whether that is to be kept. */
  const means = Effect.fnUntraced(function*(request: Parameters<PaymentGateway["create"]>[0]) {
    const saved = request.savedMethod?.startsWith(savedPrefix) ? request.savedMethod.slice(savedPrefix.length) : undefined
    const method = request.savedMethod === undefined || request.savedMethod === null
      ? request.method ?? "sandbox_success"
      : saved ?? request.savedMethod
    return isMethod(method)
      ? { method, saves: request.saveMethod === true }
      : yield* unknownMethod(method)
  })

  const move = Effect.fnUntraced(function*(
    reference: string,
    from: ReadonlyArray<SandboxBank.SandboxStatus>,
    to: SandboxBank.SandboxStatus
  ) {
    const moved = yield* fromBank(bank.move(reference, from, to))
    if (moved !== undefined) return moved
    const charge = yield* existing(reference)
    return charge.status === to ? charge : yield* rejected("wrong_state", `the charge is ${charge.status}`)
  })

  const signed = Effect.fnUntraced(function*(event: Readonly<Record<string, unknown>>) {
    const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
    const body = new TextEncoder().encode(JSON.stringify({ ...event, created: seconds }))
    return {
      body,
      headers: {
        "content-type": "application/json",
        [SandboxWebhook.signatureHeader]: SandboxWebhook.sign(body, yield* signingSecret, seconds)
      }
    }
  })

  const webhook = Effect.fnUntraced(function*(reference: string) {
    const { paymentId, status, taken } = yield* existing(reference)
    return yield* signed({
      id: `evt_${reference}_${status}`,
      type: `charge.${status}`,
      data: { reference, paymentId, status, amount: taken }
    })
  })

  const existingSetup = (reference: string) => {
    const setup = setups.get(reference)
    return setup === undefined ? Effect.fail(rejected("unknown_setup", "nothing was to be kept")) : Effect.succeed(setup)
  }

  const setupWebhook = Effect.fnUntraced(function*(reference: string) {
    const { status } = yield* existingSetup(reference)
    return yield* signed({ id: `evt_${reference}_${status}`, type: `setup.${status}`, data: { setupReference: reference } })
  })

  const told = (request: Effect.Effect<WebhookRequest, GatewayRejected | GatewayUnavailable>) =>
    deliver === undefined ? Effect.void : Effect.ignore(Effect.flatMap(request, deliver), { log: "Warn" })

  /** What happens at the bank's own time, and is told to the shop. */
  const tell = (reference: string, from: SandboxBank.SandboxStatus, to: SandboxBank.SandboxStatus) =>
    Effect.tap(move(reference, [from], to), () => told(webhook(reference)))

  return {
    name,
    bank,
    capabilities: {
      currencies: "all",
      manualCapture: true,
      partialCapture: true,
      partialRefund: true,
      savedMethods: true,
      idempotency: "keys",
      methods: Object.keys(methods)
    },

    ping: Effect.asVoid(fromBank(bank.find("sbx_nothing"))),

    create: Effect.fnUntraced(function*(request) {
      const { method, saves } = yield* means(request)
      const { isNew, stored } = yield* fromBank(bank.open({
        reference: yield* newReference,
        paymentId: request.paymentId,
        idempotencyKey: request.idempotencyKey,
        method,
        status: opening(method, request.capture),
        amount: request.amount,
        taken: taking(method, request.amount),
        manual: !request.capture,
        keeps: saves,
        returnUrl: request.returnUrl,
        createdAt: yield* Timestamp.now
      }))
      if (stored.method !== method || !equals(stored.amount, request.amount)) {
        return yield* rejected("idempotency_key_reused", "the idempotency key was used for another charge")
      }
      if (isNew && method === "sandbox_timeout_before") return yield* unavailable("no answer (nothing was charged)")
      if (isNew && method === "sandbox_timeout_after") return yield* unavailable("no answer (but it was charged)")
      if (stored.status === "unheard") {
        return show(yield* move(stored.reference, ["unheard"], stored.manual ? "authorized" : "captured"))
      }
      return show(yield* ripened(stored))
    }),

    confirm: Effect.fnUntraced(function*({ gatewayReference }) {
      return show(yield* ripened(yield* existing(gatewayReference)))
    }),

    retrieve: Effect.fnUntraced(function*({ gatewayReference, paymentId }) {
      const charge = yield* fromBank(
        gatewayReference === null ? bank.findByPayment(paymentId) : bank.find(gatewayReference)
      )
      return charge === undefined || charge.status === "unheard" ? undefined : show(yield* ripened(charge))
    }),

    capture: Effect.fnUntraced(function*({ amount, gatewayReference }) {
      const charge = yield* existing(gatewayReference)
      if (amount.currency !== charge.taken.currency || !(amount.amount > 0) || amount.amount > charge.taken.amount) {
        return yield* rejected("wrong_amount", "at most what was authorised is captured, in the charge's currency")
      }
      const captured = yield* fromBank(bank.capture(gatewayReference, amount.amount))
      if (captured !== undefined) return show(captured)
      const now = yield* existing(gatewayReference)
      return now.status === "captured" && equals(now.taken, amount)
        ? show(now)
        : yield* rejected("wrong_state", `the charge is ${now.status}`)
    }),

    cancel: Effect.fnUntraced(function*({ gatewayReference }) {
      return show(yield* move(gatewayReference, ["authorized", "requires_action", "processing"], "cancelled"))
    }),

    refund: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey }) {
      const charge = yield* existing(gatewayReference)
      if (charge.status !== "captured") return yield* rejected("wrong_state", `the charge is ${charge.status}`)
      if (amount.currency !== charge.taken.currency || !(amount.amount > 0)) {
        return yield* rejected("wrong_amount", "a refund is of more than zero, in the charge's currency")
      }
      const refunded = yield* fromBank(bank.refund({
        reference: `${yield* newReference}_r`,
        chargeReference: gatewayReference,
        idempotencyKey,
        status: charge.method === "sandbox_refund_decline"
          ? "failed"
          : charge.method === "sandbox_refund_pending"
          ? "pending"
          : "succeeded",
        amount,
        createdAt: yield* Timestamp.now
      }))
      if (refunded === undefined) return yield* rejected("too_much", "more than what is left of the charge")
      const { isNew, stored } = refunded
      if (stored.chargeReference !== gatewayReference || !equals(stored.amount, amount)) {
        return yield* rejected("idempotency_key_reused", "the idempotency key was used for another refund")
      }
      if (isNew && charge.method === "sandbox_refund_timeout") return yield* unavailable("no answer (but it went back)")
      return showRefund(yield* ripenedRefund(stored))
    }),

    retrieveRefund: Effect.fnUntraced(function*({ idempotencyKey }) {
      const refund = yield* fromBank(bank.findRefund(idempotencyKey))
      return refund === undefined ? undefined : showRefund(yield* ripenedRefund(refund))
    }),

    list: Effect.fnUntraced(function*({ after, since, until }) {
      const charges = yield* fromBank(bank.between({ since, until, after, limit: perList + 1 }))
      const page = charges.slice(0, perList)
      return {
        items: page.filter(({ status }) => status !== "unheard").map(list),
        next: charges.length > perList ? page.at(-1)?.reference ?? null : null
      }
    }),

    setup: Effect.fnUntraced(function*({ idempotencyKey, method, returnUrl }) {
      const reference = `${setupPrefix}${idempotencyKey}`
      if (!isMethod(method)) return yield* unknownMethod(method)
      const known = setups.get(reference)
      const setup: SandboxSetup = known ?? {
        method,
        returnUrl,
        status: unkept.has(method) ? "failed" : method === "sandbox_redirect" ? "requires_action" : "saved"
      }
      setups.set(reference, setup)
      if (known === undefined && method === "sandbox_timeout_before") return yield* unavailable("no answer")
      if (known === undefined && method === "sandbox_timeout_after") return yield* unavailable("no answer (but it was kept)")
      return showSetup(reference, setup)
    }),

    retrieveSetup: ({ reference }) =>
      Effect.sync(() => {
        const setup = setups.get(reference)
        return setup === undefined ? undefined : showSetup(reference, setup)
      }),

    // the bank keeps nothing of a saved method but how it behaves, which its reference says
    forget: () => Effect.void,

    parseWebhook: Effect.fnUntraced(function*({ body, headers }) {
      yield* SandboxWebhook.verify(body, headers[SandboxWebhook.signatureHeader], yield* signingSecret, name)
      const malformed = new WebhookRejected({ gateway: name, reason: "malformed" })
      const { data, id, type } = yield* Effect.mapError(decodeBody(Buffer.from(body).toString("utf8")), () => malformed)
      return {
        key: id,
        type,
        gatewayReference: data.reference ?? null,
        paymentId: data.paymentId ?? null,
        disputeReference: data.disputeReference ?? null,
        setupReference: data.setupReference ?? null,
        refundReference: data.refundReference ?? null
      } satisfies GatewayEvent
    }),

    approve: Effect.fnUntraced(function*(reference) {
      const { manual } = yield* existing(reference)
      return yield* tell(reference, "requires_action", manual ? "authorized" : "captured")
    }),
    reject: (reference) => tell(reference, "requires_action", "failed"),
    answerSetup: Effect.fnUntraced(function*(reference, agrees) {
      const setup = yield* existingSetup(reference)
      if (setup.status !== "requires_action") return
      setup.status = agrees ? "saved" : "failed"
      yield* told(setupWebhook(reference))
    }),
    findSetup: (reference) => Effect.sync(() => setups.get(reference)),
    setupWebhook,
    settle: (reference) => tell(reference, "processing", "captured"),
    connect: (to) =>
      Effect.sync(() => {
        deliver = to
      }),
    webhook
  }
}
