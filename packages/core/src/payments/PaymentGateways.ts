/**
 * The payment gateways of an engine, by name.
 *
 * Every call goes through a guard: it ends in time, and whatever is not a proper answer (a defect of the adapter, an
 * amount that is no amount) counts as no answer, because then nobody knows what the gateway did.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Currency from "../kernel/Currency.ts"
import type { Money } from "../kernel/Money.ts"
import * as GatewayBreaker from "./GatewayBreaker.ts"
import {
  type AmountLimits,
  type GatewayError,
  type GatewayMisconfigured,
  type GatewayPayment,
  GatewayUnavailable,
  type PaymentGateway,
  WebhookRejected
} from "./PaymentGateway.ts"
import {
  AmountUnsupported,
  CurrencyUnsupported,
  GatewayNotFound,
  NoGatewayAvailable,
  PaymentMethodUnknown
} from "./PaymentsErrors.ts"

export class PaymentGateways extends Context.Service<PaymentGateways, {
  /** In the order in which they were given. */
  readonly names: ReadonlyArray<string>
  /** Those that nobody chooses, whose money is taken at checkout: gift cards and the like. */
  readonly internal: ReadonlyArray<string>
  readonly get: (name: string) => Effect.Effect<PaymentGateway, GatewayNotFound>
  /** The same, without a failure. */
  readonly find: (name: string) => PaymentGateway | undefined
  /**
   * The gateway for a payment that names none: the first that takes the amount, its currency and the method and serves the
   * country, one that answers before one that has not answered lately. Money past every gateway is only taken if somebody
   * asks for it.
   */
  readonly choose: (wanted: {
    readonly amount: Money
    readonly method: string | undefined
    readonly country: string | null
    /** Whether the means is to be kept, so that only gateways suit that can. */
    readonly keeps?: boolean
  }) => Effect.Effect<PaymentGateway, NoGatewayAvailable>
  /**
   * Is told whenever a gateway refuses the shop's credentials, in the store and the fiber of whoever asked it. Call it while
   * the engine's layers are built.
   */
  readonly observe: (tell: (error: GatewayMisconfigured) => Effect.Effect<void>) => Effect.Effect<void>
}>()("@stoa/core/payments/PaymentGateways") {}

export interface PaymentGatewaysOptions {
  /** How long a gateway may take to answer, if it does not say it itself. 20 seconds if it is left out. */
  readonly timeout?: Duration.Input | undefined
  readonly breaker?: GatewayBreaker.BreakerOptions | undefined
  /** Gateways that are asked for money that goes back, and for nothing else. */
  readonly internal?: ReadonlyArray<PaymentGateway> | undefined
}

/** The gateways of an engine. Two of one name are a bug, so that throws. */
export const make = (
  gateways: ReadonlyArray<PaymentGateway>,
  options: PaymentGatewaysOptions = {}
): PaymentGateways["Service"] => {
  const byName = new Map<string, PaymentGateway>()
  const breakers = new Map<string, GatewayBreaker.GatewayBreaker>()
  const internal = options.internal ?? []
  const observers: Array<(error: GatewayMisconfigured) => Effect.Effect<void>> = []
  const tell = (error: GatewayMisconfigured) => Effect.forEach(observers, (tell) => tell(error), { discard: true })
  for (const gateway of [...gateways, ...internal]) {
    if (byName.has(gateway.name)) throw new Error(`There are two payment gateways called ${gateway.name}`)
    const breaker = GatewayBreaker.make(gateway.name, options.breaker)
    breakers.set(gateway.name, breaker)
    const timeout = Duration.fromInputUnsafe(gateway.timeout ?? options.timeout ?? "20 seconds")
    byName.set(gateway.name, guarded(gateway, timeout, breaker, tell))
  }
  const names = gateways.map(({ name }) => name)
  return PaymentGateways.of({
    names,
    internal: internal.map(({ name }) => name),
    find: (name) => byName.get(name),
    observe: (tell) =>
      Effect.sync(() => {
        observers.push(tell)
      }),
    choose: Effect.fnUntraced(function*({ amount, country, keeps = false, method }) {
      const suitable: Array<PaymentGateway> = []
      for (const gateway of byName.values()) {
        const { countries, offline, savedMethods } = gateway.capabilities
        if (keeps && !savedMethods) continue
        if (offline === true || (country !== null && countries !== undefined && !countries.includes(country))) continue
        if (Exit.isSuccess(yield* Effect.exit(takes(gateway, amount, method)))) suitable.push(gateway)
      }
      for (const gateway of suitable) {
        if (!(yield* breakers.get(gateway.name)?.isOpen ?? Effect.succeed(false))) return gateway
      }
      return suitable[0] ?? (yield* new NoGatewayAvailable({ amount, country, available: names }))
    }),
    get: (name) => {
      const gateway = byName.get(name)
      return gateway === undefined
        ? Effect.fail(new GatewayNotFound({ gateway: name.slice(0, 50), available: names }))
        : Effect.succeed(gateway)
    }
  })
}

export const layer = (
  gateways: ReadonlyArray<PaymentGateway>,
  options?: PaymentGatewaysOptions
): Layer.Layer<PaymentGateways> => Layer.sync(PaymentGateways, () => make(gateways, options))

/** The same, with gateways of the engine's own. */
export const layerWith = <E, R>(
  gateways: ReadonlyArray<PaymentGateway>,
  internal: Effect.Effect<ReadonlyArray<PaymentGateway>, E, R>
): Layer.Layer<PaymentGateways, E, R> =>
  Layer.effect(PaymentGateways, Effect.map(internal, (internal) => make(gateways, { internal })))

/** The largest webhook that is read, in bytes: several times what any gateway sends. */
export const largestWebhook = 256 * 1024

/** Fails where a gateway does not take an amount or its currency, or knows that it has no such method. */
export const takes = (
  { capabilities: { currencies, limits, methods }, name }: PaymentGateway,
  amount: Money,
  method: string | undefined
): Effect.Effect<void, CurrencyUnsupported | AmountUnsupported | PaymentMethodUnknown> => {
  if (currencies !== "all" && !currencies.includes(amount.currency)) {
    return Effect.fail(new CurrencyUnsupported({ gateway: name, currency: amount.currency }))
  }
  if (methods !== undefined && method !== undefined && !methods.includes(method)) {
    return Effect.fail(new PaymentMethodUnknown({ gateway: name, method, available: methods }))
  }
  const { above, below } = nearest(amount.amount, limits?.(amount.currency) ?? {})
  return above === amount.amount
    ? Effect.void
    : Effect.fail(new AmountUnsupported({ gateway: name, amount, above, below }))
}

/** The nearest amounts within limits that are not larger and not smaller than an amount. */
export const nearest = (
  amount: number,
  { maximum = Number.MAX_SAFE_INTEGER, minimum = 1, step = 1 }: AmountLimits
): { readonly below: number | null; readonly above: number | null } => {
  const least = Math.ceil(Math.max(minimum, 1) / step) * step
  const most = Math.floor(maximum / step) * step
  const below = Math.min(Math.floor(amount / step) * step, most)
  const above = Math.max(Math.ceil(amount / step) * step, least)
  return { below: below < least ? null : below, above: above > most ? null : above }
}

const guarded = (
  gateway: PaymentGateway,
  timeout: Duration.Duration,
  breaker: GatewayBreaker.GatewayBreaker,
  tell: (error: GatewayMisconfigured) => Effect.Effect<void>
): PaymentGateway => {
  const unavailable = (detail: string) => new GatewayUnavailable({ gateway: gateway.name, detail })

  const guard = <A>(
    call: () => Effect.Effect<A, GatewayError>,
    amountOf: (answer: A) => Money | undefined,
    through = breaker.listen,
    isSound = isAmount
  ): Effect.Effect<A, GatewayError> =>
    Effect.suspend(call).pipe(
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () => Effect.fail(unavailable(`no answer within ${Duration.format(timeout)}`))
      }),
      Effect.filterOrFail(
        (answer) => isSound(amountOf(answer)),
        () => unavailable("the answer holds an amount that is none")
      ),
      Effect.catchDefect((defect) =>
        Effect.logError("A payment gateway adapter failed", Cause.die(defect)).pipe(
          Effect.andThen(Effect.fail(unavailable("the adapter failed")))
        )
      ),
      through,
      Effect.tapErrorTag("GatewayMisconfigured", tell),
      Effect.annotateLogs({ gateway: gateway.name })
    )

  /** The same for what may be below zero. */
  const guardSums = <A>(call: () => Effect.Effect<A, GatewayError>, sums: (answer: A) => ReadonlyArray<Money>) =>
    guard(call, (answer) => sums(answer).find((sum) => !isSum(sum)), breaker.listen, isSum)

  const amountOf = (answer: GatewayPayment) => answer.amount
  const reject = (reason: WebhookRejected["reason"]) => new WebhookRejected({ gateway: gateway.name, reason })
  const { disputes, forget, instructions, payouts, retrieveSetup, setup } = gateway

  return {
    name: gateway.name,
    capabilities: gateway.capabilities,
    ...(gateway.ping === undefined ? {} : { ping: guard(() => gateway.ping ?? Effect.void, () => undefined) }),
    create: (request) => guard(() => gateway.create(request), amountOf, breaker.call),
    confirm: (request) => guard(() => gateway.confirm(request), amountOf),
    retrieve: (payment) => guard(() => gateway.retrieve(payment), (answer) => answer?.amount),
    capture: (request) => guard(() => gateway.capture(request), amountOf),
    cancel: (request) => guard(() => gateway.cancel(request), amountOf),
    refund: (request) => guard(() => gateway.refund(request), (answer) => answer.amount),
    retrieveRefund: (request) => guard(() => gateway.retrieveRefund(request), (answer) => answer?.amount),
    list: (window) =>
      guard(
        () => gateway.list(window),
        ({ items }) => items.map(amountOf).find((amount) => !isAmount(amount))
      ),
    parseWebhook: (request) =>
      // before anything else looks at it, so that nobody keeps us busy with its signature
      request.body.byteLength > largestWebhook
        ? Effect.fail(reject("oversized"))
        : Effect.suspend(() => gateway.parseWebhook(request)).pipe(
          Effect.catchDefect((defect) =>
            Effect.logError("A payment gateway adapter failed on a webhook", Cause.die(defect)).pipe(
              Effect.andThen(Effect.fail(reject("malformed")))
            )
          ),
          Effect.annotateLogs({ gateway: gateway.name })
        ),
    ...(instructions === undefined ? {} : { instructions }),
    ...(disputes === undefined ? {} : {
      disputes: {
        retrieve: (reference) => guard(() => disputes.retrieve(reference), (answer) => answer?.amount),
        list: (window) => guard(() => disputes.list(window), () => undefined),
        submit: (request) => guard(() => disputes.submit(request), (answer) => answer.amount)
      }
    }),
    ...(payouts === undefined ? {} : {
      payouts: {
        list: (window) => guardSums(() => payouts.list(window), ({ items }) =>
          items.flatMap((payout) => [payout, ...payout.besides.flatMap(({ amount, fee }) => [{ amount }, { amount: fee }])])
            .map(({ amount }) => amount)),
        entries: (request) =>
          guardSums(() => payouts.entries(request), ({ items }) => items.flatMap(({ amount, fee }) => [amount, fee]))
      }
    }),
    ...(setup === undefined ? {} : { setup: (request) => guard(() => setup(request), () => undefined) }),
    ...(retrieveSetup === undefined ? {} : { retrieveSetup: (setup) => guard(() => retrieveSetup(setup), () => undefined) }),
    ...(forget === undefined ? {} : { forget: (method) => guard(() => forget(method), () => undefined) })
  }
}

/** A gateway that has never heard of a payment answers no amount, which is fine. */
const isAmount = (money: Money | undefined): boolean => isSum(money) && (money === undefined || money.amount >= 0)

const isSum = (money: Money | undefined): boolean =>
  money === undefined || (Number.isSafeInteger(money.amount) && Currency.is(money.currency))
