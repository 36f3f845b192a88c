/**
 * What the suites of payment gateways begin with: a gateway that is listened to, and payments in some state.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import * as Currency from "../kernel/Currency.ts"
import type { Money } from "../kernel/Money.ts"
import type { GatewayPayment, PaymentGateway } from "../payments/PaymentGateway.ts"
import { make, nearest } from "../payments/PaymentGateways.ts"
import type { Behaviour, GatewayHarness, GatewayRecord, GatewayUnderTest } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

export interface Tested extends GatewayUnderTest {
  /** Money in the harness's currency, in minor units. */
  readonly money: (amount: number) => Money
}

type Create = Parameters<PaymentGateway["create"]>[0]

/** Everything that a gateway says goes through here: nothing of it may hold a secret or look like a card number. */
const listened = (gateway: PaymentGateway, secrets: ReadonlyArray<string>): PaymentGateway => {
  const listen = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.onExit(call, (exit: Exit.Exit<A, E>) =>
      Effect.sync(() => {
        const text = `${inspect(exit, { depth: 12 })} ${JSON.stringify(exit)}`
        for (const secret of secrets) assert.notInclude(text, secret, "an answer or an error holds a secret")
        assert.notMatch(text, /(?<![\w.-])\d{13,19}(?![\w-])/, "an answer or an error holds what may be a card number")
      }))
  const { disputes, forget, payouts, retrieveSetup, setup } = gateway
  return {
    name: gateway.name,
    capabilities: gateway.capabilities,
    create: (request) => listen(gateway.create(request)),
    confirm: (request) => listen(gateway.confirm(request)),
    retrieve: (payment) => listen(gateway.retrieve(payment)),
    capture: (request) => listen(gateway.capture(request)),
    cancel: (request) => listen(gateway.cancel(request)),
    refund: (request) => listen(gateway.refund(request)),
    retrieveRefund: (request) => listen(gateway.retrieveRefund(request)),
    list: (window) => listen(gateway.list(window)),
    parseWebhook: (request) => listen(gateway.parseWebhook(request)),
    ...(disputes === undefined ? {} : {
      disputes: {
        retrieve: (reference) => listen(disputes.retrieve(reference)),
        list: (window) => listen(disputes.list(window)),
        submit: (request) => listen(disputes.submit(request))
      }
    }),
    ...(payouts === undefined ? {} : {
      payouts: {
        list: (window) => listen(payouts.list(window)),
        entries: (request) => listen(payouts.entries(request))
      }
    }),
    ...(setup === undefined ? {} : { setup: (request) => listen(setup(request)) }),
    ...(retrieveSetup === undefined ? {} : { retrieveSetup: (setup) => listen(retrieveSetup(setup)) }),
    ...(forget === undefined ? {} : { forget: (method) => listen(forget(method)) })
  }
}

const vitest: Register = { describe: (name, body) => describe(name, body), test: (name, body) => it.effect(name, body) }

/** The words of a suite: each test has a gateway of its own. The tests are vitest's, unless they are to go elsewhere. */
export const tests = (harness: GatewayHarness, register: Register = vitest) => ({
  describe: register.describe,
  test: (name: string, body: (it: Tested) => Effect.Effect<unknown, unknown>) =>
    register.test(name, () =>
      Effect.scoped(Effect.gen(function*() {
        const opened = yield* harness.open
        const currency = Currency.Currency.make(harness.currency)
        yield* body({
          ...opened,
          gateway: listened(opened.gateway, opened.secrets),
          money: (amount) => ({ amount, currency })
        })
      })))
})

/** The gateway as the engine asks it, which ends what takes too long. */
export const asEngine = ({ gateway }: Tested): Effect.Effect<PaymentGateway> => Effect.orDie(make([gateway]).get(gateway.name))

/** A request for 100 units of the harness's currency. */
export const request = (it: Tested, id: string, behaviour: Behaviour, changes: Partial<Create> = {}): Create => ({
  paymentId: id,
  orderNumber: 1001,
  idempotencyKey: `${id}:create`,
  amount: it.money(10_000),
  method: it.method(behaviour),
  returnUrl: "https://shop.example/thanks",
  email: "ada@example.com",
  capture: true,
  ...changes
})

export const known = (paymentId: string, gatewayReference: string | null = null) => ({
  paymentId,
  gatewayReference,
  idempotencyKey: `${paymentId}:create`
})

/** What the gateway says of a payment by now. */
export const now = Effect.fnUntraced(function*(it: Tested, id: string, reference: string | null = null) {
  return (yield* it.gateway.retrieve(known(id, reference))) ?? (yield* Effect.die(`the gateway does not know ${id}`))
})

/** A payment in which something happens, to its end: the buyer goes to the gateway's page, if it sends everybody there. */
export const paid = Effect.fnUntraced(function*(
  it: Tested,
  id: string,
  behaviour: Behaviour = "pays",
  changes: Partial<Create> = {}
) {
  const created = yield* it.gateway.create(request(it, id, behaviour, changes))
  if (created.status !== "requires_action") return created
  yield* it.visit(created.reference, behaviour)
  return yield* now(it, id, created.reference)
})

/** The gateway's own record of a payment. */
export const record = (it: Tested, id: string): Effect.Effect<GatewayRecord | undefined> =>
  Effect.map(it.records, (all) => {
    const mine = all.filter(({ paymentId }) => paymentId === id)
    const charged = mine.filter(({ captured }) => captured.amount > 0)
    assert.isAtMost(charged.length, 1, `the gateway took the money of ${id} once`)
    return charged[0] ?? mine[0]
  })

/** The payments that the gateway took money for. */
export const charges = (it: Tested) => Effect.map(it.records, (all) => all.filter(({ captured }) => captured.amount > 0))

/** How much the gateway took of a payment, and gave back of it, in minor units. */
export const moved = (it: Tested, id: string) =>
  Effect.map(record(it, id), (found) => [found?.captured.amount ?? 0, found?.refunded.amount ?? 0] as const)

export const asked = (payment: GatewayPayment, operation: string) => ({
  gatewayReference: payment.reference,
  idempotencyKey: `${payment.reference}:${operation}`
})

/** What a call fails with that nothing comes of, while the test's clock goes on once it has `arrived`. */
export const fruitless = Effect.fnUntraced(function*<A, E extends { readonly _tag: string }>(
  call: Effect.Effect<A, E>,
  arrived: Effect.Effect<boolean> = Effect.succeed(true)
) {
  const fiber = yield* Effect.forkChild(failure(call))
  // requests go over a real network, and whoever ends them looks at the test's clock
  const turn = TestClock.withLive(Effect.sleep("1 millis"))
  for (let turns = 0; turns < 200 && !(yield* arrived); turns++) yield* turn
  while (fiber.pollUnsafe() === undefined) {
    yield* turn
    yield* TestClock.adjust("1 second")
  }
  return yield* Fiber.join(fiber)
})

/** The tag of the error that something fails with. */
export const failure = <A, E extends { readonly _tag: string }>(call: Effect.Effect<A, E>): Effect.Effect<string, A> =>
  Effect.map(Effect.flip(call), ({ _tag }) => _tag)

/**
 * Amounts up to 100 units of a currency that the gateway takes, which end in every digit and of which many are no exact
 * fractions: who counts in decimals loses a minor unit of one of them.
 */
export const odd = ({ capabilities: { limits } }: PaymentGateway, code: string): ReadonlyArray<Money> => {
  const currency = Currency.Currency.make(code)
  return [1_999, 435, 115, 2_009, 5_837, 9_998].filter((amount) => nearest(amount, limits?.(currency) ?? {}).above === amount)
    .map((amount) => ({ amount, currency }))
}

/** An amount of a currency that the gateway takes, about a hundred units of it. */
export const amountIn = ({ capabilities: { limits } }: PaymentGateway, code: string): Money => {
  const currency = Currency.Currency.make(code)
  const wanted = 123 * 10 ** Currency.exponent(currency)
  const { above, below } = nearest(wanted, limits?.(currency) ?? {})
  return { amount: above ?? below ?? wanted, currency }
}
