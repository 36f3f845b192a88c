import { Currency } from "@stoa/core/kernel/Currency"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { english } from "../page/words/English.ts"
import { german } from "../page/words/German.ts"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

/** All texts of a table by where they stand; those that are made of parts, with parts that are easily found. */
const texts = (table: object, path = ""): ReadonlyArray<readonly [string, string]> =>
  Object.entries(table).flatMap(([key, value]): ReadonlyArray<readonly [string, string]> => {
    const at = `${path}${key}`
    if (typeof value === "string") return [[at, value]]
    if (typeof value === "function") return [[at, String((value as (...parts: ReadonlyArray<unknown>) => string)(7, "8", true, "9"))]]
    return texts(value as object, `${at}.`)
  })

/** What is said alike in both languages. */
const alike = /^(?:Stoa|Codes?|optional|Details|Name|E-mail|Passkeys|Barcode|System|Live|Team|Person|Webhooks?|HTML|Status|Titel|7|8|9|[\W\d]*)$/

describe("the administration page for somebody who speaks German", () => {
  let s: AdminShop.AdminShop
  beforeAll(async () => {
    s = await AdminShop.make({ store: { name: "Nussbaum", currency: Currency.make("EUR"), settings: { timeZone: "Europe/Vienna" } } })
  })
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("has every text of the English one, and none that nobody has translated", () => {
    const own = new Map(texts(german))
    const same = texts(english).filter(([at, text]) => own.get(at) === text && !alike.test(text))
    assert.deepStrictEqual(same, [])
    assert.deepStrictEqual([...own.keys()].sort(), texts(english).map(([at]) => at).sort())
    assert.deepStrictEqual([...own].filter(([, text]) => text.trim() === "" || text.includes("undefined")), [])
  })

  it("is signed in to, sold and given back in German, with amounts and times as Austrians write them", async () => {
    await AdminShop.sell(s.shop, { title: "Nusslampe", price: 123_456, quantity: 1 })
    const { page } = await s.visitor({ locale: "de-AT" })
    await page.getByRole("heading", { name: "Anmelden" }).waitFor()
    assert.strictEqual(await page.locator("html").getAttribute("lang"), "de-AT")
    await page.getByLabel("E-Mail-Adresse").fill(AdminShop.owner.email)
    await page.getByLabel("Passwort").fill("falsch, aber lang genug")
    await page.getByRole("button", { name: "Anmelden" }).click()
    await page.getByText("E-Mail-Adresse oder Passwort stimmt nicht.").waitFor()
    await page.getByLabel("Passwort").fill(AdminShop.owner.password)
    await page.getByRole("button", { name: "Anmelden" }).click()
    await page.getByRole("heading", { name: "Übersicht", level: 1 }).waitFor()
    const money = new Intl.NumberFormat("de-AT", { style: "currency", currency: "EUR" }).format(1_239.56)
    await page.getByText(money).first().waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the overview")
    await page.getByRole("link", { name: "Bestellung 1001" }).first().click()
    await page.getByRole("button", { name: "Erstatten" }).click()
    const dialog = page.getByRole("dialog")
    assert.strictEqual(await dialog.getByLabel("Betrag in EUR").inputValue(), "1239,56")
    await dialog.getByLabel("Betrag in EUR").fill("5,5")
    await dialog.getByRole("button", { name: "Erstatten" }).click()
    await page.getByRole("status").filter({ hasText: "auf dem Rückweg" }).waitFor()
    const [order] = (await s.shop.orders.list({})).items
    const [refund] = (await s.shop.payments.refunds(order?.id ?? "")).slice(0, 1)
    assert.strictEqual(refund?.amount.amount, 550)
    assert.deepStrictEqual(await Visitor.looks(page), [], "an order")
    await page.goto(`${s.url}#/settings`)
    assert.strictEqual(await page.getByLabel("Land", { exact: true }).first().locator("option[value=AT]").textContent(), "Österreich")
  })

  it("says beside a field in German what the shop refuses", async () => {
    const { page } = await s.visitor({ locale: "de-AT" })
    await page.getByLabel("E-Mail-Adresse").fill(AdminShop.owner.email)
    await page.getByLabel("Passwort").fill(AdminShop.owner.password)
    await page.getByRole("button", { name: "Anmelden" }).click()
    await page.getByRole("heading", { name: "Übersicht", level: 1 }).waitFor()
    await page.goto(`${s.url}#/settings`)
    const contact = page.getByLabel("E-Mail-Adresse für die Kundschaft")
    await contact.fill("nussbaum")
    await page.getByRole("button", { name: "Speichern" }).click()
    await contact.and(page.locator("[aria-invalid=true]")).waitFor()
    await page.getByText("Geben Sie eine E-Mail-Adresse ein, etwa ada@example.com.").waitFor()
    await contact.fill(`${"n".repeat(250)}@nussbaum.example`)
    await page.getByRole("button", { name: "Speichern" }).click()
    await page.getByText("Geben Sie höchstens 254 Zeichen ein.").waitFor()
    await contact.fill("hallo@nussbaum.example")
    await page.getByRole("button", { name: "Speichern" }).click()
    await page.getByText(german.shell.saved).waitFor()
    // what no schema says, but the shop finds itself
    const { id } = await s.shop.catalog.createProduct({ title: "Nussbrett", variants: [{ price: { amount: 2_000, currency: Currency.make("EUR") } }] })
    await page.goto(`${s.url}#/products/${id}`)
    await page.getByRole("button", { name: "Bearbeiten: Nussbrett" }).click()
    const before = page.getByRole("dialog").getByLabel(german.product.before)
    await before.fill("15")
    await page.getByRole("dialog").getByRole("button", { name: "Speichern" }).click()
    await before.and(page.locator("[aria-invalid=true]")).waitFor()
    await page.getByText("Das muss mehr sein als der Preis.").waitFor()
  })

  it("speaks the language that somebody chose, wherever they sign in", async () => {
    const first = await s.signedIn()
    await first.page.getByLabel("Language").selectOption("Deutsch")
    await first.page.getByRole("heading", { name: "Übersicht", level: 1 }).waitFor()
    const second = await s.visitor()
    await AdminShop.signIn(second.page, AdminShop.owner, "Abmelden")
    await second.page.getByRole("heading", { name: "Übersicht", level: 1 }).waitFor()
    await second.page.getByLabel("Sprache").selectOption("English")
    await second.page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
  })
})
