/**
 * Plays simulated shops (see packages/core/src/testing/simulation): the one of `--seed`, or `--runs` of them beginning
 * there. Ends with the first that fails, which it makes as short as it can and prints.
 */
import * as Plan from "@stoa/core/testing/simulation/Plan"
import { shrink } from "@stoa/core/testing/simulation/Shrink"
import * as Simulation from "@stoa/core/testing/simulation/Simulation"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import { parseArgs } from "node:util"

const usage = "Usage: pnpm simulate [--storage sqlite|postgres] [--seed 1] [--runs 1] [--steps 2000] [--tries 60]"

const folder = new URL("../packages/", import.meta.url)

/** Where each storage under test stands. Only the one that is asked for is loaded. */
const harnesses: Readonly<Record<string, string>> = {
  sqlite: "adapter-sqlite/src/conformance/SqliteHarness.ts",
  postgres: "adapter-postgres/src/conformance/PostgresHarness.ts"
}

/** Ends with a sentence, as what was typed is wrong. */
const misused = (message: string): never => {
  process.stderr.write(`${message}\n${usage}\n`)
  process.exit(2)
}

const options = {
  help: { type: "boolean", default: false },
  storage: { type: "string", default: "sqlite" },
  seed: { type: "string", default: "1" },
  runs: { type: "string", default: "1" },
  steps: { type: "string", default: "2000" },
  tries: { type: "string", default: "60" }
} as const

const given = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
}
const values = given()
if (values.help) {
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}
const whole = (text: string): number => {
  const number = Number(text)
  return Number.isSafeInteger(number) && number >= 0 ? number : misused(`${text} is no number.`)
}
const file = harnesses[values.storage] ?? misused(`There is no storage ${values.storage}.`)
const [first, runs, steps, tries] = [whole(values.seed), whole(values.runs), whole(values.steps), whole(values.tries)]
const { simulated: harness } = await import(new URL(file, folder).href) as {
  readonly simulated: Simulation.SimulationHarness
}

const print = (line: string) => process.stdout.write(`${line}\n`)

const play = (seed: number, plan?: Plan.Plan) =>
  Effect.runPromise(
    Simulation.run(harness, { seed, steps, ...(plan === undefined ? {} : { plan }) }).pipe(
      Effect.provideService(References.MinimumLogLevel, "None")
    )
  )

/** Prints the shortest way to fail that can be found. */
const explain = async (seed: number, { log }: Simulation.Report): Promise<void> => {
  print(`Looking for a shorter way to fail, ${tries} tries at most ...`)
  const played = Number(/^(\d+)/.exec(log.at(-1) ?? "")?.[1] ?? 0)
  const fails = (shorter: Plan.Plan) =>
    Effect.promise(() => play(seed, shorter).then(({ problems }) => problems.length > 0, () => false))
  const plan = Simulation.planOf({ seed, steps }).slice(0, played)
  const shortest = await Effect.runPromise(shrink(plan, fails, tries))
  const again = await play(seed, shortest)
  print(`${Plan.length(shortest)} steps fail as well:`)
  for (const line of [...again.log, ...again.problems]) print(`  ${line}`)
}

/** Plays one shop and says whether all was well. */
const playOne = async (seed: number): Promise<boolean> => {
  const began = performance.now()
  const report = await play(seed)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  print(`seed ${seed}: ${report.steps} steps, ${report.orders} orders, ${report.deaths} deaths, ${seconds} s`)
  if (report.problems.length === 0) return true
  for (const problem of report.problems) print(`  ${problem}`)
  print("The last steps:")
  for (const line of report.log.slice(-40)) print(`  ${line}`)
  if (tries > 0) await explain(seed, report)
  return false
}

const playAll = async (): Promise<boolean> => {
  for (let seed = first; seed < first + runs; seed++) if (!(await playOne(seed))) return false
  return true
}

/** Plays with a PostgreSQL server that ends with the command. */
const onPostgres = async (): Promise<boolean> => {
  const { setup } = await import(new URL("adapter-postgres/src/testing/PostgresStarter.ts", folder).href) as {
    readonly setup: () => Promise<() => Promise<void>>
  }
  const stop = await setup()
  try {
    return await playAll()
  } finally {
    await stop()
  }
}

if (!(await (values.storage === "postgres" ? onPostgres() : playAll()))) process.exitCode = 1
