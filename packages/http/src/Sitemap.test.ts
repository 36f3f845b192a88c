import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { type FetchHandler, toFetchHandler } from "./FetchHandler.ts"
import { open } from "./testing/People.ts"

describe("the sitemap over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let shop: FetchHandler
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    shop = toFetchHandler(server.shop, { sitemap: true, accessLog: false })
  })
  afterAll(async () => {
    await shop.close()
    await server.close()
  })

  const ask = (path: string, headers: Record<string, string> = {}) => shop(new Request(`http://shop.test${path}`, { headers }))

  it("is where robots look for it, once the shop says where it is, and asked for again only where it has changed", async () => {
    assert.strictEqual((await server.handler(new Request("http://shop.test/sitemap.xml"))).status, 404)
    assert.strictEqual((await ask("/sitemap.xml")).status, 404)
    await server.shop.stores.update({ settings: { storefrontUrl: "http://shop.test" } })
    await server.shop.catalog.createProduct({ title: "Mug", variants: [{ price: { amount: 900, currency: "USD" as never } }] })
    const robots = await (await ask("/robots.txt")).text()
    const index = await ask(new URL(/^Sitemap: (.*)$/m.exec(robots)?.[1] ?? "").pathname)
    assert.strictEqual(index.headers.get("content-type"), "application/xml; charset=utf-8")
    const [part = ""] = Array.from((await index.text()).matchAll(/<loc>(.*?)<\/loc>/g), ([, location]) => String(location))
    const path = part.replace("http://shop.test", "")
    const first = await ask(path)
    assert.include(await first.text(), "<loc>http://shop.test/products/mug</loc>")
    assert.strictEqual(first.headers.get("cache-control"), "no-cache")
    const etag = first.headers.get("etag") ?? ""
    assert.strictEqual((await ask(path, { "if-none-match": etag })).status, 304)
    await server.shop.catalog.updateProduct("mug", { slug: "cup" })
    const second = await ask(path, { "if-none-match": etag })
    assert.strictEqual(second.status, 200)
    assert.include(await second.text(), "<loc>http://shop.test/products/cup</loc>")
    for (const wrong of ["/sitemaps/orders.xml", "/sitemaps/products", "/sitemaps/products.xml/x"]) {
      assert.strictEqual((await ask(wrong)).status, 404, wrong)
    }
  })
})
