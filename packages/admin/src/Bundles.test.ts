import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("bundles on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const product = (title: string, amount: number, stock: number) =>
    shop.catalog.createProduct({ title, status: "active", variants: [{ price: { amount, currency: "USD" as never }, stock }] })

  it("a bundle is put together, follows the prices of its parts, and gets other parts", async () => {
    const lamp = await product("Walnut lamp", 9_000, 10)
    await product("Brass bulb", 500, 9)
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("button", { name: "New bundle" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Title").fill("Reading corner")
    await dialog.getByRole("button", { name: "Make the bundle" }).click()
    await dialog.getByText("What is in it: Put some goods into it.").waitFor()
    for (const [words, title] of [["walnut", "Walnut lamp"], ["bulb", "Brass bulb"]] as const) {
      await dialog.getByLabel("Add goods").fill(words)
      await dialog.getByRole("button", { name: title }).click()
      // it is found, looked at, put in, and then the field is free for the next
      await dialog.getByRole("button", { name: title, exact: true }).waitFor({ state: "detached" })
      await dialog.getByLabel(title).waitFor()
    }
    await dialog.getByLabel("Brass bulb").fill("2")
    await dialog.getByLabel("Percent less than its parts").fill("a lot")
    await dialog.getByRole("button", { name: "Make the bundle" }).click()
    await dialog.getByText("Write a number of percent, such as 12.5.").waitFor()
    await dialog.getByLabel("Percent less than its parts").fill("10")
    assert.deepStrictEqual(await Visitor.looks(page), [], "a new bundle")
    await dialog.getByRole("button", { name: "Make the bundle" }).click()
    await page.getByRole("heading", { name: "Reading corner", level: 1 }).waitFor()
    await page.getByText("1 × Walnut lamp, 2 × Brass bulb").waitFor()
    await page.getByText("$90.00").waitFor()
    const kept = async () => (await shop.catalog.getProduct("reading-corner", { prices: "catalog" })).variants[0]
    assert.deepInclude(await kept(), { price: { amount: 9_000, currency: "USD" }, available: 4 } as never)

    await page.getByRole("button", { name: "Parts: Reading corner" }).click()
    assert.strictEqual(await dialog.getByLabel("Percent less than its parts").inputValue(), "10")
    await dialog.getByLabel("Brass bulb").fill("0")
    await dialog.getByLabel("Its price follows those of its parts").uncheck()
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("1 × Walnut lamp", { exact: true }).waitFor()
    assert.deepStrictEqual((await kept())?.bundle, { parts: [{ variantId: lamp.variants[0]?.id, quantity: 1 }] } as never)
  })
})
