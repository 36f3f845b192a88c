import type { Stoa } from "@stoa/core"
import type { DocumentRenderer } from "@stoa/core/documents/DocumentRenderer"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

/** Writes what a document is called, which is all that is looked at here. */
const documents: DocumentRenderer = {
  contentType: "application/pdf",
  extension: "pdf",
  render: (paper) => Effect.succeed(new TextEncoder().encode(paper.kind))
}

/** The name of the file that a link leads to. */
const downloaded = async (page: Page, link: RegExp): Promise<string> => {
  const download = page.waitForEvent("download")
  await page.getByRole("link", { name: link }).click()
  return (await download).suggestedFilename()
}

describe("papers of orders on the administration page", () => {
  const sandbox = SandboxGateway.make()
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make({ documents, gateways: [sandbox] })
    ;({ shop } = s)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("the invoice is written when it is asked for, and is there from then on, as the packing slip is", async () => {
    const { order } = await AdminShop.sell(shop)
    const { page } = await s.signedIn({}, `${s.url}#/orders/${order.id}`)
    await page.getByText("There is no invoice yet.").waitFor()
    assert.match(await downloaded(page, /^Packing slip$/), /\.pdf$/)
    await page.getByRole("button", { name: "Write the invoice" }).click()
    await page.getByRole("link", { name: /^Invoice / }).waitFor()
    const [invoice] = await shop.documents.ofOrder(order.id)
    await page.getByRole("link", { name: `Invoice ${invoice?.number}` }).waitFor()
    assert.match(await downloaded(page, /^Invoice INV-/), /\.pdf$/)
    assert.strictEqual(await page.getByRole("button", { name: "Write the invoice" }).count(), 0)
    assert.deepStrictEqual(await Visitor.looks(page), [], "an order with its papers")
  })

  it("a credit note is taken back once the money of its refund came back, and only then", async () => {
    const { order } = await AdminShop.sell(shop, { title: "Oak stool" })
    await shop.documents.invoice(order.id)
    const refund = await shop.payments.refund(order.id, { amount: { amount: 1_000, currency: "USD" }, reason: "late" })
    await shop.jobs.drain()
    const { page } = await s.signedIn({}, `${s.url}#/orders/${order.id}`)
    await page.getByRole("link", { name: /^Credit note CN-/ }).waitFor()
    assert.strictEqual(await page.getByRole("button", { name: "Take it back" }).count(), 0)

    await Effect.runPromise(sandbox.bank.endRefund(refund.gatewayReference ?? "", "failed"))
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    await shop.payments.reconcile({ since: day(-1), until: day(1) })
    await shop.jobs.drain()
    await page.reload()
    await page.getByRole("button", { name: "Take it back" }).click()
    await Visitor.agree(page, "Take it back")
    await page.getByText(/of CN-/).waitFor()
    await page.getByRole("button", { name: "Take it back" }).first().waitFor({ state: "detached" })
    const papers = await shop.documents.ofOrder(order.id)
    assert.deepStrictEqual(papers.map(({ kind, content }) => [kind, content.total.amount]), [
      ["invoice", order.total.amount],
      ["credit_note", 1_000],
      ["invoice", 1_000]
    ])
  })
})
