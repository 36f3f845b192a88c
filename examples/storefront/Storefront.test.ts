import { sqlite } from "@stoa/adapter-sqlite"
import * as Chromium from "@stoa/admin/testing/Chromium"
import * as Visitor from "@stoa/admin/testing/Visitor"
import { createStoa, type Stoa } from "@stoa/core"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Browser, Page } from "playwright-core"
import { furnish } from "./Catalogue.ts"
import { storefront } from "./Storefront.ts"

const attack = "<img src=x onerror=attacked()>"

describe("a storefront", () => {
  let shop: Stoa.Stoa
  let server: Server
  let browser: Browser
  let address: string
  const visitors: Array<Visitor.Visitor> = []
  beforeAll(async () => {
    shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), store: { name: "Walnut & Co", currency: "USD" }, workers: false })
    await furnish(shop)
    await shop.catalog.createProduct({
      title: attack,
      description: attack,
      status: "active",
      variants: [{ price: { amount: 100, currency: "USD" as never }, stock: 1 }]
    })
    server = createServer(storefront(shop))
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await Chromium.launch()
  })
  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    await shop.close()
  })

  /** Somebody who has never been here. */
  const visit = async (): Promise<Page> => {
    const visitor = await Visitor.visit(browser, {})
    visitors.push(visitor)
    await visitor.page.goto(address)
    return visitor.page
  }

  const fill = async (page: Page, values: Readonly<Record<string, string>>) => {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value)
  }

  const ada = {
    "E-mail address": "ada@example.com",
    "Name": "Ada Lovelace",
    "Street and number": "12 Analytical Row",
    "City": "Portland",
    "State or region": "OR",
    "Postal code": "97201",
    "Country, in two letters": "us"
  }

  it("tells robots where everything is, each page its one address, and those who come by an old one the new one", async () => {
    const ask = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, address), { redirect: "manual", headers })
    await shop.stores.update({ settings: { storefrontUrl: address, languages: ["de"] } })
    await shop.catalog.updateProduct("stone-bowl", { translations: { de: { title: "Steinschale", slug: "steinschale" } } })
    const [part = ""] = Array.from((await (await ask("/sitemap.xml")).text()).matchAll(/<loc>(.*?)<\/loc>/g), ([, to]) => String(to))
    const listed = await ask(part)
    assert.include(await listed.text(), `<loc>${address}/products/steinschale?language=de</loc>`)
    assert.strictEqual((await ask(part, { "if-none-match": listed.headers.get("etag") ?? "" })).status, 304)
    assert.include(await (await ask("/robots.txt")).text(), `Sitemap: ${address}/sitemap.xml`)
    for (const path of ["/products/stone-bowl", "/products/steinschale?language=de"]) {
      const page = await (await ask(path)).text()
      assert.include(page, `<link rel="canonical" href="${address}/products/stone-bowl">`, path)
      assert.include(page, `<link rel="alternate" hreflang="de" href="${address}/products/steinschale?language=de">`, path)
      const product = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)?.[1] ?? "{}")
      assert.strictEqual(product.name, path.includes("de") ? "Steinschale" : "Stone bowl")
      assert.deepStrictEqual(product.offers, [
        { "@type": "Offer", price: "25.00", priceCurrency: "USD", availability: "https://schema.org/InStock" }
      ])
    }
    const { items: [hostile] } = await shop.catalog.listProducts({ search: "attacked" })
    assert.notInclude(await (await ask(`/products/${hostile?.slug}`)).text(), "<img src=x")
    await shop.redirects.create({ from: "/bowls", to: "/products/stone-bowl" })
    const moved = await ask("/bowls")
    assert.deepStrictEqual([moved.status, moved.headers.get("location")], [301, "/products/stone-bowl"])
    assert.strictEqual((await ask("/nowhere")).status, 404)
    assert.strictEqual((await ask("/sitemaps/nothing.xml")).status, 404)
  })

  it("sells: from the search to the order that is paid, with every page right on a telephone and in the dark", async () => {
    const page = await visit()
    await page.getByText("sold out").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "all products")
    await page.getByRole("searchbox", { name: "Search" }).fill("bowl")
    await page.getByRole("button", { name: "Search" }).click()
    await page.getByRole("link", { name: "Stone bowl" }).click()
    await page.getByRole("heading", { name: "Stone bowl" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a product")
    await page.getByLabel("How many").fill("3")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Cart (3)" }).waitFor()
    await page.getByLabel("Pieces of Stone bowl").fill("2")
    await page.getByRole("button", { name: "Change Stone bowl" }).click()
    await page.getByRole("link", { name: "Cart (2)" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the cart")
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, { ...ada, "E-mail address": "no address", "Country, in two letters": "America" })
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").filter({ hasText: "Some of this is not right yet." }).waitFor()
    for (const label of ["E-mail address", "Country, in two letters"]) {
      await page.getByLabel(label).and(page.locator("[aria-invalid=true]")).waitFor()
    }
    assert.strictEqual(await page.getByLabel("City").inputValue(), "Portland")
    assert.deepStrictEqual(await Visitor.looks(page), [], "the checkout")
    await fill(page, ada)
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("heading", { name: "Order 1001" }).waitFor()
    await page.getByText("Thank you. It is paid").waitFor()
    assert.include(await page.getByRole("main").innerText(), "$55.90")
    assert.deepStrictEqual(await Visitor.looks(page), [], "the order")
    const { items } = await shop.orders.list({})
    assert.deepStrictEqual(items.map(({ paymentStatus, total }) => [paymentStatus, total.amount]), [["paid", 5_590]])
    // nobody else sees it
    const other = await visit()
    await other.goto(page.url())
    await other.getByText("There is nothing here.").waitFor()
  })

  it("lets a buyer pay again whose bank has declined", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    await page.getByLabel("A card that the bank declines").check()
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByText("It is not paid yet.").waitFor()
    await page.getByRole("button", { name: "Pay" }).click()
    await page.getByText("Thank you. It is paid").waitFor()
  })

  it("says in words what cannot be had, and orders nothing for a total that has changed", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Oak stool" }).click()
    await page.getByLabel("How many").fill("9")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("alert").waitFor()
    await page.getByRole("link", { name: "Walnut & Co" }).click()
    await page.getByRole("link", { name: "Oak stool" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    const [stool] = (await shop.catalog.listProducts({ search: "stool" })).items
    const { id, variants } = await shop.catalog.getProduct(stool?.slug ?? "")
    await shop.catalog.updateVariant(id, variants[0]?.id ?? "", { price: { amount: 5_000, currency: "USD" as never } })
    const before = (await shop.orders.list({})).items.length
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").waitFor()
    assert.include(await page.getByRole("main").innerText(), "$55.90")
    assert.lengthOf((await shop.orders.list({})).items, before)
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByText("Thank you. It is paid").waitFor()
  })

  it("attack, XSS and CSRF: texts do nothing, and another site's form changes nothing", async () => {
    const page = await visit()
    await page.getByRole("link", { name: attack }).click()
    await page.getByRole("heading", { name: attack }).waitFor()
    await page.goto(`${address}/?q=${encodeURIComponent(attack)}`)
    await page.getByRole("heading", { name: attack, level: 1 }).waitFor()
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      const answer = await fetch(`${address}/cart/items`, { method: "POST", headers, body: new URLSearchParams({ quantity: "1" }) })
      assert.deepStrictEqual([answer.status, answer.headers.getSetCookie()], [403, []])
    }
    const large = await fetch(`${address}/checkout`, { method: "POST", body: new URLSearchParams({ name: "x".repeat(30_000) }) })
    assert.strictEqual(large.status, 413)
    assert.strictEqual((await fetch(`${address}/products/none`)).status, 404)
    assert.strictEqual((await fetch(`${address}/products/%E0%A4%A`)).status, 404)
  })

  it("has said nothing on the console, and nothing that its policy forbids was tried", () => {
    assert.deepStrictEqual(visitors.flatMap(({ complaints }) => complaints), [])
  })
})
