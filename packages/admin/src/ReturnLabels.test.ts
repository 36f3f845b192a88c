import type { Stoa } from "@stoa/core"
import { address } from "@stoa/core/testing/Shop"
import * as ParcelCarrier from "@stoa/core/testing/ParcelCarrier"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("labels of returns on the administration page", () => {
  const scope = Scope.makeUnsafe()
  let fake: ParcelCarrier.ParcelCarrier
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    fake = await Effect.runPromise(Scope.provide(ParcelCarrier.open(), scope))
    s = await AdminShop.make({ carriers: [fake.carrier] })
    ;({ shop } = s)
    await shop.shipping.create({
      name: "Parcel",
      price: { amount: 500, currency: "USD" as never },
      carrier: { name: ParcelCarrier.name, service: "standard", from: { ...address, name: "Warehouse", line1: "1 Dock Road" } }
    })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(async () => {
    await s.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  it("one is bought once the return is approved, asks for parcels where weights are unknown, and is given back", async () => {
    const { order } = await AdminShop.sell(shop, { title: "Walnut lamp" })
    const { id: parcel } = await shop.fulfilments.create(order.id, {})
    await shop.fulfilments.advance(parcel, { event: "ship" })
    await shop.fulfilments.advance(parcel, { event: "deliver" })
    const returned = await shop.returns.request(order.id, { lines: [{ lineId: order.lines[0]!.id, quantity: 1, reason: "damaged" }] })
    const { page } = await s.signedIn({}, `${s.url}#/returns/${returned.id}`)
    await page.getByRole("button", { name: "Approve" }).click()
    const approval = page.getByRole("dialog", { name: "Approve" })
    await approval.getByRole("button", { name: "Approve" }).click()
    const labels = page.getByRole("main").locator("section").filter({ has: page.getByRole("heading", { name: "Labels from carriers" }) })
    await labels.getByText("None was bought.").waitFor()
    await labels.getByRole("button", { name: "Buy a label" }).click()
    const dialog = page.getByRole("dialog", { name: "Buy a label" })
    assert.deepStrictEqual(await Visitor.looks(page), [], "buying a label")
    await dialog.getByRole("button", { name: "Buy a label" }).click()
    await dialog.getByText("Nobody has said what some of the pieces weigh.").waitFor()
    assert.lengthOf(fake.labels, 0)
    await dialog.getByLabel("Its weight in grams").fill("1200")
    await dialog.getByRole("button", { name: "One more parcel" }).click()
    await dialog.getByLabel("Its weight in grams").last().fill("300")
    await dialog.getByLabel("Length in mm").last().fill("120")
    await dialog.getByRole("button", { name: "Buy a label" }).click()
    await labels.getByText("Bought", { exact: true }).waitFor()
    const [bought] = await shop.returnLabels.ofReturn(returned.id)
    assert.deepStrictEqual(bought?.parcels, [{ grams: 1_200 }, { grams: 300, lengthMm: 120 }])
    assert.deepStrictEqual([fake.labels.length, await labels.getByRole("button", { name: "Buy a label" }).count()], [1, 0])
    const download = page.waitForEvent("download")
    await labels.getByRole("link", { name: "Print" }).click()
    assert.isTrue((await download).suggestedFilename().startsWith(bought?.id ?? "?"))
    await labels.getByRole("button", { name: "Give it back" }).click()
    await Visitor.agree(page, "Give it back")
    await labels.getByText("Given back", { exact: true }).waitFor()
    assert.lengthOf(fake.labels, 0)
    await labels.getByRole("button", { name: "Buy a label" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a return with a label")
  })

  it("what nobody knows is asked for: where it goes, and by whom", async () => {
    const { order } = await AdminShop.sell(shop, { title: "Oak stool" })
    const { id: parcel } = await shop.fulfilments.create(order.id, {})
    await shop.fulfilments.advance(parcel, { event: "ship" })
    await shop.fulfilments.advance(parcel, { event: "deliver" })
    const returned = await shop.returns.request(order.id, { lines: [{ lineId: order.lines[0]!.id, quantity: 1, reason: "damaged" }] })
    await shop.returns.approve(returned.id)
    for (const { id } of await shop.shipping.list()) await shop.shipping.update(id, { carrier: null })
    const { page } = await s.signedIn({}, `${s.url}#/returns/${returned.id}`)
    await page.getByRole("button", { name: "Buy a label" }).click()
    const dialog = page.getByRole("dialog", { name: "Buy a label" })
    await dialog.getByLabel("Its weight in grams").fill("900")
    await dialog.getByRole("button", { name: "Buy a label" }).click()
    await dialog.getByLabel("Carrier").and(page.locator("[aria-invalid=true]")).waitFor()
    await dialog.getByLabel("Carrier").fill(ParcelCarrier.name)
    await dialog.getByLabel("Service").fill("express")
    await dialog.getByRole("button", { name: "Buy a label" }).click()
    await dialog.getByText("Write where the parcel goes.").waitFor()
    for (const [label, text] of [["Name", "Warehouse"], ["Street and number", "1 Dock Road"], ["Postal code", "97201"], ["City", "Portland"], ["State or region", "OR"]] as const) {
      await dialog.getByLabel(label).fill(text)
    }
    await dialog.getByLabel("Country").selectOption("United States")
    await dialog.getByRole("button", { name: "Buy a label" }).click()
    await page.locator(".badge").getByText("Bought", { exact: true }).waitFor()
    const [bought] = await shop.returnLabels.ofReturn(returned.id)
    assert.deepStrictEqual([bought?.service, bought?.to.line1, bought?.to.country], ["express", "1 Dock Road", "US"])
  })
})
