/**
 * Money that comes past every gateway: in cash at the door, or by a transfer to the shop's account. There is no network;
 * staff say when it has come.
 *
 * **Details**
 *
 * Such a payment is `authorized` from the start, which here is the buyer's word. The order holds its stock until staff
 * confirm the money (`capture`), give the payment up (`cancel`), or its time is over. Meanwhile they may work on the order
 * and ship it, as an order paid at the door has to be. A buyer who changes their mind pays by other means
 * (`initialize`), which gives this payment up.
 *
 * A refund says that staff have given the money back.
 *
 * **Example**
 *
 * ```ts
 * const shop = await createStoa({
 *   storage,
 *   gateways: [
 *     OfflineGateway.cashOnDelivery({ currencies: ["EUR"], most: 30_000 }),
 *     OfflineGateway.bankTransfer({
 *       currencies: ["EUR"],
 *       instructions: ({ amount, reference }) =>
 *         `Transfer ${Money.format(amount)} to DE02 1203 0000 0000 2020 51, with the reference ${reference}`
 *     })
 *   ]
 * })
 * // the money is on the bank's statement:
 * await shop.payments.capture(payment.id)
 * ```
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Currency from "../kernel/Currency.ts"
import { type Money, zero } from "../kernel/Money.ts"
import { type GatewayPayment, GatewayRejected, type PaymentGateway, WebhookRejected } from "./PaymentGateway.ts"

export interface OfflineOptions {
  /** The currencies in which money is taken; all if it is left out. */
  readonly currencies?: ReadonlyArray<string> | undefined
  /** The most that may be paid so, in minor units of each currency. */
  readonly most?: number | undefined
  /** How long the order waits for the money. */
  readonly waitsFor?: Duration.Input | undefined
}

export interface BankTransferOptions extends OfflineOptions {
  /** What the buyer is told. They should name `reference` in the transfer. */
  readonly instructions: (payment: { readonly amount: Money; readonly reference: string }) => string
}

/** The buyer pays whoever brings the goods. The order waits for 30 days if nothing else is said. */
export const cashOnDelivery = (options: OfflineOptions = {}): PaymentGateway =>
  make("cash-on-delivery", options, "30 days", undefined)

/** The buyer transfers the money. The order waits for 7 days if nothing else is said. */
export const bankTransfer = (options: BankTransferOptions): PaymentGateway =>
  make("bank-transfer", options, "7 days", options.instructions)

const dollar = Currency.Currency.make("USD")

/** A gateway of such money under a name of its own. */
export const make = (
  name: string,
  { currencies, most, waitsFor }: OfflineOptions,
  usualWait: Duration.Input,
  instructions: BankTransferOptions["instructions"] | undefined
): PaymentGateway => {
  const said = (status: GatewayPayment["status"], reference: string, amount: Money): GatewayPayment => ({
    reference,
    status,
    amount,
    nextAction: null,
    failure: null
  })
  const nothing = zero(Currency.all.find((code) => currencies === undefined || currencies.includes(code)) ?? dollar)
  const unknown = new GatewayRejected({ gateway: name, gatewayCode: null, detail: "nobody but staff knows of it" })

  return {
    name,
    capabilities: {
      currencies: currencies ?? "all",
      manualCapture: true,
      partialCapture: false,
      partialRefund: true,
      savedMethods: false,
      idempotency: "keys",
      offline: true,
      methods: [],
      authorizedFor: waitsFor ?? usualWait,
      ...(most === undefined ? {} : { limits: () => ({ maximum: most }) })
    },
    ...(instructions === undefined ? {} : { instructions }),
    create: ({ amount, orderNumber, paymentId }) =>
      // short enough to be written on a transfer form, and not the next customer's
      Effect.succeed(said("authorized", `${orderNumber}-${paymentId.slice(-6)}`, amount)),
    confirm: () => Effect.fail(unknown),
    retrieve: () => Effect.undefined,
    capture: ({ amount, gatewayReference }) => Effect.succeed(said("captured", gatewayReference, amount)),
    cancel: ({ gatewayReference }) => Effect.succeed(said("cancelled", gatewayReference, nothing)),
    refund: ({ amount, idempotencyKey }) =>
      Effect.succeed({ reference: idempotencyKey, status: "succeeded", amount, failure: null }),
    retrieveRefund: () => Effect.undefined,
    list: () => Effect.succeed({ items: [], next: null }),
    parseWebhook: () => Effect.fail(new WebhookRejected({ gateway: name, reason: "missing_signature" }))
  }
}
