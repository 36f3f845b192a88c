/**
 * Databases in memory, each of which begins as a copy of the first one that this process has brought to the same schema.
 * To copy it takes milliseconds, to run all migrations more than a hundred, and tests open one database after another.
 */
import type { MigrationSet } from "@stoa/sql/Migration"
import * as Migrations from "@stoa/sql/Migrations"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import { storage } from "@stoa/sql/Storage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteClient from "./SqliteClient.ts"
import type { SqliteConnection } from "./SqliteConnection.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

/** Some two megabytes each; a process knows more than one where engines with different plug-ins are open. */
const kept = 4

/** What a database without rows looks like, by the migrations that made it. */
const images = new Map<string, Uint8Array>()

/** A database in memory that has taken all migrations of an engine with these of its plug-ins. */
export const layer = (
  options: SqliteClient.SqliteClientOptions,
  plugins: ReadonlyArray<MigrationSet> = []
) =>
  Layer.tap(SqliteClient.layer(options), (context) =>
    Effect.scoped(Effect.gen(function*() {
      const sets = yield* SqlStorage.migrationSets(plugins)
      const schema = Migrations.fingerprint("sqlite", sets)
      const known = images.get(schema)
      if (known !== undefined) {
        const database = yield* databaseOf
        return database.deserialize(known)
      }
      yield* Migrations.run(sets)
      const database = yield* databaseOf
      images.set(schema, database.serialize())
      const [oldest] = images.keys()
      if (images.size > kept && oldest !== undefined) images.delete(oldest)
    })).pipe(
      storage("Migrations.run"),
      Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, Layer.succeedContext(context)))
    ))

const databaseOf = Effect.map(
  Effect.flatMap(SqlClient.SqlClient, (client) => client.reserve),
  (connection) => (connection as SqliteConnection).database
)
