import { sqlite } from "@stoa/adapter-sqlite"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("files that are sold, over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), { media: { storage: MemoryMedia.make().storage } })
  })
  afterAll(() => server.close())

  it("are downloaded in parts by who has bought them, and by nobody else", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const file = await server.shop.media.upload(Buffer.from("%PDF-1.7 book"), { visibility: "private", name: "book.pdf" })
    const book = await clerk.as.adminProducts.create({
      payload: { title: "Book", variants: [{ price: { amount: 900, currency: "USD" }, requiresShipping: false, trackStock: false }] }
    })
    const variantId = book.variants[0]?.id ?? assert.fail("no variant")
    const set = { params: { id: variantId }, payload: { files: [{ mediaId: file.id }], downloads: 1 } }
    assert.strictEqual((await clerk.as.downloads.setGoods(set)).files[0]?.name, "book.pdf")
    assert.deepStrictEqual(await problem(server.guest.downloads.setGoods(set)), [401, "unauthenticated"])
    const { cart, checkout, downloads } = clerk.as
    await cart.create()
    await cart.addItem({ payload: { variantId, quantity: 1 } })
    const { order } = await checkout.place({ payload: { email: "clerk@example.com", payment: { gateway: "sandbox", method: "sandbox_success" } } })
    await server.shop.jobs.drain()
    const [download] = (await downloads.list({ params: { id: order.id } })).items
    const params = { id: order.id, downloadId: download?.id ?? "" }
    assert.deepStrictEqual(await problem(server.guest.downloads.open({ params })), [404, "order_not_found"])
    const { url } = await downloads.open({ params })
    const part = await server.handler(new Request(new URL(url, "http://shop.test"), { headers: { range: "bytes=9-12" } }))
    assert.deepStrictEqual([part.status, await part.text()], [206, "book"])
    assert.deepStrictEqual(await problem(downloads.open({ params })), [409, "download_refused"])
    assert.strictEqual((await downloads.grant({ params, payload: {} })).state, "ready")
    assert.strictEqual((await downloads.revoke({ params })).state, "revoked")
    assert.deepStrictEqual(await problem(downloads.open({ params })), [409, "download_refused"])
  })

  it("may be archives, which browsers save and never show", async () => {
    const clerk = await server.signIn("archivist@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const payload = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(26), Buffer.from("page.html<script>")])
    assert.deepStrictEqual(await problem(clerk.as.adminMedia.upload({ payload, query: { name: "pages.zip" } })), [422, "media_refused"])
    const { contentType, id } = await clerk.as.adminMedia.upload({ payload, query: { name: "pages.zip", visibility: "private" } })
    assert.strictEqual(contentType, "application/zip")
    const { url } = await server.shop.media.signDownload(id)
    const { headers, status } = await server.handler(new Request(new URL(url, "http://shop.test")))
    assert.deepStrictEqual(
      [status, headers.get("content-type"), headers.get("x-content-type-options"), headers.get("content-disposition")],
      [200, "application/zip", "nosniff", "attachment; filename=\"pages.zip\"; filename*=UTF-8''pages.zip"]
    )
  })
})
