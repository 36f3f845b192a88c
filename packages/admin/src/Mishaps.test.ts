import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as never })

/** What the server of a shop that is down answers with, and what stands before one. */
const answers = (page: Page, path: string, status: number, body: Record<string, unknown> = {}) =>
  page.route(path, (route) => route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify({ status, ...body }) }))

describe("what goes wrong on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  const make = (title: string) => shop.catalog.createProduct({ title, variants: [{ price: usd(9_000), stock: 3 }] })
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("leaving what is written and not saved asks first, and stays where one would rather", async () => {
    const { id } = await make("Cherry lamp")
    const { page } = await s.signedIn({}, `${s.url}#/products/${id}`)
    const title = page.getByLabel("Title", { exact: true })
    await title.fill("Cherry lamp, large")
    const asked = page.getByRole("dialog", { name: "Leave without saving?" })
    await page.getByRole("link", { name: "Stock", exact: true }).click()
    await asked.getByRole("button", { name: "Stay here" }).click()
    await asked.waitFor({ state: "detached" })
    assert.strictEqual(await title.inputValue(), "Cherry lamp, large")
    assert.include(page.url(), id)
    // the way back of the browser is no way around it
    await page.getByRole("link", { name: "All products" }).click()
    await asked.waitFor()
    await page.keyboard.press("Escape")
    await asked.waitFor({ state: "detached" })
    assert.strictEqual(await title.inputValue(), "Cherry lamp, large")
    await page.getByRole("link", { name: "All products" }).click()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the question")
    await asked.getByRole("button", { name: "Leave without saving" }).click()
    await page.getByRole("heading", { name: "Products", level: 1 }).waitFor()
    assert.strictEqual((await shop.catalog.getProduct(id)).title, "Cherry lamp")
    // once it is saved nothing is asked
    await page.getByRole("link", { name: "Cherry lamp" }).click()
    await title.fill("Cherry lamp, small")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    await page.getByRole("link", { name: "Stock", exact: true }).click()
    await page.getByRole("heading", { name: "Stock", level: 1 }).waitFor()
  })

  it("a dialogue in which something is written is not closed by a key that was pressed by mistake", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("button", { name: "New product" }).click()
    const dialog = page.getByRole("dialog", { name: "New product" })
    const title = dialog.getByLabel("Title")
    await title.fill("Elm box")
    await page.keyboard.press("Escape")
    const asked = page.getByRole("dialog", { name: "Leave without saving?" })
    await asked.getByRole("button", { name: "Stay here" }).click()
    await asked.waitFor({ state: "detached" })
    assert.strictEqual(await title.inputValue(), "Elm box")
    await dialog.getByRole("button", { name: "Close" }).click()
    await asked.getByRole("button", { name: "Leave without saving" }).click()
    await dialog.waitFor({ state: "detached" })
    await page.waitForFunction("document.activeElement.textContent === 'New product'")
  })

  it("what somebody else has changed meanwhile is read anew under what one has written, and then saved", async () => {
    const { id } = await make("Plum lamp")
    const { page } = await s.signedIn({}, `${s.url}#/products/${id}`)
    const description = page.getByLabel("Description", { exact: true })
    await description.fill("From one tree")
    await shop.catalog.updateProduct(id, { description: "From two trees", vendor: "Walnut & Co" })
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Load it again" }).click()
    await page.getByRole("status").filter({ hasText: "What you have written is still there" }).waitFor()
    assert.strictEqual(await description.inputValue(), "From one tree")
    assert.strictEqual(await page.getByLabel("Maker").inputValue(), "Walnut & Co")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    assert.deepInclude(await shop.catalog.getProduct(id), { description: "From one tree", vendor: "Walnut & Co" })
  })

  it("whoever's session ends in the middle signs in where they are, and nothing that they wrote is lost", async () => {
    const { id } = await make("Pear lamp")
    const { context, page } = await s.signedIn({}, `${s.url}#/products/${id}`)
    await page.getByLabel("Title", { exact: true }).fill("Pear lamp, tall")
    await context.clearCookies()
    await page.getByRole("button", { name: "Save" }).click()
    const dialog = page.getByRole("dialog", { name: "Sign in" })
    await dialog.getByText("You were signed out.").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "signing in again")
    await dialog.getByLabel("E-mail address").fill(AdminShop.owner.email)
    await dialog.getByLabel("Password").fill(AdminShop.owner.password)
    await dialog.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    assert.strictEqual((await shop.catalog.getProduct(id)).title, "Pear lamp, tall")
    // whoever would not is shown out
    await context.clearCookies()
    await page.getByRole("link", { name: "Stock", exact: true }).click()
    await dialog.waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor()
  })

  it("a shop that is down, in trouble, or out of reach is told of in words, and asked again where one is", async () => {
    await make("Fig lamp")
    const { context, page } = await s.signedIn()
    const list = "**/api/v1/admin/products?*"
    await answers(page, list, 500, { code: "internal_error", requestId: "req_7" })
    await page.getByRole("link", { name: "Products", exact: true }).click()
    await page.getByRole("alert").filter({ hasText: "Something went wrong in the shop." }).getByText("req_7").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "an error")
    await page.unroute(list)
    await answers(page, list, 503, { code: "unavailable" })
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByRole("alert").waitFor()
    await page.unroute(list)
    await context.setOffline(true)
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByRole("alert").filter({ hasText: "The shop does not answer." }).waitFor()
    await context.setOffline(false)
    await page.getByRole("button", { name: "Try again" }).click()
    await page.getByRole("link", { name: "Fig lamp" }).waitFor()
  })

  it("a form that is sent twice in a hurry does its work once, and keeps what was written when the shop does not answer", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/products`)
    await page.getByRole("button", { name: "New product" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Title").fill("Ash stool")
    await dialog.getByLabel("Price in USD").fill("45")
    await page.route("**/api/v1/admin/products", (route) => route.abort())
    await dialog.getByRole("button", { name: "Make the product" }).click()
    await dialog.getByRole("alert").filter({ hasText: "The shop does not answer." }).waitFor()
    assert.strictEqual(await dialog.getByLabel("Title").inputValue(), "Ash stool")
    await page.unroute("**/api/v1/admin/products")
    let letGo: () => void = () => {}
    const held = new Promise<void>((resolve) => letGo = resolve)
    let sent = 0
    await page.route("**/api/v1/admin/products", async (route) => {
      sent++
      await held
      await route.continue()
    })
    await dialog.getByLabel("Title").press("Enter")
    await dialog.getByRole("button", { name: "One moment" }).waitFor()
    await dialog.getByLabel("Title").press("Enter")
    await dialog.getByRole("button", { name: "One moment" }).click({ force: true })
    letGo()
    await page.getByRole("heading", { name: "Ash stool", level: 1 }).waitFor()
    assert.strictEqual(sent, 1)
    assert.lengthOf((await shop.catalog.listProducts({ search: "ash stool", status: "any" })).items, 1)
  })

  it("the focus stays near what went away, for whoever goes by keyboard", async () => {
    for (const [last, note] of [["One", "first"], ["Two", "second"]]) {
      await shop.reports.save({ name: `${last} ${note}`, definition: { figure: "sales", range: { last: 7, unit: "day" } } })
    }
    const { page } = await s.signedIn({}, `${s.url}#/reports`)
    await page.getByRole("button", { name: "Remove: One first" }).focus()
    await page.keyboard.press("Enter")
    await Visitor.agree(page, "Remove: One first")
    await page.getByRole("button", { name: "Remove: One first" }).waitFor({ state: "detached" })
    await page.waitForFunction("document.activeElement !== document.body && document.activeElement.textContent.includes('Two second')")
  })
})
