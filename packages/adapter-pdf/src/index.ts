export type { Labels } from "./Labels.ts"
export { pdf, type PdfOptions } from "./Pdf.ts"
export { pdfReports, type PdfReportOptions } from "./PdfReports.ts"
