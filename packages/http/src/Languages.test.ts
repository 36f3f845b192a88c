import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open } from "./testing/People.ts"

describe("languages over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    await server.shop.stores.update({ settings: { languages: ["de", "fr"] } })
    await server.shop.catalog.createProduct({
      title: "Mug",
      variants: [{ price: { amount: 900, currency: "USD" as never }, stock: 3 }],
      translations: { de: { title: "Tasse", slug: "tasse" }, it: { title: "Tazza" } }
    })
  })
  afterAll(() => server.close())

  const ask = async (path: string, language?: string, more: RequestInit = {}) => {
    const headers = { ...(language === undefined ? {} : { "accept-language": language }), ...(more.headers as object) }
    const answer = await server.handler(new Request(`http://shop.test/api/v1${path}`, { ...more, headers }))
    return { answer, body: await answer.text() }
  }
  const shown = async (path: string, language?: string) => {
    const { answer, body } = await ask(path, language)
    const said = /"title":"(\w+)"/.exec(body)?.[1]
    return [answer.status, said, answer.headers.get("content-language")]
  }

  it("are the most wanted that the store speaks, or the one that is named", async () => {
    for (const path of ["/products", "/products/mug", "/products/tasse", "/products/search?q=tasse"]) {
      assert.deepStrictEqual(await shown(path), [200, "Mug", null], path)
      assert.deepStrictEqual(await shown(path, "de-AT,de;q=0.9,en;q=0.8"), [200, "Tasse", "de"], path)
      assert.deepStrictEqual(await shown(path, "en-GB,de;q=0.5"), [200, "Mug", "en"], path)
      // spoken, but not said of this product
      assert.deepStrictEqual(await shown(path, "fr"), [200, "Mug", "fr"], path)
      // said, but not spoken
      assert.deepStrictEqual(await shown(path, "it"), [200, "Mug", "en"], path)
      const named = `${path}${path.includes("?") ? "&" : "?"}language=`
      assert.deepStrictEqual(await shown(`${named}de`, "en"), [200, "Tasse", "de"], path)
      assert.deepStrictEqual(await shown(`${named}it`), [200, "Tazza", null], path)
      assert.strictEqual((await shown(`${named}!`))[0], 400, path)
    }
    const { body } = await ask("/products/mug")
    assert.deepStrictEqual(JSON.parse(body).translations, {})
  })

  it("have answers of their own in every cache", async () => {
    const english = await ask("/products/mug", "en")
    const etag = english.answer.headers.get("etag") ?? ""
    assert.include(english.answer.headers.get("vary"), "Accept-Language")
    assert.strictEqual((await ask("/products/mug", "en", { headers: { "if-none-match": etag } })).answer.status, 304)
    assert.strictEqual((await ask("/products/mug", "de", { headers: { "if-none-match": etag } })).answer.status, 200)
  })

  it("call what lies in a cart", async () => {
    const [mug] = (await server.guest.products.list()).items
    const page = await server.guest.products.get({ params: { idOrSlug: mug?.id ?? "" } })
    const created = JSON.parse((await ask("/cart", undefined, { method: "POST" })).body)
    const headers = { "stoa-cart": created.token, "content-type": "application/json" }
    const body = JSON.stringify({ variantId: page.variants[0]?.id, quantity: 1 })
    const filled = await ask("/cart/items", "de", { method: "POST", headers, body })
    assert.deepStrictEqual(JSON.parse(filled.body).lines.map(({ title }: { title: string }) => title), ["Tasse"])
    assert.strictEqual(filled.answer.headers.get("content-language"), "de")
    const english = await ask("/cart", "en", { headers })
    assert.deepStrictEqual(JSON.parse(english.body).lines.map(({ title }: { title: string }) => title), ["Mug"])
  })

  it("are kept on the order for what its buyer is written later, the store's own as well", async () => {
    const { variants: [gift] } = await server.shop.catalog.createProduct({
      title: "Catalogue",
      variants: [{ price: { amount: 0, currency: "USD" as never }, stock: 9, requiresShipping: false }]
    })
    const variantId = gift?.id
    const buy = async (...languages: ReadonlyArray<string | undefined>) => {
      const created = JSON.parse((await ask("/cart", undefined, { method: "POST" })).body)
      const headers = { "stoa-cart": created.token, "content-type": "application/json" }
      const post = (path: string, sent: object, language: string | undefined) =>
        ask(path, language, { method: "POST", headers: { ...headers, "idempotency-key": `${path}-${created.token}` }, body: JSON.stringify(sent) })
      const [filling, ordering] = languages
      const filled = JSON.parse((await post("/cart/items", { variantId, quantity: 1 }, filling)).body)
      const placed = await post("/checkout", { email: "ada@example.com" }, ordering)
      assert.strictEqual(placed.answer.status, 201, placed.body)
      return [filled.language, JSON.parse(placed.body).order.language]
    }
    assert.deepStrictEqual(await buy("de", undefined), ["de", "de"])
    assert.deepStrictEqual(await buy("de", "en-GB,en;q=0.8"), ["de", "en"])
    assert.deepStrictEqual(await buy(undefined, "fr"), [undefined, "fr"])
  })

  it("of a store that speaks one more are heard at once where it was said", async () => {
    await server.shop.stores.update({ settings: { languages: ["de", "fr", "it"] } })
    assert.deepStrictEqual(await shown("/products/mug", "it"), [200, "Tazza", "it"])
  })
})
