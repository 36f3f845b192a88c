/**
 * Lays the declarations of every package beside its JavaScript, in `dist`. `pnpm types` has made them when it checked the
 * sources, so nothing is checked a second time here; what has changed since is checked first.
 */
import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

const { status } = spawnSync(process.execPath, [join(root, "scripts/types.ts"), "packages"], { cwd: root, stdio: "inherit" })
if (status !== 0) process.exit(status ?? 1)

/** A map says where its sources are by the way from where it lies itself. */
const mapAt = (path: string, made: string): string => {
  const map = JSON.parse(readFileSync(made, "utf8")) as { readonly sources: ReadonlyArray<string> }
  const sources = map.sources.map((source) => relative(dirname(path), join(dirname(made), source)))
  return JSON.stringify({ ...map, sources })
}

for (const manifest of globSync("packages/*/package.json", { cwd: root })) {
  const folder = join(root, dirname(manifest))
  const { compilerOptions: { outDir, rootDir } } = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8")) as {
    readonly compilerOptions: { readonly outDir: string; readonly rootDir: string }
  }
  const types = join(folder, outDir, relative(join(folder, rootDir), join(folder, "src")))
  // declarations of a source that is gone stay where they were made
  const sources = globSync("**/*.ts", { cwd: join(folder, "src"), exclude: ["**/*.test.ts"] })
  for (const name of sources.map((source) => source.slice(0, -3))) {
    const made = join(types, name)
    const path = join(folder, "dist", name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.d.ts`, readFileSync(`${made}.d.ts`))
    writeFileSync(`${path}.d.ts.map`, mapAt(`${path}.d.ts.map`, `${made}.d.ts.map`))
  }
}
