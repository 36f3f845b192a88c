import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { open, password, problem } from "./testing/People.ts"

const address = {
  name: "Ada Lovelace",
  line1: "12 Analytical Row",
  city: "Portland",
  region: "OR",
  postalCode: "97201",
  country: "US"
}
const email = "ada.of.portland@example.com"
const usd = (amount: number) => ({ amount, currency: "USD" })

describe("privacy over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    await server.shop.catalog.createProduct({ title: "Mug", variants: [{ price: usd(1000), stock: 9 }] })
    await server.shop.shipping.create({ name: "Post", price: usd(500) })
  })
  afterAll(() => server.close())

  /** Every row of every table, as text. */
  const dump = () => {
    const sql = Context.getUnsafe(server.shop.context as unknown as Context.Context<SqlClient.SqlClient>, SqlClient.SqlClient)
    return Effect.runPromise(Effect.gen(function*() {
      const tables = yield* sql<{ readonly name: string }>`
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      const rows = yield* Effect.forEach(tables, ({ name }) =>
        Effect.map(sql`SELECT * FROM ${sql(name)}`, (rows) => `${name}\n${JSON.stringify(rows)}`))
      return rows
    }))
  }

  it("keeps what people like, with If-Match, for whoever has signed in", async () => {
    const { as } = await server.signIn("cleo@example.com")
    const said = await as.me.updatePreferences(
      { payload: { language: "de", currency: "EUR", marketing: { email: true }, source: "checkout" } },
      { ifMatch: "\"v1\"" }
    )
    assert.deepInclude(said.marketing.email, { granted: true, source: "checkout" })
    assert.deepStrictEqual(await as.me.preferences(), said)
    assert.deepStrictEqual(
      await problem(as.me.updatePreferences({ payload: { language: "fr" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(await problem(server.guest.me.preferences()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(server.guest.me.export()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(server.guest.me.erase()), [401, "unauthenticated"])
  })

  it("hands out everything and then forgets it, down to the last row", async () => {
    const { as, user } = await server.signIn(email)
    const { shop } = server
    await as.me.update({ payload: { name: "Ada Lovelace" } })
    await as.addresses.create({ payload: { address } })
    await as.me.updatePreferences({ payload: { marketing: { email: true } } })
    const variantId = (await shop.catalog.listProducts()).items[0]!.id
    const { variants } = await shop.catalog.getProduct(variantId)
    const fill = async () => {
      await as.cart.create()
      await as.cart.addItem({ payload: { variantId: variants[0]!.id, quantity: 1 } })
    }
    await fill()
    const { order } = await as.checkout.place({
      payload: { payment: { gateway: "sandbox" }, note: "Ask for Lovelace" }
    })
    await fill()
    await as.cart.update({ payload: { shippingAddress: address, email } })

    let text = ""
    for await (const bytes of await as.me.export()) text += Buffer.from(bytes).toString("utf8")
    const data = JSON.parse(text) as Record<string, ReadonlyArray<unknown>> & { readonly profile: object }
    assert.deepInclude(data.profile, { id: user.id, email })
    assert.deepStrictEqual(["addresses", "carts", "orders"].map((name) => data[name]?.length), [1, 1, 1])
    // the session of the registration's confirmation, and that of the sign-in
    assert.strictEqual(data["sessions"]?.length, 2)

    assert.deepStrictEqual(await problem(as.me.erase()), [409, "erasure_blocked"])
    for (const event of ["process", "ship", "deliver"] as const) await shop.orders.changeStatus(order.id, { event })
    await shop.jobs.drain()
    const of = async (table: string) => (await dump()).find((text) => text.startsWith(`${table}\n`)) ?? ""
    // mails that were sent, and answers that she was given
    assert.include(await of("stoa_jobs"), email)
    assert.include(await of("idempotency_keys"), user.id)
    await as.me.erase()
    assert.deepStrictEqual(await problem(as.me.get()), [401, "invalid_token"])
    assert.deepStrictEqual(
      await problem(server.guest.auth.login({ payload: { email, password } })),
      [401, "invalid_credentials"]
    )
    assert.deepStrictEqual((await shop.orders.get(order.id)).total, order.total)

    assert.notInclude(await of("idempotency_keys"), user.id)
    for (const table of await dump()) {
      for (const personal of [email, "Lovelace", "Analytical Row", "97201", password]) {
        assert.notInclude(table, personal)
      }
    }
    // what must be there is, so the search above is one
    assert.isTrue((await dump()).some((table) => table.includes(order.id) && table.includes("forgotten@erased.invalid")))
  })

  it("lets staff forget a user who asked for it, once", async () => {
    const { user } = await server.signIn("dora@example.com")
    const { secret } = await server.shop.apiKeys.create({ name: "CRM", permissions: ["customers:*"] })
    const send = (method: string) =>
      server.handler(
        new Request(`http://shop.test/api/v1/admin/users/${user.id}`, { method, headers: { "x-api-key": secret } })
      )
    assert.strictEqual((await send("DELETE")).status, 204)
    assert.strictEqual((await send("DELETE")).status, 204)
    assert.strictEqual((await send("GET")).status, 404)
  })
})
