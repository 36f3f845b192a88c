import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("dashboards, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("are put together of figures and of one's own, in an order of one's own, and are gone once they are deleted", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/reports`)
    await page.getByRole("link", { name: "Dashboards" }).click()
    await page.getByText("There is no dashboard yet.").waitFor()
    const dialog = page.getByRole("dialog")

    await page.getByRole("button", { name: "New figure" }).click()
    await dialog.getByLabel("Name").fill("Refund rate")
    await dialog.getByLabel("Formula").fill("refunded / visits")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText(/names visits, which is no figure/).first().waitFor()
    await dialog.getByLabel("Formula").fill("refunded / total")
    await dialog.getByLabel("Comes to").selectOption("A share")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.waitFor({ state: "detached" })
    assert.deepInclude((await shop.metrics.list())[0], { name: "Refund rate", formula: "refunded / total", unit: "percent" })

    await page.getByRole("button", { name: "New dashboard" }).click()
    await dialog.getByLabel("Name").fill("Mornings")
    await dialog.getByLabel("For everybody who may see figures").check()
    await dialog.getByRole("button", { name: "Save" }).click()
    await page.getByText("Nothing stands on it yet.").waitFor()

    const add = async (title: string, choices: Readonly<Record<string, string>>) => {
      await page.getByRole("button", { name: "Add figures" }).click()
      await dialog.getByLabel("Title").fill(title)
      for (const [label, choice] of Object.entries(choices)) await dialog.getByLabel(label).selectOption(choice)
      await dialog.getByRole("button", { name: "Add figures" }).click()
      await page.getByRole("heading", { name: title }).waitFor()
    }
    await add("Kept", { "Which of them": "Revenue after refunds" })
    await add("By day", { "Shown as": "Line by day" })
    await add("Rate", { Figures: "Refund rate" })
    assert.deepStrictEqual(await Visitor.looks(page), [], "on a dashboard")
    await page.getByRole("button", { name: "Move up: Rate" }).click()
    await page.getByRole("button", { name: "Move down: Rate" }).waitFor()
    await page.getByRole("button", { name: "Remove: Kept" }).click()
    await page.getByRole("heading", { name: "Kept" }).waitFor({ state: "detached" })
    const [board] = await shop.dashboards.list()
    assert.deepInclude(board, { name: "Mornings", shared: true })
    assert.deepStrictEqual(board?.tiles.map(({ definition, title }) => [title, definition.figure]), [["Rate", "metric"], ["By day", "sales"]])

    await page.getByRole("button", { name: "Delete the dashboard" }).click()
    await dialog.getByRole("button", { name: "Delete the dashboard" }).click()
    await page.getByText("There is no dashboard yet.").waitFor()
    assert.deepStrictEqual(await shop.dashboards.list(), [])
  })
})
