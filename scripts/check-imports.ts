/**
 * The import rules of docs/architecture.md that a linter's path patterns cannot say. `pnpm lint` runs it after oxlint,
 * whose `no-restricted-imports` (in .oxlintrc.json) says which package may import which.
 *
 * - A relative import stays inside its package (inside its own example, in `examples`).
 * - The domains of core form a graph without a circle; what would make one goes through `events`.
 * - The kernel imports no domain, and no domain imports `engine` or `testing`, which stand on top of all of them.
 *
 * Types count as much as values. Tests are left out of the graph: a test may bring domains together.
 */
import { globSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"

interface Import {
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** The end of a static import or re-export, an import for its effect, or an `import(...)`. */
const statement =
  /^(?:(?:import|export)\b[^"'\n]*|\}\s*)\bfrom\s*"([^"\n]+)"|^import\s*"([^"\n]+)"|\bimport\(\s*"([^"\n]+)"\s*\)/gm

/** Blanks out comment lines, whose examples may import anything, and keeps every line where it was. */
const withoutComments = (source: string): string => source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "")

const importsOf = (root: string, file: string): ReadonlyArray<Import> => {
  const source = withoutComments(readFileSync(join(root, file), "utf8"))
  return Array.from(source.matchAll(statement), (match) => ({
    file,
    line: source.slice(0, match.index).split("\n").length,
    specifier: match[1] ?? match[2] ?? match[3] ?? ""
  }))
}

const target = (root: string, found: Import): string =>
  relative(root, resolve(root, dirname(found.file), found.specifier)).split(sep).join("/")

/** `packages/core` of `packages/core/src/cart/Cart.ts`. */
const home = (file: string): string => file.split("/").slice(0, 2).join("/")

const domainOf = (file: string): string | undefined => {
  const [first, second, third, fourth, fifth] = file.split("/")
  return first === "packages" && second === "core" && third === "src" && fifth !== undefined ? fourth : undefined
}

const top = new Set(["engine", "testing"])

/** The shortest way from one domain back to itself, if there is one. */
const circle = (graph: ReadonlyMap<string, ReadonlyMap<string, Import>>, start: string): ReadonlyArray<string> => {
  const paths: Array<ReadonlyArray<string>> = [[start]]
  const seen = new Set<string>()
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const next of graph.get(path.at(-1) ?? start)?.keys() ?? []) {
      if (next === start) return [...path, next]
      if (!seen.has(next)) {
        seen.add(next)
        paths.push([...path, next])
      }
    }
  }
  return []
}

/** What breaks a rule under `root`, one sentence each. */
export const violations = (root: string): ReadonlyArray<string> => {
  const files = globSync(["packages/*/src/**/*.ts", "examples/*/**/*.ts"], {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|\.types)$/.test(String(path))
  }).map((file) => file.split(sep).join("/")).sort()

  const problems: Array<string> = []
  const graph = new Map<string, Map<string, Import>>()

  for (const file of files) {
    for (const found of importsOf(root, file)) {
      if (!found.specifier.startsWith(".")) continue
      const to = target(root, found)
      const at = `${found.file}:${found.line}`
      if (home(to) !== home(file)) {
        problems.push(`${at} leaves its package: import ${to} by the name of its package.`)
        continue
      }
      const from = domainOf(file)
      const into = domainOf(to)
      if (from === undefined || into === undefined || from === into) continue
      if (file.endsWith(".test.ts") || top.has(from)) continue
      if (from === "kernel") {
        problems.push(`${at} imports ${into}: the kernel imports no domain.`)
        continue
      }
      if (top.has(into)) {
        problems.push(`${at} imports ${into}, which stands on top of the domains.`)
        continue
      }
      const edges = graph.get(from) ?? new Map<string, Import>()
      if (!edges.has(into)) edges.set(into, found)
      graph.set(from, edges)
    }
  }

  const reported = new Set<string>()
  for (const domain of [...graph.keys()].sort()) {
    const path = circle(graph, domain)
    if (path.length === 0 || path.some((name) => reported.has(name))) continue
    for (const name of path) reported.add(name)
    const steps = path.slice(1).map((into, index) => {
      const found = graph.get(path[index] ?? "")?.get(into)
      return `  ${found?.file}:${found?.line} imports ${into}`
    })
    problems.push(`Domains in a circle: ${path.join(" -> ")}\n${steps.join("\n")}`)
  }
  return problems
}

if (import.meta.main) {
  const problems = violations(fileURLToPath(new URL("..", import.meta.url)))
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) process.exitCode = 1
}
