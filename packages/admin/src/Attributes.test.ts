import type { Stoa } from "@stoa/core"
import { UnitName } from "@stoa/core/catalog/Units"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("attributes on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("one with choices in their order is made, changed and said of a product, and cannot lose what products have chosen", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("link", { name: "Attributes" }).click()
    await page.getByText("There is no attribute yet.").waitFor()
    await page.getByRole("button", { name: "New attribute" }).click()
    const made = page.getByRole("dialog", { name: "New attribute" })
    await made.getByRole("button", { name: "Save" }).click()
    await made.getByLabel("What people call it").and(page.locator("[aria-invalid=true]")).waitFor()
    await made.getByLabel("What people call it").fill("Größe des Holzes")
    await made.getByLabel("What is said").selectOption("One choice")
    for (const label of ["Oak", "Walnut", "Pine"]) {
      await made.getByRole("button", { name: "One more choice" }).click()
      await made.getByLabel("What people read").last().fill(label)
    }
    await made.getByRole("button", { name: "Move up: 3" }).click()
    await made.getByLabel("Its colour").first().fill("brown")
    await made.getByRole("button", { name: "Save" }).click()
    await made.getByLabel("Its colour").first().and(page.locator("[aria-invalid=true]")).waitFor()
    await made.getByLabel("Its colour").first().fill("#8B5A2B")
    await made.getByLabel("Buyers can filter by it").check()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a new attribute")
    await made.getByRole("button", { name: "Save" }).click()
    const row = page.getByRole("listitem").filter({ hasText: "Größe des Holzes" })
    await row.getByText("One choice · Products · grosse_des_holzes · filters").waitFor()
    const attribute = await shop.attributes.get("grosse_des_holzes")
    assert.deepStrictEqual(attribute.choices, [
      { code: "oak", label: "Oak", colour: "#8b5a2b" },
      { code: "pine", label: "Pine" },
      { code: "walnut", label: "Walnut" }
    ])

    const product = await shop.catalog.createProduct({
      title: "Bench",
      variants: [{ price: { amount: 9_000, currency: "USD" as never } }],
      attributes: { grosse_des_holzes: "pine" }
    })
    await row.getByRole("button", { name: "Edit: Größe des Holzes" }).click()
    const edited = page.getByRole("dialog", { name: "Größe des Holzes" })
    await edited.getByRole("button", { name: "Take out: Pine" }).click()
    await edited.getByRole("button", { name: "Save" }).click()
    await edited.getByText("Products have made a choice that is to go.").waitFor()
    await shop.catalog.updateProduct(product.id, { attributes: { grosse_des_holzes: "oak" } })
    await edited.getByLabel("What people call it").fill("Wood")
    await edited.getByLabel("It is found by searching").check()
    await edited.getByRole("button", { name: "Save" }).click()
    await page.getByText("filters · is searched").waitFor()
    const after = await shop.attributes.get("grosse_des_holzes")
    assert.deepStrictEqual([after.title, after.searchable, after.choices.map(({ code }) => code)], ["Wood", true, ["oak", "walnut"]])
    assert.deepStrictEqual(await Visitor.looks(page), [], "attributes")
    await page.getByRole("button", { name: "Edit: Wood" }).click()
    await page.getByRole("dialog", { name: "Wood" }).getByRole("button", { name: "Delete the attribute" }).click()
    await Visitor.agree(page, "Delete the attribute")
    await page.getByText("There is no attribute yet.").waitFor()
    assert.isUndefined((await shop.catalog.getProduct(product.id)).attributes)
  })

  it("a category asks for what it names itself and inherits the rest, and what is needed keeps a product from being put on sale", async () => {
    for (const [code, title] of [["wood", "Kind of wood"], ["seats", "Seats"], ["care", "Care"]] as const) {
      await shop.attributes.create({ code, title, type: "text" })
    }
    const { page } = await s.signedIn({}, `${s.url}#/attributes`)
    await page.getByRole("link", { name: "By category" }).click()
    await page.getByText("There is no category yet.").waitFor()
    const above = await shop.catalog.createCategory({ name: "Furniture" })
    const below = await shop.catalog.createCategory({ name: "Chairs", parentId: above.id })
    await shop.attributes.setFor(above.id, { attributes: [{ attribute: "care" }] })
    await page.reload()
    await page.getByLabel("Category", { exact: true }).selectOption("Furniture › Chairs")
    await page.getByText("It asks for nothing by itself.").waitFor()
    await page.getByRole("listitem").filter({ hasText: "Care" }).getByText("wished for").waitFor()
    await page.getByLabel("One more attribute").selectOption("Seats")
    await page.getByLabel("One more attribute").selectOption("Kind of wood")
    await page.getByRole("listitem").filter({ hasText: "Kind of wood" }).getByLabel("Needed to be on sale").check()
    assert.deepStrictEqual(await Visitor.looks(page), [], "what a category asks for")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved" }).waitFor()
    const { attributes } = await shop.attributes.setOf(below.id)
    assert.deepStrictEqual(attributes.map(({ attribute, required }) => [attribute, required]), [["care", false], ["seats", false], ["wood", true]])
    const refused = await shop.catalog.createProduct({ title: "Stool", status: "active", categoryIds: [below.id], variants: [{ price: { amount: 1, currency: "USD" as never } }] })
      .catch((error: { readonly faults: ReadonlyArray<{ readonly code?: string; readonly params?: object }> }) => error)
    assert.deepInclude("faults" in refused ? refused.faults[0] : {}, { code: "required_in_category", params: { category: "Chairs" } })
    await page.getByRole("button", { name: "Take out: Seats" }).click()
    await page.getByLabel("One more attribute").getByRole("option", { name: "Seats" }).waitFor({ state: "attached" })
    const saved = page.waitForResponse((answer) => answer.request().method() !== "GET" && answer.ok())
    await page.getByRole("button", { name: "Save" }).click()
    await saved
    // the page asks before it is left as long as it has not heard so
    await page.getByRole("button", { name: "Save" }).waitFor()
    await page.reload()
    await page.getByLabel("Category", { exact: true }).selectOption("Furniture › Chairs")
    await page.getByRole("listitem").filter({ hasText: "Kind of wood" }).getByLabel("Needed to be on sale").and(page.locator(":checked")).waitFor()
    assert.deepStrictEqual((await shop.attributes.setOf(below.id)).attributes.map(({ attribute }) => attribute), ["care", "wood"])
  })

  it("a number has a unit, and what somebody else has added meanwhile stays", async () => {
    await shop.attributes.create({ code: "finish", title: "Finish", type: "choices", of: "variant", choices: [{ code: "oil", label: "Oil" }] })
    const { page } = await s.signedIn({}, `${s.url}#/attributes`)
    await page.getByRole("button", { name: "New attribute" }).click()
    const made = page.getByRole("dialog", { name: "New attribute" })
    await made.getByLabel("What people call it").fill("Depth")
    await made.getByLabel("What is said").selectOption("A number")
    const offered = await made.getByLabel("Unit").locator("option").evaluateAll((all) => all.map((option) => (option as unknown as { readonly value: string }).value))
    assert.deepStrictEqual(offered.filter((unit) => unit !== "").sort(), [...UnitName.literals].sort())
    await made.getByLabel("Unit").selectOption("cm")
    await made.getByLabel("Buyers see it").uncheck()
    await made.getByRole("button", { name: "Save" }).click()
    await page.getByText("A number (cm) · Products · depth · hidden from buyers").waitFor()
    assert.deepInclude(await shop.attributes.get("depth"), { unit: "cm", unitFamily: "length", shown: false })

    const finish = await shop.attributes.get("finish")
    await page.getByRole("button", { name: "Edit: Finish" }).click()
    const edited = page.getByRole("dialog", { name: "Finish" })
    await edited.getByRole("button", { name: "One more choice" }).click()
    await edited.getByLabel("What people read").last().fill("Wax")
    await shop.attributes.update(finish.id, { choices: [...finish.choices, { code: "lacquer", label: "Lacquer" }] })
    await edited.getByRole("button", { name: "Save" }).click()
    await edited.getByText("Somebody else has changed this meanwhile.").waitFor()
    await edited.getByRole("button", { name: "Load it again" }).click()
    await edited.getByRole("group", { name: "Choice Lacquer" }).waitFor()
    await edited.getByRole("button", { name: "Save" }).click()
    await page.locator("dialog[open]").waitFor({ state: "detached" })
    assert.deepStrictEqual((await shop.attributes.get("finish")).choices.map(({ code }) => code), ["oil", "wax", "lacquer"])
    // what was only moved is not lost unasked either
    await page.getByRole("button", { name: "Edit: Finish" }).click()
    await edited.getByRole("button", { name: "Move up: Lacquer" }).click()
    await page.keyboard.press("Escape")
    await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay here" }).click()
    await edited.getByRole("button", { name: "Save" }).click()
    await page.locator("dialog[open]").waitFor({ state: "detached" })
    assert.deepStrictEqual((await shop.attributes.get("finish")).choices.map(({ code }) => code), ["oil", "lacquer", "wax"])
  })
})
