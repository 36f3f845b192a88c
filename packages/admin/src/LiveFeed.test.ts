import type { Stoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("what happens now, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  let variantId: string
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    const { settings } = await shop.stores.current()
    await shop.stores.update({ settings: { reviews: { ...settings.reviews, writers: "customers" } } })
    const { product } = await AdminShop.sell(shop, { stock: 100 })
    variantId = product.variants[0]?.id ?? ""
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const feedOf = (page: Page) => page.getByRole("region", { name: "What happens now" })

  /** The orders that the feed says were placed, the newest first. */
  const placed = async (page: Page) =>
    (await feedOf(page).getByRole("listitem").filter({ hasText: "Ordered" }).getByRole("link").allInnerTexts())

  const buy = async () => (await AdminShop.buy(shop, variantId)).number

  it("shows what was lately, then what happens, and says it to readers of screens", async () => {
    const { page } = await s.signedIn()
    const feed = feedOf(page)
    await feed.getByText("Live", { exact: true }).waitFor()
    await feed.getByRole("listitem").filter({ hasText: "Ordered" }).filter({ hasText: "Order 1001" }).waitFor()
    // what was before is not said
    assert.strictEqual(await feed.getByRole("status").innerText(), "")
    const number = await buy()
    await feed.getByRole("listitem").filter({ hasText: "Ordered" }).filter({ hasText: `Order ${number}` }).getByText("$95.00").waitFor()
    await feed.getByRole("status").filter({ hasText: `Order ${number}` }).waitFor({ state: "attached" })
    const ada = await s.person("ada@example.com", [])
    await shop.as(Actor.customer(ada.id)).reviews.create({ product: "walnut-lamp", rating: 4, title: "Bright", text: "It lights the whole room." })
    const review = feed.getByRole("listitem").filter({ hasText: "Reviewed" })
    await review.getByRole("link", { name: "Walnut lamp" }).waitFor()
    await review.getByText("4 of 5 stars").waitFor()
    await feed.getByRole("link", { name: `Order ${number}` }).first().click()
    await page.getByRole("heading", { name: `Order ${number}` }).waitFor()
  })

  it("rests while it is told to or nobody sees it, and then goes on with what it has missed", async () => {
    const { page } = await s.signedIn()
    const feed = feedOf(page)
    await feed.getByText("Live", { exact: true }).waitFor()
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} }); document.dispatchEvent(new Event("visibilitychange"))`)
    await hide(true)
    await feed.getByText("Paused", { exact: true }).waitFor()
    const first = await buy()
    await hide(false)
    await feed.getByText("Live", { exact: true }).waitFor()
    await feed.getByText(`Order ${first}`).first().waitFor()
    await feed.getByRole("button", { name: "Pause" }).click()
    await feed.getByText("Paused", { exact: true }).waitFor()
    const second = await buy()
    await feed.getByRole("button", { name: "Go on" }).click()
    await feed.getByText(`Order ${second}`).first().waitFor()
    const seen = await placed(page)
    assert.deepStrictEqual([...new Set(seen)], seen, "each is told once")
    assert.deepStrictEqual(seen.slice(0, 2), [`Order ${second}`, `Order ${first}`])
  })

  it("goes on where the connection was cut, tells nothing twice, and holds the newest twenty only", async () => {
    const told: Array<{ readonly id: string; readonly type: string }> = []
    for await (const entry of shop.analytics.follow()) {
      told.push(entry)
      if (entry.type === "order.placed") break
    }
    const last = told.at(-1)?.id ?? ""
    const { context, page } = await s.visitor({}, "about:blank")
    const asked: Array<string | undefined> = []
    await context.route("**/api/v1/admin/live", async (route) => {
      asked.push(route.request().headers()["last-event-id"])
      if (asked.length === 2) return route.abort("connectionreset")
      if (asked.length > 1) return route.continue()
      return route.fulfill({ contentType: "text/event-stream", body: told.map((entry) => `id: ${entry.id}\nevent: ${entry.type}\ndata: ${JSON.stringify(entry)}\n\n:\n\n`).join("") })
    })
    await page.goto(s.url)
    await AdminShop.signIn(page)
    const feed = feedOf(page)
    const number = await buy()
    await feed.getByText(`Order ${number}`).first().waitFor()
    await feed.getByText("Live", { exact: true }).waitFor()
    assert.deepStrictEqual(asked, [undefined, last, last])
    const seen = await placed(page)
    assert.deepStrictEqual([...new Set(seen)], seen)
    for (let count = 0; count < 8; count++) await buy()
    await feed.getByText(`Order ${number + 8}`).first().waitFor()
    assert.isAtMost(await feed.getByRole("listitem").count(), 20)
  })

  it("is not for whoever sees no figures", async () => {
    const packer = { email: "packer@example.com", password: AdminShop.owner.password }
    await shop.roles.create({ name: "packing", title: "Packing", permissions: ["orders:read"] })
    await s.person(packer.email, ["packing"])
    const { page } = await s.signedIn({}, s.url, packer)
    await page.getByRole("heading", { name: "Latest orders" }).waitFor()
    assert.strictEqual(await feedOf(page).count(), 0)
  })

  it("has nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { page } = await s.signedIn()
    await feedOf(page).getByText("Order 1001").first().or(feedOf(page).getByText("Live", { exact: true })).first().waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [])
  })
})
