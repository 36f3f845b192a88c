/**
 * `pnpm bench`: see `--help`, and docs/performance.md for what the figures mean.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Options from "./Options.ts"
import * as Processes from "./Processes.ts"

const args = process.argv.slice(2)
if (args.includes("--help")) {
  process.stdout.write(Options.usage)
} else {
  const options = Options.parse(args)
  if (!options.source) {
    Processes.build()
    await import("./server/Built.ts")
  }
  // whatever imports the engine comes after it is decided which engine that is
  const { run } = await import("./Run.ts")
  const at = new Date()
  const tables = await run(options, Processes.make(options.source))
  const out = options.out
    ?? join(dirname(fileURLToPath(import.meta.url)), "results", `${at.toISOString().replaceAll(":", "-")}.json`)
  mkdirSync(dirname(out), { recursive: true })
  const { quick, sizes, source } = options
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model, memoryBytes: totalmem() }
  writeFileSync(out, `${JSON.stringify({ at: at.toISOString(), machine, quick, source, sizes, tables }, null, 2)}\n`)
  process.stdout.write(`\n${out}\n`)
}
