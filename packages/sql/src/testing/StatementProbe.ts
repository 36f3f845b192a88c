/**
 * Counts the statements that an operation sends, and lets the process die at any one of them.
 *
 * **When to use**
 *
 * For statement budgets, and for crash tests: run the operation once for every statement N that it sends, dying at N,
 * then start again and see whether the books are right.
 *
 * **Details**
 *
 * It stands in front of any `SqlClient`: statements outside of a transaction go through that client as they always do,
 * those inside go over the connection that `reserve` lends. `BEGIN`, `COMMIT`, `ROLLBACK` and savepoints are statements
 * like others, and a stream is one.
 *
 * Dying is a defect (`ProcessDied`), so nothing that handles errors can carry on, and every later statement on every
 * connection dies, too. The database does what it would do after a real death: it rolls back what was open.
 *
 * **Example**
 *
 * ```ts
 * const probe = yield* StatementProbe
 * const [, statements] = yield* probe.record(checkout)
 * for (const fault of StatementProbe.everyFault(statements.length)) {
 *   yield* Effect.exit(probe.kill(checkout, fault))
 *   yield* probe.revive
 *   yield* recover
 * }
 * ```
 *
 * **Gotchas**
 *
 * What the engine holds in memory does not die. For that, build the layers anew on the same file.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import {
  ConnectionError,
  DeadlockError,
  LockTimeoutError,
  SerializationError,
  SqlError,
  StatementTimeoutError,
  UnknownError
} from "effect/sql/SqlError"
import type { Compiler, Fragment } from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import * as Dialect from "../Dialect.ts"

/** Where something goes wrong. */
export interface Fault {
  /** Which statement, counted from 1. */
  readonly at: number
  /** `before` it runs, or `after` it ran, with its answer lost on the way. */
  readonly moment: "before" | "after"
  /** Which statements are counted, those inside of a transaction or not; all if it is left out. `BEGIN` and `COMMIT` are inside. */
  readonly among?: ((statement: string, inTransaction: boolean) => boolean) | undefined
}

/**
 * What a database answers instead of doing what it was told. `connection_lost`: nothing, and nothing ever again on this
 * connection. All others are refusals: the statement has no effect, and its transaction takes no other until it is
 * rolled back. `disk_full` is one, too.
 */
export type Trouble =
  | "connection_lost"
  | "serialization_failure"
  | "deadlock"
  | "lock_timeout"
  | "statement_timeout"
  | "disk_full"

/** The defect of everything that the dead process still tries. */
export class ProcessDied extends Error {
  readonly _tag = "ProcessDied"
  override readonly name = "ProcessDied"
}

/** Every way in which an operation of so many statements can be cut short. */
export const everyFault = (statements: number): ReadonlyArray<Fault> =>
  Array.from({ length: statements }, (_, index) => index + 1).flatMap((at) => [
    { at, moment: "before" },
    { at, moment: "after" }
  ])

/**
 * Whether a statement only looks for jobs, or for events that become jobs, or keeps their places. How many of these an
 * operation sends, and between which others, depends on the time that it takes.
 */
export const looksForJobs = (statement: string): boolean =>
  (/\bstoa_jobs\b/.test(statement) && !statement.startsWith("INSERT"))
  || statement.startsWith("SELECT 1 FROM events WHERE relayed = 0")

/** Whether an effect ended because the process died. */
export const hasDied = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit)
  && exit.cause.reasons.some((reason) => Cause.isDieReason(reason) && reason.defect instanceof ProcessDied)

export class StatementProbe extends Context.Service<StatementProbe, {
  /** Runs an effect and answers with the statements that it and its fibers sent, white space aside. */
  readonly record: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<
    readonly [value: A, statements: ReadonlyArray<string>],
    E,
    R
  >
  /** Runs an effect and dies at one of its statements, if it sends so many. */
  readonly kill: <A, E, R>(effect: Effect.Effect<A, E, R>, fault: Fault) => Effect.Effect<A, E, R>
  /**
   * Runs an effect that gets into trouble at one of its statements, once: that one fails, and with it the transaction
   * that it belongs to. A refusal has its moment `before` the statement, whatever the fault says.
   */
  readonly fail: <A, E, R>(effect: Effect.Effect<A, E, R>, fault: Fault, trouble: Trouble) => Effect.Effect<A, E, R>
  /** All statements since the last `clear`, whoever sent them. */
  readonly statements: Effect.Effect<ReadonlyArray<string>>
  readonly clear: Effect.Effect<void>
  /** Dies at a statement counted from now, whoever sends it: for what runs outside of the test's own effect. */
  readonly arm: (fault: Fault) => Effect.Effect<void>
  /** Ends the death, and whatever was armed. */
  readonly revive: Effect.Effect<void>
}>()("@stoa/sql/testing/StatementProbe") {}

interface Watch {
  readonly statements: Array<string>
  fault: Fault & { readonly trouble: Trouble | "death" } | undefined
  /** How many of the statements that the fault counts have been sent. */
  counted: number
}

/** A connection that is lent to a transaction, and what has become of it. */
interface Lent {
  broken: { readonly error: SqlError; readonly lost: boolean } | undefined
}

/** What the fiber's statements are counted in. Fibers that it starts inherit it. */
const Watching = Context.Reference<Watch | undefined>("@stoa/sql/testing/StatementProbe/Watching", {
  defaultValue: () => undefined
})

/** Puts a probe in front of the client in the context. */
export const layer: Layer.Layer<StatementProbe | SqlClient.SqlClient, never, SqlClient.SqlClient> = Layer.effectContext(
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const everybody: Watch = { statements: [], fault: undefined, counted: 0 }
    let dead = false

    const trip = (
      { trouble }: NonNullable<Watch["fault"]>,
      statement: string,
      lent: Lent | undefined
    ): Effect.Effect<never, SqlError> =>
      Effect.suspend(() => {
        if (trouble !== "death") {
          const error = errorOf(trouble, statement)
          if (lent !== undefined) lent.broken = { error, lost: trouble === "connection_lost" }
          return Effect.fail(error)
        }
        dead = true
        return die(statement)
      })

    /** Counts a statement; answers the fault that is due at it. */
    const count = (
      statement: string,
      inTransaction: boolean,
      watches: ReadonlyArray<Watch | undefined>
    ): Watch["fault"] => {
      let due: Watch["fault"]
      for (const watch of watches) {
        if (watch === undefined) continue
        watch.statements.push(statement)
        if (watch.fault === undefined || watch.fault.among?.(statement, inTransaction) === false) continue
        watch.counted += 1
        if (watch.fault.at === watch.counted) due = watch.fault
      }
      return due
    }

    /** What happens at a statement: nothing, or something before it runs, or something after it. */
    const look = (
      text: string,
      lent: Lent | undefined,
      watch: Watch | undefined
    ): { readonly instead?: Effect.Effect<never, SqlError>; readonly afterwards?: Effect.Effect<never, SqlError> } => {
      const statement = text.replace(/\s+/g, " ").trim()
      if (dead) return { instead: die(statement) }
      const fault = count(statement, lent !== undefined, [everybody, watch])
      if (lent?.broken !== undefined) {
        const { error, lost } = lent.broken
        if (lost || !statement.startsWith("ROLLBACK")) return { instead: Effect.fail(error) }
        lent.broken = undefined
      }
      if (fault === undefined) return {}
      const isRefusal = fault.trouble !== "death" && fault.trouble !== "connection_lost"
      const trouble = trip(fault, statement, lent)
      return isRefusal || fault.moment === "before" ? { instead: trouble } : { afterwards: trouble }
    }

    const guard = <A>(text: string, effect: Effect.Effect<A, SqlError>, lent?: Lent): Effect.Effect<A, SqlError> =>
      Effect.withFiber((fiber) => {
        const { afterwards, instead } = look(text, lent, fiber.getRef(Watching))
        if (instead !== undefined) return instead
        return afterwards === undefined ? effect : Effect.flatMap(Effect.exit(effect), () => afterwards)
      })

    const guardStream = <A>(
      text: string,
      stream: Stream.Stream<A, SqlError>,
      lent?: Lent
    ): Stream.Stream<A, SqlError> =>
      Stream.unwrap(Effect.withFiber((fiber) => {
        const { afterwards, instead } = look(text, lent, fiber.getRef(Watching))
        if (instead !== undefined) return instead
        return Effect.succeed(
          afterwards === undefined ? stream : Stream.concat(stream, Stream.fromEffect(afterwards))
        )
      }))

    const probed = (to: Connection, lent?: Lent): Connection => ({
      execute: (text, params, transformRows) => guard(text, to.execute(text, params, transformRows), lent),
      executeRaw: (text, params) => guard(text, to.executeRaw(text, params), lent),
      executeValues: (text, params) => guard(text, to.executeValues(text, params), lent),
      executeValuesUnprepared: (text, params) => guard(text, to.executeValuesUnprepared(text, params), lent),
      executeUnprepared: (text, params, transformRows) =>
        guard(text, to.executeUnprepared(text, params, transformRows), lent),
      executeStream: (text, params, transformRows) =>
        guardStream(text, to.executeStream(text, params, transformRows), lent)
    })

    const outside = probed(outsideTransaction(sql))

    // The database rolls back what a broken or dead connection had open, so this one is rolled back before it is lent
    // again.
    const inside = Effect.flatMap(sql.reserve, (connection) => {
      const lent: Lent = { broken: undefined }
      return Effect.as(
        Effect.addFinalizer(() =>
          lent.broken !== undefined || dead
            ? Effect.ignoreCause(connection.executeUnprepared("ROLLBACK", [], undefined))
            : Effect.void
        ),
        probed(connection, lent)
      )
    })

    const client = yield* SqlClient.make({
      ...transactionsOf(Dialect.of(sql)),
      driver: sql.driver,
      compiler: compilerOf(sql),
      acquirer: Effect.succeed(outside),
      borrower: (use) => use(outside),
      transactionAcquirer: inside,
      prepareTransactionControls: true,
      releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
      spanAttributes: []
    })

    const watched = <A, E, R>(effect: Effect.Effect<A, E, R>, fault: Watch["fault"]) =>
      Effect.suspend(() => {
        const watch: Watch = { statements: [], fault, counted: 0 }
        return Effect.map(
          Effect.provideService(effect, Watching, watch),
          (value) => [value, watch.statements] as const
        )
      })

    const probe = StatementProbe.of({
      record: (effect) => watched(effect, undefined),
      kill: (effect, fault) => Effect.map(watched(effect, { ...fault, trouble: "death" }), ([value]) => value),
      fail: (effect, fault, trouble) => Effect.map(watched(effect, { ...fault, trouble }), ([value]) => value),
      statements: Effect.sync(() => everybody.statements.slice()),
      clear: Effect.sync(() => {
        everybody.statements.length = 0
        everybody.fault = undefined
      }),
      arm: (fault) =>
        Effect.sync(() => {
          everybody.counted = 0
          everybody.fault = { ...fault, trouble: "death" }
        }),
      revive: Effect.sync(() => {
        dead = false
        everybody.fault = undefined
      })
    })
    return Context.make(StatementProbe, probe).pipe(Context.add(SqlClient.SqlClient, client))
  })
).pipe(Layer.provide(Reactivity.layer))

/** The database's answer, in the words that its drivers have for it. */
const errorOf = (trouble: Trouble, statement: string): SqlError => {
  const about = { cause: new Error(statement), message: `${trouble}, says the test` }
  switch (trouble) {
    case "connection_lost":
      return new SqlError({ reason: new ConnectionError(about) })
    case "serialization_failure":
      return new SqlError({ reason: new SerializationError(about) })
    case "deadlock":
      return new SqlError({ reason: new DeadlockError(about) })
    case "lock_timeout":
      return new SqlError({ reason: new LockTimeoutError(about) })
    case "statement_timeout":
      return new SqlError({ reason: new StatementTimeoutError(about) })
    case "disk_full":
      // the codes of SQLite and of Postgres: neither driver has a reason of its own for it
      return new SqlError({
        reason: new UnknownError({ ...about, cause: Object.assign(about.cause, { errcode: 13, code: "53100" }) })
      })
  }
}

const die = (statement: string): Effect.Effect<never> =>
  Effect.die(new ProcessDied(`The process died at, or before, the statement: ${statement}`))

/** The client's own way of running a statement outside of a transaction. */
const outsideTransaction = (sql: SqlClient.SqlClient): Connection => ({
  execute: (text, params) => sql.unsafe(text, params),
  executeRaw: (text, params) => sql.unsafe(text, params).raw,
  executeValues: (text, params) => sql.unsafe(text, params).values,
  executeValuesUnprepared: (text, params) => sql.unsafe(text, params).valuesUnprepared,
  executeUnprepared: (text, params) => sql.unsafe(text, params).unprepared,
  executeStream: (text, params) => sql.unsafe(text, params).stream
})

/** A client does not show its compiler, but its statements do what it does. */
const compilerOf = (sql: SqlClient.SqlClient): Compiler => {
  const compiler: Compiler = {
    dialect: Dialect.of(sql),
    compile: (statement: Fragment, withoutTransform: boolean) => sql`${statement}`.compile(withoutTransform),
    get withoutTransform() {
      return compiler
    }
  }
  return compiler
}

/** What the clients of the two databases tell `SqlClient.make` about their transactions. */
const transactionsOf = (
  dialect: Dialect.Dialect
): Pick<SqlClient.SqlClient.MakeOptions, "beginTransaction" | "commit" | "onCommitFailure"> =>
  dialect === "sqlite"
    ? {
      beginTransaction: "BEGIN IMMEDIATE",
      // a failed COMMIT leaves the transaction open, unless it is only its answer that was lost
      onCommitFailure: (connection) =>
        connection.executeUnprepared("ROLLBACK", [], undefined).pipe(
          Effect.catchIf((error) => /no transaction is active/.test(error.message), () => Effect.void),
          Effect.asVoid
        )
    }
    : {
      beginTransaction: "BEGIN",
      // Postgres answers ROLLBACK when a statement before had failed
      commit: (connection) =>
        Effect.flatMap(connection.executeRaw("COMMIT", []), (result) =>
          typeof result === "object" && result !== null && "command" in result && result.command === "ROLLBACK"
            ? Effect.fail(new SqlError({
              reason: new UnknownError({ cause: result, message: "COMMIT rolled back an aborted transaction" })
            }))
            : Effect.void)
    }
