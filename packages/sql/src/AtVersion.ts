import type * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"

/** The condition that a row still has a version; none where any will do. */
export const atVersion = (sql: SqlClient.SqlClient, version: number | undefined): Fragment =>
  version === undefined ? sql`` : sql`AND version = ${version}`
