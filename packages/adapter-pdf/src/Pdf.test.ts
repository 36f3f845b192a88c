import type { DocumentContent } from "@stoa/core/documents/Document"
import type { Paper } from "@stoa/core/documents/DocumentRenderer"
import type { Currency } from "@stoa/core/kernel/Currency"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { extractText, getDocumentProxy } from "unpdf"
import { pdf, type PdfOptions } from "./Pdf.ts"

const money = (amount: number, currency = "EUR") => ({ amount, currency: currency as Currency })

const content: DocumentContent = {
  locale: "en",
  currency: "EUR" as Currency,
  seller: { name: "Böttcher & Söhne GmbH", lines: ["Hauptstraße 1", "10115 Berlin", "DE"], taxId: "DE123456789" },
  buyer: { name: "Ada Lovelace", lines: ["12 Analytical Row", "97201 Portland"], taxId: null },
  orderNumber: 1001,
  orderedAt: "2026-11-20T10:00:00.000Z" as Timestamp,
  pricesIncludeTax: true,
  lines: [
    { title: "Walnut board", detail: "Large, WB-L", quantity: 2, unitPrice: money(5_950), discount: money(1_000), amount: money(10_900) }
  ],
  shipping: { name: "DHL", amount: money(595) },
  taxes: [{ name: "VAT", ratePpm: 190_000, amount: money(1_835), taxable: money(9_660) }],
  net: money(9_660),
  tax: money(1_835),
  total: money(11_495),
  corrects: null,
  reason: null
}

const paper = (changes: Partial<DocumentContent> = {}): Paper => ({
  kind: "invoice",
  number: "INV-2026-000001",
  issuedAt: "2026-11-21T08:00:00.000Z",
  content: { ...content, ...changes }
})

/** The text of each page, as a reader sees it. */
const read = (drawn: Paper, options: PdfOptions = {}) =>
  Effect.flatMap(pdf(options).render(drawn), (bytes) =>
    Effect.promise(async () => {
      const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: false })
      return text.map((page) => page.replaceAll(/\s+/g, " "))
    }))

describe("documents as PDF", () => {
  it.effect("an invoice says who sells what to whom, with every figure", () =>
    Effect.gen(function*() {
      const pages = yield* read(paper(), { footer: "IBAN DE02 1203 0000 0000 2020 51" })
      assert.lengthOf(pages, 1)
      for (
        const said of [
          "Böttcher & Söhne GmbH",
          "Hauptstraße 1",
          "Tax id: DE123456789",
          "Ada Lovelace",
          "Invoice",
          "INV-2026-000001",
          "November 21, 2026",
          "Order: 1001, November 20, 2026",
          "Walnut board",
          "Large, WB-L",
          "Discount: €10.00",
          "€59.50",
          "€109.00",
          "Shipping (DHL)",
          "€5.95",
          "€96.60",
          "VAT 19% on €96.60 (contained)",
          "€18.35",
          "€114.95",
          "IBAN DE02 1203 0000 0000 2020 51",
          "Page 1 / 1"
        ]
      ) assert.include(pages[0] ?? "", said)
    }))

  it.effect("speaks the language of the document, or the words it is given", () =>
    Effect.gen(function*() {
      const [german] = yield* read(paper({ locale: "de-DE" }))
      for (const said of ["Rechnung", "21. November 2026", "114,95 €", "Seite 1 / 1"]) assert.include(german ?? "", said)
      const [own] = yield* read(paper({ locale: "nl" }), { labels: { nl: { invoice: "Factuur" } } })
      assert.include(own ?? "", "Factuur")
      assert.include(own ?? "", "Quantity")
    }))

  it.effect("has the signs of currencies", () =>
    Effect.gen(function*() {
      for (const [currency, sign] of [["NGN", "₦"], ["GHS", "GH₵"], ["INR", "₹"], ["GBP", "£"], ["JPY", "¥"]] as const) {
        const [page] = yield* read(paper({ locale: currency === "GHS" ? "en-GH" : currency === "NGN" ? "en-NG" : "en", total: money(1_000, currency) }))
        assert.include(page ?? "", sign)
      }
    }))

  it.effect("goes on over pages with the header of its table on each, and loses no line", () =>
    Effect.gen(function*() {
      const lines = Array.from({ length: 120 }, (_, index) => ({ ...content.lines[0]!, title: `Board no. ${index + 1};` }))
      const pages = yield* read(paper({ lines }))
      assert.isAbove(pages.length, 3)
      for (const [index, page] of pages.entries()) assert.include(page, `Page ${index + 1} / ${pages.length}`)
      for (const page of pages.slice(0, -1)) assert.include(page, "Quantity")
      const all = pages.join(" ")
      for (let index = 1; index <= 120; index++) assert.include(all, `Board no. ${index};`)
      assert.include(pages.at(-1) ?? "", "€114.95")
    }))

  it.effect("a credit note names what it corrects, and a packing slip no price", () =>
    Effect.gen(function*() {
      const [credit] = yield* read({ ...paper({ corrects: "INV-2026-000001" }), kind: "credit_note", number: "CN-2026-000001" })
      for (const said of ["Credit note", "CN-2026-000001", "Corrects: INV-2026-000001", "Credited"]) assert.include(credit ?? "", said)
      const [slip] = yield* read({ kind: "packing_slip", issuedAt: "2026-11-21T08:00:00.000Z", content })
      assert.include(slip ?? "", "Packing slip")
      assert.include(slip ?? "", "Walnut board")
      assert.notMatch(slip ?? "", /€|VAT/)
    }))

  it.effect("the same document gives the same bytes", () =>
    Effect.gen(function*() {
      const renderer = pdf()
      assert.deepStrictEqual(yield* renderer.render(paper()), yield* renderer.render(paper()))
    }))
})
