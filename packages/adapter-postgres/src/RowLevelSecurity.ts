/**
 * Row-level security: the database itself keeps stores apart, so that a query which forgets its store sees no row of
 * another one.
 *
 * **Details**
 *
 * Every table with a `store_id`, those of plug-ins included, gets a policy that compares it with the setting
 * `stoa.store` of the session, also for the owner of the table. A connection is told the store of each statement, if it
 * is not the one of the statement before: a round trip more where a connection changes stores, and none where it does
 * not. A connection that was told none is refused, so that a process which was there before the policies learns of them
 * and tells its connections from then on. It would otherwise find nothing where there is something, and take work for done.
 *
 * **Gotchas**
 *
 * - Superusers and roles with `BYPASSRLS` see everything, whatever the policies say, so they are refused.
 * - PostgreSQL asks a policy before any operator that might leak what it saw. `@@` of the full-text search is one, and
 *   would lose its index. So everybody may read the words of `product_search`, which are found by no other statement
 *   than that of the search, and in it only together with the product, which its own policy guards.
 * - The queue (`stoa_jobs`) and what says which migrations ran belong to the installation and have no policy.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Dialect from "@stoa/sql/Dialect"
import { EveryStore } from "@stoa/sql/EveryStore"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** The name of every policy. */
const policy = "stoa_store"

/** Stands for the store in statements that concern every one. */
const everyStore = "*"

/** What a fiber's statements are about. */
export const storeOf = (fiber: Fiber.Fiber<unknown, unknown>): string =>
  fiber.getRef(EveryStore) ? everyStore : fiber.getRef(CurrentStore)

/** Told once for the whole statement, and not once for each row. */
const told = "(SELECT current_setting('stoa.store'))"
const isTold = (column: string): string => `(${column} = ${told} OR ${told} = '${everyStore}')`

/** Whether PostgreSQL refused a statement because its connection was told no store. */
export const isUntold = ({ reason: { cause } }: SqlError): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === "42704"
  && "message" in cause && String(cause.message).includes("stoa.store")

interface Table {
  readonly name: string
  readonly relation: string
}

/** The tables that have a policy, or that lack one. */
const tables = (sql: SqlClient.SqlClient, guarded: boolean): Effect.Effect<ReadonlyArray<Table>, SqlError> =>
  sql<Table>`
    SELECT c.relname AS relation, c.oid::regclass::text AS name FROM pg_class AS c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
      AND (c.relname = 'stores' OR EXISTS (
        SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'store_id' AND NOT a.attisdropped
      ))
      AND (c.relforcerowsecurity AND EXISTS (
        SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND starts_with(p.polname::text, ${policy})
      )) = ${guarded}
    ORDER BY c.relname`

const guards = ({ name, relation }: Table): ReadonlyArray<string> => {
  const mine = isTold(relation === "stores" ? "id" : "store_id")
  const policies = relation === "product_search"
    ? [
      `CREATE POLICY ${policy} ON ${name} FOR SELECT USING (true)`,
      `CREATE POLICY ${policy}_insert ON ${name} FOR INSERT WITH CHECK ${mine}`,
      `CREATE POLICY ${policy}_update ON ${name} FOR UPDATE USING ${mine} WITH CHECK ${mine}`,
      `CREATE POLICY ${policy}_delete ON ${name} FOR DELETE USING ${mine}`
    ]
    : [`CREATE POLICY ${policy} ON ${name} USING ${mine} WITH CHECK ${mine}`]
  return [
    ...policies,
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`
  ]
}

const policies = ["", "_insert", "_update", "_delete"]

const lifts = ({ name }: Table): ReadonlyArray<string> => [
  ...policies.map((suffix) => `DROP POLICY IF EXISTS ${policy}${suffix} ON ${name}`),
  `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`,
  `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`
]

const change = (
  sql: SqlClient.SqlClient,
  guarded: boolean,
  statements: (table: Table) => ReadonlyArray<string>
): Effect.Effect<void, SqlError> =>
  Effect.flatMap(tables(sql, guarded), (found) =>
    found.length === 0 ? Effect.void : sql.withTransaction(Effect.gen(function*() {
      yield* Dialect.unhurried(sql)
      yield* Dialect.lockTransaction(sql, "stoa_row_level_security")
      // another process may have done it since
      for (const table of yield* tables(sql, guarded)) {
        for (const statement of statements(table)) yield* sql.unsafe(statement).unprepared
      }
    })))

/** Gives every table that lacks them its policies. Needs the tables' owner, if there is anything to do. */
export const enable = (sql: SqlClient.SqlClient): Effect.Effect<void, SqlError> => change(sql, false, guards)

/** Takes all policies away. */
export const disable = (sql: SqlClient.SqlClient): Effect.Effect<void, SqlError> => change(sql, true, lifts)

/** Whether the database has policies of ours, and whether the role of the connection is above them. */
export const look = (
  sql: SqlClient.SqlClient
): Effect.Effect<{ readonly guarded: boolean; readonly bypasses: boolean }, SqlError> =>
  Effect.map(
    sql<{ readonly guarded: boolean; readonly bypasses: boolean }>`
      SELECT EXISTS (SELECT 1 FROM pg_policy WHERE polname = ${policy}) AS guarded,
        (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS bypasses`,
    ([row]) => ({ guarded: row?.guarded === true, bypasses: row?.bypasses === true })
  )
