import type { Stoa } from "@stoa/core"
import * as Pictures from "@stoa/core/testing/Pictures"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("products and stock on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  const make = (title: string, { price = 9_000, stock = 10 } = {}) =>
    shop.catalog.createProduct({
      title,
      status: "active",
      variants: [{ price: usd(price), sku: title.toUpperCase().replace(" ", "-"), stock }]
    })
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("are found and edited: texts, a price with what it was before, and a picture", async () => {
    const lamp = await make("Walnut lamp")
    await make("Pine box")
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Products", exact: true }).click()
    await page.getByRole("searchbox", { name: "Search" }).fill("walnut")
    await page.getByRole("searchbox", { name: "Search" }).press("Enter")
    await page.getByRole("link", { name: "Pine box" }).waitFor({ state: "detached" })
    await page.getByRole("link", { name: "Walnut lamp" }).click()
    await page.getByLabel("Title", { exact: true }).fill("")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByLabel("Title", { exact: true }).and(page.locator("[aria-invalid=true]")).waitFor()
    await page.getByLabel("Title", { exact: true }).fill("Walnut lamp, small")
    await page.getByLabel("Tags").fill("light, wood")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("heading", { name: "Walnut lamp, small", level: 1 }).waitFor()

    await page.getByRole("button", { name: "Edit: Walnut lamp, small" }).click()
    const variant = page.getByRole("dialog")
    await variant.getByLabel("Price in USD").fill("79.9")
    await variant.getByLabel("Price before").fill("90")
    await variant.getByRole("button", { name: "Save" }).click()
    await page.getByText("$79.90").waitFor()
    await page.getByText("$90.00").waitFor()

    await page.getByLabel("New picture").setInputFiles({ name: "lamp.png", mimeType: "image/png", buffer: Buffer.from("no picture") })
    await page.getByLabel("What the picture shows").fill("A lamp of walnut")
    await page.getByRole("button", { name: "Upload the picture" }).click()
    await page.getByRole("alert").waitFor()
    await page.getByLabel("New picture").setInputFiles({ name: "lamp.png", mimeType: "image/png", buffer: Pictures.png(24, 24) })
    await page.getByRole("button", { name: "Upload the picture" }).click()
    const picture = page.getByRole("img", { name: "A lamp of walnut" })
    await picture.waitFor()
    // fails if it is broken
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")

    const kept = await shop.catalog.getProduct(lamp.id)
    assert.deepInclude(kept, { title: "Walnut lamp, small", tags: ["light", "wood"] })
    assert.deepInclude(kept.variants[0], { price: usd(7_990), compareAtPrice: usd(9_000) })
    assert.lengthOf(kept.images, 1)
    await page.getByRole("button", { name: "Remove: A lamp of walnut" }).click()
    await picture.waitFor({ state: "detached" })
  })

  it("tell of what somebody else has changed meanwhile, and change nothing", async () => {
    const lamp = await make("Cedar lamp")
    const { page } = await s.signedIn({}, `${s.url}#/products/${lamp.id}`)
    const description = page.getByLabel("Description", { exact: true })
    await description.fill("From one tree")
    await shop.catalog.updateProduct(lamp.id, { description: "From two trees" })
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Somebody else has changed this meanwhile.").waitFor()
    assert.strictEqual(await description.inputValue(), "From one tree")
    assert.strictEqual((await shop.catalog.getProduct(lamp.id)).description, "From two trees")
  })

  it("are made, with a first price and stock", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("button", { name: "New product" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Title").fill("Oak stool")
    await dialog.getByLabel("Price in USD").fill("45")
    await dialog.getByLabel("Stock", { exact: false }).first().fill("7")
    await dialog.getByLabel("State").selectOption("Active")
    await dialog.getByRole("button", { name: "Make the product" }).click()
    await page.getByRole("heading", { name: "Oak stool", level: 1 }).waitFor()
    await page.getByText("$45.00").waitFor()
    await page.getByRole("cell", { name: "7" }).waitFor()
  })

  it("are put together in a collection by hand, in an order of its own, and brands are kept", async () => {
    const [kettle, cup] = [await make("Copper kettle"), await make("Copper cup")]
    const { page } = await s.signedIn({}, `${s.url}#/collections`)
    await page.getByRole("button", { name: "New collection" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name").fill("Copper")
    await dialog.getByRole("button", { name: "Make the collection" }).click()
    await page.getByText("There is nothing in it yet.").waitFor()
    for (const title of ["Copper kettle", "Copper cup"]) {
      await page.getByLabel("Put a product into it").fill(title)
      await page.getByRole("button", { name: title, exact: true }).click()
      await page.getByRole("link", { name: title }).waitFor()
    }
    await page.getByRole("button", { name: "Move up: Copper cup" }).click()
    await page.getByRole("button", { name: "Move up: Copper kettle" }).waitFor()
    await page.getByLabel("State").selectOption("Shown")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a collection")
    const ids = async () => (await shop.catalog.listProducts({ collection: "copper", sort: "manual" })).items.map(({ id }) => id)
    assert.deepStrictEqual(await ids(), [cup.id, kettle.id])
    await page.getByRole("button", { name: "Take out: Copper cup" }).click()
    await page.getByRole("link", { name: "Copper cup" }).waitFor({ state: "detached" })
    assert.deepStrictEqual(await ids(), [kettle.id])
    await page.goto(`${s.url}#/brands`)
    await page.getByRole("button", { name: "New brand" }).click()
    await dialog.getByLabel("Name").fill("Smith & Sons")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Edit: Smith & Sons" }).click()
    await dialog.getByLabel("Description").fill("Smiths since 1890")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.waitFor({ state: "detached" })
    const { items: [brand] } = await shop.brands.list({})
    assert.strictEqual((await shop.brands.get(brand?.id ?? "")).description, "Smiths since 1890")
    assert.deepStrictEqual(await Visitor.looks(page), [], "brands")
  })

  it("are put right in stock: goods that came, and a count, each with its reason", async () => {
    await make("Stone bowl", { stock: 1 })
    await make("Birch lamp")
    const { page } = await s.signedIn({}, `${s.url}#/stock`)
    await page.getByRole("button", { name: "Adjust: Stone bowl" }).click()
    const dialog = page.getByRole("dialog", { name: "Stone bowl (STONE-BOWL)" })
    await dialog.getByLabel("How many came").fill("many")
    await dialog.getByLabel("Reason").fill("Delivery 12")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("Write a whole number.").waitFor()
    await dialog.getByLabel("How many came").fill("5")
    await dialog.getByRole("button", { name: "Save" }).click()
    const row = page.getByRole("row").filter({ hasText: "Stone bowl" })
    await row.getByRole("cell", { name: "6" }).first().waitFor()
    await row.getByRole("button").click()
    await dialog.getByText("Delivery 12").waitFor()
    await dialog.getByLabel("What happened").selectOption("I have counted them")
    await dialog.getByLabel("How many there are").fill("4")
    await dialog.getByLabel("Reason").fill("Two were broken")
    await dialog.getByRole("button", { name: "Save" }).click()
    await row.getByRole("cell", { name: "4" }).first().waitFor()
    await page.getByLabel("Show").selectOption("What runs out")
    await page.getByRole("row").filter({ hasText: "Birch lamp" }).waitFor({ state: "detached" })
    await row.waitFor()
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { variants } = await make("Slate bowl", { stock: 1 })
    await shop.inventory.adjust({ kind: "receive", adjustments: [{ variantId: variants[0]!.id, delta: 5 }], reason: "Delivery 13" })
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("link", { name: "Slate bowl" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "products")
    await page.getByRole("link", { name: "Slate bowl" }).click()
    await page.getByRole("button", { name: "Edit: Slate bowl" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a product")
    await page.goto(`${s.url}#/stock`)
    await page.getByRole("button", { name: "Adjust: Slate bowl" }).click()
    await page.getByRole("dialog").getByText("Delivery 13").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "stock")
  })
})
