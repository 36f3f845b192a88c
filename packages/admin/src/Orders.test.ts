import { definePlugin, type Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const inspection = definePlugin({
  name: "inspection",
  version: "1.0.0",
  states: {
    orders: [{ name: "inspected", base: "processing", title: { en: "Looked over" } }],
    fulfilments: [{ name: "taped", base: "pending", title: { en: "Taped up" } }]
  }
})

/** Texts as in the list of attacks: each would do something where text is taken for a document. */
const attacks = [
  "<script>attacked()</script>",
  "\"><img src=x onerror=attacked()>",
  "<svg/onload=attacked()>",
  "javascript:attacked()",
  "{{constructor.constructor('attacked()')()}}",
  "</title><script>attacked()</script>"
] as const

const order = async (page: Page, number: number) => {
  await page.getByRole("link", { name: "Orders", exact: true }).click()
  await page.getByRole("link", { name: `Order ${number}` }).click()
  await page.getByRole("heading", { name: `Order ${number}` }).waitFor()
}

describe("orders on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make({ plugins: [inspection] })
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("are found by words and narrowed by their states, and the address remembers it", async () => {
    const { order: { number: other } } = await AdminShop.sell(shop, { title: "Pine box" })
    const { order: { number } } = await AdminShop.sell(shop, { buyer: "grace@example.com", title: "Pine chest" })
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Orders", exact: true }).click()
    await page.getByRole("link", { name: `Order ${number}` }).waitFor()
    await page.getByRole("searchbox", { name: "Search" }).fill("grace@example.com")
    await page.getByRole("button", { name: "Search" }).click()
    await page.getByRole("link", { name: `Order ${other}` }).waitFor({ state: "detached" })
    await page.getByRole("link", { name: `Order ${number}` }).waitFor()
    await page.reload()
    await page.getByRole("link", { name: `Order ${number}` }).waitFor()
    assert.strictEqual(await page.getByRole("searchbox", { name: "Search" }).inputValue(), "grace@example.com")
    await page.getByRole("combobox", { name: "State" }).selectOption("Delivered")
    await page.getByText("No order is like that.").waitFor()
    await page.getByRole("combobox", { name: "State" }).selectOption("All")
    const { timeZone } = (await shop.stores.current()).settings
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(Date.now())
    const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel("Placed from").fill(tomorrow)
    await page.getByText("No order is like that.").waitFor()
  })

  it("are sorted by tags, and looked at again by views that are saved", async () => {
    const { order: placed } = await AdminShop.sell(shop, { title: "Maple tray" })
    const { order: other } = await AdminShop.sell(shop, { title: "Maple bowl" })
    const { page } = await s.signedIn()
    await order(page, placed.number)
    await page.getByLabel("Tags").fill("Gift, rush, gift")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("link", { name: "rush" }).click()
    await page.getByRole("link", { name: `Order ${placed.number}` }).waitFor()
    await page.getByRole("link", { name: `Order ${other.number}` }).waitFor({ state: "detached" })
    await page.getByRole("button", { name: "Save this view" }).click()
    await page.getByRole("dialog").getByLabel("Name").fill("In a hurry")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await page.getByRole("link", { name: "In a hurry" }).waitFor()
    await page.getByRole("link", { name: "All orders" }).click()
    await page.getByRole("link", { name: `Order ${other.number}` }).waitFor()
    await page.getByRole("link", { name: "In a hurry" }).click()
    await page.getByRole("link", { name: `Order ${other.number}` }).waitFor({ state: "detached" })
    assert.deepStrictEqual((await shop.orders.get(placed.id)).tags, ["gift", "rush"])
    await page.getByRole("button", { name: "Forget this view" }).click()
    await Visitor.agree(page, "Forget this view")
    await page.getByRole("link", { name: "In a hurry" }).waitFor({ state: "detached" })
  })

  it("are sent: pieces set aside, a parcel with its number, and what happened in order", async () => {
    const { order: placed } = await AdminShop.sell(shop, { title: "Walnut lamp" })
    const { page } = await s.signedIn()
    await order(page, placed.number)
    const pieces = page.getByRole("form", { name: "Still to send" }).getByLabel("Walnut lamp")
    await pieces.fill("3")
    await page.getByRole("button", { name: "Fulfil" }).click()
    await page.getByRole("alert").waitFor()
    await pieces.fill("1")
    await page.getByRole("button", { name: "Fulfil" }).click()
    await page.getByRole("status").filter({ hasText: "The pieces are set aside for sending." }).waitFor()
    await page.getByText("To pick").waitFor()
    assert.strictEqual(await pieces.inputValue(), "1")
    await page.getByRole("button", { name: "Mark as sent" }).click()
    const parcel = page.getByRole("dialog", { name: "The parcel leaves" })
    await parcel.getByLabel("Carrier").fill("Owl Post")
    await parcel.getByLabel("Number of the parcel").fill("OWL 7")
    await parcel.getByLabel("Where the parcel is followed").fill("https://owl.example/7")
    await parcel.getByRole("button", { name: "Mark as sent" }).click()
    await page.getByRole("link", { name: "OWL 7" }).waitFor()
    await page.getByRole("listitem").filter({ hasText: /^Sent/ }).first().waitFor()
    const [fulfilment] = await shop.fulfilments.ofOrder(placed.id)
    assert.deepInclude(fulfilment, { status: "shipped", lines: [{ lineId: placed.lines[0]!.id, quantity: 1 }] })
    await page.getByRole("button", { name: "Delivered", exact: true }).click()
    await page.getByRole("list").getByText("Delivered", { exact: true }).first().waitFor()
  })

  it("go through the states of plug-ins, and so do their parcels", async () => {
    const { order: placed } = await AdminShop.sell(shop, { title: "Elm stool" })
    await shop.fulfilments.create(placed.id)
    const { page } = await s.signedIn()
    await order(page, placed.number)
    await page.getByRole("button", { name: "Looked over", exact: true }).click()
    await page.getByRole("listitem").filter({ hasText: "Its state changed: Looked over" }).waitFor()
    assert.strictEqual((await shop.orders.get(placed.id)).state, "inspected")
    await page.getByRole("button", { name: "Taped up", exact: true }).click()
    await page.getByRole("button", { name: "No longer: Taped up" }).waitFor()
    assert.strictEqual((await shop.fulfilments.ofOrder(placed.id))[0]?.state, "taped")
    await page.getByRole("button", { name: "No longer: Looked over" }).click()
    await page.getByRole("button", { name: "Looked over", exact: true }).waitFor()
    assert.notProperty(await shop.orders.get(placed.id), "state")
  })

  it("give back a part of what was paid, once it is proved anew who asks for it", async () => {
    const { order: placed } = await AdminShop.sell(shop, { title: "Stone bowl", price: 2_500, quantity: 1 })
    const { page } = await s.signedIn()
    await order(page, placed.number)
    // answers once as @stoa/http does when a proof is old
    await page.route("**/refunds", (route) =>
      route.request().method() === "GET" ? route.fallback() : route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 403, code: "step_up_required", detail: "Prove once more that it is you", secondFactor: false })
      }))
    await page.getByRole("button", { name: "Refund" }).click()
    const dialog = page.getByRole("dialog", { name: "Give money back" })
    await dialog.getByText("$30.00 of what was paid").waitFor()
    await dialog.getByLabel("Amount in USD").fill("ten")
    await dialog.getByRole("button", { name: "Refund" }).click()
    await dialog.getByText("Write an amount, such as 19.99.").waitFor()
    await dialog.getByLabel("Amount in USD").fill("4000")
    await dialog.getByRole("button", { name: "Refund" }).click()
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" })
    await proof.getByLabel("Password").fill("wrong")
    await proof.getByRole("button", { name: "Confirm" }).click()
    await proof.getByRole("alert").waitFor()
    await proof.getByLabel("Password").fill(AdminShop.owner.password)
    await page.unroute("**/refunds")
    await proof.getByRole("button", { name: "Confirm" }).click()
    await proof.waitFor({ state: "detached" })
    // more than there is is refused in words
    await dialog.getByRole("alert").waitFor()
    await dialog.getByLabel("Amount in USD").fill("12.50")
    await dialog.getByLabel("Reason").fill("A scratch")
    await dialog.getByRole("button", { name: "Refund" }).click()
    await page.getByRole("status").filter({ hasText: "$12.50 is on its way back." }).waitFor()
    await page.getByRole("listitem").filter({ hasText: "A scratch" }).getByText("$12.50").waitFor()
  })

  it("attack, XSS: texts that people write are shown as they are and do nothing", async () => {
    // sells best of all, so that the first page shows it
    const { order: placed, product } = await AdminShop.sell(shop, { title: attacks[0], price: 90_000, quantity: 9, buyer: "eve@example.com" })
    for (const text of attacks.slice(1)) {
      const { id } = await shop.catalog.createProduct({ title: text, variants: [{ price: { amount: 100, currency: "USD" as never }, stock: 1 }] })
      await shop.catalog.updateProduct(id, { description: text, vendor: text })
    }
    const { page } = await s.signedIn()
    await order(page, placed.number)
    await page.getByRole("rowheader", { name: product.title }).waitFor()
    for (const text of attacks) {
      await page.getByLabel("New note").fill(text)
      await page.getByRole("button", { name: "Add the note" }).click()
      await page.getByRole("listitem").getByText(text, { exact: true }).waitFor()
    }
    assert.deepStrictEqual((await shop.orderNotes.list(placed.id, {})).items.length, attacks.length)
    await page.getByRole("link", { name: "Home", exact: true }).click()
    await page.getByRole("link", { name: product.title }).waitFor()
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { order: placed } = await AdminShop.sell(shop, { title: "Oak shelf" })
    const { id } = await shop.fulfilments.create(placed.id, { lines: [{ lineId: placed.lines[0]!.id, quantity: 1 }] })
    await shop.fulfilments.advance(id, { event: "ship", tracking: [{ carrier: "Owl Post", number: "OWL 7", url: null }] })
    const { page } = await s.signedIn({}, `${s.url}#/orders`)
    await page.getByRole("link", { name: `Order ${placed.number}` }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "orders")
    await page.getByRole("link", { name: `Order ${placed.number}` }).click()
    await page.getByText("OWL 7").waitFor()
    await page.getByText("Placed", { exact: true }).waitFor()
    await page.getByRole("button", { name: "Fulfil" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "an order")
    await page.getByRole("button", { name: "Refund" }).click()
    await page.getByRole("dialog").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a refund")
  })
})
