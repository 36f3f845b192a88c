import type { Stoa } from "@stoa/core"
import { JobRetries } from "@stoa/core/jobs/JobRegistry"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("drafts, gift cards, reports and what runs behind the shop, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    // where links in mails lead to
    await shop.stores.update({ settings: { storefrontUrl: "https://shop.example" } })
    await shop.shipping.create({ name: "Post", price: { amount: 500, currency: "USD" as never } })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const product = (title: string) =>
    shop.catalog.createProduct({
      title,
      status: "active",
      variants: [{ price: { amount: 9_000, currency: "USD" as never }, sku: title.toUpperCase().replaceAll(" ", "-"), stock: 10 }]
    })

  it("a draft is put together, sent to its buyer, and becomes an order that was paid by hand", async () => {
    await product("Walnut lamp")
    const { page } = await s.signedIn({}, `${s.url}#/drafts`)
    await page.getByRole("button", { name: "New draft" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("E-mail address").fill("ada@example.com")
    await dialog.getByLabel("Add goods").fill("walnut")
    await dialog.getByRole("button", { name: "Walnut lamp" }).click()
    await dialog.getByLabel("Walnut lamp").fill("2")
    await dialog.getByRole("button", { name: "Make the draft" }).click()
    await page.getByText("It still needs an address.").waitFor()
    for (const [label, text] of [["Name", "Ada"], ["Street and number", "12 Row"], ["Postal code", "97201"], ["City", "Portland"], ["State or region", "OR"]] as const) {
      await page.getByLabel(label).fill(text)
    }
    await page.getByLabel("Country").selectOption("United States")
    await page.getByLabel("How it gets there").selectOption("Post")
    await page.getByRole("button", { name: "Save" }).last().click()
    await page.getByText("$185.00").first().waitFor()
    await page.getByRole("button", { name: "Hold its pieces" }).click()
    await dialog.getByRole("button", { name: "Hold its pieces" }).click()
    await page.getByText(/^held until /).waitFor()
    await page.getByRole("button", { name: "Send to the buyer" }).click()
    await dialog.getByLabel("What the mail says besides").fill("As we have talked about.")
    await dialog.getByRole("button", { name: "Send to the buyer" }).click()
    await page.getByText("Sent", { exact: true }).waitFor()
    await page.getByRole("button", { name: "Mark as paid" }).click()
    await dialog.getByLabel("By what the money is known").fill("Receipt 12")
    await dialog.getByRole("button", { name: "Make the order" }).click()
    await page.getByRole("heading", { name: /^Order \d+$/ }).waitFor()
    const { items: [order] } = await shop.orders.list({ search: "ada@example.com" })
    assert.deepStrictEqual([order?.status, order?.total.amount], ["paid", 18_500])
    await page.goto(`${s.url}#/drafts?status=ordered`)
    await page.getByRole("row").filter({ hasText: "ada@example.com" }).waitFor()
  })

  it("a gift card is made, whose code is shown once, changed, and made worthless", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/cards`)
    await page.getByRole("button", { name: "New gift card" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Amount in USD").fill("0")
    await dialog.getByRole("button", { name: "Make the gift card" }).click()
    await dialog.getByText("Write an amount, such as 19.99.").waitFor()
    await dialog.getByLabel("Amount in USD").fill("25")
    await dialog.getByLabel("Note for staff").fill("For a prize")
    await dialog.getByRole("button", { name: "Make the gift card" }).click()
    const code = await dialog.locator("code").innerText()
    assert.strictEqual((await shop.giftCards.lookup(code)).balance.amount, 2_500)
    await page.keyboard.press("Escape")
    await page.getByRole("row").filter({ hasText: "For a prize" }).getByRole("link").click()
    await page.getByText("$25.00 of $25.00 is left").waitFor()
    assert.notInclude(await page.content(), code)
    await page.getByRole("button", { name: "Edit" }).click()
    await dialog.getByLabel("Note for staff").fill("For the second prize")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("For the second prize").waitFor()
    await page.getByRole("button", { name: "Make it worthless" }).click()
    await dialog.getByRole("button", { name: "Make it worthless" }).click()
    await page.getByText("Worthless", { exact: true }).waitFor()
    await page.getByText("Taken off").waitFor()
  })

  it("a customer is given store credit, and some of it is taken away", async () => {
    const { id } = await s.person("grace@example.com", [])
    const { page } = await s.signedIn({}, `${s.url}#/credit`)
    await page.getByRole("searchbox", { name: "Search" }).fill("grace")
    await page.getByRole("searchbox", { name: "Search" }).press("Enter")
    await page.getByRole("link", { name: "grace@example.com" }).click()
    await page.getByText("$0.00 to spend").waitFor()
    for (const [amount, reason, after] of [["10", "Came late", "$10.00"], ["-2.50", "A mistake", "$7.50"]] as const) {
      await page.getByRole("button", { name: "Give or take" }).click()
      await page.getByRole("dialog").getByLabel("Amount in USD").fill(amount)
      await page.getByRole("dialog").getByLabel("Reason").fill(reason)
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
      await page.getByText(`${after} to spend`).waitFor()
    }
    await page.getByText("-$2.50").waitFor()
    assert.strictEqual((await shop.storeCredit.of(id)).balance.amount, 750)
  })

  it("a report is saved, made in the background with its progress, and downloaded", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/reports`)
    await page.getByRole("button", { name: "Save a report" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name").fill("Every month")
    await dialog.getByLabel("Figures").selectOption("Taxes")
    await dialog.getByLabel("Time").selectOption("This month")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Make a file: Every month" }).click()
    await dialog.getByRole("button", { name: "Make a file" }).click()
    await page.getByRole("progressbar", { name: "How far Every month is" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "reports")
    await shop.jobs.drain()
    const link = page.getByRole("link", { name: "Every month" })
    await link.waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()])
    assert.match(download.suggestedFilename(), /\.csv$/)
    await page.getByRole("button", { name: "Remove: Every month" }).first().click()
    await Visitor.agree(page, "Remove: Every month")
    await link.waitFor({ state: "detached" })
  })

  it("work that was given up is tried again or forgotten", async () => {
    await Effect.runPromise(Effect.provideContext(
      Effect.gen(function*() {
        const jobs = yield* Jobs
        for (const order of [1_001, 1_002]) yield* jobs.enqueue({ name: "printer.label", payload: { order } })
        yield* Effect.provideService(jobs.drain, JobRetries, { maxAttempts: 1, delay: Schedule.spaced("1 second") })
      }),
      shop.context
    ))
    const { page } = await s.signedIn({}, `${s.url}#/engine/jobs`)
    const given = page.getByRole("listitem").filter({ hasText: "printer.label" })
    await given.first().waitFor()
    assert.strictEqual(await given.count(), 2)
    await given.first().getByText("What it is about").click()
    await given.first().getByText("\"order\"").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "jobs")
    await given.first().getByRole("button", { name: "Try again" }).click()
    await page.getByRole("status").filter({ hasText: "It is tried again." }).waitFor()
    await given.nth(1).waitFor({ state: "detached" })
    await given.getByRole("button", { name: "Forget it" }).click()
    await page.getByRole("dialog").getByText("This cannot be undone.").waitFor()
    await page.keyboard.press("Escape")
    assert.strictEqual(await given.count(), 1)
    await given.getByRole("button", { name: "Forget it" }).click()
    await Visitor.agree(page, "Forget it: printer.label")
    await page.getByText("Nothing was given up.").waitFor()
    assert.deepInclude(await shop.jobs.counts(), { waiting: 1, dead: 0 })
  })

  it("a feature is switched for a share of the visitors", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/engine/flags`)
    await page.getByRole("button", { name: "New feature" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("What programs ask for").fill("New Checkout")
    await dialog.getByLabel("For how many").fill("20")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByLabel("What programs ask for").and(page.locator("[aria-invalid=true]")).waitFor()
    await dialog.getByLabel("What programs ask for").fill("new-checkout")
    await dialog.getByRole("button", { name: "Save" }).click()
    const toggle = page.getByRole("switch", { name: "new-checkout" })
    await toggle.click()
    await page.getByRole("switch", { name: "new-checkout", checked: true }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "flags")
    const [flag] = await shop.flags.list()
    assert.deepInclude(flag, { key: "new-checkout", enabled: true, percentage: 20 })
    await page.getByRole("button", { name: "Remove: new-checkout" }).click()
    await Visitor.agree(page, "Remove: new-checkout")
    await toggle.waitFor({ state: "detached" })
  })

  it("the record of what staff did is searched, checked and taken out", async () => {
    const made = await shop.users.create({ email: "packer@example.com", roles: ["fulfilment"] })
    const { page } = await s.signedIn({}, `${s.url}#/engine/audit`)
    await page.getByRole("searchbox", { name: "About" }).fill(made.id)
    await page.getByRole("searchbox", { name: "About" }).press("Enter")
    await page.getByRole("listitem").filter({ hasText: "user.create" }).getByText("packer@example.com").waitFor()
    await page.getByText("Details").first().click()
    await page.getByText("\"fulfilment\"").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the record")
    await page.getByRole("button", { name: "Check that nobody has changed it" }).click()
    await page.getByRole("status").filter({ hasText: "sealed and whole" }).waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()])
    assert.match(download.suggestedFilename(), /ndjson|jsonl|json/)
    // people have no screen of their own here; a product leads to its own
    assert.strictEqual(await page.getByRole("listitem").filter({ hasText: "user.create" }).getByRole("link").count(), 0)
    const { id } = await product("Oak ladder")
    await page.getByRole("searchbox", { name: "About" }).fill(id)
    await page.getByRole("searchbox", { name: "About" }).press("Enter")
    await page.getByRole("listitem").filter({ hasText: "product.create" }).getByRole("link", { name: "Oak ladder" }).click()
    await page.getByRole("heading", { name: "Oak ladder", level: 1 }).waitFor()
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { variants } = await product("Oak shelf")
    const draft = await shop.draftOrders.create({ lines: [{ variantId: variants[0]!.id, quantity: 1 }] })
    const { giftCard } = await shop.giftCards.create({ amount: { amount: 1_000, currency: "USD" as never } })
    const { page } = await s.signedIn({}, `${s.url}#/drafts`)
    await page.getByRole("table").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "drafts")
    await page.goto(`${s.url}#/drafts/${draft.id}`)
    await page.getByText("It still needs").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a draft")
    await page.goto(`${s.url}#/cards`)
    await page.getByRole("table").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "gift cards")
    await page.goto(`${s.url}#/cards/${giftCard.id}`)
    await page.getByText("Put on").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a gift card")
  })
})
