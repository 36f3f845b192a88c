/**
 * SQLite in memory after an author of a storage has made a mistake in it, and the tests of a suite to find it with.
 */
import type { StoragePorts } from "@stoa/core/engine/Storage"
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as SqlClient from "effect/sql/SqlClient"
import type { SQLInputValue, StatementSync } from "node:sqlite"
import { describe, TestRunner } from "vitest"
import type { SqliteConnection } from "../SqliteConnection.ts"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

/** What is wrong with a storage. */
export interface Mistake {
  /** Statements that are not there in the schema, or others besides. */
  readonly schema?: string
  /** What is sent instead of a statement. */
  readonly statement?: (statement: string) => string
  /** What is bound instead of a text, or of one within the JSON that is bound. */
  readonly text?: (text: string) => string
  /** What stands in the place of ports. */
  readonly ports?: (context: Context.Context<StoragePorts | SqlClient.SqlClient>) => Context.Context<StoragePorts>
}

/** Another port in the place of one, which has the methods that are not named from it. */
export const port = <I extends StoragePorts, S extends object>(
  key: Context.Key<I, S>,
  mistake: (port: S, context: Context.Context<StoragePorts | SqlClient.SqlClient>) => Partial<S>
): Mistake => ({
  ports: (context) => {
    const right = Context.get(context as Context.Context<I>, key)
    return Context.add(context, key, { ...right, ...mistake(right, context) })
  }
})

/** Other words in the place of the first ones that match, in the statements `among` all. */
export const instead = (wrong: RegExp, other: string, among = /./): Mistake => ({
  statement: (statement) => among.test(statement) ? statement.replace(wrong, other) : statement
})

const databaseOf = (client: SqlClient.SqlClient) =>
  Effect.scoped(Effect.map(client.reserve, (connection) => (connection as SqliteConnection).database))

/** The same for every text within a value that was parsed from JSON. */
const within = (value: unknown, text: (text: string) => string): unknown =>
  typeof value === "string" ? bound(value, text)
  : Array.isArray(value) ? value.map((one) => within(one, text))
  : typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, within(one, text)]))
  : value

/** Rows and documents are bound as JSON. */
const bound = (value: string, text: (text: string) => string): string => {
  const parsed = Result.try((): unknown => JSON.parse(value))
  return Result.isSuccess(parsed) && typeof parsed.success === "object" && parsed.success !== null
    ? JSON.stringify(within(parsed.success, text))
    : text(value)
}

/** A statement that is run with other texts than it is given. */
const binding = (statement: StatementSync, text: (text: string) => string): StatementSync =>
  Object.assign(statement, Object.fromEntries((["all", "run"] as const).map((name) => {
    const right = statement[name].bind(statement) as (...values: ReadonlyArray<SQLInputValue>) => unknown
    return [name, (...values: ReadonlyArray<SQLInputValue>) => right(...values.map((value) => typeof value === "string" ? bound(value, text) : value))]
  })))

/** A storage with a mistake in it, which is another at every call. */
export const storage = ({ ports = (context) => context, schema, statement = (statement) => statement, text }: Mistake): StorageHarness => ({
  name: "SQLite with a mistake",
  storage: () => {
    const client = Layer.tap(SqliteHarness.memory(), (context) =>
      Effect.map(databaseOf(Context.get(context, SqlClient.SqlClient)), (database) => {
        if (schema !== undefined) database.exec(schema)
        const prepare = database.prepare.bind(database)
        database.prepare = (sql, ...more) => {
          const prepared = prepare(statement(sql), ...more)
          return text === undefined ? prepared : binding(prepared, text)
        }
      }))
    return Layer.effectContext(Effect.map(Layer.build(fromClient(client)), ports))
  }
})

/** The tests of a suite, by what they say. One that would fail in vitest dies. */
export type Gathered = ReadonlyMap<string, () => Effect.Effect<void>>

/** The tests of a suite, which vitest does not run. To be called where a file of tests begins. */
export const gather = async (suite: () => void): Promise<Gathered> => {
  const outer = TestRunner.getCurrentSuite()
  const collector = describe("gathered", suite)
  outer.tasks.splice(outer.tasks.indexOf(collector), 1)
  const tests = new Map<string, () => Effect.Effect<void>>()
  const look = (tasks: Awaited<ReturnType<typeof collector.collect>>["tasks"]) => {
    for (const task of tasks) {
      if (task.type === "suite") look(task.tasks)
      else tests.set(task.name, () => Effect.promise(async () => TestRunner.getTestFn(task)()))
    }
  }
  look((await collector.collect(collector.file)).tasks)
  return tests
}
