import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("what else belongs to a product, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make({ store: { settings: { timeZone: "Europe/Vienna" } } })
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const product = (title: string) =>
    shop.catalog.createProduct({ title, status: "active", variants: [{ price: { amount: 9_000, currency: "USD" as never }, stock: 5 }] })

  /** The owner at a page, whose time can be made to pass. */
  const at = async (path: string) => {
    const { page } = await s.signedIn({}, `${s.url}#/products/${path}`)
    await page.clock.install()
    return page
  }

  /** Waits until it says that it was saved, and lets the time pass for which it says so. */
  const saved = async (page: Page) => {
    const status = page.getByRole("status").filter({ hasText: "Saved." })
    await status.waitFor()
    await page.clock.fastForward("00:10")
    await status.waitFor({ state: "detached" })
  }

  it("it is sold for a time, sent as bulky goods, and put into a brand and categories", async () => {
    const { id } = await product("Oak shelf")
    const brand = await shop.brands.create({ name: "Nordholz" })
    const living = await shop.catalog.createCategory({ name: "Living room" })
    const wood = await shop.catalog.createCategory({ name: "Of wood" })
    const page = await at(id)
    await page.getByRole("link", { name: "Selling, attributes, languages" }).click()
    const selling = page.locator("section").filter({ hasText: "When and how it is sold" })
    await selling.getByLabel("Shown from").fill("2027-03-01T08:00")
    await selling.getByLabel("Shown until").fill("2027-02-01T08:00")
    await selling.getByLabel("Kind of goods to send").fill("bulky")
    await selling.getByLabel("Brand").selectOption("Nordholz")
    await selling.getByLabel("Put it into a category").selectOption("Of wood")
    await selling.getByLabel("Put it into a category").selectOption("Living room")
    await selling.getByRole("button", { name: "Save" }).click()
    await selling.locator("[aria-invalid=true]").waitFor()
    await selling.getByLabel("Shown until").fill("2027-04-01T08:00")
    await selling.getByRole("button", { name: "Save" }).click()
    await saved(page)
    const now = await shop.catalog.getProduct(id, { prices: "catalog" })
    assert.deepStrictEqual(
      [now.publishedFrom, now.publishedUntil, now.shippingClass, now.brandId, now.categoryIds],
      ["2027-03-01T07:00:00.000Z", "2027-04-01T06:00:00.000Z", "bulky", brand.id, [wood.id, living.id]] as never
    )
    await selling.getByRole("button", { name: "Take out: Of wood" }).click()
    await selling.getByRole("button", { name: "Save" }).click()
    await saved(page)
    assert.deepStrictEqual((await shop.catalog.getProduct(id, { prices: "catalog" })).categoryIds, [living.id])
  })

  it("it says what its attributes ask for, each in its own way", async () => {
    const { id } = await product("Walnut lamp")
    await shop.attributes.create({ code: "height", title: "Height", type: "number", unitFamily: "length", unit: "cm" })
    await shop.attributes.create({
      code: "material",
      title: "Material",
      type: "choices",
      choices: [{ code: "oak", label: "Oak" }, { code: "brass", label: "Brass" }]
    })
    await shop.attributes.create({ code: "dimmable", title: "Can be dimmed", type: "boolean" })
    await shop.attributes.create({ code: "shade", title: "Shade", type: "colour" })
    await shop.attributes.create({ code: "size_of_box", title: "Size of its box", type: "text", of: "variant" })
    const page = await at(`${id}/more`)
    const attributes = page.locator("section").filter({ hasText: "What its attributes say" })
    await attributes.getByLabel("Height").first().fill("tall")
    assert.strictEqual(await attributes.getByLabel("Size of its box").count(), 0)
    await attributes.getByRole("button", { name: "Save" }).click()
    await attributes.getByText("Write a number, such as 12.5.").waitFor()
    await attributes.getByLabel("Height").first().fill("42,5")
    await attributes.getByLabel("Oak").check()
    await attributes.getByLabel("Brass").check()
    await attributes.getByLabel("Can be dimmed").selectOption("Yes")
    await attributes.getByLabel("Shade").fill("blue")
    await attributes.getByRole("button", { name: "Save" }).click()
    await attributes.getByLabel("Shade").and(page.locator("[aria-invalid=true]")).waitFor()
    await attributes.getByLabel("Shade").fill("#1E90FF")
    await attributes.getByRole("button", { name: "Save" }).click()
    await saved(page)
    const said = async () => (await shop.catalog.getProduct(id, { prices: "catalog" })).attributes
    assert.deepStrictEqual(await said(), { dimmable: true, height: { amount: 42.5, unit: "cm" }, material: ["oak", "brass"], shade: "#1e90ff" } as never)
    await attributes.getByLabel("Brass").uncheck()
    await attributes.getByLabel("Can be dimmed").selectOption("Nothing is said")
    await attributes.getByLabel("Height").first().fill("")
    await attributes.getByRole("button", { name: "Save" }).click()
    await saved(page)
    assert.deepStrictEqual(await said(), { material: ["oak"], shade: "#1e90ff" } as never)
  })

  it("it is described in another language, and other products are shown beside it", async () => {
    const { id } = await product("Stone bowl")
    await product("Linen throw")
    const { id: hidden } = await shop.catalog.createProduct({ title: "Secret spoon", status: "draft", variants: [{ price: { amount: 1, currency: "USD" as never } }] })
    const page = await at(`${id}/more`)
    await page.getByLabel("Language", { exact: true }).last().fill("not one")
    await page.getByRole("button", { name: "Add a language" }).click()
    await page.getByText("Write a language, such as de.").waitFor()
    await page.getByLabel("Language", { exact: true }).last().fill("de")
    await page.getByRole("button", { name: "Add a language" }).click()
    const german = page.getByRole("form", { name: "German" })
    await german.getByLabel(/^Title \(/).fill("Steinschale")
    await german.getByLabel(/^Title for search/).fill("Schale aus Stein")
    await german.getByRole("button", { name: "Save" }).click()
    await saved(page)
    const said = async () => (await shop.catalog.getProduct(id, { prices: "catalog" })).translations
    assert.deepStrictEqual(await said(), { de: { title: "Steinschale", seo: { title: "Schale aus Stein", description: null } } } as never)

    const accessories = page.getByRole("group", { name: "To use with it" })
    await accessories.getByLabel("Add to: To use with it").fill("linen")
    await accessories.getByRole("button", { name: "Linen throw" }).click()
    await accessories.getByRole("link", { name: "Linen throw" }).waitFor()
    await accessories.getByLabel("Add to: To use with it").fill("secret")
    await accessories.getByRole("button", { name: "Secret spoon" }).click()
    await accessories.getByRole("button", { name: "Move up: Secret spoon" }).click()
    await accessories.getByRole("button", { name: "Move up: Linen throw" }).waitFor()
    await page.reload()
    await accessories.getByRole("link", { name: "Secret spoon" }).waitFor()
    assert.deepStrictEqual((await shop.productLinks.chosenLinked(id, "accessory")).productIds[0], hidden)
    assert.deepStrictEqual(await Visitor.looks(page), [], "the whole of it")

    await page.getByText("German", { exact: false }).first().click()
    await page.getByRole("button", { name: "Take this language away: German" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Take this language away" }).click()
    await saved(page)
    assert.deepStrictEqual(await said(), {})
  })
})
