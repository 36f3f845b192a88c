import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("what a buyer pays, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("is seen for a guest, for many pieces, for a group, with a code, and says which lists apply", async () => {
    const { variants: [variant] } = await shop.catalog.createProduct({ title: "Walnut lamp", status: "active", variants: [{ price: usd(9_000), stock: 50 }] })
    const variantId = variant?.id ?? ""
    const group = await shop.customerGroups.create({ name: "Trade" })
    await shop.priceLists.create({ name: "Trade prices", customerGroupId: group.id, prices: [{ variantId, price: usd(7_000) }] })
    await shop.priceLists.create({ name: "Dozens", prices: [{ variantId, minQuantity: 12, price: usd(8_000) }] })
    await shop.promotions.create({ name: "Autumn", trigger: "code", code: "AUTUMN", action: { type: "percent_off_order", args: { ratePpm: 100_000 } } })
    const { page } = await s.signedIn({}, `${s.url}#/prices`)
    await page.getByRole("link", { name: "What a buyer pays" }).click()
    await page.getByText("Choose first what is bought.").waitFor()
    await page.getByLabel("What is bought").fill("walnut")
    const found = page.getByRole("button", { name: "Walnut lamp" })
    await found.click()
    await page.getByLabel("Pieces").waitFor()
    await found.waitFor({ state: "detached" })
    const ask = page.getByRole("button", { name: "See what it costs" })
    const answer = page.getByRole("region", { name: "What it costs" })
    const list = (name: string) => answer.getByRole("listitem").filter({ hasText: name })
    await page.getByLabel("Pieces").fill("many")
    await ask.click()
    await page.getByLabel("Pieces").and(page.locator("[aria-invalid=true]")).waitFor()
    await page.getByLabel("Pieces").fill("2")
    await ask.click()
    await answer.getByText("$90.00 each").waitFor()
    await list("Trade prices").getByText("For a group").waitFor()
    await list("Dozens").getByText("For more pieces").waitFor()
    await page.getByLabel("Pieces").fill("12")
    await page.getByLabel("Country").selectOption("Austria")
    await ask.click()
    await answer.getByText("$80.00 each").waitFor()
    await list("Dozens").getByText("Applies").waitFor()
    await answer.getByText("to Austria").waitFor()
    await page.getByLabel("Customer group").selectOption("Trade")
    await page.getByLabel("Codes that they enter").fill("AUTUMN, NOTHING")
    await ask.click()
    await answer.getByText("$70.00 each").waitFor()
    await list("Dozens").getByText("Another one counts").waitFor()
    await answer.getByText("AUTUMN: applies").waitFor()
    await answer.getByText("$756.00", { exact: true }).first().waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "what a buyer pays")
  })
})
