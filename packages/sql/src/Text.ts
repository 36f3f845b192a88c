/**
 * Text inside of text, without the signs that stand for others in a pattern.
 */
import type * as SqlClient from "effect/sql/SqlClient"

/** Whether a column of text includes a text as it is. No index serves it. */
export const includes = (sql: SqlClient.SqlClient, column: string, text: string) =>
  sql.onDialectOrElse({
    pg: () => sql`strpos(${sql(column)}, ${text}) > 0`,
    orElse: () => sql`instr(${sql(column)}, ${text}) > 0`
  })
