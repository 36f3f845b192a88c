/**
 * The choice of the jobs that are taken, made once for each taking.
 *
 * **Details**
 *
 * The queue takes `WHERE sequence IN (SELECT ... FOR UPDATE SKIP LOCKED LIMIT n)`. Where PostgreSQL believes the table to hold a row
 * or so, as after its jobs were deleted, it looks at each row and chooses anew for it. Each choice passes over what was just taken, so
 * that one worker takes all that waits and other processes stand idle. An array is chosen before any row is looked at.
 */
import * as Effect from "effect/Effect"
import type * as Statement from "effect/sql/Statement"

const choice = /\bIN \((\s*SELECT sequence FROM [^;]*?\bFOR UPDATE SKIP LOCKED\s+LIMIT \d+\s*)\)/

/** Leaves every other statement as it is, among them those of databases that lock no rows. */
export const chosenOnce: Statement.Transformer = (statement, sql) =>
  Effect.sync(() => {
    const [text, parameters] = statement.compile()
    return choice.test(text) ? sql.unsafe(text.replace(choice, "= ANY (ARRAY($1))"), parameters) : statement
  })
