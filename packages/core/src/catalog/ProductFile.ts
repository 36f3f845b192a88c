/**
 * The products in a file, whichever format it has.
 */
import type { Currency } from "../kernel/Currency.ts"
import { ImportRefused } from "./CatalogFilesErrors.ts"
import * as CsvRecords from "./CsvRecords.ts"
import { type Encoding, type FileSource, pieces } from "./FileBytes.ts"
import * as JsonProducts from "./JsonProducts.ts"
import type { FileItem } from "./ProductDraft.ts"
import * as ShopifyColumns from "./ShopifyColumns.ts"
import * as ShopifyCsv from "./ShopifyCsv.ts"

export type FileFormat = "csv" | "json"

/**
 * Reads a file, no faster than what it gives is taken. Fails with `ImportRefused`. Prices without a currency are in
 * `currency`.
 */
export const read = (source: FileSource, format: FileFormat, currency: Currency): AsyncGenerator<FileItem> =>
  format === "csv" ? csv(source, currency) : json(source)

const notText = "is not text in UTF-8"

/** What is no UTF-8 reads as this character, but a text may have it of its own. */
const isDamaged = (encoding: Encoding, text: string): boolean => encoding.damaged && text.includes("\ufffd")

const csv = async function*(source: FileSource, currency: Currency): AsyncGenerator<FileItem> {
  const encoding: Encoding = { damaged: false }
  let reader: ShopifyCsv.Reader | undefined
  for await (const row of CsvRecords.read(pieces(source, encoding))) {
    const damaged = row.cells?.some((cell) => isDamaged(encoding, cell)) === true
    if (reader === undefined) reader = ShopifyCsv.reader(headerOf(row, damaged), currency)
    else yield* reader.read(damaged ? { line: row.line, fault: notText } : row)
  }
  if (reader === undefined) throw new ImportRefused({ reason: "empty", missing: [], detail: "The file is empty" })
  yield* reader.end()
}

const headerOf = (row: CsvRecords.CsvRow, damaged: boolean): ShopifyColumns.Header => {
  if (row.cells === undefined) {
    throw new ImportRefused({
      reason: "not_csv",
      missing: [],
      detail: `The file does not begin as CSV does: in line ${row.line}, ${row.fault}`
    })
  }
  if (damaged || row.cells.some((cell) => cell.includes("\0"))) {
    throw new ImportRefused({ reason: "not_text", missing: [], detail: "The file is not text in UTF-8" })
  }
  const header = ShopifyColumns.header(row.cells)
  if (header.missing.length === 0) return header
  const other = row.cells.length === 1 ? /[;\t|]/.exec(row.cells[0] ?? "")?.[0] : undefined
  throw new ImportRefused({
    reason: "wrong_header",
    missing: header.missing,
    detail: other === undefined
      ? "The first line lacks columns of Shopify's product format"
      : "The columns are not separated by commas, so the first line lacks columns of Shopify's product format"
  })
}

const json = async function*(source: FileSource): AsyncGenerator<FileItem> {
  const encoding: Encoding = { damaged: false }
  const read = JsonProducts.reader()
  for await (const row of JsonProducts.read(pieces(source, encoding))) {
    yield read(row.text !== undefined && isDamaged(encoding, row.text) ? { line: row.line, fault: notText } : row)
  }
}
