/**
 * What can go wrong with a database file as a whole, in a sentence for the person who runs the shop.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"
import { statSync } from "node:fs"
import { dirname, resolve } from "node:path"

/** The database file cannot be used. Nothing in it or beside it was changed. */
export class SqliteOpenError extends StoaError<SqliteOpenError>()("SqliteOpenError", {
  code: "database_unreadable",
  kind: "unavailable"
}, {
  filename: Schema.String,
  reason: Schema.Literals([
    "not_a_database",
    "damaged",
    "folder",
    "missing_folder",
    "not_writable",
    "locked",
    "invalid_name",
    "unreadable"
  ]),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    const file = JSON.stringify(this.filename)
    switch (this.reason) {
      case "not_a_database":
        return `${file} is not an SQLite database (or it is encrypted). It was left as it is; choose another file name`
      case "damaged":
        return `The database ${file} is damaged. Restore it from a backup`
      case "folder":
        return `${file} is a folder, and a database is a file. Choose a file name inside it`
      case "missing_folder":
        return `The folder ${JSON.stringify(dirname(resolve(this.filename)))} for the database does not exist. Create it first`
      case "not_writable":
        return `The database ${file} cannot be created or written to. Check the permissions of the file and its folder`
      case "locked":
        return `The database ${file} is locked by another process. Try again when that is done`
      case "invalid_name":
        return this.filename === ""
          ? "There is no name of a file to keep the database in. Write sqlite({ filename: \"shop.db\" })"
          : `${file} cannot be a file name`
      case "unreadable":
        return `The database ${file} cannot be read`
    }
  }
}

/** The backup was not written. A file that was there before is as it was. */
export class SqliteBackupError extends StoaError<SqliteBackupError>()("SqliteBackupError", {
  code: "backup_failed",
  kind: "unavailable"
}, {
  path: Schema.String,
  reason: Schema.Literals(["exists", "missing_folder", "damaged", "no_shop", "failed"]),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    const file = JSON.stringify(this.path)
    switch (this.reason) {
      case "exists":
        return `${file} exists already, and a backup never overwrites a file. Choose another name or remove it`
      case "missing_folder":
        return `The folder ${JSON.stringify(dirname(resolve(this.path)))} for the backup does not exist. Create it first`
      case "damaged":
        return `The backup to ${file} is damaged, as the database may be. It was removed`
      case "no_shop":
        return `The database is not of a shop, so ${file} was not kept`
      case "failed":
        return `The backup to ${file} failed`
    }
  }
}

/** The backup did not become the database. One that was there before is as it was. */
export class SqliteRestoreError extends StoaError<SqliteRestoreError>()("SqliteRestoreError", {
  code: "restore_failed",
  kind: "unavailable"
}, {
  backup: Schema.String,
  filename: Schema.String,
  reason: Schema.Literals(["missing", "damaged", "no_shop", "exists", "kept_exists", "in_use", "failed"]),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    const backup = JSON.stringify(this.backup)
    const file = JSON.stringify(this.filename)
    switch (this.reason) {
      case "missing":
        return `There is no file ${backup}`
      case "damaged":
        return `${backup} is damaged, or no SQLite database. Take an older backup`
      case "no_shop":
        return `${backup} is a database, but not of a shop`
      case "exists":
        return `${file} is there already, and is not replaced unless that is asked for`
      case "kept_exists":
        return `${JSON.stringify(`${this.filename}.old`)} is there already, from an earlier time. Put it elsewhere first`
      case "in_use":
        return `${file} is in use. Stop what uses it first`
      case "failed":
        return `${backup} could not be put in the place of ${file}`
    }
  }
}

/** SQLite's extended result code of an error thrown by `node:sqlite`, or `undefined`. */
export const resultCode = (cause: unknown): number | undefined =>
  typeof cause === "object" && cause !== null && "errcode" in cause && typeof cause.errcode === "number"
    ? cause.errcode
    : undefined

const lookAt = (path: string): "folder" | "file" | "nothing" | "hidden" => {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? "nothing" : found.isDirectory() ? "folder" : "file"
  } catch (cause) {
    // a part of the path is a file, or a folder that this user may not look into
    return cause instanceof Error && "code" in cause && cause.code === "ENOTDIR" ? "nothing" : "hidden"
  }
}

/** Whether the folder that a file is to stand in is missing. */
export const lacksFolder = (filename: string): boolean => {
  const found = lookAt(dirname(resolve(filename)))
  return found === "nothing" || found === "file"
}

/** Says why opening a database file failed. */
export const openError = (filename: string, cause: unknown): SqliteOpenError =>
  new SqliteOpenError({ filename, reason: openReason(filename, cause), cause })

const openReason = (filename: string, cause: unknown): SqliteOpenError["reason"] => {
  const code = resultCode(cause)
  if (code === undefined) return "invalid_name"
  // the low byte is the primary code: https://sqlite.org/rescode.html
  switch (code & 0xff) {
    case 26:
      return "not_a_database"
    case 11:
      return "damaged"
    case 5:
    case 6:
      return "locked"
    case 3:
    case 8:
    case 23:
      return "not_writable"
    case 14:
      if (lacksFolder(filename)) return "missing_folder"
      return lookAt(filename) === "folder" ? "folder" : "not_writable"
    default:
      return "unreadable"
  }
}
