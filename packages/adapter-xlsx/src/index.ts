export { xlsxReports, type XlsxReportOptions } from "./XlsxReports.ts"
