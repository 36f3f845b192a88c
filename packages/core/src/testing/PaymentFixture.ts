/**
 * What the payment suites begin with: orders that are being paid in some way, and the people around them.
 */
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { EventRepository } from "../events/EventRepository.ts"
import type { FraudScreening } from "../fraud/FraudScreening.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import type { PlaceLocator } from "../kernel/PlaceLocator.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import type * as SandboxGateway from "../payments/SandboxGateway.ts"
import { sign, signatureHeader } from "../payments/SandboxWebhook.ts"
import * as Invariants from "./Invariants.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export interface PaymentTestOptions {
  /** Whether everything has come to an end when the test is over; `true` if it is left out. */
  readonly settled?: boolean
  /** Gateways besides the bank's. */
  readonly gateways?: ReadonlyArray<PaymentGateway>
  readonly fraud?: FraudScreening
  readonly placeLocator?: PlaceLocator
  /** Milliseconds that it may take on a machine that is busy, where that is longer than other tests do. */
  readonly timeout?: number
}

/**
 * A test in a shop of its own, with a bank that does what it is told. The laws of the shop hold at the end of it. If
 * the storage offers a `SandboxBank`, the bank keeps its books there, and otherwise in memory.
 */
export const test = (harness: StorageHarness) =>
(
  name: string,
  body: (bank: ScriptedGateway.ScriptedGateway) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
  options: PaymentTestOptions = {}
) =>
  it.effect(name, () => {
    const books = SandboxBank.later()
    const bank = ScriptedGateway.make({ secret: "whsec_test", bank: books.bank })
    return Effect.gen(function*() {
      const offered = yield* Effect.serviceOption(SandboxBank.SandboxBank)
      yield* books.keepIn(offered._tag === "Some" ? offered.value : SandboxBank.memory())
      yield* Shop.ships
      yield* body(bank)
      const settled = options.settled ?? true
      if (settled) yield* (yield* Jobs).drain
      assert.deepStrictEqual(
        yield* Invariants.violations({
          bank: Shop.bankRecords(bank),
          settled,
          papers: settled,
          offline: (options.gateways ?? []).filter(({ capabilities }) => capabilities.offline).map(({ name }) => name)
        }),
        []
      )
    }).pipe(Effect.provide(Shop.layer(harness.storage(), { bank, gateways: options.gateways ?? [],
      ...(options.fraud === undefined ? {} : { fraud: options.fraud }),
      ...(options.placeLocator === undefined ? {} : { placeLocator: options.placeLocator })
    })))
  }, options.timeout)

/** What the people of the shop were told, newest first, once all jobs are done. */
export const inboxNow = Effect.gen(function*() {
  yield* (yield* Jobs).drain
  return (yield* Actor.as(Actor.staff("user_1", ["*"]))((yield* Inbox).listShop())).items
})

/** Somebody orders pieces that cost 20 dollars each, 5 more for their shipping, and pays in some way. */
export const ordered = Effect.fnUntraced(function*(
  method: Shop.Method = "sandbox_success",
  { pieces = 1, stock = 10, variantId }: {
    readonly pieces?: number
    readonly stock?: number
    readonly variantId?: string
  } = {}
) {
  const id = variantId ?? (yield* Shop.product({ stock })).variantId
  const buyer = yield* Shop.guest([id, pieces])
  const { order, payment, token } = yield* Shop.place(buyer, method)
  if (payment === null) return yield* Effect.die("an order that costs something has a payment")
  return { order, payment, variantId: id, as: Actor.as(Actor.guest({ orderToken: token })) }
})

/** An order that waits for its buyer at the bank, and the bank's reference of it. */
export const redirected = Effect.fnUntraced(function*(options?: Parameters<typeof ordered>[1]) {
  const it = yield* ordered("sandbox_redirect", options)
  assert.strictEqual(it.payment.state, "requires_action")
  return { ...it, reference: it.payment.gatewayReference ?? "" }
})

/** Somebody at the shop who may do anything with money. */
export const staff = Actor.as(Actor.staff("user_finance", ["orders:*", "payments:*"]))

/** The order as it lies in storage. */
export const orderNow = (id: string) =>
  Effect.flatMap(OrderRepository, (orders) => orders.find(id)).pipe(
    Effect.flatMap((order) => order === undefined ? Effect.die(`there is no order ${id}`) : Effect.succeed(order))
  )

/** The payments of an order as they lie in storage, oldest first. */
export const paymentsNow = (orderId: string) => Effect.flatMap(PaymentRepository, (payments) => payments.ofOrder(orderId))

/** The states of an order's payments, in alphabetical order. */
export const statesNow = (orderId: string) =>
  Effect.map(paymentsNow(orderId), (payments) => payments.map(({ state }) => state).toSorted())

/** The types of the events about things, oldest first. */
export const told = Effect.fnUntraced(function*(...subjects: ReadonlyArray<string>) {
  const events = yield* EventRepository
  const all = yield* Effect.forEach(subjects, (subject) => events.ofSubject(subject))
  return all.flat().map(({ type }) => type)
})

/** A webhook that says anything, rightly signed. */
export const signed = (body: unknown, seconds = 0, secret = "whsec_test"): SandboxGateway.WebhookRequest => {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return { body: bytes, headers: { [signatureHeader]: sign(bytes, secret, seconds) } }
}

/** A webhook arrives, as it would over HTTP. */
export const arrives = (webhook: SandboxGateway.WebhookRequest) =>
  Effect.flatMap(Payments, (payments) => payments.receiveWebhook("sandbox", webhook)).pipe(Actor.as(Actor.guest()))

/** The bank's webhooks reach the shop. */
export const connected = (bank: SandboxGateway.SandboxGateway) =>
  Effect.flatMap(Effect.context<Shop.ShopServices>(), (context) =>
    bank.connect((webhook) => Effect.provideContext(arrives(webhook), context)))

/** The bank's answers to a call are held back until so many have asked. */
export const together = Effect.fnUntraced(function*(
  bank: ScriptedGateway.ScriptedGateway,
  call: ScriptedGateway.Call,
  count: number
) {
  const all = yield* Deferred.make<void>()
  let asked = 0
  bank.on(call, (answer) =>
    Effect.tap(answer, () => {
      asked += 1
      return asked >= count ? Deferred.succeed(all, undefined) : Deferred.await(all)
    }))
})

/** How often money was taken at the bank. */
export const takings = ({ bank }: SandboxGateway.SandboxGateway) =>
  Effect.map(bank.charges, (charges) => charges.filter(({ status }) => status === "captured").length)
