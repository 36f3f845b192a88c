/**
 * How PostgreSQL answers statements in a shop that has much of everything.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert } from "@effect/vitest"
import * as Shop from "@stoa/core/testing/Shop"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { fromClient } from "../PostgresStorage.ts"
import { client } from "./PostgresHarness.ts"

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Index Name"?: string
  readonly "Shared Hit Blocks": number
  readonly "Shared Read Blocks": number
  readonly "Actual Rows": number
  readonly "Rows Removed by Filter"?: number
  readonly Plans?: ReadonlyArray<Plan>
}

/** The statements that were sent, with their parameters. */
class Sent extends Context.Service<Sent, Array<readonly [text: string, params: ReadonlyArray<unknown>]>>()("test/Sent") {}

const writingDown = Layer.effectContext(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const sent: Array<readonly [string, ReadonlyArray<unknown>]> = []
  const through = (connection: Connection): Connection => ({
    execute: (text, params, transform) => {
      sent.push([text, params])
      return connection.execute(text, params, transform)
    },
    executeRaw: (text, params) => connection.executeRaw(text, params),
    executeValues: (text, params) => connection.executeValues(text, params),
    executeValuesUnprepared: (text, params) => connection.executeValuesUnprepared(text, params),
    executeUnprepared: (text, params, transform) => connection.executeUnprepared(text, params, transform),
    executeStream: (text, params, transform) => connection.executeStream(text, params, transform)
  })
  const acquirer = Effect.map(sql.reserve, through)
  const written = yield* SqlClient.make({
    driver: "pg",
    compiler: PgClient.makeCompiler(),
    acquirer,
    transactionAcquirer: acquirer,
    spanAttributes: []
  })
  return Context.make(SqlClient.SqlClient, written).pipe(Context.add(Sent, sent))
})).pipe(Layer.provide(Reactivity.layer))

/** A shop whose statements are written down. */
export const shop = () => {
  const written = Layer.provide(writingDown, client())
  return Shop.layer<SqlClient.SqlClient | Sent>(Layer.merge(fromClient(written), written))
}

/** How many copies are made where nothing else is said. */
const many = 20_000

/** So many at once that a busy machine is done with them before the statement takes too long. */
const atOnce = 2_500

/** Copies of the one row of a table, with some columns of their own. */
export const multiply = (sql: SqlClient.SqlClient, table: string, columns: Readonly<Record<string, string>>, times = many) =>
  Effect.forEach(Array.from({ length: Math.ceil(times / atOnce) }, (_, part) => part * atOnce), (done) =>
    sql.unsafe(`INSERT INTO ${table} SELECT copy.*
    FROM (SELECT * FROM ${table} LIMIT 1) AS one, generate_series(${done + 1}, ${Math.min(done + atOnce, times)}) AS n,
    LATERAL jsonb_populate_record(NULL::${table}, to_jsonb(one) || jsonb_build_object(${
      Object.entries(columns).map(([column, value]) => `'${column}', ${value}`).join(", ")
    })) AS copy`).unprepared, { discard: true })

/** Tables that grow with what is sold, and are never sorted for a page. */
const listed = new Set(["products", "orders", "order_lines", "order_supplies", "draft_orders", "vendors", "downloads"])

/** Tables of which all rows are read. A walk that ends with the limit above it, after no more than twice as many rows, is none. */
const wholeTables = (plan: Plan, above?: Plan): ReadonlyArray<string> => {
  const below = (plan.Plans ?? []).flatMap((one) => wholeTables(one, plan))
  const table = plan["Relation Name"]
  if (plan["Node Type"] !== "Seq Scan" || table === undefined) return below
  const seen = plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)
  return above?.["Node Type"] === "Limit" && seen <= 2 * above["Actual Rows"] ? below : [table, ...below]
}

const flat = (plan: Plan): ReadonlyArray<Plan> => [plan, ...(plan.Plans ?? []).flatMap(flat)]

/** How the one statement of an operation is answered, and how many blocks it looks at. */
export const planOf = Effect.fnUntraced(function*<A, E, R>(operation: Effect.Effect<A, E, R>) {
  const sent = yield* Sent
  const plan = yield* lastPlanOf(operation)
  // and the one that asked for the plan
  assert.lengthOf(sent, 2)
  return plan
})

/** The same of the last of the statements of an operation. */
export const lastPlanOf = Effect.fnUntraced(function*<A, E, R>(operation: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const sent = yield* Sent
  sent.length = 0
  const value = yield* operation
  const [text, params] = sent.at(-1) ?? (yield* Effect.die("nothing was sent"))
  const [row] = yield* sql.unsafe<{ readonly plan: ReadonlyArray<{ readonly Plan: Plan }> }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
    params
  )
  const answer = Object.values(row ?? {})[0] as string | ReadonlyArray<{ readonly Plan: Plan }>
  const [{ Plan: plan } = { Plan: undefined }] = typeof answer === "string" ? JSON.parse(answer) : answer
  const nodes = flat(plan as Plan)
  return {
    value,
    text: JSON.stringify(nodes.map((node) => [node["Node Type"], node["Relation Name"], node["Index Name"]])),
    indexes: nodes.flatMap((node) => node["Index Name"] ?? []),
    whole: wholeTables(plan as Plan),
    // what is sorted for one row of the page is no matter
    sorts: nodes.some((node) =>
      node["Node Type"] === "Sort" && flat(node).some((below) => listed.has(below["Relation Name"] ?? ""))
    ),
    blocks: (nodes[0]?.["Shared Hit Blocks"] ?? 0) + (nodes[0]?.["Shared Read Blocks"] ?? 0)
  }
})
