/**
 * The commands of `stoa`, and what is common to how they end.
 */
// First of all, as schemas are compiled from here on: to read and write JSON takes half the time then. Where a process may
// not make functions out of text, it goes on without.
import "effect/schema/SchemaJITCompiler/enable"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { readFileSync } from "node:fs"
import { backup, restore } from "./commands/backup.ts"
import { doctor } from "./commands/doctor.ts"
import { exportProducts } from "./commands/export.ts"
import { importProducts } from "./commands/import.ts"
import { audit } from "./commands/audit.ts"
import { figures } from "./commands/figures.ts"
import { keys } from "./commands/keys.ts"
import { migrate } from "./commands/migrate.ts"
import { payouts } from "./commands/payouts.ts"
import { reconcile } from "./commands/reconcile.ts"
import { search } from "./commands/search.ts"
import { seed } from "./commands/seed.ts"
import { serve, start } from "./commands/serve.ts"
import { users } from "./commands/users.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

const stoa = Command.make("stoa").pipe(
  Command.withDescription("Run and look after a Stoa shop"),
  Command.withSubcommands([start, serve, migrate, seed, importProducts, exportProducts, reconcile, payouts, figures, search, users, audit, keys, backup, restore, doctor])
)

/** Errors that already say what a right value would be. */
const explained: ReadonlySet<string> = new Set(["InvalidValue", "ValidationError"])

/** What was typed wrong, on the standard error and without the whole help around it. */
const presenter = CliOutput.layerPresenter({
  present: (event) => {
    if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event)
    const lines = event.errors.map(({ message }) => message)
    if (!event.errors.every(({ _tag }) => explained.has(_tag))) {
      lines.push(`\n"${event.commandPath.join(" ")} --help" shows what there is.`)
    }
    return Console.error(lines.join("\n"))
  }
})

const flags = CliConfig.layer({
  builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions, GlobalFlag.LogLevel]
})

const failed = 1
const misused = 2
const interrupted = 130

const program = stoa.pipe(
  Command.run({ version }),
  // expected failures are a sentence on the standard error; only bugs show a trace
  Effect.catchTag("CommandFailed", ({ message }) =>
    Effect.andThen(
      Console.error(message),
      Effect.sync(() => {
        process.exitCode = failed
      })
    )),
  Effect.catchTag("ShowHelp", ({ errors }: CliError.ShowHelp) =>
    Effect.sync(() => {
      process.exitCode = errors.length > 0 ? misused : 0
    })),
  Effect.provide(Layer.mergeAll(NodeServices.layer, presenter, flags))
)

// Whoever reads the output, such as `head`, may have had enough of it. That is no reason to stop or to complain.
for (const output of [process.stdout, process.stderr]) {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error
  })
}

// Ending takes as long as what is in flight. Package managers send a signal on that the terminal has sent already, so
// only one that comes later is an impatient person's.
process.once("SIGINT", () => {
  const patience = 1_000
  const began = performance.now()
  setTimeout(() => process.stderr.write("Finishing what is in flight. Ctrl-C again ends at once.\n"), patience).unref()
  process.on("SIGINT", () => {
    if (performance.now() - began > patience) process.exit(interrupted)
  })
})

NodeRuntime.runMain(program, {
  teardown: (exit, end) =>
    Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      // a command that says that this is its normal end has set its code
      ? end(Number(process.exitCode ?? interrupted))
      : Runtime.defaultTeardown(exit, end)
})
