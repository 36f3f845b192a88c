/**
 * Attack 49: secrets in output. A shop sells, is declined, sends buyers away, gives back, loses answers and is lied to,
 * with every log on; then everything that it logged, answered, published and stored is searched.
 */
import { assert, it } from "@effect/vitest"
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, definePlugin } from "@stoa/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { inspect } from "node:util"
import { stripe } from "./index.ts"
import { FakeStripe } from "./testing/index.ts"
import { clientSecret } from "./testing/StripeBooks.ts"

/** Everything that lies in a database, as text. */
const dump = (filename: string): string => {
  const database = new DatabaseSync(filename)
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
  const rows = tables.flatMap(({ name }) => {
    try {
      return database.prepare(`SELECT * FROM "${String(name)}"`).all()
    } catch {
      // a table of the full-text search that cannot be read by itself
      return []
    }
  })
  database.close()
  return inspect(rows, { depth: 5, maxArrayLength: null, maxStringLength: null })
}

it("no secret, card number or client secret is in any log, answer, error, event or row of a whole run", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-secrets-"))
  const filename = join(folder, "shop.db")
  const scope = await Effect.runPromise(Scope.make())
  try {
    const said: Array<string> = []
    const say = (what: unknown): void => {
      said.push(inspect(what, { depth: 12 }), JSON.stringify(what) ?? "")
    }
    const fake = await Effect.runPromise(Scope.provide(FakeStripe.open(), scope))
    const shop = await createStoa({
      storage: sqlite({ filename }),
      gateways: [stripe({ secretKey: fake.secretKey, webhookSecret: fake.webhookSecret, ...fake.address })],
      plugins: [definePlugin({
        name: "listening",
        version: "1.0.0",
        layer: Layer.merge(
          Layer.succeed(References.MinimumLogLevel, "All"),
          Logger.layer([Logger.make(({ cause, fiber, message }) => say([message, cause, fiber.getRef(References.CurrentLogAnnotations)]))])
        )
      })]
    })
    const usd = (amount: number) => ({ amount, currency: "USD" })
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const board = await shop.catalog.createProduct({ title: "Board", variants: [{ price: usd(2_000), stock: 100 }] })

    const buy = async (method: string) => {
      const { cart } = await shop.carts.create()
      await shop.carts.addItem(cart.id, { variantId: board.variants[0]?.id ?? "", quantity: 1 })
      const placed = await shop.checkout.place({
        cartId: cart.id,
        email: "ada@example.com",
        shippingAddress: { name: "Ada", line1: "1 Row", city: "Portland", region: "OR", postalCode: "97201", country: "US" },
        payment: { gateway: "stripe", method, returnUrl: "https://shop.example/thanks" }
      })
      say(placed)
      return placed
    }
    const tell = (webhook: Effect.Effect<Parameters<typeof shop.payments.receiveWebhook>[1]>) =>
      Effect.runPromise(webhook).then((request) => shop.payments.receiveWebhook("stripe", request)).then(say, say)

    const paid = await buy("pm_card_visa")
    const reference = paid.payment?.gatewayReference ?? ""
    await tell(fake.webhook(reference))
    await tell(Effect.map(fake.webhook(reference), (webhook) => ({ ...webhook, headers: { "stripe-signature": "t=1,v1=00" } })))
    await tell(fake.sign(new TextEncoder().encode("no event")))
    await shop.payments.refund(paid.order.id, { amount: usd(500), reason: "late" }).then(say, say)
    await shop.payments.refund(paid.order.id, { amount: usd(900_000), reason: "greed" }).then(say, say)
    await buy("pm_card_visa_chargeDeclined")
    await buy("pm_card_nobody_knows")
    const away = await buy("pm_card_threeDSecure2Required")
    await Effect.runPromise(fake.approve(away.payment?.gatewayReference ?? ""))
    await shop.payments.confirm(away.payment?.id ?? "").then(say, say)
    for (const fault of ["lost_request", "lost_answer", "broken", "gibberish"] as const) {
      await Effect.runPromise(fake.fail(fault))
      await buy("pm_card_visa")
    }
    await shop.payments.capture(paid.payment?.id ?? "").then(say, say)
    await shop.payments.reconcile({ since: "2026-01-01T00:00:00.000Z", until: "2026-03-01T00:00:00.000Z" }).then(say, say)
    await shop.jobs.drain()
    say(await shop.payments.list())
    say(await shop.orders.timeline(paid.order.id))
    await shop.close()

    const everything = `${said.join("\n")}\n${dump(filename)}`
    assert.include(everything, reference, "the search sees what was stored and said")
    for (const secret of [fake.secretKey, fake.webhookSecret, clientSecret, "4242424242424242"]) {
      assert.notInclude(everything, secret)
    }
    assert.notMatch(everything, /\b(?:sk|rk)_(?:test|live)_|whsec_|_secret_/)
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    rmSync(folder, { recursive: true, force: true })
  }
})
