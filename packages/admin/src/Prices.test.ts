import type { Stoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("price lists on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    await shop.stores.update({ settings: { currencies: ["EUR" as never] } })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const product = (title: string) =>
    shop.catalog.createProduct({ title, status: "active", variants: [{ price: usd(2_000), sku: title.toUpperCase().replaceAll(" ", "-"), stock: 99 }] })

  /** What a list says: how a variant is called, from how many pieces on, and the price. */
  const kept = async (name: string) => {
    const { items } = await shop.priceLists.list({})
    const { items: prices } = await shop.priceLists.prices(items.find((list) => list.name === name)?.id ?? "")
    return prices.map(({ minQuantity, price, title }) => [title, minQuantity, price.amount])
  }

  it("a list for a group is made with prices from more pieces on, and its members pay them", async () => {
    const { variants: [variant] } = await product("Walnut lamp")
    const ada = await s.person("ada@example.com", [])
    const trade = await shop.customerGroups.create({ name: "Trade" })
    await shop.customerGroups.addMembers(trade.id, { customerIds: [ada.id] })
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Price lists" }).click()
    await page.getByText("There is no price list yet").waitFor()
    await page.getByRole("button", { name: "New price list" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name").fill("Trade prices")
    await dialog.getByLabel("What it does").selectOption("Another price")
    await dialog.getByRole("button", { name: "Make the price list" }).click()

    await page.getByRole("heading", { name: "Trade prices", level: 1 }).waitFor()
    await page.getByLabel("Put goods into it").fill("walnut")
    await page.getByRole("button", { name: "Walnut lamp" }).click()
    await dialog.getByLabel("Each in USD").fill("sixteen")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("Write an amount, such as 19.99.").waitFor()
    await dialog.getByLabel("Each in USD").fill("16")
    await dialog.getByRole("button", { name: "Cheaper from more pieces on" }).click()
    await dialog.getByLabel("From so many pieces (2)").fill("1")
    await dialog.getByLabel("Each in USD (2)").fill("12.50")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("There is a price for this number of pieces already.").waitFor()
    await dialog.getByLabel("From so many pieces (2)").fill("10")
    await dialog.getByRole("button", { name: "Save" }).click()
    const row = page.getByRole("listitem").filter({ hasText: "WALNUT-LAMP" })
    await row.getByText("from 10 on").waitFor()
    assert.deepStrictEqual(await kept("Trade prices"), [["Walnut lamp", 1, 1_600], ["Walnut lamp", 10, 1_250]])

    const { cart } = await shop.as(Actor.customer(ada.id)).carts.create()
    const added = await shop.as(Actor.customer(ada.id)).carts.addItem(cart.id, { variantId: variant?.id ?? "", quantity: 10 })
    assert.strictEqual(added.lines[0]?.unitPrice.amount, 2_000, "a draft is for nobody")
    await page.getByLabel("Customer group").selectOption("Trade")
    await page.getByLabel(/^Countries/).fill("us, Austria")
    await page.getByLabel("State").selectOption("Active")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByLabel(/^Countries/).and(page.locator("[aria-invalid=true]")).waitFor()
    await page.getByLabel(/^Countries/).fill("us, at")
    // the page may still say that the prices were saved
    const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok())
    await page.getByRole("button", { name: "Save" }).click()
    await saved
    const paid = await shop.as(Actor.customer(ada.id)).carts.get(cart.id)
    assert.strictEqual(paid.lines[0]?.unitPrice.amount, 1_250)

    // the price from 10 pieces on goes, the other stays
    await row.getByRole("button", { name: "Edit: Walnut lamp" }).click()
    await dialog.getByRole("button", { name: "Take out price 2" }).click()
    await dialog.getByRole("button", { name: "Save" }).click()
    await row.getByText("from 10 on").waitFor({ state: "detached" })
    assert.deepStrictEqual(await kept("Trade prices"), [["Walnut lamp", 1, 1_600]])
    await row.getByRole("button", { name: "Take out: Walnut lamp" }).click()
    await Visitor.agree(page, "Take out: Walnut lamp")
    await page.getByText("It has no prices yet.").waitFor()
    await page.goto(`${s.url}#/prices`)
    await page.getByText("Trade · AT, US").waitFor()
    await page.getByRole("link", { name: "Trade prices" }).click()
    await page.getByRole("button", { name: "Delete the price list" }).click()
    await dialog.getByText("Its prices go with it").waitFor()
    await dialog.getByRole("button", { name: "Delete the price list" }).click()
    await page.getByText("There is no price list yet").waitFor()
  })

  it("prices come from a spreadsheet, all of them or none, and the line that is wrong is named", async () => {
    await product("Stone bowl")
    await product("Oak stool")
    const { id } = await shop.priceLists.create({ name: "Winter", prices: [{ sku: "OAK-STOOL", minQuantity: 50, price: usd(1) }] })
    const { page } = await s.signedIn({}, `${s.url}#/prices/${id}`)
    await page.getByRole("button", { name: "Paste from a spreadsheet" }).click()
    const dialog = page.getByRole("dialog")
    const lines = (...rows: ReadonlyArray<string>) => dialog.getByLabel("Lines").fill(rows.join("\n"))
    const take = () => dialog.getByRole("button", { name: "Take these prices" }).click()
    await lines("SKU\tfrom\tprice", "STONE-BOWL\t1\t$1,018.00", "OAK-STOOL\t5\tcheap")
    await take()
    await dialog.getByText("Line 3: Write an amount, such as 19.99.").waitFor()
    await lines("SKU\tfrom\tprice", "STONE-BOWL\t1\t18.00", "OAK-TABLE\t5\t31")
    await take()
    await dialog.getByText("Line 3: Nothing has the stock number OAK-TABLE.").waitFor()
    assert.deepStrictEqual(await kept("Winter"), [["Oak stool", 50, 1]])
    await lines("SKU\tfrom\tprice", "STONE-BOWL\t1\t$1,018.00", "STONE-BOWL\t3\t15,5", "", "OAK-STOOL\t\t31")
    await dialog.getByLabel("These are all their prices").check()
    await take()
    await page.getByRole("status").filter({ hasText: "3 prices were taken." }).waitFor()
    const sorted = (await kept("Winter")).sort(([one, few], [other, many]) => String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : Number(few) - Number(many))
    assert.deepStrictEqual(sorted, [["Oak stool", 1, 3_100], ["Stone bowl", 1, 101_800], ["Stone bowl", 3, 1_550]])
  })

  it("settings say which currencies are sold in, and where prices include tax", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/settings`)
    await page.getByLabel("Sells in these currencies, too").fill("eur, chf")
    await page.getByLabel("Prices in EUR").selectOption("Include tax")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByLabel("Prices in CHF").waitFor()
    const { settings } = await shop.stores.current()
    assert.deepStrictEqual([settings.currencies, settings.pricesIncludeTaxIn], [["EUR", "CHF"], { EUR: true }] as never)
    await page.getByLabel("Sells in these currencies, too").fill("CHF")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByLabel("Prices in EUR").waitFor({ state: "detached" })
    const now = (await shop.stores.current()).settings
    assert.deepStrictEqual([now.currencies, now.pricesIncludeTaxIn], [["CHF"], {}] as never)
  })

  it("whoever may only read them is offered no change", async () => {
    await shop.roles.create({ name: "pricing", title: "Pricing", permissions: ["prices:read"] })
    const reader = { email: "reader@example.com", password: AdminShop.owner.password }
    await s.person(reader.email, ["pricing"])
    const { page } = await s.signedIn({}, `${s.url}#/prices`, reader)
    await page.getByRole("link", { name: "Winter" }).click()
    await page.getByText("from 3 on").waitFor()
    assert.deepStrictEqual(await page.getByRole("main").getByRole("button").allTextContents(), [])
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/prices`)
    await page.getByRole("link", { name: "Winter" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the lists")
    await page.getByRole("link", { name: "Winter" }).click()
    await page.getByText("from 3 on").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a list")
    await page.getByRole("button", { name: "Edit: Stone bowl" }).click()
    await page.getByRole("dialog").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "prices of one variant")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Paste from a spreadsheet" }).click()
    await page.getByRole("dialog").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a spreadsheet")
  })
})
