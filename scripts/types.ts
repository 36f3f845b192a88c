/**
 * Type checks the workspace, or the folders named as arguments with every project in them: `pnpm types packages/core`.
 *
 * The compiler is TypeScript with Effect's own diagnostics (a floating effect, a service that leaks what it needs).
 * It is called by its path rather than patched over `node_modules/typescript`, so that nothing in node_modules changes.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { join, relative, resolve } from "node:path"

const tsgo = join(createRequire(import.meta.url).resolve("@effect/tsgo/package.json"), "../dist/effect-tsgo.cjs")
const compiler = execFileSync(process.execPath, [tsgo, "get-exe-path"], { encoding: "utf8" }).trim()

/** The projects of the workspace that are in a folder: the administration has another one in it, for what runs in browsers. */
const { references } = createRequire(import.meta.url)("../tsconfig.json") as { readonly references: ReadonlyArray<{ readonly path: string }> }
const projectsIn = (argument: string): ReadonlyArray<string> => {
  const folder = relative(join(import.meta.dirname, ".."), resolve(argument))
  const projects = references.map(({ path }) => path).filter((path) => path === folder || path.startsWith(`${folder}/`))
  // an option of the compiler, or a project that is no part of the workspace
  return projects.length === 0 ? [argument] : projects
}

const result = spawnSync(compiler, ["-b", ...process.argv.slice(2).flatMap(projectsIn)], { stdio: "inherit" })
if (result.error !== undefined) throw result.error
process.exitCode = result.status ?? 1
