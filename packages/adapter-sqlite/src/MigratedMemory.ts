/**
 * Databases in memory, each of which begins as a copy of one that this process has brought to the same schema. To copy it
 * takes a millisecond, to run all migrations more than a hundred, and tests open one database after another.
 */
import type { MigrationSet } from "@stoa/sql/Migration"
import * as Migrations from "@stoa/sql/Migrations"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import { storage } from "@stoa/sql/Storage"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { DatabaseSync } from "node:sqlite"
import * as SqliteClient from "./SqliteClient.ts"
import type { SqliteConnection } from "./SqliteConnection.ts"
import { fromClient } from "./SqlitePorts.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

/** Some two megabytes each; a process knows more than one where engines with different plug-ins are open. */
const kept = 4

/** What a database without rows looks like, by the migrations that made it. */
const images = new Map<string, Uint8Array>()

const databaseOf = (client: SqlClient.SqlClient) =>
  Effect.map(client.reserve, (connection) => (connection as SqliteConnection).database)

/** The bytes of a database that an engine with these plug-ins has opened, and in which nothing was written yet. */
export const image = (plugins: ReadonlyArray<MigrationSet> = []) => Effect.scoped(Effect.gen(function*() {
  const schema = Migrations.fingerprint("sqlite", SqlStorage.setsWith(SqliteProductSearch.migrations, plugins))
  const known = images.get(schema)
  if (known !== undefined) return known
  const client = SqliteClient.layer({ filename: ":memory:" })
  const context = yield* Layer.build(Layer.fresh(fromClient(client, plugins)))
  const made = (yield* databaseOf(Context.get(context, SqlClient.SqlClient))).serialize()
  images.set(schema, made)
  const [oldest] = images.keys()
  if (images.size > kept && oldest !== undefined) images.delete(oldest)
  return made
}))

/** Node copies databases as bytes since 24.16; before that, each database takes all migrations itself. */
const isCopied = "deserialize" in DatabaseSync.prototype

/** A database in memory that has taken all migrations of an engine with these plug-ins, where Node can copy one. */
export const layer = (options: SqliteClient.SqliteClientOptions, plugins: ReadonlyArray<MigrationSet> = []) =>
  !isCopied ? SqliteClient.layer(options) : Layer.tap(SqliteClient.layer(options), (context) =>
    Effect.gen(function*() {
      const bytes = yield* image(plugins)
      const database = yield* databaseOf(Context.get(context, SqlClient.SqlClient))
      database.deserialize(bytes)
    }).pipe(Effect.scoped, storage("Migrations.run")))
