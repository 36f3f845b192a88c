/**
 * The storage gets into trouble, at every statement of everything that moves stock or money: its connection is lost
 * before or after the statement, or the statement is refused. What can be tried again is, and the caller never notices;
 * otherwise the caller hears what is wrong with the storage. Nothing is half done, and the recovery brings to an end
 * what was cut off.
 *
 * **Details**
 *
 * All attempts of a scenario happen in one shop, each with an order of its own; what a shop can have only once is tried in a shop for
 * each attempt, and less often. After every second one that failed, somebody presses the same button again. A lost connection at a
 * `COMMIT` is the hardest: it may have happened or not.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { StorageError } from "../kernel/StorageError.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { apart } from "./CrashApartScenarios.ts"
import type { Scenario } from "./CrashScenario.ts"
import { scenarios } from "./CrashScenarios.ts"
import * as Invariants from "./Invariants.ts"
import * as PayingBank from "./PayingBank.ts"
import { misplaced, verdict } from "./ScenarioVerdict.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness, Fault, Trouble } from "./Statements.ts"
import { Statements, troubleReasons } from "./Statements.ts"

/** A storage adapter under test whose database can be made to fail. */
export interface FaultHarness extends CountingHarness {
  /** Whether a statement only looks for jobs or keeps their places: how many there are depends on the time it takes. */
  readonly isPolling: (statement: string) => boolean
  /** Plays one of so many ways to fail, for a database that takes its time; each if it is left out. */
  readonly oneOf?: number
}

const refusals = ["serialization_failure", "deadlock", "lock_timeout", "statement_timeout", "disk_full"] as const

const isRetried = (trouble: Trouble): boolean => ["conflict", "busy"].includes(troubleReasons[trouble])

interface Attempt extends Fault {
  readonly trouble: Trouble
  readonly where: string
}

/** Counts statements, and remembers whether the one at which something goes wrong was inside of a transaction. */
const follow = (harness: FaultHarness, at: number) => {
  const seen = { statements: 0, inTransaction: false }
  return {
    seen,
    among: (statement: string, inTransaction: boolean): boolean => {
      if (harness.isPolling(statement)) return false
      seen.statements += 1
      if (seen.statements === at) seen.inTransaction = inTransaction
      return true
    }
  }
}

/**
 * At every statement the connection is lost, and one refusal in turn; at a `COMMIT`, each of them. A transaction that is
 * not committed is gone, whether its last statement ran or not, so there losing the connection once is enough.
 */
const attemptsOn = (statements: ReadonlyArray<string>): ReadonlyArray<Attempt> => {
  const last = statements.findLastIndex((statement) => !statement.startsWith("SELECT"))
  let open = false
  return statements.slice(0, last + 1).flatMap((statement, index) => {
    if (statement.startsWith("BEGIN")) open = true
    const inTransaction = open
    if (statement === "COMMIT" || statement === "ROLLBACK") open = false
    const refused = statement === "COMMIT" ? refusals : refusals.filter((_, turn) => turn === index % refusals.length)
    const lostAt = inTransaction && statement !== "COMMIT" ? ["after"] as const : ["before", "after"] as const
    const ways: ReadonlyArray<readonly [Trouble, Fault["moment"]]> = [
      ...lostAt.map((moment) => ["connection_lost", moment] as const),
      ...refused.map((trouble) => [trouble, "before"] as const)
    ]
    return ways.map(([trouble, moment]): Attempt => ({
      at: index + 1,
      moment,
      trouble,
      where: `${trouble} ${moment} ${index + 1} (${statement.slice(0, 60)})`
    }))
  })
}

/** What the caller may not hear. */
const complaints = (
  trouble: Trouble,
  inTransaction: boolean,
  exit: Exit.Exit<unknown, unknown>
): ReadonlyArray<string> => {
  if (Exit.isSuccess(exit)) return []
  if (isRetried(trouble) && inTransaction) return [`it was not tried again: ${String(exit.cause).slice(0, 200)}`]
  return exit.cause.reasons.flatMap((reason) =>
    reason._tag === "Fail" && reason.error instanceof StorageError && reason.error.reason === troubleReasons[trouble]
      ? []
      : [`the caller hears ${reason._tag === "Fail" ? String(reason.error) : String(exit.cause).slice(0, 200)}`]
  )
}

/** The background of the shop, for as long as it takes, and what is done every night. */
const recover = Effect.fnUntraced(function*({ nightly = Effect.void }: Scenario<unknown>) {
  const payments = yield* Payments
  const jobs = yield* Jobs
  for (let round = 0; round < 3; round++) {
    yield* TestClock.adjust("3 minutes")
    yield* payments.recover
    yield* jobs.drain
  }
  yield* nightly
}, Actor.as(Actor.system("test")))

const trial = Effect.fnUntraced(function*(scenario: Scenario<unknown>, harness: FaultHarness) {
  const { fail, record } = yield* Statements
  const orders = yield* OrderRepository
  const known = new Set<string>()
  const numbered = new Map<number, string>()
  const failures: Array<string> = []

  /** The orders that are new since it was asked before. */
  const newOrders = Effect.map(orders.listWhole({ limit: 5 }), ({ items }) => {
    const found = items.filter(({ id }) => !known.has(id))
    for (const { id } of found) known.add(id)
    return found
  })

  const [, sent] = yield* record(scenario.operation(yield* scenario.prepare))
  const statements = sent.filter((statement) => !harness.isPolling(statement))
  assert.isAbove(statements.length, 5)
  yield* recover(scenario)
  yield* newOrders

  const oneOf = (harness.oneOf ?? 1) * (scenario.seldom === true ? 3 : 1)
  const isChosen = (_: Attempt, index: number) => index % oneOf === 0
  const tried: Array<{ readonly value: unknown; readonly where: string }> = []
  for (const { at, moment, trouble, where } of attemptsOn(statements).filter(isChosen)) {
    const value = yield* scenario.prepare
    tried.push({ value, where })
    const { among, seen } = follow(harness, at)
    const exit = yield* Effect.exit(fail(scenario.operation(value), { at, moment, among }, trouble))
    failures.push(...complaints(trouble, seen.inTransaction, exit).map((complaint) => `${where}: ${complaint}`))
    const isTriedAgain = Exit.isFailure(exit) && scenario.once !== true && at % 2 === 0
    if (isTriedAgain) yield* Effect.exit(scenario.operation(value))
    const found = yield* newOrders
    if (found.length > (scenario.orders ?? 1)) failures.push(`${where}: there are ${found.length} orders`)
    for (const { number } of found) numbered.set(number, where)
    if (found.some(({ status }) => status !== scenario.ends[0])) yield* recover(scenario)
  }

  yield* TestClock.adjust("1 hour")
  yield* recover(scenario)
  const bank = yield* Shop.Bank
  for (const problem of yield* Invariants.violations({ bank: Shop.bankRecords(bank) })) {
    const number = Number(/^order (\d+)/.exec(problem)?.[1])
    failures.push(`${numbered.get(number) ?? "nowhere"}: ${problem}`)
  }
  for (const { value, where } of scenario.alsoWrong === undefined ? [] : tried) {
    const wrong = yield* scenario.alsoWrong?.(value) ?? Effect.succeed([])
    failures.push(...wrong.map((problem) => `${where}: ${problem}`))
  }
  for (const id of known) {
    const order = yield* orders.find(id)
    if (order !== undefined && !scenario.ends.includes(order.status) && order.status !== "cancelled") {
      failures.push(`${numbered.get(order.number) ?? "nowhere"}: the order is ${order.status}`)
    }
  }
  assert.deepStrictEqual(failures, [])
})

/** A shop of its own, in which what failed is tried again at once. */
const inShop = <A, E>(harness: FaultHarness, body: Effect.Effect<A, E, Shop.ShopServices | Statements>) =>
  Effect.andThen(Shop.ships, body).pipe(
    // the queue measures its delays by the clock of the database, which no test can move
    Effect.provideService(JobRetries, { maxAttempts: 15, delay: Schedule.spaced(0) }),
    Effect.provide(Shop.layer(harness.storage(), { bank: PayingBank.make() }))
  )

/** Of so many ways to fail in a shop of its own, one is tried; a shop costs more than what happens in it. */
const apartOneOf = 9

const trialApart = Effect.fnUntraced(function*(scenario: Scenario<unknown>, harness: FaultHarness) {
  const sent = yield* inShop(harness, Effect.gen(function*() {
    const { record } = yield* Statements
    const [, statements] = yield* record(scenario.operation(yield* scenario.prepare))
    return statements.filter((statement) => !harness.isPolling(statement))
  }))
  assert.isAbove(sent.length, 5)
  const failures: Array<string> = []
  const oneOf = apartOneOf * (harness.oneOf ?? 1)
  // the last statements are tried first: what commits stands among them
  const attempts = attemptsOn(sent).toReversed().filter((_, index) => index % oneOf === 0)
  for (const { at, moment, trouble, where } of attempts) {
    const problems = yield* inShop(harness, Effect.gen(function*() {
      const { fail } = yield* Statements
      const value = yield* scenario.prepare
      const { among, seen } = follow(harness, at)
      const exit = yield* Effect.exit(fail(scenario.operation(value), { at, moment, among }, trouble))
      if (Exit.isFailure(exit) && scenario.once !== true && at % 2 === 0) yield* Effect.exit(scenario.operation(value))
      yield* TestClock.adjust("1 hour")
      yield* recover(scenario)
      const { problems, states } = yield* verdict(scenario, value)
      return [...complaints(trouble, seen.inTransaction, exit), ...problems, ...misplaced(scenario, states)]
    }))
    failures.push(...problems.map((problem) => `${where}: ${problem}`))
  }
  assert.deepStrictEqual(failures, [])
})

export const storageFaultSuite = (harness: FaultHarness): void => {
  describe(`trouble with ${harness.name} at any statement of`, () => {
    for (const scenario of scenarios) {
      it.effect(scenario.name, () => inShop(harness, trial(scenario, harness)), 300_000)
    }
  })
  describe(`trouble with ${harness.name} at some statements of`, () => {
    for (const scenario of apart) it.effect(scenario.name, () => trialApart(scenario, harness), 300_000)
  })
}
