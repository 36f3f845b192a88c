import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { StoaApi } from "./api/StoaApi.ts"
import { toFetchHandler } from "./FetchHandler.ts"

const samples = 12

/** Text that has broken servers before. */
const text = (known: ReadonlyArray<string>) =>
  fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "..", "%", "\u0000", "'; DROP TABLE products; --", "mine", "NaN", "-1", "1e400", "a".repeat(3_000)),
    fc.constantFrom("__proto__", "constructor", ...known)
  )

const body = (known: ReadonlyArray<string>) =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.dictionary(
      fc.constantFrom(
        "title", "quantity", "variantId", "price", "amount", "currency", "email", "payment", "gateway", "version", "name",
        "status", "adjustments", "permissions", "settings", "lines", "__proto__"
      ),
      fc.oneof(fc.jsonValue(), fc.constantFrom(...known), fc.constant({ amount: 1e308, currency: "USD" }))
    )
  )

const query = (known: ReadonlyArray<string>) =>
  fc.dictionary(
    fc.oneof(fc.constantFrom("limit", "after", "sort", "search", "q", "category", "priceFrom", "status", "number", "format"), fc.string()),
    text(known),
    { maxKeys: 3 }
  )

it("nobody can make the shop fail by what they send", async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    store: { currency: "USD" },
    mailer: mailbox.mailer,
    media: { storage: MemoryMedia.make().storage },
    workers: false
  })
  const handler = toFetchHandler(shop, { accessLog: false, rateLimits: false })
  const { secret } = await shop.apiKeys.create({ name: "test", permissions: ["*"] })
  const ada = { email: "ada@example.com", password: "correct horse battery" }
  const { challengeId } = await shop.auth.register(ada)
  await shop.jobs.drain()
  const code = /\d{6}/.exec(mailbox.mails[0]!.subject)![0]
  await shop.auth.verifyEmail({ challengeId, code })
  const signIn = async () => ({ authorization: `Bearer ${(await shop.auth.login(ada)).accessToken}` })
  let customer = await signIn()
  const { id, variants } = await shop.catalog.createProduct({
    title: "Mug",
    status: "active",
    variants: [{ price: { amount: 1450, currency: "USD" }, stock: 5 }]
  })
  const { cart, token } = await shop.carts.create()
  const known = [id, variants[0]!.id, cart.id]

  let asked = 0
  for (const [place, group] of Object.values(StoaApi.groups).entries()) {
    for (const endpoint of Object.values(group.endpoints)) {
      const seeded = { numRuns: samples, seed: 1_000 + place }
      const segments = fc.sample(text(known), seeded)
      const bodies = fc.sample(body(known), seeded)
      const queries = fc.sample(query(known), seeded)
      for (let index = 0; index < samples; index++) {
        const prefix = group.identifier === "system" ? "" : "/api/v1"
        const path = endpoint.path.replace(/:\w+/g, () => encodeURIComponent((segments[index] ?? "").toWellFormed()) || "x")
        const search = index % 2 === 0 ? "" : `?${new URLSearchParams(queries[index])}`
        const callers: ReadonlyArray<Record<string, string>> = [{}, { "x-api-key": secret }, customer, { "stoa-cart": token }]
        const reads = endpoint.method === "GET"
        const response = await handler(
          new Request(`http://shop.test${prefix}${path}${search}`, {
            method: endpoint.method,
            headers: {
              ...callers[index % callers.length],
              ...(reads ? {} : { "content-type": index % 7 === 6 ? "text/csv" : "application/json" }),
              ...(index % 3 === 0 ? { "idempotency-key": `key-${index}`, "if-match": `"v${index}"` } : {})
            },
            ...(reads ? {} : { body: index % 5 === 0 ? (segments[index] ?? "") : JSON.stringify(bodies[index]) })
          })
        )
        const isLive = response.headers.get("content-type")?.startsWith("text/event-stream") === true
        const answer = isLive ? "" : await response.text()
        // what goes on for as long as somebody reads
        if (isLive) await response.body?.cancel()
        const request = `${endpoint.method} ${path}${search} ${JSON.stringify(bodies[index])}`
        assert.isBelow(response.status, 500, `${request}: ${answer}`)
        if (response.status >= 400) {
          assert.strictEqual(response.headers.get("content-type"), "application/problem+json", request)
          assert.notMatch(answer, /\.ts:\d+|SELECT |node_modules/, request)
        }
        if (endpoint.path.startsWith("/auth/logout")) customer = await signIn()
        asked += 1
      }
    }
  }
  assert.isAbove(asked, 1_000)
  assert.lengthOf(await shop.inventory.reconcile(), 0)
  await handler.close()
  await shop.close()
})
