#!/usr/bin/env node
/**
 * The `stoa` command.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { doctor } from "./commands/doctor.ts"
import { exportProducts } from "./commands/export.ts"
import { importProducts } from "./commands/import.ts"
import { migrate } from "./commands/migrate.ts"
import { seed } from "./commands/seed.ts"
import { serve, start } from "./commands/serve.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

const stoa = Command.make("stoa").pipe(
  Command.withDescription("Run and look after a Stoa shop"),
  Command.withSubcommands([start, serve, migrate, seed, importProducts, exportProducts, doctor])
)

stoa.pipe(
  Command.run({ version }),
  // expected failures are a sentence on the standard error and exit code 1; only bugs show a trace
  Effect.catchTag("CommandFailed", (failure) =>
    Effect.sync(() => {
      process.stderr.write(`${failure.message}\n`)
      process.exitCode = 1
    })),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
