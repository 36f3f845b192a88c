import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("reports by mail, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    await shop.reports.save({ name: "Taxes", definition: { figure: "taxes", range: { last: 1, unit: "month" } } })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  const schedule = async () => (await shop.reports.saved())[0]?.schedule

  it("a saved report goes out every week to those who are chosen, and then not any more", async () => {
    const analyst = await s.person("ada@example.com", ["admin"])
    await s.person("grace@example.com", [])
    const { page } = await s.signedIn({}, `${s.url}#/reports`)
    await page.getByRole("button", { name: "Mail it: Taxes" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByRole("listitem").filter({ hasText: AdminShop.owner.email }).waitFor()
    await dialog.getByLabel("Day of the week").selectOption("Friday")
    await dialog.getByLabel("At").selectOption("18")
    await dialog.getByRole("button", { name: `Remove: ${AdminShop.owner.email}` }).click()
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("Goes to: This is needed.").waitFor()
    await dialog.getByLabel("Add somebody").fill("grace")
    await dialog.getByRole("button", { name: "grace@example.com" }).click()
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("grace@example.com may not see figures.").waitFor()
    await dialog.getByRole("button", { name: "Remove: grace@example.com" }).click()
    await dialog.getByLabel("Add somebody").fill("ada")
    await dialog.getByRole("button", { name: "ada@example.com" }).click()
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText(/^Every Friday at 6:00 PM, to 1 person · next /).waitFor()
    assert.deepStrictEqual(await schedule(), { every: "week", weekday: 5, hour: 18, format: "csv", recipients: [analyst.id] })

    await page.getByRole("button", { name: "Mail it: Taxes" }).click()
    await dialog.getByRole("listitem").filter({ hasText: "ada@example.com" }).waitFor()
    await dialog.getByLabel("It is mailed").selectOption("Every month")
    await dialog.getByLabel("Day of the month").selectOption("3")
    assert.deepStrictEqual(await Visitor.looks(page), [], "when a report is mailed")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("On day 3 of every month").waitFor()
    assert.deepInclude(await schedule(), { every: "month", monthDay: 3, hour: 18 })

    await page.getByRole("button", { name: "Mail it: Taxes" }).click()
    await dialog.getByLabel("It is mailed").selectOption("Not any more")
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("On day 3 of every month").waitFor({ state: "detached" })
    assert.isNull(await schedule())
  })
})
