import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("claims over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("begin with the buyer who has the token, and end with what staff decide", async () => {
    const { shop } = server
    const staff = (await server.signInOwner()).as.claims
    const { headers, lineId, order } = await placed(shop, 3)
    const path = `http://shop.test/api/v1/orders/${order.id}/claims`
    const claim = async (given: Record<string, string>, quantity: number) => {
      const response = await server.handler(
        new Request(path, {
          method: "POST",
          headers: { "content-type": "application/json", ...given },
          body: JSON.stringify({ lines: [{ lineId, quantity, reason: "damaged", pictures: ["media_1"] }] })
        })
      )
      const body = await response.json() as Record<string, unknown>
      return { status: response.status, code: body["code"], one: { params: { id: String(body["id"]) } } }
    }
    assert.deepInclude(await claim(headers, 1), { status: 409, code: "return_refused" })
    for (const event of ["ship", "deliver"] as const) await shop.orders.changeStatus(order.id, { event })
    assert.strictEqual((await claim({}, 1)).status, 404)
    const broken = await claim(headers, 1)
    assert.strictEqual(broken.status, 201)
    assert.deepInclude(await claim(headers, 3), { status: 409, code: "claim_exceeds_order" })
    const replaced = await staff.replace({ ...broken.one, payload: {} })
    assert.strictEqual((await shop.orders.get(replaced.replacementId ?? "")).total.amount, 0)
    assert.deepStrictEqual(await staff.get(broken.one), replaced)
    const lost = await claim(headers, 1)
    assert.deepStrictEqual(
      await problem(staff.refund({ ...lost.one, payload: { amount: { amount: 9_001, currency: "USD" } } })),
      [409, "refund_exceeds_captured"]
    )
    assert.strictEqual((await staff.refund({ ...lost.one, payload: {} })).amount?.amount, 9_000)
    assert.deepStrictEqual(await problem(staff.reject({ ...lost.one, payload: { answer: "no" } })), [409, "illegal_transition"])
    const wrong = await claim(headers, 1)
    assert.strictEqual((await staff.reject({ ...wrong.one, payload: { answer: "It is what you ordered" } })).status, "rejected")
    assert.deepStrictEqual((await staff.list({ query: { status: "replaced" } })).items, [replaced])
    const own = await (await server.handler(new Request(path, { headers }))).json() as { readonly items: ReadonlyArray<unknown> }
    assert.lengthOf(own.items, 3)
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.claims.get(broken.one)), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.claims.replace({ ...broken.one, payload: {} })), [403, "forbidden"])
  })
})
