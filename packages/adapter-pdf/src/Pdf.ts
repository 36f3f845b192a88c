/**
 * Documents as PDF, with fonts that are part of the file and have the signs of currencies.
 *
 * **Details**
 *
 * One column on A4, or on Letter where the shop says so; a table that goes on over pages, its header on each; and the
 * number of pages at the foot. The same document gives the same bytes.
 */
import type { DocumentContent } from "@stoa/core/documents/Document"
import type { DocumentRenderer, Paper } from "@stoa/core/documents/DocumentRenderer"
import { format, type Money } from "@stoa/core/kernel/Money"
import * as Effect from "effect/Effect"
import { type Labels, labelsOf } from "./Labels.ts"
import { bytesOf, type Fonts, fontsOf, type Sheet } from "./Sheet.ts"

export interface PdfOptions {
  readonly paper?: "A4" | "letter" | undefined
  /** Words by language or locale, before those that are shipped (`en`, `de`, `fr`). */
  readonly labels?: Readonly<Record<string, Partial<Labels>>> | undefined
  /** Font files (TrueType or OpenType) to use instead of DejaVu Sans. */
  readonly fonts?: Fonts | undefined
  /** What stands at the foot of every page, such as a bank account; lines are kept. */
  readonly footer?: string | undefined
}

const margin = 56
const grey = "#555555"

/** Draws documents as PDF. */
export const pdf = (options: PdfOptions = {}): DocumentRenderer => {
  const fonts = fontsOf(options.fonts)
  return {
    contentType: "application/pdf",
    extension: "pdf",
    render: (paper) =>
      Effect.promise(async () => {
        // loaded with the first document: most processes draw none
        const { default: Pdf } = await import("pdfkit")
        const sheet = new Pdf({
          size: options.paper === "letter" ? "LETTER" : "A4",
          margins: { top: margin, left: margin, right: margin, bottom: margin + 40 },
          bufferPages: true,
          font: fonts.regular,
          info: {
            Title: "number" in paper ? paper.number : `#${paper.content.orderNumber}`,
            Producer: "Stoa",
            CreationDate: dateOf(paper.issuedAt)
          }
        })
        sheet.registerFont("regular", fonts.regular).registerFont("bold", fonts.bold)
        const whole = bytesOf(sheet)
        draw(sheet, paper, labelsOf(paper.content.locale, options.labels), options.footer)
        sheet.end()
        return whole
      })
  }
}

const dateOf = (at: string): Date => new Date(at)

const titleOf = (paper: Paper, labels: Labels): string => {
  switch (paper.kind) {
    case "invoice":
      return labels.invoice
    case "credit_note":
      return labels.creditNote
    case "packing_slip":
      return labels.packingSlip
  }
}

const draw = (sheet: Sheet, paper: Paper, labels: Labels, footer: string | undefined): void => {
  const { content } = paper
  const date = (at: string) => new Intl.DateTimeFormat(content.locale, { dateStyle: "long", timeZone: "UTC" }).format(dateOf(at))
  head(sheet, content, labels)
  sheet.font("bold").fontSize(18).fillColor("black").text(titleOf(paper, labels), margin, sheet.y + 24)
  sheet.moveDown(0.5).fontSize(9)
  const facts: Array<readonly [string, string]> = [
    ...("number" in paper ? [[labels.number, paper.number] as const] : []),
    [labels.date, date(paper.issuedAt)],
    [labels.order, `${content.orderNumber}, ${date(content.orderedAt)}`],
    ...(content.corrects === null ? [] : [[labels.corrects, content.corrects] as const])
  ]
  for (const [name, value] of facts) {
    sheet.font("regular").fillColor(grey).text(`${name}: `, { continued: true }).fillColor("black").text(value)
  }
  sheet.moveDown(1.5)
  if (paper.kind === "packing_slip") items(sheet, content, labels, false)
  else {
    items(sheet, content, labels, true)
    totals(sheet, paper.kind, content, labels)
  }
  feet(sheet, labels, footer)
}

/** Who sells, at the right; who buys, at the left. */
const head = (sheet: Sheet, { buyer, seller }: DocumentContent, labels: Labels): void => {
  const width = (sheet.page.width - margin * 2) / 2
  const party = ({ lines, name, taxId }: DocumentContent["seller"], x: number, align: "left" | "right") => {
    sheet.font("bold").fontSize(10).fillColor("black").text(name, x, margin, { width, align })
    sheet.font("regular").fontSize(9)
    for (const line of lines) sheet.text(line, { width, align })
    if (taxId !== null) sheet.fillColor(grey).text(`${labels.taxId}: ${taxId}`, { width, align })
    return sheet.y
  }
  const left = party(buyer, margin, "left")
  const right = party(seller, margin + width, "right")
  sheet.x = margin
  sheet.y = Math.max(left, right)
}

/** A table that goes on over pages. */
const items = (sheet: Sheet, content: DocumentContent, labels: Labels, priced: boolean): void => {
  const width = sheet.page.width - margin * 2
  const columns = priced ? [0.46, 0.12, 0.2, 0.22] : [0.84, 0.16]
  const left = columns.map((_, index) => margin + width * columns.slice(0, index).reduce((sum, share) => sum + share, 0))
  const row = (cells: ReadonlyArray<string>, detail: string | null, style: "regular" | "bold") => {
    const wide = (index: number) => width * (columns[index] ?? 0) - 8
    sheet.font(style).fontSize(9)
    const tall = Math.max(...cells.map((cell, index) => sheet.heightOfString(cell, { width: wide(index) })))
      + (detail === null ? 0 : sheet.fontSize(8).heightOfString(detail, { width: wide(0) }))
    if (sheet.y + tall + 10 > sheet.page.height - sheet.page.margins.bottom) {
      sheet.addPage()
      header()
    }
    const top = sheet.y + 5
    sheet.font(style).fontSize(9).fillColor("black")
    cells.forEach((cell, index) =>
      sheet.text(cell, left[index] ?? margin, top, { width: wide(index), align: index === 0 ? "left" : "right" })
    )
    if (detail !== null) {
      sheet.fontSize(8).fillColor(grey).text(detail, margin, top + sheet.fontSize(9).heightOfString(cells[0] ?? "", { width: wide(0) }), {
        width: wide(0)
      })
    }
    sheet.x = margin
    sheet.y = top + tall + 5
    sheet.moveTo(margin, sheet.y).lineTo(margin + width, sheet.y).lineWidth(0.5).strokeColor("#cccccc").stroke()
  }
  const header = () =>
    row(priced ? [labels.item, labels.quantity, labels.price, labels.amount] : [labels.item, labels.quantity], null, "bold")
  const money = (amount: Money) => format(amount, content.locale)
  header()
  for (const { amount, detail, discount, quantity, title, unitPrice } of content.lines) {
    const lessened = priced && discount.amount !== 0 ? `${labels.discount}: ${money(discount)}` : null
    row(
      priced ? [title, String(quantity), money(unitPrice), money(amount)] : [title, String(quantity)],
      [detail, lessened].filter((part) => part !== null).join("\n") || null,
      "regular"
    )
  }
}

const totals = (sheet: Sheet, kind: Paper["kind"], content: DocumentContent, labels: Labels): void => {
  const width = sheet.page.width - margin * 2
  const money = (amount: Money) => format(amount, content.locale)
  const percent = (ratePpm: number) =>
    new Intl.NumberFormat(content.locale, { style: "percent", maximumFractionDigits: 4 }).format(ratePpm / 1_000_000)
  const rows: Array<readonly [string, Money, "regular" | "bold"]> = [
    ...(content.shipping === null ? [] : content.shipping.parts ?? [content.shipping]).map(({ amount, name }) =>
      [`${labels.shipping} (${name})`, amount, "regular"] as const
    ),
    [labels.net, content.net, "regular"],
    ...content.taxes.map(({ amount, name, ratePpm, taxable }) =>
      [`${name} ${percent(ratePpm)}${taxable === undefined ? "" : ` ${labels.taxOn} ${money(taxable)}`}${content.pricesIncludeTax ? ` (${labels.taxContained})` : ""}`, amount, "regular"] as const
    ),
    [kind === "credit_note" ? labels.credited : labels.total, content.total, "bold"]
  ]
  if (sheet.y + rows.length * 18 + 20 > sheet.page.height - sheet.page.margins.bottom) sheet.addPage()
  sheet.y += 12
  for (const [name, amount, style] of rows) {
    const top = sheet.y
    sheet.font(style).fontSize(style === "bold" ? 11 : 9).fillColor("black")
    sheet.text(name, margin + width * 0.4, top, { width: width * 0.36, align: "right" })
    const below = sheet.y
    sheet.text(money(amount), margin + width * 0.76, top, { width: width * 0.24, align: "right" })
    sheet.y = Math.max(below, sheet.y) + 4
  }
  sheet.x = margin
}

const feet = (sheet: Sheet, labels: Labels, footer: string | undefined): void => {
  const { count, start } = sheet.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    sheet.switchToPage(page)
    const { bottom } = sheet.page.margins
    // text below the margin would begin another page
    sheet.page.margins.bottom = 0
    sheet.font("regular").fontSize(8).fillColor(grey)
    if (footer !== undefined) {
      sheet.text(footer, margin, sheet.page.height - margin - 30, { width: sheet.page.width - margin * 2, height: 30, align: "center" })
    }
    sheet.text(`${labels.page} ${page - start + 1} / ${count}`, margin, sheet.page.height - margin + 8, {
      width: sheet.page.width - margin * 2,
      align: "center",
      lineBreak: false
    })
    sheet.page.margins.bottom = bottom
  }
}
