/**
 * The figures as tables for people and as one JSON value for programs.
 */

/** One line of a table: what was measured, and its figures by their names. */
export interface Row {
  readonly name: string
  readonly figures: Readonly<Record<string, number | string>>
}

export interface Table {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

const shown = (value: number | string | undefined): string => {
  if (typeof value !== "number") return value ?? ""
  if (Number.isInteger(value)) return value.toLocaleString("en-US")
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(Math.abs(value) >= 100 ? 0 : 2)
}

export const text = ({ rows, title }: Table): string => {
  const columns = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))]
  const cells = [["", ...columns], ...rows.map((row) => [row.name, ...columns.map((name) => shown(row.figures[name]))])]
  const widths = cells[0]?.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0))) ?? []
  const lines = cells.map((line) =>
    line.map((cell, index) => index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[index] ?? 0) + 2)).join("")
  )
  return `\n${title}\n\n${lines.join("\n")}\n`
}
