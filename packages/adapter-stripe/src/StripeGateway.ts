/**
 * Payments through Stripe, with PaymentIntents that this server confirms.
 *
 * **Details**
 *
 * The buyer's browser makes a token of the card with Stripe's own form (a PaymentMethod `pm_...` or a ConfirmationToken
 * `ctoken_...`) and pays with it as `method`. Where the bank asks for more (3-D Secure), or the means is a redirect by
 * nature (iDEAL), the buyer is sent to a page and comes back to `returnUrl`. No client secret leaves the server.
 *
 * **Gotchas**
 *
 * Without a `returnUrl` nobody can be sent anywhere, so a payment that needs it is declined (`authentication_failed`).
 *
 * An amount that Stripe cannot take exactly, such as 1.234 KWD, is refused: see `StripeUnits`.
 *
 * **Example**
 *
 * ```ts
 * const shop = await createStoa({
 *   storage,
 *   gateways: [stripe({ secretKey: env.STRIPE_SECRET_KEY, webhookSecret: env.STRIPE_WEBHOOK_SECRET })]
 * })
 * ```
 */
import type { Money } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as GatewaySecret from "@stoa/core/payments/GatewaySecret"
import {
  type GatewayError,
  type GatewayPayment,
  type GatewayRefund,
  GatewayRejected,
  type PaymentGateway
} from "@stoa/core/payments/PaymentGateway"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Stripe } from "stripe"
import * as Answers from "./StripeAnswers.ts"
import { declinedPayment, declinedSetup, fromSdk, gatewayName, isKeptFailure, SdkFailure } from "./StripeErrors.ts"
import * as StripeDisputes from "./StripeDisputes.ts"
import * as StripePayouts from "./StripePayouts.ts"
import { limits, units } from "./StripeUnits.ts"
import * as StripeWebhook from "./StripeWebhook.ts"

export interface StripeOptions {
  /** `sk_live_...`, `sk_test_...`, or a restricted key that may write PaymentIntents, Refunds, Customers. */
  readonly secretKey: Redacted.Redacted | string
  /** `whsec_...` of the webhook endpoint; two while one is being replaced. */
  readonly webhookSecret: Redacted.Redacted | string | ReadonlyArray<Redacted.Redacted | string>
  /** Where buyers come back to if a payment does not say it. */
  readonly returnUrl?: string | undefined
  /** How long one request may take, in milliseconds. 15 seconds if it is left out. */
  readonly timeout?: number | undefined
  /** Another server than Stripe's: a fake one, or a proxy. */
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly protocol?: "http" | "https" | undefined
}

const valueOf = (option: string, secret: Redacted.Redacted | string): string =>
  Redacted.value(GatewaySecret.required(option, secret))

const isList = <A>(one: A | ReadonlyArray<A>): one is ReadonlyArray<A> => Array.isArray(one)

/** How long Stripe's search may be behind, generously. */
const searchLag = 300_000

/** Parts of the newest payments that are looked through where the search may be behind. */
const newestParts = 5

const perPart = 100

const secondsOf = (since: Timestamp.Timestamp, until: Timestamp.Timestamp) => ({
  gte: Math.ceil(Timestamp.toMillis(since) / 1_000),
  lt: Math.ceil(Timestamp.toMillis(until) / 1_000)
})

export const make = (options: StripeOptions): PaymentGateway => {
  const sdk = new Stripe(valueOf("secretKey", options.secretKey), {
    // an answer that was lost is the engine's to ask for again: it knows whether the order still wants it
    maxNetworkRetries: 0,
    timeout: options.timeout ?? 15_000,
    telemetry: false,
    // the other client repeats a request on a closed connection by itself
    httpClient: Stripe.createFetchHttpClient(),
    appInfo: { name: "Stoa", url: "https://www.npmjs.com/package/@stoa/adapter-stripe" },
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.protocol === undefined ? {} : { protocol: options.protocol })
  })
  const secrets = (isList(options.webhookSecret) ? options.webhookSecret : [options.webhookSecret])
    .map((secret) => valueOf("webhookSecret", secret))

  const rejected = (gatewayCode: string, detail: string, failure?: GatewayRejected["failure"]) =>
    new GatewayRejected({ gateway: gatewayName, gatewayCode, detail, ...(failure === undefined ? {} : { failure }) })

  const call = <A>(ask: () => Promise<A>): Effect.Effect<A, SdkFailure> =>
    Effect.tryPromise({ try: ask, catch: (error) => new SdkFailure({ error }) })

  const asking = <A>(ask: () => Promise<A>): Effect.Effect<A, GatewayError> => Effect.mapError(call(ask), fromSdk)

  /**
   * Asks for something with a key. Stripe keeps even the answer that something broke, with its key; then what was made
   * with the key is looked for, and only if there is nothing, it is asked for again with another.
   */
  const keyed = <A>(
    key: string,
    ask: (idempotencyKey: string) => Promise<A>,
    find: Effect.Effect<A | undefined, GatewayError>
  ): Effect.Effect<A, SdkFailure | GatewayError> =>
    call(() => ask(key)).pipe(
      Effect.catch((error) =>
        isKeptFailure(error)
          ? Effect.flatMap(find, (found) => found === undefined ? call(() => ask(`${key}:again`)) : Effect.succeed(found))
          : Effect.fail(error)
      )
    )

  const minor = (money: Money) => {
    const amount = units.toGateway(money)
    return amount === undefined || amount <= 0
      ? Effect.fail(rejected("amount_unsupported", "Stripe cannot take this amount exactly", "amount_unsupported"))
      : Effect.succeed(amount)
  }

  const expandMethod = ["payment_method"]
  const expand = [...expandMethod, "latest_charge"]
  const expandEach = expand.map((path) => `data.${path}`)

  const findByPayment = Effect.fnUntraced(function*(paymentId: string) {
    const isIt = (intent: Stripe.PaymentIntent) => intent.metadata[Answers.metadataKeys.payment] === paymentId
    const query = `metadata['${Answers.metadataKeys.payment}']:'${paymentId.replace(/[^\w-]/g, "")}'`
    const { data } = yield* asking(() =>
      sdk.paymentIntents.search({ query, limit: 1, expand: expandEach })
    )
    const found = data.find(isIt)
    if (found !== undefined) return found
    // the search is behind what happened in the last moments
    const since = Math.floor(((yield* Clock.currentTimeMillis) - searchLag) / 1_000)
    let after: string | undefined
    for (let part = 0; part < newestParts; part++) {
      const newest = yield* asking(() =>
        sdk.paymentIntents.list({
          created: { gte: since },
          limit: perPart,
          expand: expandEach,
          ...(after === undefined ? {} : { starting_after: after })
        })
      )
      const mine = newest.data.find(isIt)
      if (mine !== undefined) return mine
      after = newest.data.at(-1)?.id
      if (!newest.has_more || after === undefined) return undefined
    }
    return undefined
  })

  const byReference = (reference: string) =>
    Effect.catchTag(asking(() => sdk.paymentIntents.retrieve(reference, { expand })), "GatewayRejected", (rejection) =>
      rejection.gatewayCode === "resource_missing" ? Effect.undefined : Effect.fail(rejection))

  const existing = (reference: string) =>
    Effect.flatMap(byReference(reference), (intent) =>
      intent === undefined
        ? Effect.fail(rejected("resource_missing", "there is no such payment"))
        : Effect.succeed(intent))

  /** The answer to what was asked of a payment: a declined one comes as an error that holds it. */
  const answered = (
    ask: Effect.Effect<Stripe.PaymentIntent, SdkFailure | GatewayError>
  ): Effect.Effect<GatewayPayment, GatewayError> =>
    Effect.map(ask, Answers.payment).pipe(
      Effect.catch((error) => {
        const intent = error._tag === "SdkFailure" ? declinedPayment(error) : undefined
        return intent === undefined ? Effect.fail(fromSdk(error)) : Effect.succeed(Answers.payment(intent))
      })
    )

  const customer = (key: string, email: string) =>
    keyed(
      `${key}:customer`,
      (idempotencyKey) => sdk.customers.create({ email }, { idempotencyKey }),
      Effect.undefined
    )

  const create: PaymentGateway["create"] = Effect.fnUntraced(function*(request) {
    const amount = yield* minor(request.amount)
    const saved = request.savedMethod === undefined || request.savedMethod === null
      ? undefined
      : Answers.savedParts(request.savedMethod)
    const { method } = request
    if (saved === undefined && (method === null || (request.savedMethod ?? null) !== null)) {
      return yield* rejected("payment_method_missing", "a token of a means of payment is needed", "method_unsupported")
    }
    const returnUrl = request.returnUrl ?? options.returnUrl
    const keeper = saved === undefined && request.saveMethod === true
      ? (yield* Effect.mapError(customer(request.idempotencyKey, request.email), fromSdk)).id
      : undefined
    const isAlone = saved !== undefined && request.offSession === true
    const means = saved !== undefined
      ? { customer: saved.customer, payment_method: saved.method, ...(isAlone ? { off_session: true as const } : {}) }
      : method?.startsWith("ctoken_") === true
      ? { confirmation_token: method }
      : { payment_method: method ?? "" }
    const params: Stripe.PaymentIntentCreateParams = {
      ...means,
      amount,
      currency: request.amount.currency.toLowerCase(),
      confirm: true,
      capture_method: request.capture ? "automatic" : "manual",
      description: `Order ${request.orderNumber}`,
      metadata: {
        [Answers.metadataKeys.payment]: request.paymentId,
        [Answers.metadataKeys.order]: String(request.orderNumber)
      },
      automatic_payment_methods: {
        enabled: true,
        allow_redirects: !isAlone && returnUrl !== undefined ? "always" : "never"
      },
      expand,
      ...(!isAlone && returnUrl !== undefined ? { return_url: returnUrl } : {}),
      ...(isAlone || returnUrl === undefined ? { error_on_requires_action: true } : {}),
      ...(keeper === undefined ? {} : { customer: keeper, setup_future_usage: "off_session" as const })
    }
    return yield* answered(keyed(
      request.idempotencyKey,
      (idempotencyKey) => sdk.paymentIntents.create(params, { idempotencyKey }),
      findByPayment(request.paymentId)
    ))
  })

  /** A payment that is as it was wanted already counts as done, however it came to be so. */
  const unlessDone = (
    reference: string,
    isDone: (intent: Stripe.PaymentIntent) => boolean,
    ask: Effect.Effect<GatewayPayment, GatewayError>
  ) =>
    Effect.catchTag(ask, "GatewayRejected", (rejection) =>
      rejection.gatewayCode === "payment_intent_unexpected_state"
        ? Effect.flatMap(existing(reference), (intent) =>
          isDone(intent) ? Effect.succeed(Answers.payment(intent)) : Effect.fail(rejection))
        : Effect.fail(rejection))

  const findRefund = Effect.fnUntraced(function*(gatewayReference: string, key: string) {
    const { data } = yield* asking(() => sdk.refunds.list({ payment_intent: gatewayReference, limit: perPart }))
    return data.find(({ metadata }) => metadata?.[Answers.metadataKeys.refund] === key)
  })

  const refund: PaymentGateway["refund"] = Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey: key }) {
    const minorAmount = yield* minor(amount)
    const intent = yield* existing(gatewayReference)
    if (intent.currency.toUpperCase() !== amount.currency) {
      return yield* rejected("currency_mismatch", "a refund is in the payment's currency")
    }
    return yield* keyed(
      key,
      (idempotencyKey) =>
        sdk.refunds.create({
          payment_intent: gatewayReference,
          amount: minorAmount,
          metadata: { [Answers.metadataKeys.refund]: key }
        }, { idempotencyKey }),
      findRefund(gatewayReference, key)
    ).pipe(Effect.mapBoth({ onSuccess: (made): GatewayRefund => Answers.refund(made), onFailure: fromSdk }))
  })

  const setup: NonNullable<PaymentGateway["setup"]> = Effect.fnUntraced(function*(request) {
    const { id } = yield* Effect.mapError(customer(request.idempotencyKey, request.email), fromSdk)
    const returnUrl = request.returnUrl ?? options.returnUrl
    const params: Stripe.SetupIntentCreateParams = {
      customer: id,
      confirm: true,
      usage: "off_session",
      automatic_payment_methods: { enabled: true, allow_redirects: returnUrl === undefined ? "never" : "always" },
      expand: expandMethod,
      ...(request.method.startsWith("ctoken_")
        ? { confirmation_token: request.method }
        : { payment_method: request.method }),
      ...(returnUrl === undefined ? {} : { return_url: returnUrl })
    }
    return yield* keyed(
      request.idempotencyKey,
      (idempotencyKey) => sdk.setupIntents.create(params, { idempotencyKey }),
      Effect.undefined
    ).pipe(
      Effect.map(Answers.setup),
      Effect.catch((error) => {
        const intent = error._tag === "SdkFailure" ? declinedSetup(error) : undefined
        return intent === undefined ? Effect.fail(fromSdk(error)) : Effect.succeed(Answers.setup(intent))
      })
    )
  })

  return {
    name: gatewayName,
    capabilities: {
      currencies: units.currencies,
      manualCapture: true,
      partialCapture: true,
      partialRefund: true,
      savedMethods: true,
      idempotency: "keys",
      limits
    },
    create,

    confirm: Effect.fnUntraced(function*({ gatewayReference, idempotencyKey, returnUrl }) {
      const intent = yield* existing(gatewayReference)
      if (intent.status !== "requires_confirmation") return Answers.payment(intent)
      const back = returnUrl ?? options.returnUrl
      return yield* answered(call(() =>
        sdk.paymentIntents.confirm(
          gatewayReference,
          { expand, ...(back === undefined ? {} : { return_url: back }) },
          { idempotencyKey }
        )
      ))
    }),

    retrieve: Effect.fnUntraced(function*({ gatewayReference, paymentId }) {
      const intent = yield* (gatewayReference === null ? findByPayment(paymentId) : byReference(gatewayReference))
      return intent === undefined ? undefined : Answers.payment(intent)
    }),

    capture: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey }) {
      const minorAmount = yield* minor(amount)
      return yield* unlessDone(
        gatewayReference,
        ({ amount_received, currency, status }) =>
          status === "succeeded" && amount_received === minorAmount && currency.toUpperCase() === amount.currency,
        answered(keyed(
          idempotencyKey,
          (idempotencyKey) =>
            sdk.paymentIntents.capture(gatewayReference, { amount_to_capture: minorAmount, expand }, { idempotencyKey }),
          Effect.map(existing(gatewayReference), (intent) => intent.status === "succeeded" ? intent : undefined)
        ))
      )
    }),

    cancel: ({ gatewayReference, idempotencyKey }) =>
      unlessDone(
        gatewayReference,
        ({ status }) => status === "canceled",
        answered(keyed(
          idempotencyKey,
          (idempotencyKey) =>
            sdk.paymentIntents.cancel(
              gatewayReference,
              { cancellation_reason: "requested_by_customer", expand },
              { idempotencyKey }
            ),
          Effect.map(existing(gatewayReference), (intent) => intent.status === "canceled" ? intent : undefined)
        ))
      ),

    refund,

    retrieveRefund: Effect.fnUntraced(function*({ gatewayReference, idempotencyKey, refundReference }) {
      const found = refundReference === null
        ? yield* findRefund(gatewayReference, idempotencyKey)
        : yield* asking(() => sdk.refunds.retrieve(refundReference))
      return found === undefined ? undefined : Answers.refund(found)
    }),

    list: Effect.fnUntraced(function*({ after, since, until }) {
      const { data, has_more } = yield* asking(() =>
        sdk.paymentIntents.list({
          created: secondsOf(since, until),
          limit: perPart,
          expand: ["data.latest_charge.balance_transaction"],
          ...(after === null ? {} : { starting_after: after })
        })
      )
      return { items: data.map(Answers.listed), next: has_more ? data.at(-1)?.id ?? null : null }
    }),

    parseWebhook: (request) => StripeWebhook.parse(sdk.webhooks, secrets, request),
    setup,

    retrieveSetup: ({ reference }) =>
      asking(() => sdk.setupIntents.retrieve(reference, { expand })).pipe(
        Effect.map(Answers.setup),
        Effect.catchTag("GatewayRejected", (rejection) =>
          rejection.gatewayCode === "resource_missing" ? Effect.undefined : Effect.fail(rejection))
      ),

    disputes: {
      retrieve: (reference) =>
        asking(() => sdk.disputes.retrieve(reference)).pipe(
          Effect.map(StripeDisputes.dispute),
          Effect.catchTag("GatewayRejected", (rejection) =>
            rejection.gatewayCode === "resource_missing" ? Effect.undefined : Effect.fail(rejection))
        ),
      list: Effect.fnUntraced(function*({ after, since, until }) {
        const { data, has_more } = yield* asking(() =>
          sdk.disputes.list({ created: secondsOf(since, until), limit: perPart, ...(after === null ? {} : { starting_after: after }) }))
        return { items: data.map(({ id }) => id), next: has_more ? data.at(-1)?.id ?? null : null }
      }),
      submit: Effect.fnUntraced(function*({ files, idempotencyKey, reference, text }) {
        const evidence = StripeDisputes.evidence(text, files)
        if (evidence === undefined) {
          return yield* rejected("evidence_files", "Stripe takes one file of each of its kinds, such as receipt:file_...")
        }
        // what broke at Stripe is kept with its key, and repeating the same evidence with another changes nothing
        return yield* keyed(
          idempotencyKey,
          (idempotencyKey) => sdk.disputes.update(reference, { evidence, submit: true }, { idempotencyKey }),
          Effect.undefined
        ).pipe(Effect.mapBoth({ onSuccess: StripeDisputes.dispute, onFailure: fromSdk }))
      })
    },

    payouts: {
      list: Effect.fnUntraced(function*({ after, since, until }) {
        const { data, has_more } = yield* asking(() =>
          sdk.payouts.list({ created: secondsOf(since, until), limit: perPart, ...(after === null ? {} : { starting_after: after }) }))
        return { items: data.map(StripePayouts.payout), next: has_more ? data.at(-1)?.id ?? null : null }
      }),
      entries: Effect.fnUntraced(function*({ after, reference }) {
        const { data, has_more } = yield* asking(() =>
          sdk.balanceTransactions.list({
            payout: reference,
            limit: perPart,
            expand: ["data.source"],
            ...(after === null ? {} : { starting_after: after })
          })
        )
        return {
          items: data.filter(StripePayouts.isEntry).map(StripePayouts.entry),
          next: has_more ? data.at(-1)?.id ?? null : null
        }
      })
    },

    forget: Effect.fnUntraced(function*({ reference }) {
      const parts = Answers.savedParts(reference)
      if (parts === undefined) return
      yield* asking(() => sdk.paymentMethods.detach(parts.method)).pipe(
        // one that is not attached, or not there, is forgotten
        Effect.catchTag("GatewayRejected", () => Effect.void)
      )
    })
  }
}
