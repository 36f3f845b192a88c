import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("license keys on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  let productId: string
  let variantId: string
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    const product = await shop.catalog.createProduct({
      title: "Photo editor",
      status: "active",
      variants: [{ price: { amount: 4_900, currency: "USD" as never }, sku: "EDITOR", requiresShipping: false, trackStock: false }]
    })
    productId = product.id
    variantId = product.variants[0]?.id ?? ""
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const address = () => `${s.url}#/products/${productId}/keys/${variantId}`

  it("keys are pasted into the pool of a variant, and who waits gets the first", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/products/${productId}`)
    await page.getByRole("link", { name: "Keys: Photo editor" }).click()
    await page.getByRole("heading", { name: "License keys: Photo editor", level: 1 }).waitFor()
    await page.getByText("Pieces get no keys").waitFor()
    const figure = (name: string) => page.getByRole("region", { name: "How many there are" }).locator(".figure").filter({ hasText: name })
    await page.getByRole("button", { name: "Add the keys" }).click()
    await page.getByText("This is needed.").waitFor()
    await page.getByLabel("Keys, one in each line").fill("7Q2M-9XKD\n\n41TZ-88QA\n7Q2M-9XKD")
    await page.getByRole("button", { name: "Add the keys" }).click()
    await page.getByRole("main").getByText("2 keys were added. The one of line 4 is there already.").waitFor()
    // a key that was given stays nowhere to be seen
    assert.strictEqual(await page.getByLabel("Keys, one in each line").inputValue(), "")
    await figure("Free").getByText("2", { exact: true }).waitFor()
    await page.getByText("Keys run out").waitFor()
    for (const [buyer, quantity] of [["ada@example.com", 2], ["grace@example.com", 1]] as const) {
      await AdminShop.buy(shop, variantId, { buyer, quantity })
    }
    await page.reload()
    await page.getByText("1 piece is paid and waits for a key").waitFor()
    await page.getByLabel("Keys, one in each line").fill("AAAA-0001\nAAAA-0002\nAAAA-0003")
    await page.getByRole("button", { name: "Add the keys" }).click()
    await figure("With buyers").getByText("3", { exact: true }).waitFor()
    await figure("Free").getByText("2", { exact: true }).waitFor()
    await page.getByLabel("Tell us when so few are left").fill("1")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    await page.getByRole("main").locator(".badge").getByText("Each piece that is paid gets a key").waitFor()
    const { free, gives, given, lowAt, waiting } = await shop.licenseKeys.pool(variantId)
    assert.deepStrictEqual([free, given, waiting, lowAt, gives], [2, 3, 0, 1, true])
    await page.getByLabel("Each piece that is paid gets a key").uncheck()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Pieces get no keys").waitFor()
  })

  it("keys that nobody shall get are taken out of the pool, and it is said which could not be", async () => {
    const { page } = await s.signedIn({}, address())
    const free = page.getByRole("region", { name: "How many there are" }).locator(".figure").filter({ hasText: "Free" })
    await free.getByText("2", { exact: true }).waitFor()
    await page.getByRole("button", { name: "Withdraw keys" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("Nobody gets these keys any more").waitFor()
    await dialog.getByRole("button", { name: "Withdraw these keys" }).click()
    await dialog.getByText("This is needed.").waitFor()
    await dialog.getByLabel("Keys to withdraw").fill("7Q2M-9XKD\nAAAA-0003\nZZZZ-9999")
    assert.deepStrictEqual(await Visitor.looks(page), [], "withdrawing")
    await dialog.getByRole("button", { name: "Withdraw these keys" }).click()
    await page.getByRole("status").filter({ hasText: "1 key was withdrawn." }).waitFor()
    await page.getByText("Line 1: a buyer has it").waitFor()
    await page.getByText("Line 3: the pool does not have it").waitFor()
    await free.getByText("1", { exact: true }).waitFor()
    assert.strictEqual((await shop.licenseKeys.pool(variantId)).free, 1)
  })

  it("keys themselves are shown to those who may see them, once they ask", async () => {
    const { page } = await s.signedIn({}, address())
    await page.getByRole("button", { name: "Show the keys" }).waitFor()
    assert.notInclude(await page.content(), "7Q2M")
    await page.getByRole("button", { name: "Show the keys" }).click()
    await page.getByText("7Q2M-9XKD").waitFor()
    await page.getByRole("listitem").filter({ hasText: "7Q2M-9XKD" }).getByRole("link", { name: "Its order" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "with the keys")

    await shop.roles.create({ name: "counting", title: "Counting", permissions: ["catalog:read", "license-keys:read"] })
    const reader = { email: "reader@example.com", password: AdminShop.owner.password }
    await s.person(reader.email, ["counting"])
    const { page: theirs } = await s.signedIn({}, address(), reader)
    await theirs.getByText("With buyers").waitFor()
    assert.deepStrictEqual(await theirs.getByRole("main").getByRole("button").allTextContents(), [])
    assert.notInclude(await theirs.content(), "7Q2M")
  })
})
