/**
 * A `SqlClient` on the SQLite that is built into Node.
 *
 * **Details**
 *
 * A file is opened in WAL mode with two connections:
 *
 * - One writes. Transactions hold it from `BEGIN IMMEDIATE` to `COMMIT`, one after the other.
 * - One reads, for `SELECT`s outside of a transaction while the other one is in a transaction. In one thread this makes
 *   nothing faster, but a transaction that gives way to other fibers (a long import does, every few thousand steps) does
 *   not make the readers wait, and a read needs no place in the queue. It sees whatever is committed, so a caller reads
 *   what it has written. While no transaction is open, reads go to the first connection, whose page cache a commit does
 *   not empty.
 *
 * A stream outside of a transaction opens a read-only connection of its own, as an open cursor fixes what its
 * connection sees. It reads one state of the data from start to end, however slowly, and stops nobody; but the log
 * cannot be written back past it.
 *
 * A database in memory cannot be opened twice and has one connection; its streams are read at once.
 *
 * **Gotchas**
 *
 * Temporary tables belong to the writing connection and are only there for certain in a transaction.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Borrower, Connection } from "effect/sql/SqlConnection"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import { basename } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteBackup from "./SqliteBackup.ts"
import * as SqliteConnection from "./SqliteConnection.ts"
import { openError, SqliteBackupError } from "./SqliteErrors.ts"
import type { SqliteOpenError } from "./SqliteErrors.ts"
import { isBusy, waitForLock } from "./SqliteLock.ts"
import type { LockWait } from "./SqliteLock.ts"

export interface SqliteClientOptions {
  /** Path of the database file, created if it is not there (its folder is not), or `":memory:"`. */
  readonly filename: string
  /**
   * `FULL`, the default: what was committed survives a power cut. `NORMAL`: the last commits before one may be lost,
   * the file is never damaged, and a commit does not wait for the disk.
   */
  readonly synchronous?: "FULL" | "NORMAL" | undefined
  /** How long to wait for a lock that another process holds; 5 seconds if not given. */
  readonly busyTimeout?: Duration.Input | undefined
}

/** A `SqlClient` with what only SQLite has. */
export interface SqliteClient extends SqlClient.SqlClient {
  readonly filename: string
  /**
   * Writes a copy of the whole database, as it was last committed, to a new file. Nobody waits for it.
   *
   * The only connection of a database in memory is busy meanwhile, so there it cannot run inside a transaction.
   */
  readonly backup: (path: string) => Effect.Effect<void, SqliteBackupError>
}

export const SqliteClient: Context.Service<SqliteClient, SqliteClient> = Context.Service<SqliteClient>(
  "@stoa/adapter-sqlite/SqliteClient"
)

/** Opens a database for as long as the scope lives. */
export const make = Effect.fnUntraced(function*(
  options: SqliteClientOptions
): Effect.fn.Return<SqliteClient, SqliteOpenError, Scope.Scope | Reactivity.Reactivity> {
  const { filename } = options
  const busyTimeout = Duration.toMillis(options.busyTimeout ?? Duration.seconds(5))
  const connections: Array<SqliteConnection.SqliteConnection> = []
  const connectionOptions: SqliteConnection.ConnectionOptions = {
    busyTimeout,
    onSchemaChange: () => connections.forEach((connection) => connection.statements.clear())
  }
  const connect = (database: DatabaseSync) => SqliteConnection.make(database, connectionOptions)

  const writer = connect(
    yield* open(
      filename,
      busyTimeout,
      (database) => prepareToWrite(database, options.synchronous ?? "FULL"),
      { readOnly: false }
    )
  )
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(writer),
    semaphore: Semaphore.makeUnsafe(1),
    isTransaction: (connection) => connection.database.isTransaction
  })
  const openReader = open(filename, busyTimeout, useMemory, { readOnly: true })
  const reader = isShareable(writer.database) ? connect(yield* openReader) : undefined
  connections.push(writer, ...(reader === undefined ? [] : [reader]))
  const outside = reader === undefined
    ? oneConnection(acquirers.borrower)
    : besideTheWriter(
      acquirers.borrower,
      SqliteConnection.reading(writer, reader, connectionOptions),
      Effect.map(openReader, connect)
    )

  const client = yield* SqlClient.make({
    driver: "sqlite-node",
    compiler: Statement.makeCompilerSqlite(),
    acquirer: Effect.succeed(outside),
    borrower: (use) => use(outside),
    transactionAcquirer: acquirers.transactionAcquirer,
    onCommitFailure: acquirers.onCommitFailure,
    isTransaction: acquirers.isTransaction,
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    prepareTransactionControls: true,
    spanAttributes: [["db.system.name", "sqlite"], ["db.namespace", basename(filename)]]
  })
  const source: Effect.Effect<DatabaseSync, SqlError | SqliteOpenError, Scope.Scope> = reader === undefined
    ? Effect.as(acquirers.acquirer, writer.database)
    : openReader
  const backup = (path: string) =>
    source.pipe(
      Effect.mapError((cause) => new SqliteBackupError({ path, reason: "failed", cause })),
      Effect.flatMap((database) => SqliteBackup.write(database, path)),
      Effect.scoped
    )
  return Object.assign(client, { filename, backup })
})

/** Opens a database and provides it as the `SqlClient`, too. */
export const layer = (
  options: SqliteClientOptions
): Layer.Layer<SqliteClient | SqlClient.SqlClient, SqliteOpenError> =>
  Layer.effectContext(Effect.map(make(options), (client) =>
    Context.make(SqliteClient, client).pipe(Context.add(SqlClient.SqlClient, client)))).pipe(
      Layer.provide(Reactivity.layer)
    )

const open = (
  filename: string,
  busyTimeout: number,
  prepare: (database: DatabaseSync) => void,
  access: { readonly readOnly: boolean }
): Effect.Effect<DatabaseSync, SqliteOpenError, Scope.Scope> => {
  const attempt = (wait?: LockWait): Effect.Effect<DatabaseSync, SqliteOpenError> =>
    Effect.suspend(() => {
      let database: DatabaseSync | undefined
      try {
        // SQLite takes an empty name for a database that is gone when it is closed
        if (filename === "") throw new TypeError("A file name is missing")
        database = new DatabaseSync(filename, { readOnly: access.readOnly, timeout: 0 })
        prepare(database)
        return Effect.succeed(database)
      } catch (cause) {
        if (database?.isOpen === true) database.close()
        const error = openError(filename, cause)
        return isBusy(cause) ? waitForLock(error, busyTimeout, wait, attempt) : Effect.fail(error)
      }
    })
  return Effect.acquireRelease(attempt(), (database) => Effect.sync(() => database.close()))
}

const prepareToWrite = (database: DatabaseSync, synchronous: "FULL" | "NORMAL"): void => {
  database.exec("PRAGMA journal_mode = WAL")
  database.exec(`PRAGMA synchronous = ${synchronous}`)
  database.exec("PRAGMA foreign_keys = ON")
  // a burst of writes leaves no large log behind
  database.exec("PRAGMA journal_size_limit = 67108864")
  useMemory(database)
  // SQLite opens a write-protected file for reading only, and says so at the first sale
  try {
    database.exec("BEGIN IMMEDIATE")
    database.exec("ROLLBACK")
  } catch (cause) {
    if (!isBusy(cause)) throw cause
  }
}

// No memory mapping: it made no statement faster here, and an error of the disk would end the process.
const useMemory = (database: DatabaseSync): void => {
  database.exec("PRAGMA temp_store = MEMORY")
  database.exec("PRAGMA cache_size = -16000")
  // reads the schema now, so that damage to it is found at the start
  database.exec("SELECT count(*) FROM sqlite_schema")
}

// Without a log, as on some network disks, a reader would stop the writer from committing.
const isShareable = (database: DatabaseSync): boolean =>
  database.location() !== null && database.prepare("PRAGMA journal_mode").get()?.["journal_mode"] === "wal"

/** For statements outside of a transaction: each takes its turn on the only connection. */
const oneConnection = (borrow: Borrower): Connection => ({
  execute: (sql, params, transformRows) => borrow((writer) => writer.execute(sql, params, transformRows)),
  executeRaw: (sql, params) => borrow((writer) => writer.executeRaw(sql, params)),
  executeValues: (sql, params) => borrow((writer) => writer.executeValues(sql, params)),
  executeValuesUnprepared: (sql, params) => borrow((writer) => writer.executeValuesUnprepared(sql, params)),
  executeUnprepared: (sql, params, transformRows) =>
    borrow((writer) => writer.executeUnprepared(sql, params, transformRows)),
  // An open cursor would keep the connection, and who reads the stream may need it for the next row.
  executeStream: (sql, params, transformRows) =>
    Stream.fromIterableEffect(borrow((writer) => writer.executeUnprepared(sql, params, transformRows)))
})

/** For statements outside of a transaction: what only reads goes past the queue of the writers. */
const besideTheWriter = (
  borrow: Borrower,
  reader: SqliteConnection.SqliteConnection,
  openReader: Effect.Effect<SqliteConnection.SqliteConnection, SqliteOpenError, Scope.Scope>
): Connection => {
  const writes = oneConnection(borrow)
  const route = (sql: string): Connection => reader.statements.has(sql) || onlyReads(sql) ? reader : writes
  return {
    execute: (sql, params, transformRows) => route(sql).execute(sql, params, transformRows),
    executeRaw: (sql, params) => route(sql).executeRaw(sql, params),
    executeValues: (sql, params) => route(sql).executeValues(sql, params),
    executeValuesUnprepared: (sql, params) => route(sql).executeValuesUnprepared(sql, params),
    executeUnprepared: (sql, params, transformRows) => route(sql).executeUnprepared(sql, params, transformRows),
    executeStream: (sql, params, transformRows) =>
      onlyReads(sql)
        ? Stream.unwrap(openReader.pipe(
          Effect.mapError((cause) => new SqlError({ reason: new ConnectionError({ cause, message: cause.message }) })),
          Effect.map((connection) => connection.executeStream(sql, params, transformRows))
        ))
        : writes.executeStream(sql, params, transformRows)
  }
}

// Taking a read for a write costs a turn in the queue. The other way round, SQLite refuses: the reader cannot write.
const onlyReads = (sql: string): boolean =>
  /^\s*(?:SELECT|WITH|VALUES)\b/i.test(sql)
  && !/\b(?:INSERT|UPDATE|DELETE|REPLACE|changes|total_changes|last_insert_rowid)\b/i.test(sql)
