/**
 * What all PDFs have in common: fonts that are part of the file, and the bytes that come out.
 */
import { createRequire } from "node:module"
import type PDFDocument from "pdfkit"

export type Sheet = InstanceType<typeof PDFDocument>

/** Font files (TrueType or OpenType). */
export interface Fonts {
  readonly regular: string
  readonly bold: string
}

const resolve = (name: string): string => createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)

/** The fonts that were given, or DejaVu Sans. */
export const fontsOf = (given: Fonts | undefined): Fonts =>
  given ?? { regular: resolve("DejaVuSans"), bold: resolve("DejaVuSans-Bold") }

/** All bytes of a sheet, once it has ended. */
export const bytesOf = (sheet: Sheet): Promise<Uint8Array> =>
  new Promise((done, reject) => {
    const chunks: Array<Uint8Array> = []
    sheet.on("data", (chunk: Uint8Array) => chunks.push(chunk))
    sheet.on("end", () => done(new Uint8Array(Buffer.concat(chunks))))
    sheet.on("error", reject)
  })
