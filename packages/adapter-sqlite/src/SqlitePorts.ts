/**
 * Every port of an engine on an SQLite database.
 */
import type { MigrationSet } from "@stoa/sql/Migration"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

/** The ports on a client that is there already, such as one behind a statement probe. */
export const fromClient = <A extends SqlClient.SqlClient, E, R>(
  client: Layer.Layer<A | SqlClient.SqlClient, E, R>,
  migrations: ReadonlyArray<MigrationSet> = []
) =>
  SqlStorage.layer(migrations).pipe(
    Layer.provide(SqliteProductSearch.layer),
    Layer.provideMerge(client)
  )
