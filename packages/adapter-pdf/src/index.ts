export type { Labels } from "./Labels.ts"
export { pdf, type PdfOptions } from "./Pdf.ts"
