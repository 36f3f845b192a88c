/**
 * Why a database cannot be brought to the schema that the code expects.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Formatter from "effect/Formatter"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

const step = {
  package: Schema.String,
  id: Schema.Int,
  name: Schema.String
}

/** A migration that this database has already taken was changed in the code. Nothing was changed. */
export class MigrationChecksumMismatch extends StoaError<MigrationChecksumMismatch>()("MigrationChecksumMismatch", {
  code: "migration_checksum_mismatch",
  kind: "unavailable"
}, step) {
  override get message(): string {
    return `Migration ${this.id} (${this.name}) of ${this.package} was changed after this database took it. `
      + "Undo the change, and put what is new into a new migration"
  }
}

/** The database has taken a migration that the code does not know. Nothing was changed. */
export class DatabaseNewerThanEngine extends StoaError<DatabaseNewerThanEngine>()("DatabaseNewerThanEngine", {
  code: "database_newer_than_engine",
  kind: "unavailable"
}, step) {
  override get message(): string {
    return `The database was migrated by a newer version of ${this.package} (migration ${this.id}, ${this.name}). `
      + `Upgrade ${this.package} to that version or a later one`
  }
}

/** A migration failed and was rolled back. Those before it stay. */
export class MigrationFailed extends StoaError<MigrationFailed>()("MigrationFailed", {
  code: "migration_failed",
  kind: "unavailable"
}, { ...step, cause: Schema.Defect() }) {
  override get message(): string {
    return `Migration ${this.id} (${this.name}) of ${this.package} failed and was rolled back: ${reasonOf(this.cause)}`
  }
}

/**
 * What the database said. Drivers wrap it; the innermost error is the one that says which column or table. It need not be an
 * `Error` of this process, and what is no error at all may have no way to become a text.
 */
const reasonOf = (cause: unknown): string => {
  const around: Array<unknown> = []
  for (let error = cause; error !== undefined && error !== null && !around.includes(error); error = causeOf(error)) {
    around.unshift(error)
  }
  return around.map(messageOf).find((message) => message !== "") ?? Formatter.format(cause)
}

const causeOf = (error: unknown): unknown => Predicate.hasProperty(error, "cause") ? error.cause : undefined

const messageOf = (error: unknown): string => {
  const message = Predicate.hasProperty(error, "message") ? error.message : error
  return Predicate.isString(message) ? message : ""
}

export type MigrationError = MigrationChecksumMismatch | DatabaseNewerThanEngine | MigrationFailed
