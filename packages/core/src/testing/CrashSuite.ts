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
import { Payments } from "../payments/Payments.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import type * as SandboxGateway from "../payments/SandboxGateway.ts"
import { apart } from "./CrashApartScenarios.ts"
import type { CrashHarness, SurvivingStorage } from "./CrashHarness.ts"
import type { Scenario } from "./CrashScenario.ts"
import { scenarios } from "./CrashScenarios.ts"
import { misplaced, verdict } from "./ScenarioVerdict.ts"
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

/** A statement that was sent, and whether anything but the database was touched since the one before: the bank, or the clock. */
interface Sent {
  readonly statement: string
  readonly apart: boolean
}

/**
 * Before and after every statement, up to the last one that writes: after that dying changes nothing. A reading statement changes
 * nothing either, so dying after it is dying before it; and within a transaction, where nothing else happens, a call of a gateway
 * least of all, dying is told apart by what has been written so far. Between two statements outside of a transaction it dies once,
 * unless the bank was called or time went by between them: what survives is the same.
 */
const deathsOn = (sent: ReadonlyArray<Sent>, seldom: boolean): ReadonlyArray<Death> => {
  const reads = (statement: string) => statement.startsWith("SELECT")
  const last = sent.findLastIndex(({ statement }) => !reads(statement))
  let open = false
  return sent.slice(0, last + 1).flatMap(({ apart, statement }, index): ReadonlyArray<Death> => {
    const at = index + 1
    const inTransaction = open
    const before: Death = { at, moment: "before", inTransaction }
    const after: Death = { at, moment: "after", inTransaction }
    if (statement === "COMMIT" || statement === "ROLLBACK") {
      open = false
      return [before, { ...after, inTransaction: false }]
    }
    if (statement.startsWith("BEGIN")) open = true
    else if (inTransaction) return reads(statement) || (seldom && at % 2 === 0) ? [] : [after]
    const changesNothing = open || reads(statement)
    const isAnother = apart || index === 0
    if (changesNothing) return isAnother ? [before] : []
    return isAnother ? [before, after] : [after]
  })
}

/** Calls that somebody makes: how many have begun, and how many of these go on. */
interface Calls {
  made: number
  open: number
}

/** The same, with every call of it counted, and of what it answers with. */
const counting = <A>(value: A, calls: Calls): A => {
  const began = Effect.sync(() => {
    calls.made += 1
    calls.open += 1
  })
  const ended = Effect.sync(() => {
    calls.open -= 1
  })
  const counted = (part: unknown): unknown => {
    if (Effect.isEffect(part)) return Effect.acquireUseRelease(began, () => part, () => ended)
    if (typeof part === "function") {
      return (...args: ReadonlyArray<unknown>) => {
        calls.made += 1
        return counted(part(...args))
      }
    }
    return isPlain(part) ? Object.fromEntries(Object.entries(part).map(([name, one]) => [name, counted(one)])) : part
  }
  return counted(value) as A
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Runs an operation undisturbed, and notes what it sends; `calls` are those of the bank. */
const follow = Effect.fnUntraced(function*<A, E, R>(operation: Effect.Effect<A, E, R>, calls: Calls) {
  const clock = yield* Clock.Clock
  const sent: Array<Sent> = []
  const outside = () => `${calls.made} ${clock.currentTimeMillisUnsafe()}`
  let then = outside()
  const among = (statement: string): boolean => {
    const now = outside()
    sent.push({ statement, apart: now !== then || calls.open > 0 })
    then = now
    // it never dies, as no statement counts
    return false
  }
  yield* (yield* Statements).kill(operation, { at: 1, moment: "before", among })
  return sent
})

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

/** Which of so many files that run side by side this is, from 1: each plays a part of the scenarios. */
export interface CrashPart {
  readonly part: number
  readonly of: number
}

export const crashSuite = (harness: CrashHarness, { of, part }: CrashPart = { part: 1, of: 1 }): void => {
  describe(`a process on ${harness.name} that dies at any statement of`, () => {
    for (const scenario of [...scenarios, ...apart].filter((_, index) => index % of === part - 1)) {
      it.effect(scenario.name, () =>
        Effect.gen(function*() {
          const prepared = yield* prepare(harness, scenario)
          const undisturbed = yield* replay(prepared, (storage, bank, value) => {
            const calls: Calls = { made: 0, open: 0 }
            return process(
              storage,
              counting(bank, calls),
              Effect.gen(function*() {
                const sent = yield* follow(scenario.operation(value), calls)
                yield* recover(scenario)
                return { ...yield* verdict(scenario, value), sent }
              })
            )
          })
          assert.deepStrictEqual(undisturbed.problems, [])
          assert.deepStrictEqual(
            undisturbed.states,
            [...Array.from({ length: scenario.orders ?? 1 }, () => scenario.ends[0]), scenario.replaces?.[0] ?? "none"].filter((state) =>
              state !== "none")
          )

          const { sent } = undisturbed
          assert.isAbove(sent.length, 5)
          const failures: Array<string> = []
          let tried = 0
          let deaths = 0
          for (const [turn, { at, inTransaction, moment }] of deathsOn(sent, scenario.seldom === true).entries()) {
            const inTurn = inTransaction || harness.alternates === true
            for (const aftermath of inTurn ? aftermaths.slice(turn % 2, turn % 2 + 1) : aftermaths) {
              const { died, problems, states } = yield* dieAt(prepared, scenario, { at, moment }, aftermath)
              tried += 1
              if (died) deaths += 1
              const where = `${moment} ${at} (${sent[at - 1]?.statement.slice(0, 60)}), ${JSON.stringify(aftermath)}`
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
