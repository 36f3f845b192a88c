/**
 * The process dies, at every statement of everything that moves stock or money: before the statement and after it. A
 * new one opens what is left, with the same bank, lets the recovery run, and nothing is lost, doubled or left open.
 *
 * **Details**
 *
 * Each case begins with the same prepared storage and bank, at the same time, and is tried twice: soon after the death
 * somebody presses the same button again, and then the recovery runs; or nobody does anything until every reservation
 * has run out, and then the recovery runs.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import type { OrderStatus } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import type * as SandboxGateway from "../payments/SandboxGateway.ts"
import type { CrashHarness, SurvivingStorage } from "./CrashHarness.ts"
import { afterSale } from "./CrashReturnScenarios.ts"
import type { Scenario } from "./CrashScenario.ts"
import { scenarios } from "./CrashScenarios.ts"
import * as Invariants from "./Invariants.ts"
import * as PayingBank from "./PayingBank.ts"
import * as Shop from "./Shop.ts"
import type { Fault } from "./Statements.ts"
import { Statements } from "./Statements.ts"

/** A bank with the same books. */
const copyOf = Effect.fnUntraced(function*(bank: SandboxBank.SandboxBank["Service"]) {
  const copy = SandboxBank.memory()
  for (const charge of yield* bank.charges) yield* copy.open(charge)
  for (const refund of yield* bank.refunds) yield* copy.refund(refund)
  return PayingBank.make({ bank: copy, secret: "whsec_of_the_test" })
}, Effect.orDie)

/** A process: an engine that is opened, does something, and ends. */
const process = <A, E>(
  storage: SurvivingStorage,
  bank: SandboxGateway.SandboxGateway,
  body: Effect.Effect<A, E, Shop.ShopServices | Statements>
): Effect.Effect<A, unknown> => Effect.provide(body, Shop.layer(storage.open(), { bank }))

/** The background of a shop: its recovery and its jobs, for as long as it takes, and what is done every night. */
const recover = Effect.fnUntraced(function*<A>({ nightly = Effect.void }: Scenario<A>) {
  const payments = yield* Payments
  const jobs = yield* Jobs
  for (let round = 0; round < 3; round++) {
    yield* payments.recover
    yield* jobs.drain
    yield* TestClock.adjust("3 minutes")
  }
  yield* nightly
}, Actor.as(Actor.system("test")))

/** What must be true once everything has been brought to an end. */
const verdict = Effect.fnUntraced(function*<A>({ alsoWrong }: Scenario<A>, value: A) {
  const bank = yield* Shop.Bank
  const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
  return {
    problems: [
      ...yield* Invariants.violations({ bank: Shop.bankRecords(bank) }),
      ...alsoWrong === undefined ? [] : yield* alsoWrong(value)
    ],
    states: items.toSorted((a, b) => a.number - b.number).map(({ status }) => status)
  }
})

/** What is wrong with the states of the order and of what replaces pieces of it. */
const misplaced = <A>(
  { ends, replaces = ["none"] }: Scenario<A>,
  [first = "none", second = "none", ...more]: ReadonlyArray<OrderStatus | "none">
) => [
  ...ends.includes(first) ? [] : [`the order is ${first}`],
  ...replaces.includes(second) ? [] : [`the order that replaces it is ${second}`],
  ...more.length === 0 ? [] : [`${more.length} orders too many`]
]

/** What happens after the death: how long it takes until somebody looks, and whether the same is tried again first. */
interface Aftermath {
  readonly after: Duration.Input
  readonly again: boolean
}

const aftermaths: ReadonlyArray<Aftermath> = [
  { after: "2 minutes", again: true },
  { after: "1 hour", again: false }
]

interface Death extends Fault {
  /** Whether everything since the last `COMMIT` goes with the process, wherever in between it died. */
  readonly inTransaction: boolean
}

/**
 * Before and after every statement, up to the last one that writes: after that dying changes nothing. A reading statement changes
 * nothing either, so dying after it is dying before it; and within a transaction, where nothing else happens, a call of a gateway
 * least of all, dying is told apart by what has been written so far.
 */
const deathsOn = (statements: ReadonlyArray<string>, seldom: boolean): ReadonlyArray<Death> => {
  const reads = (statement: string) => statement.startsWith("SELECT")
  const last = statements.findLastIndex((statement) => !reads(statement))
  let open = false
  return statements.slice(0, last + 1).flatMap((statement, index): ReadonlyArray<Death> => {
    const at = index + 1
    const inTransaction = open
    const before: Death = { at, moment: "before", inTransaction }
    const after: Death = { at, moment: "after", inTransaction }
    if (statement.startsWith("BEGIN")) {
      open = true
      return [before]
    }
    if (statement === "COMMIT" || statement === "ROLLBACK") {
      open = false
      return [before, { ...after, inTransaction: false }]
    }
    if (inTransaction) return reads(statement) || (seldom && at % 2 === 0) ? [] : [after]
    return reads(statement) ? [before] : [before, after]
  })
}

const hasDied = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && exit.cause.reasons.some(Cause.isDieReason)

interface Prepared<A> {
  readonly storage: SurvivingStorage
  readonly bank: SandboxBank.SandboxBank["Service"]
  readonly at: number
  readonly value: A
}

const prepare = Effect.fnUntraced(function*<A>(harness: CrashHarness, scenario: Scenario<A>) {
  const storage = yield* harness.create
  const bank = PayingBank.make({ secret: "whsec_of_the_test" })
  const value = yield* process(storage, bank, Effect.andThen(Shop.ships, scenario.prepare))
  return { storage, bank: bank.bank, at: yield* Clock.currentTimeMillis, value } satisfies Prepared<A>
})

/** Runs the scenario from its beginning, at its own time, on storage and books of its own. */
const replay = <A, B>(
  { at, bank, storage, value }: Prepared<A>,
  body: (storage: SurvivingStorage, bank: SandboxGateway.SandboxGateway, value: A) => Effect.Effect<B, unknown, Scope.Scope>
): Effect.Effect<B, unknown> =>
  Effect.gen(function*() {
    yield* TestClock.setTime(at)
    return yield* body(yield* storage.copy, yield* copyOf(bank), value)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

const dieAt = <A>(prepared: Prepared<A>, scenario: Scenario<A>, fault: Fault, { after, again }: Aftermath) =>
  replay(prepared, Effect.fnUntraced(function*(storage, bank, value) {
    // closing the engine dies as well, where it has something to hand back
    const exit = yield* Effect.exit(
      process(storage, bank, Effect.flatMap(Statements, ({ kill }) => kill(scenario.operation(value), fault)))
    )
    return yield* process(
      storage,
      bank,
      Effect.gen(function*() {
        yield* TestClock.adjust(after)
        if (again && scenario.once !== true) yield* Effect.exit(scenario.operation(value))
        yield* recover(scenario)
        return { ...yield* verdict(scenario, value), died: hasDied(exit) }
      })
    )
  }))

/** Every second of the scenarios, from the first on or from the second, so that two files can run them side by side. */
export type CrashHalf = "odd" | "even"

export const crashSuite = (harness: CrashHarness, half?: CrashHalf): void => {
  describe(`a process on ${harness.name} that dies at any statement of`, () => {
    for (const scenario of [...scenarios, ...afterSale].filter((_, index) => half === undefined || (index % 2 === 0) === (half === "odd"))) {
      it.effect(scenario.name, () =>
        Effect.gen(function*() {
          const prepared = yield* prepare(harness, scenario)
          const undisturbed = yield* replay(prepared, (storage, bank, value) =>
            process(
              storage,
              bank,
              Effect.gen(function*() {
                const [, statements] = yield* (yield* Statements).record(scenario.operation(value))
                yield* recover(scenario)
                return { ...yield* verdict(scenario, value), statements }
              })
            ))
          assert.deepStrictEqual(undisturbed.problems, [])
          assert.deepStrictEqual(
            undisturbed.states,
            [scenario.ends[0], scenario.replaces?.[0] ?? "none"].filter((state) => state !== "none")
          )

          const { statements } = undisturbed
          assert.isAbove(statements.length, 5)
          const failures: Array<string> = []
          let tried = 0
          let deaths = 0
          for (const [turn, { at, inTransaction, moment }] of deathsOn(statements, scenario.seldom === true).entries()) {
            const inTurn = inTransaction || harness.alternates === true
            for (const aftermath of inTurn ? aftermaths.slice(turn % 2, turn % 2 + 1) : aftermaths) {
              const { died, problems, states } = yield* dieAt(prepared, scenario, { at, moment }, aftermath)
              tried += 1
              if (died) deaths += 1
              const where = `${moment} ${at} (${statements[at - 1]?.slice(0, 60)}), ${JSON.stringify(aftermath)}`
              failures.push(...[...problems, ...misplaced(scenario, states)].map((problem) => `${where}: ${problem}`))
            }
          }
          assert.deepStrictEqual(failures, [])
          // waiting for jobs takes a statement more or less from time to time
          assert.isAtLeast(deaths, (scenario.heard ?? 0.9) * tried)
        }))
    }
  })
}
