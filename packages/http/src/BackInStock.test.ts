import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("waiting for stock over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      store: {
        settings: {
          apiUrl: "http://shop.test/api/v1",
          marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } }
        }
      }
    })
  })
  afterAll(() => server.close())

  it("ends with a mail once there is some, for a guest too", async () => {
    const price = { amount: 2_000, currency: "USD" }
    const { id, variants: [variant] } = await server.shop.catalog.createProduct({ title: "Mug", variants: [{ price, stock: 0 }] })
    await server.guest.products.waitForStock({ params: { id }, payload: { email: "ada@example.com" } })
    assert.deepStrictEqual(
      await problem(server.guest.products.waitForStock({ params: { id: "nothing" }, payload: { email: "ada@example.com" } })),
      [404, "product_not_found"]
    )
    assert.deepStrictEqual(await problem(server.guest.products.waitForStock({ params: { id }, payload: {} })), [400, "invalid_input"])
    const { items: [level] } = await server.shop.inventory.list()
    await server.shop.inventory.adjust({
      adjustments: [{ variantId: variant?.id ?? "", locationId: level?.locationId ?? "", delta: 3 }],
      reason: "delivery"
    })
    await server.shop.jobs.drain()
    assert.deepStrictEqual(server.mailbox.mails.map(({ subject, to }) => [to, subject]), [["ada@example.com", "Mug is there again"]])
  })
})
