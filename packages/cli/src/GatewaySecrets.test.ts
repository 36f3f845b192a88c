/**
 * Attack 49: secrets in output. A shop sells through each gateway on each database, with every log on: buyers pay, are
 * declined, go away, keep cards and pay with them, answers are lost and webhooks are lies. Then everything that was logged,
 * answered, published, exported and stored is searched for the gateway's keys and for what names the cards there.
 */
import { flutterwaveHarness } from "@stoa/adapter-flutterwave/testing"
import { paystackHarness } from "@stoa/adapter-paystack/testing"
import { postgres, PostgresClient } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { sqlite } from "@stoa/adapter-sqlite"
import { stripeHarness } from "@stoa/adapter-stripe/testing"
import { createStoa, definePlugin } from "@stoa/core"
import type { Storage } from "@stoa/core/engine/Storage"
import { Privacy } from "@stoa/core/identity/Privacy"
import * as Actor from "@stoa/core/kernel/Actor"
import { type Behaviour, faults, type GatewayHarness, type GatewayUnderTest } from "@stoa/core/testing/GatewayHarness"
import { account, address } from "@stoa/core/testing/Shop"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { inspect } from "node:util"
import { temporaryFolder } from "./testing/StoaCommand.ts"

interface Row {
  readonly table: string
  readonly row: unknown
}

interface Database {
  readonly storage: Storage<unknown, unknown>
  /** Every row that lies in it. */
  readonly rows: Effect.Effect<ReadonlyArray<Row>>
}

const databases: ReadonlyArray<{ readonly name: string; readonly open: Effect.Effect<Database, unknown, Scope.Scope> }> = [
  {
    name: "SQLite",
    open: Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(Effect.sync(temporaryFolder), (folder) => Effect.sync(() => folder[Symbol.dispose]()))
      const filename = join(folder.path, "shop.db")
      return {
        storage: sqlite({ filename }) as Storage<unknown, unknown>,
        rows: Effect.sync(() => {
          const database = new DatabaseSync(filename)
          const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
          const rows = tables.flatMap(({ name }) => {
            try {
              return database.prepare(`SELECT * FROM "${String(name)}"`).all().map((row): Row => ({ table: String(name), row }))
            } catch {
              // a table of the full-text search that cannot be read by itself
              return []
            }
          })
          database.close()
          return rows
        })
      }
    })
  },
  {
    name: "PostgreSQL",
    open: Effect.map(TestDatabase.migrated, (url) => ({
      storage: postgres({ url }) as Storage<unknown, unknown>,
      rows: Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const tables = yield* sql<{ readonly name: string }>`
          SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
        const all = yield* Effect.forEach(tables, ({ name }) =>
          Effect.map(
            sql<{ readonly row: string }>`SELECT to_jsonb(t)::text AS row FROM ${sql(name)} t`,
            (rows) => rows.map(({ row }): Row => ({ table: name, row: JSON.parse(row) as unknown }))
          ))
        return all.flat()
      }).pipe(Effect.provide(PostgresClient.layer({ url })), Effect.orDie)
    }))
  }
]

const text = (what: unknown): string => `${inspect(what, { depth: 12, maxArrayLength: null, maxStringLength: null })} ${JSON.stringify(what)}`

/** A shop sells through a gateway, and everything that it says and keeps is written down. */
const run = Effect.fnUntraced(function*(gateway: GatewayUnderTest, { rows, storage }: Database, currency: string) {
  const said: Array<string> = []
  const say = (what: unknown): void => {
    said.push(text(what))
  }
  const { name } = gateway.gateway
  const shop = yield* Effect.promise(() =>
    createStoa({
      storage,
      store: { currency },
      gateways: [gateway.gateway],
      workers: false,
      secret: "a secret of more than 32 characters",
      plugins: [definePlugin({
        name: "listening",
        version: "1.0.0",
        layer: Layer.merge(
          Layer.succeed(References.MinimumLogLevel, "All"),
          Logger.layer([Logger.make(({ cause, fiber, message }) => say([message, cause, fiber.getRef(References.CurrentLogAnnotations)]))])
        )
      })]
    }))
  const heard = <A>(call: () => Promise<A>): Effect.Effect<A | undefined> =>
    Effect.promise(() =>
      call().then((answer) => {
        say(answer)
        return answer
      }, (error: unknown) => {
        say(error)
        return undefined
      }))
  const customerId = yield* Effect.promise(() => shop.run(account("ada@example.com")))
  const ada = shop.as(Actor.customer(customerId))
  const price = (amount: number) => ({ amount, currency })
  yield* heard(() => shop.shipping.create({ name: "Post", price: price(5_000) }))
  const board = yield* Effect.promise(() =>
    shop.catalog.createProduct({ title: "Board", variants: [{ price: price(20_000), stock: 100 }] }))

  const buy = Effect.fnUntraced(function*(
    behaviour: Behaviour,
    more: { readonly saveMethod?: boolean; readonly savedMethodId?: string } = {}
  ) {
    const method = more.savedMethodId === undefined ? gateway.method(behaviour) : null
    const placed = yield* heard(async () => {
      const { cart } = await ada.carts.create()
      await ada.carts.addItem(cart.id, { variantId: board.variants[0]?.id ?? "", quantity: 1 })
      return ada.checkout.place({
        cartId: cart.id,
        email: "ada@example.com",
        shippingAddress: address,
        payment: { gateway: name, returnUrl: "https://shop.example/thanks", ...(method === null ? {} : { method }), ...more }
      })
    })
    const reference = placed?.payment?.gatewayReference ?? null
    if (reference !== null && placed?.payment?.nextAction !== null) {
      yield* gateway.visit(reference, behaviour)
      yield* heard(() => ada.payments.confirm(placed?.payment?.id ?? ""))
      yield* tell(gateway.webhook(reference))
    }
    return placed
  })
  const tell = (webhook: Effect.Effect<Parameters<typeof shop.payments.receiveWebhook>[1]>) =>
    Effect.flatMap(webhook, (request) => heard(() => shop.payments.receiveWebhook(name, request)))

  const first = yield* buy("pays", { saveMethod: true })
  const [saved] = (yield* heard(() => ada.savedMethods.list())) ?? []
  if (saved === undefined) return yield* Effect.die(`${name} kept nothing`)
  yield* buy("pays", { savedMethodId: saved.id })
  if (gateway.savedMethods?.challenge !== undefined) {
    yield* gateway.savedMethods.challenge
    yield* buy("pays", { savedMethodId: saved.id })
  }
  yield* heard(() => shop.savedMethods.get(saved.id))
  yield* heard(() => ada.savedMethods.setDefault(saved.id))
  const added = gateway.method("is_sent_away")
  if (added !== null) {
    const away = yield* heard(() => ada.savedMethods.add({ gateway: name, method: added, consent: true }))
    yield* heard(() => ada.savedMethods.confirm(away?.id ?? ""))
  }
  for (const behaviour of ["is_declined", "has_too_little", "is_sent_away", "pays_another_amount"] as const) yield* buy(behaviour)
  for (const fault of faults) {
    yield* gateway.fail(fault)
    yield* buy("pays", { saveMethod: true })
  }
  yield* tell(gateway.sign(new TextEncoder().encode("no event")))
  yield* tell(gateway.sign(new TextEncoder().encode("{}"), { secret: "another secret" }))
  yield* heard(() => shop.payments.refund(first?.order.id ?? "", { amount: price(500), reason: "late" }))
  yield* heard(() => shop.payments.refund(first?.order.id ?? "", { amount: price(90_000_000), reason: "greed" }))
  yield* heard(() => shop.payments.reconcile())
  const tokens = tokensOf(yield* rows)
  yield* gateway.revoke(true)
  yield* buy("pays", { savedMethodId: saved.id })
  yield* heard(() => ada.savedMethods.remove(saved.id))
  yield* heard(() => shop.jobs.drain())
  yield* gateway.revoke(false)
  yield* heard(() => shop.jobs.runCron("payment-methods.tidy"))
  yield* heard(() => shop.payments.list())
  yield* heard(() => shop.payments.webhooks())
  yield* heard(() => shop.audit.list({}))
  yield* heard(() => shop.orders.timeline(first?.order.id ?? ""))
  yield* heard(() => ada.savedMethods.list())
  yield* heard(() => shop.run(Effect.flatMap(Privacy, (privacy) => Stream.mkString(privacy.exportMine)).pipe(Actor.as(Actor.customer(customerId)))))
  yield* Effect.promise(() => shop.close())
  const kept = yield* rows
  return { said: said.join("\n"), kept, tokens, reference: first?.payment?.gatewayReference ?? "no reference" }
})

/** What the gateway calls cards that it keeps, as the shop keeps them: whole, and the part that pays. */
const tokensOf = (kept: ReadonlyArray<Row>): ReadonlyArray<string> =>
  kept.flatMap(({ row, table }) => {
    const token = table === "saved_methods" ? (row as { readonly token?: string | null }).token ?? null : null
    return token === null ? [] : [token, ...token.split("/").filter((part) => !part.includes("@"))]
  })

const harnesses: ReadonlyArray<GatewayHarness> = [stripeHarness, paystackHarness, flutterwaveHarness]

describe("attack 49, secrets in output", () => {
  for (const harness of harnesses) {
    for (const database of databases) {
      it.live(`no key of ${harness.name}, card number or name of a kept card is in what a shop on ${database.name} says, and no key is in it`, () =>
        Effect.gen(function*() {
          const scope = yield* Scope.make()
          yield* Effect.gen(function*() {
            const gateway = yield* harness.open
            const { kept, reference, said, tokens } = yield* run(gateway, yield* database.open, harness.currency)
            const stored = text(kept)
            assert.include(said, reference, "the search sees what was said")
            assert.include(stored, reference, "the search sees what was stored")
            for (const secret of gateway.secrets) {
              assert.notInclude(said, secret)
              assert.notInclude(stored, secret)
            }
            assert.notMatch(`${said}${stored}`, /(?<![\w.-])4[0-9]{15}(?![\w-])/, "a card number")
            assert.isNotEmpty(tokens, "the shop keeps what names cards at the gateway")
            const elsewhere = text(kept.filter(({ table }) => table !== "saved_methods"))
            for (const token of tokens) {
              assert.notInclude(said, token, "what names a card was said")
              assert.notInclude(elsewhere, token, "what names a card is kept twice")
            }
          }).pipe(Scope.provide(scope), Effect.ensuring(Scope.close(scope, Exit.void)))
        }))
    }
  }
})
