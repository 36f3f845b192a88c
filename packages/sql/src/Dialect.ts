/**
 * The places where SQLite and Postgres differ, so that every query can be written once.
 *
 * **Details**
 *
 * Most SQL that the engine needs is the same in both: `INSERT ... ON CONFLICT`, `RETURNING`, `UPDATE ... FROM`, common
 * table expressions, window functions, `IS DISTINCT FROM`, `->>`. What is not is here, as fragments.
 *
 * Any number of rows or ids is **one** bound parameter of JSON (`jsonRows`, `oneOf`), so the text of a statement does
 * not depend on how many there are and it stays prepared.
 *
 * **Gotchas**
 *
 * - `INSERT ... SELECT ... ON CONFLICT` needs a `WHERE` in the select for SQLite to tell `ON CONFLICT` from a join:
 *   write `WHERE true`.
 * - The target of an `UPDATE` or `INSERT` has no alias in `RETURNING` of SQLite: write plain column names.
 */
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import type { Constructor, Fragment } from "effect/sql/Statement"

/** The databases that the queries are written for. */
export type Dialect = "sqlite" | "pg"

/** The dialect of a client; a client of a third database is a defect. */
export const of = (sql: Constructor): Dialect =>
  sql.onDialectOrElse({
    sqlite: (): Dialect => "sqlite",
    pg: (): Dialect => "pg",
    orElse: () => {
      throw new Error("Stoa's queries are written for SQLite and Postgres only")
    }
  })

/** What migrations are written with: column types, and what follows the closing parenthesis of a table. */
export interface Ddl {
  readonly dialect: Dialect
  /** Text, compared byte by byte: ids, codes, and times in ISO 8601. */
  readonly text: string
  /** An integer of 64 bits: counts, and money in minor units. */
  readonly int: string
  readonly real: string
  /** 0 or 1. */
  readonly bool: string
  /** JSON as text. */
  readonly json: string
  /** A primary key that the database counts up, for rows whose order matters. */
  readonly serial: string
  /** Makes SQLite refuse a value of the wrong type, as Postgres does: `CREATE TABLE a (...)${d.strict}`. */
  readonly strict: string
  /** Whichever is for the database at hand. */
  readonly onDialect: <A>(options: { readonly sqlite: A; readonly pg: A }) => A
}

export const ddl = (dialect: Dialect): Ddl => dialect === "sqlite" ? ddlSqlite : ddlPg

const ddlSqlite: Ddl = {
  dialect: "sqlite",
  text: "TEXT",
  int: "INTEGER",
  real: "REAL",
  bool: "INTEGER",
  json: "TEXT",
  serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
  strict: " STRICT",
  onDialect: (options) => options.sqlite
}

const ddlPg: Ddl = {
  dialect: "pg",
  // the order of ids and times must not depend on the language of the server
  text: "TEXT COLLATE \"C\"",
  int: "BIGINT",
  real: "DOUBLE PRECISION",
  bool: "SMALLINT",
  json: "TEXT",
  serial: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
  strict: "",
  onDialect: (options) => options.pg
}

/** A column's name, `"price"` or `"variant.price"`, or any expression. */
export type Expression = string | Fragment

const segments = (sql: Constructor, expression: Expression): ReadonlyArray<Statement.Segment> =>
  typeof expression === "string" ? [sql(expression)] : expression.segments

const fragmentOf = (sql: Constructor, ...parts: ReadonlyArray<Statement.Segment | Expression>): Fragment =>
  Statement.fragment(
    parts.flatMap((part) => typeof part === "object" && "_tag" in part ? [part] : segments(sql, part))
  )

const text = Statement.literal

/** Writes out what stands between parameters: a hundred pieces become one text. */
const writtenOut = (sql: Constructor, { segments }: Fragment): ReadonlyArray<Statement.Segment> => {
  const whole: Array<Statement.Segment> = []
  let run: Array<Statement.Segment> = []
  const write = () => {
    if (run.length > 0) whole.push(text(sql`${Statement.fragment(run)}`.compile()[0]))
    run = []
  }
  for (const segment of segments) {
    if (segment._tag === "Identifier" || (segment._tag === "Literal" && segment.params === undefined)) {
      run.push(segment)
    } else {
      write()
      whole.push(segment)
    }
  }
  write()
  return whole
}

/**
 * A long part of a statement that is the same each time but for the values with these names. It is put together and written out
 * once for each client, and not at every call.
 *
 * **Example**
 *
 * ```ts
 * const since = written(["at"], (sql, { at }) => sql`placed_at > ${at} AND ${jsonBool(sql, "paid")}`)
 * sql`SELECT ${since(sql, { at })} FROM orders`
 * ```
 */
export const written = <const Name extends string>(
  names: ReadonlyArray<Name>,
  build: (sql: Constructor, values: { readonly [N in Name]: Fragment }) => Fragment
): (sql: Constructor, values: { readonly [N in Name]: unknown }) => Fragment => {
  const known = new WeakMap<Constructor, ReadonlyArray<Statement.Segment>>()
  const holes = new Map<unknown, Name>(names.map((name) => [Symbol(name), name]))
  return (sql, values) => {
    let segments = known.get(sql)
    if (segments === undefined) {
      const fragments = Array.from(holes, ([hole, name]) => [name, Statement.fragment([Statement.parameter(hole)])])
      segments = writtenOut(sql, build(sql, Object.fromEntries(fragments) as { readonly [N in Name]: Fragment }))
      known.set(sql, segments)
    }
    return Statement.fragment(segments.map((segment) => {
      const name = segment._tag === "Parameter" ? holes.get(segment.value) : undefined
      return name === undefined ? segment : Statement.parameter(values[name])
    }))
  }
}

interface ColumnValues {
  readonly text: string
  readonly int: number
  readonly real: number
  readonly bool: boolean
  /** Any value that JSON can hold; stored as text. */
  readonly json: unknown
}

/** Names and types of the columns of rows that are passed to a statement. */
export type Columns = { readonly [name: string]: keyof ColumnValues }

/** A row to pass to a statement. `undefined` is NULL. */
export type RowOf<C extends Columns> = { readonly [K in keyof C]: ColumnValues[C[K]] | null | undefined }

/**
 * Rows as a table in `FROM`, in one parameter.
 *
 * **Details**
 *
 * A row may have more properties than `columns` names; they are not sent. A boolean arrives as 1 or 0, JSON as text.
 *
 * **Example**
 *
 * ```ts
 * sql`UPDATE stock SET reserved = reserved + input.quantity
 *   FROM ${jsonRows(sql, lines, { variant_id: "text", quantity: "int" })}
 *   WHERE stock.variant_id = input.variant_id`
 * ```
 */
export const jsonRows = <const C extends Columns>(
  sql: Constructor,
  rows: ReadonlyArray<RowOf<C>>,
  columns: C,
  /** What the table is called in the statement. */
  alias = "input"
): Fragment => {
  const names = Object.keys(columns)
  const pg = of(sql) === "pg"
  let select = ""
  for (let i = 0; i < names.length; i++) {
    const name = identifier(names[i] as string)
    const value = pg ? castPg(`value ->> ${i}`, columns[name] as keyof ColumnValues) : `value ->> ${i}`
    select += `${i === 0 ? "" : ", "}${value} AS ${name}`
  }
  // Rows travel as arrays: a fifth faster to take apart than objects.
  const values = JSON.stringify(rows.map((row) => names.map((name) => encode(row[name], columns[name]))))
  return Statement.fragment(
    pg
      ? [
        text(`(SELECT ${select} FROM jsonb_array_elements(`),
        Statement.parameter(values),
        text(`::jsonb)) AS ${identifier(alias)}`)
      ]
      : [text(`(SELECT ${select} FROM json_each(`), Statement.parameter(values), text(`)) AS ${identifier(alias)}`)]
  )
}

const castPg = (value: string, type: keyof ColumnValues): string => {
  switch (type) {
    case "text":
    case "json":
      return value
    case "int":
      return `(${value})::bigint`
    case "real":
      return `(${value})::double precision`
    case "bool":
      return `(${value})::smallint`
  }
}

const encode = (value: unknown, type: keyof ColumnValues | undefined): unknown => {
  if (value === undefined || value === null) return null
  switch (type) {
    case "bool":
      return value === true ? 1 : 0
    case "json":
      return JSON.stringify(value)
    case "int":
    case "real":
      // JSON would make a NULL of NaN
      if (!Number.isFinite(value) || (type === "int" && !Number.isSafeInteger(value))) {
        throw new RangeError(`A row for a statement holds a number that is no ${type}`)
      }
  }
  return value
}

const identifier = (name: string): string => {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name for a column or table`)
  return name
}

/** `column IN (...)` for any number of ids, none included, in one parameter. */
export const oneOf = (sql: Constructor, column: Expression, values: ReadonlyArray<string>): Fragment =>
  of(sql) === "pg"
    ? fragmentOf(sql, column, text(" = ANY("), Statement.parameter(values), text("::text[])"))
    : fragmentOf(
      sql,
      column,
      text(" IN (SELECT value FROM json_each("),
      Statement.parameter(JSON.stringify(values)),
      text("))")
    )

/**
 * The same for few ids. PostgreSQL sees how many an array has and plans the statement anew at every call, which takes longer than a
 * statement that finds a few rows; how many a subquery makes of them it does not know.
 */
export const oneOfFew = (sql: Constructor, column: Expression, values: ReadonlyArray<string>): Fragment =>
  of(sql) === "pg"
    ? fragmentOf(
      sql,
      column,
      text(" = ANY(ARRAY(SELECT jsonb_array_elements_text("),
      Statement.parameter(JSON.stringify(values)),
      text("::jsonb)))")
    )
    : oneOf(sql, column, values)

/** A JSON object made from columns or expressions. Not yet text: see `jsonText`. */
export const jsonObject = (sql: Constructor, properties: { readonly [key: string]: Expression }): Fragment =>
  fragmentOf(
    sql,
    text(of(sql) === "pg" ? "json_build_object(" : "json_object("),
    ...Object.entries(properties).flatMap(([key, value], index) => [
      text(`${index === 0 ? "" : ", "}'${key.replaceAll("'", "''")}', `),
      value
    ]),
    text(")")
  )

/** All values of a group as a JSON array, empty when there are none. Not yet text: see `jsonText`. */
export const jsonArrayAgg = (sql: Constructor, value: Expression, options: {
  /** What follows `ORDER BY`. */
  readonly orderBy?: Expression | undefined
  /** Leaves out the rows for which this does not hold, such as the empty row of a left join. */
  readonly where?: Fragment | undefined
} = {}): Fragment => {
  const pg = of(sql) === "pg"
  return fragmentOf(
    sql,
    text(pg ? "coalesce(json_agg(" : "json_group_array("),
    value,
    ...(options.orderBy === undefined ? [] : [text(" ORDER BY "), options.orderBy]),
    text(")"),
    ...(options.where === undefined ? [] : [text(" FILTER (WHERE "), options.where, text(")")]),
    text(pg ? ", '[]'::json)" : "")
  )
}

/**
 * All rows of a group as text: a JSON array of arrays of texts, one for each expression, `null` for NULL. It costs Postgres less than objects
 * made by `jsonObject` in a statement that is sent often.
 */
export const textRowsAgg = (sql: Constructor, expressions: ReadonlyArray<Expression>): Fragment => {
  const pg = of(sql) === "pg"
  return fragmentOf(
    sql,
    text(pg ? "coalesce(array_to_json(array_agg(ARRAY[" : "json_group_array(json_array("),
    ...expressions.flatMap((expression, index) => [
      // in SQLite, JSON stays JSON in a cast to text, but not in what it is joined with
      text(`${index === 0 ? "(" : ", ("}`),
      expression,
      text(pg ? ")::text" : ") || ''")
    ]),
    text(pg ? "]))::text, '[]')" : "))")
  )
}

/** A column that holds JSON as text, to be part of a larger JSON value. */
export const jsonValue = (sql: Constructor, column: Expression): Fragment =>
  of(sql) === "pg" ? fragmentOf(sql, text("("), column, text(")::json")) : fragmentOf(sql, text("json("), column, text(")"))

/** A column that holds 0 or 1, to be `true` or `false` in a larger JSON value. */
export const jsonBool = (sql: Constructor, column: Expression): Fragment =>
  of(sql) === "pg"
    ? fragmentOf(sql, text("("), column, text(" <> 0)"))
    : fragmentOf(sql, text("json(CASE "), column, text(" WHEN 0 THEN 'false' WHEN 1 THEN 'true' END)"))

/**
 * The items of a column that holds a JSON array, as a table in `FROM` whose `value` answers `->` and `->>` where they are
 * objects.
 */
export const jsonEach = (sql: Constructor, column: Expression, alias: string): Fragment =>
  of(sql) === "pg"
    ? fragmentOf(sql, text("jsonb_array_elements(("), column, text(`)::jsonb) AS ${identifier(alias)} (value)`))
    : fragmentOf(sql, text("json_each("), column, text(`) AS ${identifier(alias)}`))

/** A column of words that a separator joins, to be an array in a larger JSON value. No word needs an escape in JSON. */
export const jsonSplit = (sql: Constructor, column: Expression, separator: string): Fragment =>
  of(sql) === "pg"
    ? fragmentOf(sql, text("array_to_json(string_to_array("), column, text(`, '${separator}'))`))
    : fragmentOf(sql, text(`json('["' || replace(`), column, text(`, '${separator}', '","') || '"]')`))

/** A JSON value as text, the form in which both databases answer it alike. */
export const jsonText = (sql: Constructor, value: Fragment): Fragment =>
  of(sql) === "pg" ? fragmentOf(sql, text("("), value, text(")::text")) : value

/** The larger of two values, neither of them NULL. */
export const greatest = (sql: Constructor, a: Expression, b: Expression): Fragment =>
  fragmentOf(sql, text(of(sql) === "pg" ? "greatest(" : "max("), a, text(", "), b, text(")"))

/** The smaller of two values, neither of them NULL. */
export const least = (sql: Constructor, a: Expression, b: Expression): Fragment =>
  fragmentOf(sql, text(of(sql) === "pg" ? "least(" : "min("), a, text(", "), b, text(")"))

/**
 * A column that is compared, but not what rows are looked up by.
 *
 * **When to use**
 *
 * For `store_id` in a statement that names many rows by their ids. SQLite counts no rows to choose an index and takes
 * one that begins with `store_id` for as good as any, so it would walk the whole store once for each of the ids.
 */
export const unindexed = (sql: Constructor, column: Expression): Fragment =>
  of(sql) === "pg" ? fragmentOf(sql, column) : fragmentOf(sql, text("+"), column)

/**
 * Ends a `SELECT` whose rows the transaction will change. SQLite has one writer at a time and needs nothing.
 */
export const forUpdate = (sql: Constructor, options: {
  /** Table or alias to lock, where the statement reads several. */
  readonly of?: string | undefined
  /**
   * Leaves out rows that another transaction has locked, as workers that share a queue do. With a `LIMIT`, in a `WITH ... AS MATERIALIZED`:
   * PostgreSQL may run a subselect of a condition again for each row, and would find others each time.
   */
  readonly skipLocked?: boolean | undefined
} = {}): Fragment =>
  sql.literal(
    of(sql) === "pg"
      ? ` FOR UPDATE${options.of === undefined ? "" : ` OF ${identifier(options.of)}`}${
        options.skipLocked === true ? " SKIP LOCKED" : ""
      }`
      : ""
  )

/**
 * Ends a `SELECT` of rows that nobody may change until the transaction ends, and that others may hold in the same way. SQLite has one
 * writer at a time and needs nothing.
 */
export const forShare = (sql: Constructor, options: {
  /** Table or alias to lock, where the statement reads several. */
  readonly of?: string | undefined
} = {}): Fragment =>
  sql.literal(of(sql) === "pg" ? ` FOR SHARE${options.of === undefined ? "" : ` OF ${identifier(options.of)}`}` : "")

/**
 * Lets only one transaction at a time go on from here, over all processes, until it ends; given several names, of those that
 * have one in common. SQLite has one writer at a time and needs nothing.
 */
export const lockTransaction = (sql: Constructor, name: string | ReadonlyArray<string>): Effect.Effect<void, SqlError> => {
  if (of(sql) !== "pg") return Effect.void
  if (typeof name === "string") return Effect.asVoid(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
  // in one order, so that no two of them wait for each other
  return Effect.asVoid(sql`
    SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(${fragmentOf(sql, Statement.parameter(name), text("::text[]"))}) AS name ORDER BY key
    ) AS keys`)
}

/**
 * Lets the statements of the transaction take as long as they need, and wait for each other, whatever the limits of the
 * connection are. SQLite limits nothing but the wait for the start of a transaction.
 */
export const unhurried = (sql: Constructor): Effect.Effect<void, SqlError> =>
  of(sql) === "pg"
    ? Effect.asVoid(sql`SELECT set_config(name, '0', true)
      FROM unnest(ARRAY['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) AS name`)
    : Effect.void

/** Whether the database has a table with this name. */
export const hasTable = (sql: Constructor, name: string): Effect.Effect<boolean, SqlError> =>
  Effect.map(
    of(sql) === "pg"
      ? sql`SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass(${name})`
      : sql`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${name}`,
    (rows) => rows.length > 0
  )
