/**
 * Several statements that write rows as one. PostgreSQL takes some 20 us to begin, end and answer any statement, as long as to write a few rows.
 */

export interface Statement {
  readonly sql: string
  readonly params: ReadonlyArray<unknown>
}

/** Texts one after the other. There are as many as the engine has orders of such statements, a handful. */
interface Row {
  readonly parts: ReadonlyArray<string>
  readonly params: number
  readonly text: string
  readonly next: Map<string, Row>
}

const none: Row = { parts: [], params: 0, text: "", next: new Map() }

const followedBy = (before: Row, { params, sql }: Statement): Row => {
  const known = before.next.get(sql)
  if (known !== undefined) return known
  const parts = [...before.parts, sql.replace(/\$(\d+)/g, (_, place) => `$${before.params + Number(place)}`)]
  const others = parts.slice(0, -1).map((part, place) => `part_${place} AS (${part})`)
  const row: Row = {
    parts,
    params: before.params + params.length,
    text: `${others.length === 0 ? "" : `WITH ${others.join(", ")} `}${parts.at(-1)}`,
    next: new Map()
  }
  before.next.set(sql, row)
  return row
}

/** One statement that does what these do. None reads or writes a table that another writes: all see what was there before the first. */
export const asOne = (statements: ReadonlyArray<Statement>): Statement => ({
  sql: statements.reduce(followedBy, none).text,
  params: statements.flatMap(({ params }) => params)
})
