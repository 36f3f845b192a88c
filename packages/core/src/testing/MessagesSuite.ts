/**
 * What buyers and staff are written when something happens, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import * as Preferences from "../identity/Preferences.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Language from "../kernel/Language.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import { Orders } from "../orders/Orders.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import { inState, ordered } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** The subjects of what was sent since the last time. */
const subjects = (mailbox: Mailbox.Mailbox): ReadonlyArray<string> => mailbox.mails.splice(0).map(({ subject }) => subject)

export const messagesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(
          Shop.layer(harness.storage(), {
            gateways: [OfflineGateway.cashOnDelivery()],
            store: { settings: { storefrontUrl: "https://shop.example.com", contactEmail: "staff@example.com" } }
          }).pipe(
            Layer.provide(Mailbox.layer(mailbox)),
            Layer.provide(TemplateCatalog.layer({
              de: { "order-confirmation": { subject: "Bestellung {{ order.number }}", text: "Summe: {{ order.total | money }}" } }
            }))
          )
        )
      )
    })

  describe(`messages of orders and stock, on ${harness.name}`, () => {
    test("an order is confirmed once it is paid, with its lines, its total and where it goes", (mailbox) =>
      Effect.gen(function*() {
        const { order } = yield* ordered()
        yield* drain
        const [mail] = mailbox.mails
        assert.deepStrictEqual(subjects(mailbox), [`Your order ${order.number} at Main store`])
        assert.strictEqual(mail?.to, "ada@example.com")
        for (const part of [mail?.text ?? "", mail?.html ?? ""]) {
          for (const shown of ["Walnut board", "$40.00", "$5.00", "$45.00", "12 Analytical Row", `https://shop.example.com/orders/${order.id}`, "staff@example.com"]) {
            assert.include(part, shown)
          }
          assert.notInclude(part, "{{")
        }
        assert.notInclude(mail?.text ?? "", "paid as agreed")
      }))

    test("an order whose payment was refused is told so, and confirmed when it is paid after all", (mailbox) =>
      Effect.gen(function*() {
        const { id, order, token } = yield* ordered("sandbox_decline")
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [`The payment of your order ${order.number} at Main store failed`])
        const payments = yield* Payments
        yield* Actor.as(Actor.guest({ orderToken: token }))(
          payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_success" })
        )
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [`Your order ${order.number} at Main store`])
      }))

    test("an order that is paid at the door is confirmed at once, and not again with the money", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyer = yield* Shop.guest([variantId, 1])
        const { order, payment } = yield* Shop.place(buyer, undefined, { payment: { gateway: "cash-on-delivery" } })
        yield* drain
        assert.include(mailbox.mails[0]?.text ?? "", "It will be paid as agreed.")
        assert.deepStrictEqual(subjects(mailbox), [`Your order ${order.number} at Main store`])
        yield* staff((yield* Payments).capture(payment?.id ?? ""))
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [])
      }))

    test("buyers hear of shipping, delivery, cancellation and money that comes back", (mailbox) =>
      Effect.gen(function*() {
        const { order: { id, number } } = yield* inState("delivered")
        yield* drain
        assert.deepStrictEqual(subjects(mailbox).toSorted(), [
          `Your order ${number} at Main store`,
          `Your order ${number} has arrived`,
          `Your order ${number} is on its way`
        ])
        yield* staff((yield* Payments).refund(id, { amount: Shop.usd(1_000), reason: "a scratch" }))
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [`$10.00 of your order ${number} are on their way back`])
        const { id: paid, order } = yield* ordered()
        yield* drain
        subjects(mailbox)
        yield* staff((yield* Orders).cancel(paid))
        yield* drain
        const told = mailbox.mails.map(({ text }) => text).join("\n")
        assert.deepStrictEqual(subjects(mailbox).toSorted(), [
          `$45.00 of your order ${order.number} are on their way back`,
          `Your order ${order.number} at Main store is cancelled`
        ])
        assert.include(told, "We give back what you have paid")
      }))

    test("a customer is written to in their own language", (mailbox) =>
      Effect.gen(function*() {
        const customerId = yield* Shop.account("ada@example.com")
        yield* (yield* PreferencesRepository).save(
          customerId as never,
          { ...Preferences.defaults, language: "de-AT" },
          yield* Timestamp.now
        )
        const { variantId } = yield* Shop.product({ stock: 10 })
        const { order } = yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]))
        yield* drain
        assert.deepStrictEqual(mailbox.mails.map(({ subject }) => subject), [`Bestellung ${order.number}`])
        assert.match(mailbox.mails[0]?.text ?? "", /^Summe: \$\s25,00$/)
      }))

    test("an order is written of in the language in which it was bought, unless the account says another", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const german = yield* Language.speaking("de")(Shop.guest([variantId, 1]))
        assert.strictEqual(german.cart.language, "de")
        // the call that orders may come without a language
        const { order } = yield* Shop.place(german)
        assert.strictEqual(order.language, "de")
        yield* drain
        yield* staff((yield* Orders).cancel(order.id))
        yield* drain
        assert.sameMembers([...subjects(mailbox)], [
          `Bestellung ${order.number}`,
          `Ihre Bestellung ${order.number} bei Main store ist storniert`,
          `Erstattung: 25,00\u00a0$ aus Ihrer Bestellung ${order.number}`
        ])
        const { order: spanish } = yield* Language.speaking("es")(Shop.place(yield* Shop.guest([variantId, 1])))
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [`Su pedido ${spanish.number} en Main store`])
        const customerId = yield* Shop.account("ada@example.com")
        const buyer = yield* Language.speaking("de")(Shop.customer(customerId, [variantId, 1]))
        yield* (yield* PreferencesRepository).save(
          customerId as never,
          { ...Preferences.defaults, language: "fr" },
          yield* Timestamp.now
        )
        const { order: french } = yield* Shop.place(buyer)
        assert.strictEqual(french.language, "de")
        yield* drain
        assert.deepStrictEqual(subjects(mailbox), [`Votre commande ${french.number} chez Main store`])
        assert.notProperty((yield* Shop.place(yield* Shop.guest([variantId, 1]))).order, "language")
      }))

    test("staff hear once of stock that runs low, by its name and place", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 7, sku: "BOARD-1" })
        yield* Shop.place(yield* Shop.guest([variantId, 2]))
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        yield* drain
        const low = mailbox.mails.filter(({ to }) => to === "staff@example.com")
        assert.deepStrictEqual(low.map(({ subject }) => subject), ["Walnut board is running low"])
        assert.match(low[0]?.text ?? "", /^Walnut board \(BOARD-1\) at .+ has 5 left\. You are told at 5\.$/)
        yield* staff((yield* Stores).update({ settings: { contactEmail: null } }))
        mailbox.mails.length = 0
        const { variantId: other } = yield* Shop.product({ stock: 6 })
        yield* Shop.place(yield* Shop.guest([other, 1]))
        yield* drain
        assert.deepStrictEqual(mailbox.mails.filter(({ to }) => to !== "ada@example.com"), [])
      }))

    it.effect("a shop without a mailer keeps no work for one", () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* ordered()
        const counts = () => staff(Effect.flatMap(Jobs, (jobs) => jobs.counts))
        yield* drain
        assert.deepStrictEqual([(yield* counts()).waiting, (yield* counts()).dead], [0, 0])
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
