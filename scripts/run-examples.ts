/**
 * Runs the `start` script of every example and fails with the first that fails or does not end within a minute. What an
 * example prints is shown when it fails, or with `--verbose`.
 */
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const verbose = process.argv.includes("--verbose")

for (const file of globSync("examples/*/package.json", { cwd: root }).sort()) {
  const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as { readonly scripts?: Record<string, string> }
  if (manifest.scripts?.["start"] === undefined) continue

  const folder = dirname(file)
  const began = performance.now()
  const result = spawnSync(process.execPath, ["--run", "start"], {
    cwd: join(root, folder),
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"]
  })
  const failed = result.status !== 0
  if (failed || verbose) process.stdout.write(`${result.stdout}${result.stderr}`)
  if (failed) throw new Error(`${folder} ended with ${result.error?.message ?? result.status ?? result.signal}`)
  process.stdout.write(`${folder}: ran in ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
}
