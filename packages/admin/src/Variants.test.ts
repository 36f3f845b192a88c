import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Pictures from "@stoa/core/testing/Pictures"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

describe("options and variants of a product on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    await shop.attributes.create({ code: "shade", title: "Shade", type: "choice", of: "variant", choices: [{ code: "dark", label: "Dark" }, { code: "light", label: "Light" }] })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("an option is added, then a variant with its price, stock and what its attributes say; and one is removed", async () => {
    const rug = await shop.media.upload(Pictures.png(40, 30), { name: "rug.png", alt: "The large rug" })
    const { id } = await shop.catalog.createProduct({ title: "Wool rug", images: [{ mediaId: rug.id }], variants: [{ price: usd(12_000), sku: "RUG", stock: 4 }] })
    const { page } = await s.signedIn({}, `${s.url}#/products/${id}`)
    const open = page.locator("dialog[open]")
    await page.getByRole("button", { name: "Options" }).click()
    const first = page.getByRole("dialog", { name: "Options" })
    await first.getByLabel("Its values").fill("Small\nLarge")
    await first.getByRole("button", { name: "Save" }).click()
    await first.getByLabel("Name of the option").and(page.locator("[aria-invalid=true]")).waitFor()
    await first.getByLabel("Name of the option").fill("Size")
    assert.deepStrictEqual(await Visitor.looks(page), [], "options")
    await first.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Add a variant" }).click()
    const made = page.getByRole("dialog", { name: "Add a variant" })
    await made.getByLabel("Price in USD").fill("180")
    await made.getByRole("button", { name: "Make the variant" }).click()
    await made.getByLabel("Size").and(page.locator("[aria-invalid=true]")).waitFor()
    await made.getByLabel("Size").fill("Large")
    await made.getByLabel("Price before").fill("200")
    await made.getByLabel("What it costs you").fill("90,5")
    await made.getByLabel("Stock number").fill("RUG-L")
    await made.getByLabel("Barcode").fill("4006381333931")
    await made.getByLabel("Weight in grams").fill("5200")
    await made.getByLabel("Stock at first").fill("3")
    await made.getByLabel("Buyers cannot give it back").check()
    await made.getByLabel("Shade").selectOption("Dark")
    await made.getByLabel("Picture that shows it").selectOption("The large rug")
    await made.getByRole("img", { name: "The large rug" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a new variant")
    await made.getByRole("button", { name: "Make the variant" }).click()
    const row = page.getByRole("row").filter({ hasText: "RUG-L" })
    await row.getByText("$180.00").waitFor()
    await row.getByText("3", { exact: true }).waitFor()
    const { options, variants } = await shop.catalog.getProduct(id)
    assert.deepStrictEqual(options, [{ name: "Size", values: ["Small", "Large"] }])
    assert.deepStrictEqual(variants.map(({ image }) => image?.mediaId), [undefined, rug.id])
    assert.deepStrictEqual(variants.map(({ optionValues }) => optionValues), [["Small"], ["Large"]])
    assert.deepInclude(variants[1], {
      price: usd(18_000),
      compareAtPrice: usd(20_000),
      cost: usd(9_050),
      sku: "RUG-L",
      barcode: "4006381333931",
      weightGrams: 5_200,
      finalSale: true,
      requiresShipping: true,
      trackStock: true,
      attributes: { shade: "dark" }
    })

    await row.getByRole("button", { name: "Edit: Large" }).click()
    const edited = page.getByRole("dialog", { name: "Large" })
    await edited.getByRole("button", { name: "Remove the variant" }).click()
    await Visitor.agree(page, "Remove the variant")
    await row.waitFor({ state: "detached" })
    await open.waitFor({ state: "detached" })
    assert.lengthOf((await shop.catalog.getProduct(id)).variants, 1)

    // an option that sets no variants apart may go
    await page.getByRole("button", { name: "Options" }).click()
    await first.getByLabel("Take this option away").check()
    await first.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Add a variant" }).waitFor({ state: "detached" })
    assert.deepStrictEqual((await shop.catalog.getProduct(id)).options, [])
  })

  it("what is written of a variant stays and goes over what somebody else has changed meanwhile, once that was read", async () => {
    const { id, variants: [variant] } = await shop.catalog.createProduct({
      title: "Felt mat",
      options: [{ name: "Size", values: ["Small", "Large"] }],
      variants: [{ price: usd(2_000), optionValues: ["Small"], sku: "MAT-S" }, { price: usd(3_000), optionValues: ["Large"], sku: "MAT-L" }]
    })
    const { page } = await s.signedIn({}, `${s.url}#/products/${id}`)
    await page.getByRole("button", { name: "Edit: Small" }).click()
    const edited = page.getByRole("dialog", { name: "Small" })
    await edited.getByLabel("Weight in grams").fill("700")
    await edited.getByLabel("Size").fill("Tiny")
    await edited.getByLabel("Shade").selectOption("Light")
    await shop.catalog.updateVariant(id, variant?.id ?? "", { price: usd(2_500) })
    await edited.getByRole("button", { name: "Save" }).click()
    await edited.getByText("Somebody else has changed this meanwhile.").waitFor()
    await edited.getByRole("button", { name: "Load it again" }).click()
    await edited.getByRole("alert").waitFor({ state: "detached" })
    assert.strictEqual(await edited.getByLabel("Price in USD").inputValue(), "25.00")
    assert.strictEqual(await edited.getByLabel("Weight in grams").inputValue(), "700")
    await edited.getByRole("button", { name: "Save" }).click()
    await page.getByRole("rowheader", { name: "Tiny" }).waitFor()
    const { options, variants } = await shop.catalog.getProduct(id)
    assert.deepInclude(variants[0], { price: usd(2_500), weightGrams: 700, optionValues: ["Tiny"], attributes: { shade: "light" } })
    assert.deepStrictEqual(options[0]?.values, ["Small", "Large", "Tiny"])
    // leaving asks where something was written
    await page.getByRole("button", { name: "Edit: Large" }).click()
    await page.getByRole("dialog", { name: "Large" }).getByLabel("Barcode").fill("12345678")
    await page.keyboard.press("Escape")
    await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay here" }).click()
    assert.strictEqual(await page.getByRole("dialog", { name: "Large" }).getByLabel("Barcode").inputValue(), "12345678")
  })
})
