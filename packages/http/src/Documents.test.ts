import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("documents over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      documents: {
        contentType: "application/pdf",
        extension: "pdf",
        render: ({ content, kind }) => Effect.succeed(new TextEncoder().encode(`%PDF ${kind} ${content.total.amount}`))
      }
    })
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  /** What a request for a file is answered with. */
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await server.handler(new Request(`http://shop.test/api/v1${path}`, { headers }))
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      name: response.headers.get("content-disposition"),
      body: await response.text()
    }
  }

  it("go to the buyer who has the token and to staff, and to nobody else", async () => {
    const { shop } = server
    const { headers: mine, order } = await placed(shop, 1)
    const invoice = await get(`/orders/${order.id}/invoice`, mine)
    const number = `INV-${new Date().getUTCFullYear()}-000001`
    assert.deepStrictEqual(invoice, {
      status: 200,
      type: "application/pdf",
      name: `attachment; filename="${number}.pdf"`,
      body: "%PDF invoice 9500"
    })
    const listed = JSON.parse((await get(`/orders/${order.id}/documents`, mine)).body) as {
      readonly items: ReadonlyArray<{ readonly id: string; readonly number: string }>
    }
    assert.deepStrictEqual(listed.items.map((each) => each.number), [number])
    const id = listed.items[0]?.id ?? ""
    assert.strictEqual((await get(`/documents/${id}/file`, mine)).body, "%PDF invoice 9500")
    for (const path of [`/orders/${order.id}/invoice`, `/orders/${order.id}/documents`, `/documents/${id}/file`]) {
      assert.strictEqual((await get(path)).status, 404, path)
    }
    assert.strictEqual((await owner.as.documents.get({ params: { id } })).number, number)
    assert.deepStrictEqual((await owner.as.documents.list({ query: { kind: "invoice" } })).items.map((each) => each.id), [id])
    const staff = { authorization: `Bearer ${owner.accessToken}` }
    assert.strictEqual((await get(`/admin/orders/${order.id}/packing-slip`, staff)).body, "%PDF packing_slip 9500")
    assert.strictEqual((await get(`/admin/orders/${order.id}/packing-slip`, mine)).status, 401)
    assert.deepStrictEqual(await problem(owner.as.documents.takeBack({ params: { id } })), [409, "credit_note_stands"])
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.documents.takeBack({ params: { id } })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.documents.get({ params: { id } })), [403, "forbidden"])
  })
})
