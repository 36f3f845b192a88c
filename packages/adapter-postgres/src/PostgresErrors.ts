/**
 * What can go wrong with a database as a whole, in a sentence for the person who runs the shop. No sentence holds the
 * URL, which has a password in it.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"
import { isSqlError, type SqlError } from "effect/sql/SqlError"

/** The oldest version that the queries are written for. */
export const oldestVersion = 15

/** The database cannot be used. Nothing in it was changed. */
export class PostgresOpenError extends StoaError<PostgresOpenError>()("PostgresOpenError", {
  code: "database_unusable",
  kind: "unavailable"
}, {
  reason: Schema.Literals([
    "invalid_url",
    "unreachable",
    "crowded",
    "credentials",
    "missing_database",
    "no_tls",
    "certificate",
    "too_old",
    "unguarded"
  ]),
  /** The server's version, such as `14`, if that is what is wrong. */
  version: Schema.optionalKey(Schema.Int),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    switch (this.reason) {
      case "invalid_url":
        return "The URL of the database is not one of PostgreSQL: it looks like postgres://user:password@host:5432/database"
      case "unreachable":
        return "The PostgreSQL server does not answer. Check that it runs and that host and port of the URL are right"
      case "crowded":
        return "The PostgreSQL server has no connection left. Raise its max_connections or lower the pools of its clients"
      case "credentials":
        return "The PostgreSQL server refuses the user name or the password of the URL"
      case "missing_database":
        return "The PostgreSQL server has no database of the name in the URL. Create it first"
      case "no_tls":
        return "The PostgreSQL server does not offer TLS, which the URL or the options ask for"
      case "certificate":
        return "The PostgreSQL server's certificate is not trusted. Give its authority in the option ssl.ca"
      case "unguarded":
        return "Row-level security holds neither for superusers nor for roles with BYPASSRLS. Use another role in the URL"
      case "too_old":
        return `The PostgreSQL server is version ${this.version ?? "unknown"}, and Stoa needs ${oldestVersion} or newer`
    }
  }

  /** Whether the server may be about to start, so that trying again can help. */
  get passes(): boolean {
    return this.reason === "unreachable" || this.reason === "crowded"
  }
}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

const isUntrusted = (code: string): boolean => /CERT|SIGNATURE|ERR_TLS/.test(code)

const reasonOf = (error: SqlError): PostgresOpenError["reason"] => {
  const code = codeOf(error.reason.cause)
  if (error.reason._tag === "AuthenticationError") return "credentials"
  if (code === "3D000") return "missing_database"
  if (code === "53300") return "crowded"
  if (/refused TLS/.test(error.message)) return "no_tls"
  if (code !== undefined && isUntrusted(code)) return "certificate"
  return "unreachable"
}

/** Says why opening a database failed. */
export const openError = (cause: SqlError): PostgresOpenError =>
  new PostgresOpenError({ reason: reasonOf(cause), cause })

/** Whether no connection could be opened, as when the server is away. */
export const isAway = (error: unknown): error is SqlError =>
  isSqlError(error) && error.reason._tag === "ConnectionError" && error.reason.operation === "connect"
