import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("what comes back and is edited, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  /** An order of which everything has gone out and arrived. */
  const delivered = async (title: string) => {
    const sold = await AdminShop.sell(shop, { title })
    const { id } = await shop.fulfilments.create(sold.order.id, {})
    await shop.fulfilments.advance(id, { event: "ship" })
    await shop.fulfilments.advance(id, { event: "deliver" })
    return { ...sold, line: sold.order.lines[0]! }
  }

  it("a return is approved, looked at when it has come, and its money given back", async () => {
    const { line, order } = await delivered("Walnut lamp")
    const { id } = await shop.returns.request(order.id, {
      lines: [{ lineId: line.id, quantity: 2, reason: "changed_mind", note: "Too bright" }]
    })
    const { page } = await s.signedIn({}, `${s.url}#/returns`)
    await page.getByRole("row").filter({ hasText: "2 pieces · Changed their mind" }).getByRole("link").first().click()
    await page.getByRole("rowheader", { name: "Walnut lamp" }).waitFor()
    await page.getByRole("button", { name: "Approve" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("How to send it back").fill("Put it in a box, to Oak Street 1")
    await dialog.getByLabel("What you keep").fill("some")
    await dialog.getByRole("button", { name: "Approve" }).click()
    await dialog.getByText("Write an amount, such as 19.99.").waitFor()
    await dialog.getByLabel("What you keep").fill("10")
    await dialog.getByRole("button", { name: "Approve" }).click()
    await page.getByText("Put it in a box, to Oak Street 1").waitFor()
    await page.getByRole("button", { name: "It has come" }).click()
    await dialog.getByLabel("Into stock").fill("1")
    await dialog.getByLabel("Not fit for sale").fill("1")
    await dialog.getByRole("button", { name: "Write it down" }).click()
    await page.getByText("Has come", { exact: true }).waitFor()
    await page.getByText("$170.00").first().waitFor()
    await page.getByRole("button", { name: "Refund" }).click()
    await dialog.getByText("$170.00 of it has not been given back.").waitFor()
    await dialog.getByRole("button", { name: "Refund" }).click()
    await page.getByText("Given back", { exact: true }).first().waitFor()
    const kept = await shop.returns.get(id)
    assert.deepInclude(kept.lines[0], { restocked: 1, scrapped: 1 })
    assert.deepStrictEqual([kept.refunded.amount, kept.owed.amount], [17_000, 0])
  })

  it("an exchange is begun for a buyer who called, with other pieces instead of the money", async () => {
    const { order } = await delivered("Oak stool")
    const other = await shop.catalog.createProduct({
      title: "Ash stool",
      status: "active",
      variants: [{ price: { amount: 9_000, currency: "USD" as never }, sku: "ASH", stock: 3 }]
    })
    const { page } = await s.signedIn({}, `${s.url}#/orders/${order.id}`)
    await page.getByRole("button", { name: "Begin a return" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Oak stool").fill("0")
    await dialog.getByRole("button", { name: "Begin a return" }).click()
    await dialog.getByText("Say how many of something.").waitFor()
    await dialog.getByLabel("Oak stool").fill("1")
    await dialog.getByLabel("Reason").selectOption("Does not fit")
    await dialog.getByLabel("Send something else").fill("ash st")
    await dialog.getByRole("button", { name: "Ash stool" }).click()
    await dialog.getByLabel("Wanted instead: Ash stool").waitFor()
    await dialog.getByRole("button", { name: "Begin a return" }).click()
    await page.getByText("Its order is made once the return is approved.").waitFor()
    await page.getByRole("button", { name: "Approve" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click()
    await page.getByRole("link", { name: "The order of the new pieces" }).waitFor()
    const [made] = await shop.returns.ofOrder(order.id)
    assert.deepStrictEqual(made?.exchange?.items.map(({ variantId }) => variantId), [other.variants[0]?.id])
  })

  it("a claim is opened for a buyer who called, and refused with words or sent again", async () => {
    const { order } = await delivered("Pine box")
    const { page } = await s.signedIn({}, `${s.url}#/orders/${order.id}`)
    await page.getByRole("button", { name: "Begin a claim" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Pine box").fill("1")
    await dialog.getByLabel("Reason").selectOption("Lost")
    await dialog.getByRole("button", { name: "Begin a claim" }).click()
    await page.getByRole("heading", { name: /^Claim / }).waitFor()
    await page.getByRole("button", { name: "Refuse" }).click()
    await dialog.getByRole("button", { name: "Refuse" }).click()
    await dialog.getByLabel("What the buyer is told").and(page.locator("[aria-invalid=true]")).waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Send it again" }).click()
    await dialog.getByRole("button", { name: "Send it again" }).click()
    await page.getByRole("link", { name: "The order of what is sent again" }).click()
    await page.getByRole("rowheader", { name: "Pine box" }).waitFor()
    await page.goto(`${s.url}#/claims`)
    await page.getByRole("row").filter({ hasText: "Sent again" }).filter({ hasText: "1 piece · Lost" }).waitFor()
  })

  it("an order is edited as it was shown: one piece less, something new, and the difference", async () => {
    const { order } = await AdminShop.sell(shop, { title: "Cedar chest" })
    await shop.catalog.createProduct({
      title: "Linen cloth",
      status: "active",
      options: [{ name: "Colour", values: ["Blue", "Red"] }],
      variants: ["Blue", "Red"].map((colour) => ({
        price: { amount: 2_000, currency: "USD" as never },
        sku: `LINEN-${colour}`,
        stock: 9,
        optionValues: [colour]
      }))
    })
    const { page } = await s.signedIn({}, `${s.url}#/orders/${order.id}`)
    await page.getByRole("button", { name: "Edit", exact: true }).click()
    const dialog = page.getByRole("dialog", { name: "Edit the order" })
    await dialog.getByRole("button", { name: "See what it would do" }).click()
    await dialog.getByText("Change how many there are, or add something.").waitFor()
    await dialog.getByLabel("Cedar chest").fill("1")
    await dialog.getByLabel("Add goods").fill("linen")
    await dialog.getByRole("button", { name: "Linen cloth" }).click()
    await dialog.getByRole("button", { name: /Red/ }).click()
    await dialog.getByLabel("New: Linen cloth, Red").waitFor()
    await dialog.getByRole("button", { name: "See what it would do" }).click()
    await dialog.getByText("1 taken from stock").waitFor()
    assert.isFalse(await dialog.getByLabel("Cedar chest").isVisible())
    assert.deepStrictEqual(await Visitor.looks(page), [], "a preview")
    const figures = async (name: string) => (await dialog.locator("dl > div").filter({ hasText: name }).innerText()).replace(/\s+/g, " ")
    assert.include(await figures("Goes back to the buyer"), "$70.00")
    assert.strictEqual((await shop.orders.get(order.id)).edits, 0)
    await dialog.getByRole("button", { name: "Edit it so" }).click()
    await page.getByRole("status").filter({ hasText: "The order is edited." }).waitFor()
    await page.getByRole("rowheader", { name: /Linen cloth/ }).waitFor()
    const edited = await shop.orders.get(order.id)
    assert.deepStrictEqual(
      edited.lines.map(({ cancelled, quantity, title }) => [title, quantity, cancelled]),
      [["Cedar chest", 2, 1], ["Linen cloth", 1, 0]]
    )
  })

  it("whoever may only look is offered no more", async () => {
    const { line, order } = await delivered("Slate bowl")
    const { id } = await shop.returns.request(order.id, { lines: [{ lineId: line.id, quantity: 1, reason: "other" }] })
    await shop.roles.create({ name: "reader", title: "Reader", permissions: ["orders:read"] })
    await s.person("reader@example.com", ["reader"])
    const who = { ...AdminShop.owner, email: "reader@example.com" }
    const { page } = await s.signedIn({}, `${s.url}#/returns/${id}`, who)
    await page.getByRole("rowheader", { name: "Slate bowl" }).waitFor()
    assert.deepStrictEqual(await page.getByRole("main").getByRole("button").allInnerTexts(), [])
    const sections = await page.getByRole("navigation", { name: "Sections" }).getByRole("link").allInnerTexts()
    assert.deepStrictEqual(sections.map((text) => text.trim()), ["Home", "Orders", "Drafts", "Returns"])
    await page.goto(`${s.url}#/orders/${order.id}`)
    await page.getByText("What happened").waitFor()
    await page.getByText("Slate bowl").first().waitFor()
    assert.deepStrictEqual(await page.getByRole("main").getByRole("button").allInnerTexts(), [])
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { line, order } = await delivered("Birch shelf")
    const asked = await shop.returns.request(order.id, { lines: [{ lineId: line.id, quantity: 1, reason: "damaged" }] })
    const claim = await shop.claims.open(order.id, { lines: [{ lineId: line.id, quantity: 1, reason: "missing_item" }] })
    const { page } = await s.signedIn({}, `${s.url}#/returns`)
    await page.getByRole("table").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "returns")
    await page.goto(`${s.url}#/returns/${asked.id}`)
    await page.getByRole("button", { name: "Approve" }).click()
    await page.getByRole("dialog").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a return")
    await page.goto(`${s.url}#/claims/${claim.id}`)
    await page.getByRole("button", { name: "Send it again" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a claim")
  })
})
