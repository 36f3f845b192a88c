/**
 * What can go wrong with a database as a whole, in a sentence for the person who runs the shop. No sentence holds the
 * URL, which has a password in it.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"

/** The database cannot be used. Nothing in it was changed. */
export class PostgresOpenError extends StoaError<PostgresOpenError>()("PostgresOpenError", {
  code: "database_unreachable",
  kind: "unavailable"
}, {
  reason: Schema.Literals(["unreachable", "credentials", "missing_database"]),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    switch (this.reason) {
      case "unreachable":
        return "The PostgreSQL server does not answer. Check that it runs and that host and port of the URL are right"
      case "credentials":
        return "The PostgreSQL server refuses the user name or the password of the URL"
      case "missing_database":
        return "The PostgreSQL server has no database of the name in the URL. Create it first"
    }
  }
}

/** The SQLSTATE that a server has answered with, or `undefined`. */
export const sqlState = (error: SqlError): string | undefined => {
  const { cause } = error.reason
  return typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined
}

/** Says why opening a database failed. */
export const openError = (cause: SqlError): PostgresOpenError => {
  const reason = cause.reason._tag === "AuthenticationError"
    ? "credentials"
    : sqlState(cause) === "3D000"
    ? "missing_database"
    : "unreachable"
  return new PostgresOpenError({ reason, cause })
}
