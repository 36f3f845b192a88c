/**
 * How texts stand in the cells of a CSV file that a spreadsheet will open.
 */

/**
 * A spreadsheet takes a cell that begins with one of these for a formula, and would run it: what a buyer wrote would run
 * on the machine of whoever opens the file. Such a text is written with an apostrophe before it, which spreadsheets do
 * not show. One that has apostrophes there of its own gets one more, so that reading takes off exactly what writing has
 * put on.
 */
const formula = /^'*[=+\-@\t\r\n]/
const guarded = /^'+[=+\-@\t\r\n]/

/** A text as a cell that no spreadsheet runs. */
export const fromText = (text: string): string => formula.test(text) ? `'${text}` : text

/** The text of a cell. */
export const toText = (cell: string): string => guarded.test(cell) ? cell.slice(1) : cell

/** Cells as a line, its end included, quoted as in RFC 4180. */
export const line = (cells: ReadonlyArray<string>): string =>
  `${cells.map((cell) => /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell).join(",")}\n`
