import type { Stoa } from "@stoa/core"
import { Currency } from "@stoa/core/kernel/Currency"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("webhooks on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("a program is told of what happens, tested, switched off, and forgotten; its secret is shown once", async () => {
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Behind the shop" }).click()
    await page.getByRole("link", { name: "Webhooks" }).click()
    await page.getByText("No program is told of anything yet.").waitFor()
    await page.getByRole("button", { name: "New webhook" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Address").fill("https://books.example/hook")
    await dialog.getByLabel("Of what it is told").fill("order.paid\nEverything")
    await dialog.getByRole("button", { name: "Make the webhook" }).click()
    await dialog.getByLabel("Of what it is told").and(page.locator("[aria-invalid=true]")).waitFor()
    await dialog.getByLabel("Of what it is told").fill("order.paid\norder.refunded")
    await dialog.getByLabel("What it is for").fill("Books")
    await dialog.getByRole("button", { name: "Make the webhook" }).click()
    const secret = await dialog.locator("code").innerText()
    assert.match(secret, /^whsec_/)
    await page.keyboard.press("Escape")
    await page.locator("code", { hasText: secret }).waitFor({ state: "detached" })
    await page.getByText("Books · order.paid, order.refunded").waitFor()
    assert.notInclude(await page.content(), secret)
    assert.deepStrictEqual(await Visitor.looks(page), [], "the webhooks")

    await page.getByRole("link", { name: "https://books.example/hook" }).click()
    await page.getByText("Nothing was sent yet.").waitFor()
    await page.getByRole("button", { name: "Send a test" }).click()
    const message = page.getByRole("listitem").filter({ hasText: "On its way" })
    await message.waitFor()
    await message.getByText("The message").click()
    await message.locator("pre").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a webhook")
    await page.getByRole("combobox", { name: "State" }).selectOption("Has arrived")
    await page.getByText("Nothing was sent yet.").waitFor()
    await page.getByRole("button", { name: "Send what was given up this week" }).click()
    await page.getByRole("status").filter({ hasText: "Nothing was given up this week." }).waitFor()

    await page.getByRole("button", { name: "New secret" }).click()
    await dialog.getByRole("button", { name: "New secret" }).click()
    await page.getByText("It is shown once").waitFor()
    assert.notStrictEqual(await dialog.last().locator("code").innerText(), secret)
    await page.keyboard.press("Escape")
    await page.getByLabel("Of what it is told").fill("*")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    await page.getByRole("button", { name: "Switch off" }).click()
    await page.getByText("Off", { exact: true }).waitFor()
    const { items } = await shop.webhooks.list({})
    assert.deepStrictEqual(items.map(({ disabledReason, events, status }) => [events, status, disabledReason]), [[["*"], "disabled", "staff"]])
    await page.getByRole("button", { name: "Delete the webhook" }).click()
    await dialog.getByRole("button", { name: "Delete the webhook" }).click()
    await page.getByText("No program is told of anything yet.").waitFor()
  })
})

describe("amounts in another currency, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    await shop.stores.update({ settings: { currencies: [Currency.make("EUR"), Currency.make("JPY")] } })
  })
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("gift cards are made in any of the shop's currencies, and store credit is given and taken in each", async () => {
    const ada = await s.person("ada@example.com", [])
    const { page } = await s.signedIn({}, `${s.url}#/cards`)
    const dialog = page.getByRole("dialog")
    await page.getByRole("button", { name: "New gift card" }).click()
    await dialog.getByLabel("Currency").selectOption("JPY")
    await dialog.getByLabel("Amount in JPY").fill("5000.5")
    await dialog.getByRole("button", { name: "Make the gift card" }).click()
    await dialog.getByText("Write an amount, such as 19.99.").waitFor()
    await dialog.getByLabel("Amount in JPY").fill("5000")
    await dialog.getByRole("button", { name: "Make the gift card" }).click()
    const code = await dialog.locator("code").innerText()
    assert.deepStrictEqual((await shop.giftCards.lookup(code)).balance, { amount: 5_000, currency: "JPY" } as never)

    await page.goto(`${s.url}#/credit/${ada.id}`)
    await page.getByRole("button", { name: "Give or take" }).click()
    await dialog.getByLabel("Currency").selectOption("EUR")
    await dialog.getByLabel("Amount in EUR").fill("12,50")
    await dialog.getByLabel("Reason").fill("A late parcel")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("€12.50 to spend").waitFor()
    await page.getByText("$0.00 to spend").waitFor()
    const { balances } = await shop.storeCredit.of(ada.id)
    assert.deepInclude(balances, { amount: 1_250, currency: "EUR" } as never)
    await page.getByRole("button", { name: "Give or take" }).click()
    await dialog.getByLabel("Currency").selectOption("EUR")
    await dialog.getByLabel("Amount in EUR").fill("-2.50")
    await dialog.getByLabel("Reason").fill("Too much")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("€10.00 to spend").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "credit in several currencies")
  })

  it("a draft is put together in a currency, in which its amounts by hand are, too", async () => {
    await shop.catalog.createProduct({
      title: "Walnut lamp",
      status: "active",
      variants: [{ price: { amount: 9_000, currency: Currency.make("USD") }, sku: "LAMP", stock: 9 }]
    })
    await shop.priceLists.create({ name: "Euros", type: "override", currency: Currency.make("EUR"), prices: [{ sku: "LAMP", price: { amount: 8_100, currency: Currency.make("EUR") } }] })
    const { page } = await s.signedIn({}, `${s.url}#/drafts`)
    await page.getByRole("button", { name: "New draft" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Currency").selectOption("EUR")
    await dialog.getByLabel("Add goods").fill("walnut")
    await dialog.getByRole("button", { name: "Walnut lamp" }).click()
    await dialog.getByLabel("Walnut lamp").fill("2")
    await dialog.getByRole("button", { name: "Make the draft" }).click()
    await page.getByText("€162.00").first().waitFor()
    await page.getByLabel("How it gets there").selectOption("At a price of your own")
    await page.getByLabel("Price in EUR").waitFor()
  })
})
