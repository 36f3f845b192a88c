import type { Stoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Locator, Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"

/** More than any screen has places to stop at. */
const most = 120

/** Goes on with Tab until something has the focus, as somebody does who has no mouse; it must be seen that it has it. */
const reach = async (page: Page, wanted: Locator): Promise<void> => {
  await wanted.waitFor()
  for (let stops = 0; stops < most; stops++) {
    await page.keyboard.press("Tab")
    if (await wanted.and(page.locator(":focus-visible")).count() === 0) continue
    const seen = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert.notStrictEqual(seen, "none", `the focus on ${String(wanted)} is not seen`)
    return
  }
  throw new Error(`Tab does not lead to ${String(wanted)}`)
}

/** The same, and presses a key there. */
const press = async (page: Page, wanted: Locator, key = "Enter"): Promise<void> => {
  await reach(page, wanted)
  await page.keyboard.press(key)
}

/** The same, and writes what is to stand there. */
const write = async (page: Page, wanted: Locator, text: string): Promise<void> => {
  await reach(page, wanted)
  await page.keyboard.press("Control+A")
  await page.keyboard.type(text)
}

describe("the administration page by keyboard alone", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("an order is found and sent from the sign-in on, and the focus comes back from each dialogue", async () => {
    const { order } = await AdminShop.sell(shop, { title: "Walnut lamp", buyer: "grace@example.com" })
    await AdminShop.sell(shop, { title: "Stone bowl" })
    const { page } = await s.visitor()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await page.keyboard.type(AdminShop.owner.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(AdminShop.owner.password)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
    await press(page, page.getByRole("link", { name: "Orders", exact: true }))
    await page.getByRole("heading", { name: "Orders", level: 1 }).waitFor()
    await write(page, page.getByRole("searchbox", { name: "Search" }), "grace@example.com")
    await page.keyboard.press("Enter")
    await page.getByRole("rowheader").nth(1).waitFor({ state: "detached" })
    await press(page, page.getByRole("link", { name: `Order ${order.number}` }))
    await page.getByRole("heading", { name: `Order ${order.number}` }).waitFor()
    await press(page, page.getByRole("button", { name: "Fulfil" }))
    await page.getByRole("status").filter({ hasText: "The pieces are set aside for sending." }).waitFor()
    const ship = page.getByRole("button", { name: "Mark as sent" })
    await press(page, ship)
    const parcel = page.getByRole("dialog", { name: "The parcel leaves" })
    // what is asked for first has the focus already, and Escape leads back to where one came from
    await parcel.getByLabel("Carrier").and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Escape")
    // a dialogue gives the focus back before the page hears that it was closed
    await page.locator("dialog", { hasText: "The parcel leaves" }).waitFor({ state: "detached" })
    await ship.and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Enter")
    await parcel.getByLabel("Carrier").and(page.locator(":focus")).waitFor()
    await page.keyboard.type("Owl Post")
    await page.keyboard.press("Tab")
    await page.keyboard.type("OWL 7")
    await page.keyboard.press("Enter")
    await page.getByText("OWL 7").waitFor()
    assert.strictEqual((await shop.fulfilments.ofOrder(order.id))[0]?.status, "shipped")
  })

  it("the price of a product is changed, and what is wrong is heard where it is", async () => {
    const { product } = await AdminShop.sell(shop, { title: "Oak stool" })
    const { page } = await s.signedIn({}, `${s.url}#/products/${product.id}`)
    await press(page, page.getByRole("button", { name: "Edit: Oak stool" }))
    const price = page.getByRole("dialog").getByLabel("Price in USD")
    await price.and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("a lot")
    await page.keyboard.press("Enter")
    await price.and(page.locator("[aria-invalid=true]:focus")).waitFor()
    const described = await price.getAttribute("aria-describedby")
    assert.include(await page.locator(`[id="${described?.split(" ").at(-1)}"]`).innerText(), "Write an amount")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("79.90")
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    await page.getByText("$79.90").waitFor()
    await page.getByRole("button", { name: "Edit: Oak stool" }).and(page.locator(":focus")).waitFor()
    assert.strictEqual((await shop.catalog.getProduct(product.id)).variants[0]?.price.amount, 7_990)
  })

  it("a review is published, and the next one is near", async () => {
    const { settings } = await shop.stores.current()
    await shop.stores.update({ settings: { reviews: { ...settings.reviews, writers: "customers", moderation: "all" } } })
    const { product } = await AdminShop.sell(shop, { title: "Stone vase" })
    for (const [email, title] of [["mary@example.com", "Bright"], ["joan@example.com", "Heavy"]] as const) {
      const { id } = await s.person(email, [])
      await shop.as(Actor.customer(id)).reviews.create({ product: product.id, rating: 4, title, text: "It stands." })
    }
    const { page } = await s.signedIn({}, `${s.url}#/reviews`)
    const publish = page.getByRole("listitem", { name: "Bright" }).getByRole("button", { name: "Publish" })
    await press(page, publish, "Space")
    await publish.waitFor({ state: "detached" })
    await page.waitForFunction("document.activeElement !== document.body")
    await press(page, page.getByRole("listitem", { name: "Heavy" }).getByRole("button", { name: "Reject" }))
    await page.getByRole("dialog").getByLabel("Reason").and(page.locator(":focus")).waitFor()
    await page.keyboard.type("No review")
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").waitFor({ state: "detached" })
    const { items } = await shop.reviews.ofProduct(product.id, {})
    assert.deepStrictEqual(items.map(({ title }) => title), ["Bright"])
  })

  it("the menu on a telephone is opened and left, and holds nobody", async () => {
    const { page } = await s.signedIn({ viewport: { width: 390, height: 844 } })
    const menu = page.getByRole("button", { name: "Menu" })
    await press(page, menu)
    await page.getByRole("link", { name: "Stock", exact: true }).waitFor()
    await page.keyboard.press("Escape")
    await menu.and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Enter")
    await press(page, page.getByRole("link", { name: "Stock", exact: true }))
    await page.getByRole("heading", { name: "Stock", level: 1 }).and(page.locator(":focus")).waitFor()
  })
})
