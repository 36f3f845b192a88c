/**
 * The statements that a connection keeps prepared.
 *
 * Preparing costs about ten times what running costs, and every statement of the engine has a constant text, so a
 * bounded number of them is kept. Nobody finalises the others: `node:sqlite` does it when they are collected.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"

/** A statement and what is known about it. */
export interface Prepared {
  readonly statement: StatementSync
  /** How many parameters it was first run with. */
  readonly parameters: number
  /** Creates, alters or drops something, after which other statements may have other columns. */
  readonly changesSchema: boolean
  /** Names of the result's columns, as of the last run; none when the statement answers nothing. */
  columns: ReadonlyArray<string>
  bigInts: boolean
  /** Used since the last time that room was made. */
  used: boolean
}

export interface PreparedStatements {
  /** The kept statement with this text, prepared now if it is new. Throws what SQLite says about a wrong one. */
  readonly get: (sql: string, parameters: number) => Prepared
  /** Prepares without keeping. */
  readonly once: (sql: string, parameters: number) => Prepared
  readonly has: (sql: string) => boolean
  readonly clear: () => void
}

export const make = (database: DatabaseSync, capacity: number): PreparedStatements => {
  const kept = new Map<string, Prepared>()

  // A second chance for what was used: as good as least-recently-used here, and a hit costs one write instead of
  // taking the entry out of the map and putting it back.
  const makeRoom = () => {
    for (const [sql, prepared] of kept) {
      kept.delete(sql)
      if (!prepared.used) return
      prepared.used = false
      kept.set(sql, prepared)
    }
  }

  const once = (sql: string, parameters: number): Prepared => {
    if (holdsSeveral(sql)) throw new UnsafeStatement("The text holds several statements; run them one by one")
    const statement = database.prepare(sql)
    // Rows come as arrays, because the objects of node:sqlite have no prototype and are slow dictionaries: fetching
    // arrays and building plain objects takes two thirds of the time that fetching objects takes.
    statement.setReturnArrays(true)
    return {
      statement,
      parameters,
      changesSchema: /^\s*(?:CREATE|ALTER|DROP)\b/i.test(sql),
      columns: columnNames(statement),
      bigInts: false,
      used: true
    }
  }

  return {
    once,
    has: (sql) => kept.has(sql),
    clear: () => kept.clear(),
    get: (sql, parameters) => {
      const known = kept.get(sql)
      if (known !== undefined) {
        // SQLite would fill the missing ones with the values of the last run, which may be another customer's
        if (known.parameters !== parameters) {
          throw new UnsafeStatement(`The statement takes ${known.parameters} parameters and was given ${parameters}`)
        }
        known.used = true
        return known
      }
      const prepared = once(sql, parameters)
      if (prepared.changesSchema) return prepared
      if (kept.size >= capacity) makeRoom()
      kept.set(sql, prepared)
      return prepared
    }
  }
}

/** Rows as plain objects with the names of the columns. */
export const rowsOf = (prepared: Prepared, bound: ReadonlyArray<SQLInputValue>): ReadonlyArray<object> => {
  if (prepared.columns.length === 0) {
    prepared.statement.run(...bound)
    return []
  }
  return toObjects(prepared, arraysOf(prepared, bound))
}

/** Rows as arrays in the order of the columns. */
export const arraysOf = (
  prepared: Prepared,
  bound: ReadonlyArray<SQLInputValue>
): ReadonlyArray<ReadonlyArray<unknown>> =>
  // the declaration of node:sqlite does not know what setReturnArrays changes
  prepared.statement.all(...bound) as unknown as ReadonlyArray<ReadonlyArray<unknown>>

export const toObjects = (prepared: Prepared, rows: ReadonlyArray<ReadonlyArray<unknown>>): ReadonlyArray<object> => {
  const width = rows[0]?.length
  if (width === undefined) return []
  // after another connection has added a column, `SELECT *` answers one more
  if (width !== prepared.columns.length) prepared.columns = columnNames(prepared.statement)
  const { columns } = prepared
  const objects: Array<object> = Array.from({ length: rows.length })
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as ReadonlyArray<unknown>
    const object: Record<string, unknown> = {}
    for (let j = 0; j < width; j++) object[columns[j] as string] = row[j]
    objects[i] = object
  }
  return objects
}

const columnNames = (statement: StatementSync): ReadonlyArray<string> =>
  statement.columns().map((column) => column.name)

/** A use of a statement that SQLite would accept and answer wrongly. */
export class UnsafeStatement extends TypeError {
  override readonly name = "UnsafeStatement"
}

const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g

// node:sqlite runs the first statement of a text and forgets the rest in silence
const holdsSeveral = (sql: string): boolean => {
  if (!sql.includes(";")) return false
  const bare = sql.replace(quoted, " ")
  return /;\s*[^\s;]/.test(bare) && !/^\s*CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b/i.test(bare)
}
