/**
 * Brings a database to the schema that the code expects.
 *
 * **Details**
 *
 * What a database has taken stands in its table `stoa_migrations`. Any number of processes may start at once: each
 * migration runs in a transaction that first makes sure, under a lock, that nobody else has run it.
 *
 * Before anything is changed, everything taken so far is compared with the code. A database that a newer version has
 * migrated is refused rather than misread.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Dialect from "./Dialect.ts"
import * as Migration from "./Migration.ts"
import type { MigrationSet } from "./Migration.ts"
import { DatabaseNewerThanEngine, MigrationChecksumMismatch, MigrationFailed } from "./MigrationErrors.ts"
import type { MigrationError } from "./MigrationErrors.ts"

/** A migration and what the database has of it. */
export interface MigrationStatus {
  readonly package: string
  readonly id: number
  readonly name: string
  /** `changed`: taken in another form than the code has now. `unknown`: taken, but the code has no such migration. */
  readonly state: "applied" | "pending" | "changed" | "unknown"
  /** When it was taken, ISO 8601. */
  readonly appliedAt: string | undefined
}

interface Step {
  readonly package: string
  readonly id: number
  readonly name: string
  readonly statements: ReadonlyArray<string>
  readonly checksum: string
}

interface Taken {
  readonly package: string
  readonly id: number
  readonly name: string
  readonly checksum: string
  readonly applied_at: string
}

/**
 * Runs what is pending, set after set, and answers what it ran. Packages that the database knows and `sets` does not
 * are left alone.
 */
export const run: (
  sets: ReadonlyArray<MigrationSet>
) => Effect.Effect<ReadonlyArray<MigrationStatus>, MigrationError | SqlError, SqlClient.SqlClient> = Effect.fn(
  "Migrations.run"
)(function*(sets) {
  const sql = yield* SqlClient.SqlClient
  const steps = stepsOf(sql, sets)
  yield* ensureHistory(sql)
  const taken = yield* history(sql)
  yield* verify(sets, steps, taken)
  const known = keysOf(taken)
  const ran: Array<MigrationStatus> = []
  for (const step of steps) {
    if (known.has(keyOf(step))) continue
    const status = yield* take(sql, sets, steps, step)
    if (status !== undefined) ran.push(status)
  }
  return ran
})

/** What each migration's state is. Changes nothing. */
export const status: (
  sets: ReadonlyArray<MigrationSet>
) => Effect.Effect<ReadonlyArray<MigrationStatus>, SqlError, SqlClient.SqlClient> = Effect.fn("Migrations.status")(
  function*(sets) {
    const sql = yield* SqlClient.SqlClient
    const taken = (yield* Dialect.hasTable(sql, "stoa_migrations")) ? yield* history(sql) : []
    const steps = stepsOf(sql, sets)
    const [coded, stored] = [keysOf(steps), byKey(taken)]
    return sets.flatMap(({ package: name }) => [
      ...steps.filter((step) => step.package === name).map((step): MigrationStatus => {
        const known = stored.get(keyOf(step))
        return {
          package: name,
          id: step.id,
          name: step.name,
          state: known === undefined ? "pending" : known.checksum === step.checksum ? "applied" : "changed",
          appliedAt: known?.applied_at
        }
      }),
      ...taken.filter((row) => row.package === name && !coded.has(keyOf(row))).map((row): MigrationStatus => ({
        package: name,
        id: row.id,
        name: row.name,
        state: "unknown",
        appliedAt: row.applied_at
      }))
    ])
  }
)

/** Runs what is pending before anything that needs the tables is built. */
export const layer = (
  sets: ReadonlyArray<MigrationSet>
): Layer.Layer<never, MigrationError | SqlError, SqlClient.SqlClient> => Layer.effectDiscard(run(sets))

/** Is the same for sets that leave the same schema in a database of this kind, and another for all others. */
export const fingerprint = (dialect: Dialect.Dialect, sets: ReadonlyArray<MigrationSet>): string =>
  sets.map((set) => writtenSet(dialect, set).fingerprint).join(" ")

const stepsOf = (sql: SqlClient.SqlClient, sets: ReadonlyArray<MigrationSet>): ReadonlyArray<Step> =>
  sets.flatMap((set) => writtenSet(Dialect.of(sql), set).steps)

/** A set as a database of some kind takes it. */
interface WrittenSet {
  readonly steps: ReadonlyArray<Step>
  readonly fingerprint: string
}

/** Written down once: a set never changes, and a process may open many databases. */
const written = new WeakMap<MigrationSet, Map<Dialect.Dialect, WrittenSet>>()

const writtenSet = (dialect: Dialect.Dialect, set: MigrationSet): WrittenSet => {
  const known = written.get(set)?.get(dialect)
  if (known !== undefined) return known
  const d = Dialect.ddl(dialect)
  const steps = set.migrations.map(({ id, name, up }): Step => {
    const statements = up(d)
    return { package: set.package, id, name, statements, checksum: Migration.checksum(statements) }
  })
  const made = { steps, fingerprint: Migration.checksum(steps.map((step) => `${step.package} ${step.id} ${step.checksum}`)) }
  written.set(set, new Map(written.get(set)).set(dialect, made))
  return made
}

interface Numbered {
  readonly package: string
  readonly id: number
}

const keyOf = ({ id, package: name }: Numbered): string => `${id} ${name}`

const keysOf = (all: ReadonlyArray<Numbered>): ReadonlySet<string> => new Set(all.map(keyOf))

const byKey = <A extends Numbered>(all: ReadonlyArray<A>): ReadonlyMap<string, A> => new Map(all.map((one) => [keyOf(one), one]))

const ensureHistory = (sql: SqlClient.SqlClient): Effect.Effect<void, SqlError> => {
  const d = Dialect.ddl(Dialect.of(sql))
  return Effect.flatMap(Dialect.hasTable(sql, "stoa_migrations"), (exists) =>
    exists ? Effect.void : Effect.asVoid(sql.withTransaction(Effect.andThen(
      lock(sql),
      sql.unsafe(`CREATE TABLE IF NOT EXISTS stoa_migrations (
        package ${d.text} NOT NULL,
        id ${d.int} NOT NULL,
        name ${d.text} NOT NULL,
        checksum ${d.text} NOT NULL,
        applied_at ${d.text} NOT NULL,
        PRIMARY KEY (package, id)
      )${d.strict}`)
    ))))
}

// Postgres answers a 64-bit integer as a bigint unless its client is told otherwise
const history = (sql: SqlClient.SqlClient): Effect.Effect<ReadonlyArray<Taken>, SqlError> =>
  Effect.map(
    sql<Taken>`SELECT package, id, name, checksum, applied_at FROM stoa_migrations ORDER BY package, id`,
    (rows) => rows.map((row) => ({ ...row, id: Number(row.id) }))
  )

const lock = (sql: SqlClient.SqlClient) =>
  Effect.andThen(Dialect.unhurried(sql), Dialect.lockTransaction(sql, "stoa_migrations"))

const verify = (
  sets: ReadonlyArray<MigrationSet>,
  steps: ReadonlyArray<Step>,
  taken: ReadonlyArray<Taken>
): Effect.Effect<void, MigrationChecksumMismatch | DatabaseNewerThanEngine> =>
  Effect.suspend((): Effect.Effect<void, MigrationChecksumMismatch | DatabaseNewerThanEngine> => {
    const [coded, packages] = [byKey(steps), new Set(sets.map((set) => set.package))]
    for (const row of taken) {
      if (!packages.has(row.package)) continue
      const step = coded.get(keyOf(row))
      const { id, name, package: owner } = row
      if (step === undefined) return Effect.fail(new DatabaseNewerThanEngine({ package: owner, id, name }))
      if (step.checksum !== row.checksum) {
        return Effect.fail(new MigrationChecksumMismatch({ package: owner, id, name }))
      }
    }
    return Effect.void
  })

/** Runs one migration, unless another process has done it since. */
const take = (
  sql: SqlClient.SqlClient,
  sets: ReadonlyArray<MigrationSet>,
  steps: ReadonlyArray<Step>,
  step: Step
): Effect.Effect<MigrationStatus | undefined, MigrationError> =>
  sql.withTransaction(Effect.gen(function*() {
    yield* lock(sql)
    const taken = yield* history(sql)
    yield* verify(sets, steps, taken)
    if (taken.some((one) => keyOf(one) === keyOf(step))) return undefined
    for (const statement of step.statements) yield* sql.unsafe(statement).unprepared
    const { checksum, id, name, package: owner } = step
    const appliedAt = yield* Timestamp.now
    yield* sql`INSERT INTO stoa_migrations (package, id, name, checksum, applied_at)
      VALUES (${owner}, ${id}, ${name}, ${checksum}, ${appliedAt})`
    return { package: owner, id, name, state: "applied" as const, appliedAt }
  })).pipe(
    Effect.catchTag("SqlError", (cause) =>
      Effect.fail(new MigrationFailed({ package: step.package, id: step.id, name: step.name, cause })))
  )
