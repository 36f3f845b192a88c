import * as Visitor from "@stoa/admin/testing/Visitor"
import { Actor } from "@stoa/core"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { open, type OpenStorefront } from "./testing/OpenStorefront.ts"

const attack = "<img src=x onerror=attacked()>"

describe("a storefront", () => {
  let opened: OpenStorefront
  let shop: OpenStorefront["shop"]
  let mailbox: OpenStorefront["mailbox"]
  let address: string
  const visit = () => opened.visit()
  beforeAll(async () => {
    opened = await open()
    ;({ address, mailbox, shop } = opened)
    await shop.catalog.createProduct({
      title: attack,
      description: attack,
      status: "active",
      variants: [{ price: { amount: 100, currency: "USD" as never }, stock: 1 }]
    })
  })
  afterAll(() => opened.close())

  const fill = async (page: Page, values: Readonly<Record<string, string>>) => {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value)
    await page.getByLabel("Country").selectOption("United States")
  }

  const ada = {
    "E-mail address": "ada@example.com",
    "Name": "Ada Lovelace",
    "Street and number": "12 Analytical Row",
    "City": "Portland",
    "State or region": "OR",
    "Postal code": "97201"
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

  it("shows the picture of the variant that is chosen in the place of the product's", async () => {
    const picture = (name: string) => ({ url: `${address}/${name}.png`, alt: `A ${name} vase` })
    const { slug } = await shop.catalog.createProduct({
      title: "Vase",
      options: [{ name: "Colour", values: ["Red", "Blue"] }],
      images: [picture("plain")],
      variants: ["Red", "Blue"].map((colour) => ({
        price: { amount: 1_000, currency: "USD" as never },
        optionValues: [colour],
        image: picture(colour.toLowerCase()),
        stock: 2
      }))
    })
    const page = await visit()
    await page.goto(`${address}/products/${slug}`)
    const [plain, red, blue] = ["plain", "red", "blue"].map((name) => page.getByRole("img", { name: `A ${name} vase` }))
    const places = async (of: typeof plain) => of?.boundingBox()
    assert.deepStrictEqual(await places(red), await places(plain))
    await page.getByLabel("Blue").check()
    await red?.waitFor({ state: "hidden" })
    assert.deepStrictEqual(await places(blue), await places(plain))
    assert.deepStrictEqual(await Visitor.looks(page), [], "a product with pictures of its variants")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("img", { name: "A blue vase" }).waitFor()
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
    await fill(page, { ...ada, "E-mail address": "no address", "Name": "" })
    await page.getByRole("button", { name: "Order and pay" }).click()
    // whoever hears pages hears first what is wrong, and is led to it
    const said = page.getByRole("alert").filter({ hasText: "Some of this is not right yet." })
    await said.and(page.locator(":focus")).waitFor()
    await said.getByRole("link", { name: /^Name/ }).click()
    assert.strictEqual(await page.evaluate("document.activeElement.id"), "name")
    for (const label of ["E-mail address", "Name"]) {
      await page.getByLabel(label).and(page.locator("[aria-invalid=true]")).waitFor()
    }
    assert.strictEqual(await page.getByLabel("City").inputValue(), "Portland")
    assert.deepStrictEqual(await Visitor.looks(page), [], "the checkout")
    await fill(page, ada)
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("heading", { name: "Order 1001" }).waitFor()
    await page.getByText("is paid and about to be packed").waitFor()
    assert.include(await page.getByRole("main").innerText(), "$55.90")
    assert.deepStrictEqual(await Visitor.looks(page), [], "the order")
    // what is sent is followed there
    const { items } = await shop.orders.list({})
    const [placed] = items
    const parcel = await shop.fulfilments.create(placed?.id ?? "", {})
    await shop.fulfilments.advance(parcel.id, { event: "ship", tracking: [{ carrier: "Owl Post", number: "OWL 7", url: "https://owl.example/7" }] })
    await page.reload()
    await page.getByText("A parcel with 2 × Stone bowl is on its way.").waitFor()
    assert.strictEqual(await page.getByRole("link", { name: "OWL 7" }).getAttribute("href"), "https://owl.example/7")
    assert.deepStrictEqual(await Visitor.looks(page), [], "an order on its way")
    assert.deepStrictEqual(items.map(({ paymentStatus, total }) => [paymentStatus, total.amount]), [["paid", 5_590]])
    // nobody else sees it
    const other = await visit()
    await other.goto(page.url())
    await other.getByText("There is nothing here.").waitFor()
  })

  it("sets a line of the cart aside, and takes it back", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("button", { name: "Save for later: Enamel mug" }).click()
    await page.getByText("Your cart is empty.").waitFor()
    await page.getByRole("heading", { name: "Saved for later" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "something that is saved for later")
    await page.getByRole("button", { name: "Put Enamel mug back into the cart" }).click()
    await page.getByRole("link", { name: "Cart (1)" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the cart with all that can be done to a line")
    await page.getByRole("button", { name: "Save for later: Enamel mug" }).click()
    await page.getByRole("button", { name: "Remove Enamel mug for good" }).click()
    await page.getByText("Your cart is empty.").waitFor()
    assert.strictEqual(await page.getByRole("heading", { name: "Saved for later" }).count(), 0)
  })

  it("shows a cart to whoever has a link, who can put it into their own, until the link is taken back", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("button", { name: "Make a link to this cart" }).click()
    await page.getByRole("heading", { name: "A cart for you to see" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a cart behind a link")
    const link = page.url()
    const friend = await visit()
    await friend.goto(link)
    await friend.getByText("1 × Enamel mug").waitFor()
    await friend.getByRole("button", { name: "Put all of it into my cart" }).click()
    await friend.getByRole("link", { name: "Cart (1)" }).waitFor()
    await page.getByRole("link", { name: "Cart (1)" }).click()
    const takeBack = page.getByRole("button", { name: "Take back: link 1" })
    await takeBack.waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a cart with a link to it")
    await takeBack.click()
    await takeBack.waitFor({ state: "detached" })
    const closed = await friend.goto(link)
    assert.strictEqual(closed?.status(), 404)
    await friend.getByText("There is no cart behind this link, or not any more.").waitFor()
  })

  it("shows the wishes of a customer to whoever has a link to them", async () => {
    const grace = shop.as(Actor.customer("customer_grace"))
    for (const slug of ["stone-bowl", "enamel-mug"]) await grace.wishList.add({ productId: (await shop.catalog.getProduct(slug)).id })
    const { share, token } = await grace.sharedWishLists.share()
    const page = await visit()
    await page.goto(`${address}/wishes/${token}`)
    assert.deepStrictEqual(await Visitor.looks(page), [], "wishes behind a link")
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).waitFor()
    await grace.sharedWishLists.revoke(share.id)
    const closed = await page.goto(`${address}/wishes/${token}`)
    assert.strictEqual(closed?.status(), 404)
    await page.getByText("There is no wish list behind this link, or not any more.").waitFor()
  })

  it("keeps the wishes of whoever signs in: what has become cheaper, into the cart, off the list, and a link that is taken back", async () => {
    const { id, variants: [variant] } = await shop.catalog.createProduct({
      title: "Ash tray",
      status: "active",
      variants: [{ price: { amount: 3_000, currency: "USD" as never }, stock: 4 }]
    })
    const page = await visit()
    await page.getByRole("link", { name: "Stone bowl" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Cart (1)" }).waitFor()
    // who wishes for something and has not signed in finds it on their list afterwards
    await page.goto(`${address}/products/ash-tray`)
    await page.getByRole("button", { name: "Put on my wish list" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "signing in")
    mailbox.mails.length = 0
    await page.getByLabel("E-mail address").fill("grace@example.com")
    await page.getByRole("button", { name: "Send me a code" }).click()
    await page.getByLabel("Code").fill("000000")
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("alert").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a wrong code")
    await shop.jobs.drain()
    await page.getByLabel("Code").fill(Mailbox.takeCode(mailbox))
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "My wishes" }).waitFor()
    await page.getByRole("link", { name: "Ash tray" }).waitFor()
    // the cart came along
    await page.getByRole("link", { name: "Cart (1)" }).waitFor()
    // what is sold out is wished for with being told
    await page.goto(`${address}/products/brass-hook`)
    await page.getByRole("button", { name: "Put on my wish list, and tell me" }).click()
    await page.getByText("we tell you when it is there again").waitFor()
    await shop.catalog.updateVariant(id, variant?.id ?? "", { price: { amount: 2_400, currency: "USD" as never } })
    await page.reload()
    await page.getByText("$24.00").waitFor()
    assert.include(await page.getByRole("main").innerText(), "$30.00", "what it cost before")
    await page.getByRole("button", { name: "Make a link to these wishes" }).click()
    await page.getByText("These are the wishes of somebody who shows them to you.").waitFor()
    const link = page.url()
    await page.getByRole("link", { name: "Wishes" }).click()
    const takeBack = page.getByRole("button", { name: "Take back: link 1" })
    await takeBack.waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "one's own wishes")
    await takeBack.click()
    await takeBack.waitFor({ state: "detached" })
    const friend = await visit()
    assert.strictEqual((await friend.goto(link))?.status(), 404)
    await friend.goto(`${address}/wishes`)
    await friend.getByRole("heading", { name: "Sign in" }).waitFor()
    await page.getByRole("button", { name: "Remove Brass hook" }).click()
    await page.getByRole("link", { name: "Brass hook" }).waitFor({ state: "detached" })
    await page.getByRole("button", { name: "Put into the cart: Ash tray" }).click()
    await page.getByRole("link", { name: "Cart (2)" }).waitFor()
    await page.getByRole("link", { name: "Wishes" }).click()
    await page.getByText("There is nothing on your list.").waitFor()
    // whoever comes after them at this machine has neither their list nor their cart
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("link", { name: "Cart (0)" }).waitFor()
    await page.getByRole("link", { name: "Wishes" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await shop.catalog.updateProduct(id, { status: "archived" })
  })

  it("lets a buyer pay again whose bank has declined", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    await page.getByLabel("A card that the bank declines").check()
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").filter({ hasText: "The bank has declined, and took nothing." }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a card that was declined")
    await page.getByRole("button", { name: "Pay" }).click()
    await page.getByText("is paid and about to be packed").waitFor()
  })

  it("says in words what cannot be had, and orders nothing for a total that has changed", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Oak stool" }).click()
    await page.getByLabel("How many").fill("9")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("alert").filter({ hasText: "There are only 8 of this." }).waitFor()
    assert.strictEqual(await page.getByLabel("How many").inputValue(), "9")
    assert.deepStrictEqual(await Visitor.looks(page), [], "too many")
    await page.getByLabel("How many").fill("some")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("alert").filter({ hasText: "Write how many as a whole number" }).waitFor()
    await page.getByLabel("How many").fill("1")
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    const [stool] = (await shop.catalog.listProducts({ search: "stool" })).items
    const { id, variants } = await shop.catalog.getProduct(stool?.slug ?? "")
    await shop.catalog.updateVariant(id, variants[0]?.id ?? "", { price: { amount: 5_000, currency: "USD" as never } })
    const before = (await shop.orders.list({})).items.length
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").filter({ hasText: "The total is $55.90 now." }).waitFor()
    assert.strictEqual(await page.getByLabel("City").inputValue(), "Portland")
    assert.lengthOf((await shop.orders.list({})).items, before)
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByText("is paid and about to be packed").waitFor()
  })

  it("what is sold out while a buyer checks out is named, and what they wrote is still there", async () => {
    const { id, variants: [variant] } = await shop.catalog.createProduct({
      title: "Last of its kind",
      status: "active",
      variants: [{ price: { amount: 700, currency: "USD" as never }, stock: 1 }]
    })
    const page = await visit()
    await page.goto(`${address}/products/last-of-its-kind`)
    await page.getByText("only 1 left").waitFor()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    await shop.inventory.adjust({ kind: "adjust", reason: "Broken", adjustments: [{ variantId: variant!.id, delta: -1 }] })
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").filter({ hasText: /There are no more of “Last of its kind”|There is nothing in your cart/ }).waitFor()
    assert.notInclude(await page.getByRole("main").innerText(), variant!.id)
    assert.strictEqual(await page.getByLabel("City").inputValue(), "Portland")
    assert.deepStrictEqual(await Visitor.looks(page), [], "sold out")
    await page.getByRole("link", { name: "Change the cart" }).click()
    await page.getByRole("button", { name: "Remove Last of its kind" }).click()
    await page.getByText("Your cart is empty.").waitFor()
    await page.goto(`${address}/products/last-of-its-kind`)
    await page.getByText("Sold out.").waitFor()
    await shop.catalog.updateProduct(id, { status: "archived" })
  })

  it("a cart that has gone is told of, and one that is an order by now leads to it", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    const other = await page.context().newPage()
    await other.goto(`${address}/checkout`)
    await fill(other, ada)
    await other.getByRole("button", { name: "Order and pay" }).click()
    const heading = await other.getByRole("heading", { name: /^Order \d+$/ }).innerText()
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("heading", { name: heading }).waitFor()
    await page.getByRole("link", { name: "Cart (0)" }).waitFor()
    await page.goto(address)
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await page.context().clearCookies()
    await fill(page, ada)
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("alert").filter({ hasText: "Your cart is not there any more." }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a cart that has gone")
  })

  it("whoever presses twice in a hurry has one order, and sees it", async () => {
    const page = await visit()
    await page.getByRole("link", { name: "Linen throw" }).click()
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    await fill(page, ada)
    const before = (await shop.orders.list({})).items.length
    await page.getByRole("button", { name: "Order and pay" }).dblclick()
    await page.getByRole("heading", { name: /^Order \d+$/ }).waitFor()
    await page.getByText("is paid and about to be packed").waitFor()
    assert.lengthOf((await shop.orders.list({})).items, before + 1)
  })

  it("says what another way to get there costs before it is ordered, keeps what was written, and works with the keyboard alone", async () => {
    const express = await shop.shipping.create({ name: "Express", price: { amount: 1_490, currency: "USD" as never }, position: 1 })
    const page = await visit()
    await page.getByRole("link", { name: "Enamel mug" }).click()
    await page.getByRole("heading", { name: "Enamel mug" }).waitFor()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert.strictEqual(await page.evaluate("document.activeElement.name"), "quantity")
    await page.keyboard.press("Enter")
    await page.getByRole("link", { name: "Check out" }).press("Enter")
    await fill(page, ada)
    await page.getByLabel("Express").check()
    await page.getByRole("button", { name: "See the new total" }).press("Enter")
    await page.getByText("$29.40").waitFor()
    assert.isTrue(await page.getByLabel("Express").isChecked())
    assert.strictEqual(await page.getByLabel("City").inputValue(), "Portland")
    assert.deepStrictEqual(await Visitor.looks(page), [], "ways to get there")
    // Enter in a field orders
    await page.getByLabel("City").press("Enter")
    await page.getByText("is paid and about to be packed").waitFor()
    assert.include(await page.getByRole("main").innerText(), "$29.40")
    await shop.shipping.delete(express.id, {})
  })

  it("finds something else where nothing is found, and keeps the words", async () => {
    const page = await visit()
    await page.getByRole("searchbox", { name: "Search" }).fill("hovercraft")
    await page.getByRole("searchbox", { name: "Search" }).press("Enter")
    await page.getByText("There is no product like that.").waitFor()
    assert.strictEqual(await page.getByRole("searchbox", { name: "Search" }).inputValue(), "hovercraft")
    assert.deepStrictEqual(await Visitor.looks(page), [], "nothing found")
    await page.getByRole("link", { name: "See everything" }).click()
    await page.getByRole("link", { name: "Stone bowl" }).waitFor()
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
    assert.deepStrictEqual(opened.complaints(), [])
  })
})
