/**
 * Type checks the workspace, or the projects named as arguments: `pnpm types packages/core`.
 *
 * The compiler is TypeScript with Effect's own diagnostics (a floating effect, a service that leaks what it needs).
 * It is called by its path rather than patched over `node_modules/typescript`, so that nothing in node_modules changes.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { join } from "node:path"

const tsgo = join(createRequire(import.meta.url).resolve("@effect/tsgo/package.json"), "../dist/effect-tsgo.cjs")
const compiler = execFileSync(process.execPath, [tsgo, "get-exe-path"], { encoding: "utf8" }).trim()

const result = spawnSync(compiler, ["-b", ...process.argv.slice(2)], { stdio: "inherit" })
if (result.error !== undefined) throw result.error
process.exitCode = result.status ?? 1
