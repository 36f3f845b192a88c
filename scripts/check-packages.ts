/**
 * Packs every package as it would be published and looks at the result the way its users will: publint, then "are the
 * types wrong", then a clean project that installs the tarballs and imports every entry point under Node. What tests are
 * written with is optional, so it is installed only after everything else was imported without it; then a suite runs
 * from the tarballs. Needs `dist`, so run `pnpm build` first.
 */
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"

interface Manifest {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const root = fileURLToPath(new URL("..", import.meta.url))
const bin = (name: string): string => join(root, "node_modules/.bin", name)

const run = (command: string, args: ReadonlyArray<string>, cwd: string): void => {
  const result = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (result.error !== undefined) throw result.error
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\n`)
    throw new Error(`${command} ${args.join(" ")} ended with ${result.status ?? result.signal}`)
  }
}

/** The pnpm that runs this script, or the one that the README names. */
const pnpm = (args: ReadonlyArray<string>, cwd: string): void => {
  const running = process.env["npm_execpath"]
  if (running !== undefined && running.includes("pnpm")) run(process.execPath, [running, ...args], cwd)
  else run("npx", ["-y", "pnpm@10", ...args], cwd)
}

/** What is published: in this repository a package may also lend what its own tests are made of. */
const entriesOf = (manifest: Manifest): ReadonlyArray<string> =>
  Object.keys(manifest.publishConfig?.exports ?? {}).filter((entry) => entry !== "./package.json")

/** What can be imported of a package, every module that `./*` stands for included. */
const specifiersOf = (manifest: Manifest, source: string): ReadonlyArray<string> => {
  const modules = globSync("**/*.js", { cwd: join(source, "dist") }).map((file) => file.split(sep).join("/").slice(0, -3))
  return entriesOf(manifest).flatMap((entry) =>
    entry === "./*" ? modules.map((module) => `${manifest.name}/${module}`) : [manifest.name + entry.slice(1)]
  )
}

/** What an author of a storage adapter writes. */
const conformance = `
import { sqlite } from "@stoa/adapter-sqlite"
import { storesSuite } from "@stoa/core/testing"

storesSuite({ name: "the packed adapter", storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] }) })
`

const work = mkdtempSync(join(tmpdir(), "stoa-packages-"))
try {
  const tarballs = new Map<string, string>()
  const specifiers: Array<string> = []
  const commands: Array<string> = []
  const peers: Record<string, string> = {}
  const optionalPeers: Record<string, string> = {}

  for (const folder of readdirSync(join(root, "packages")).sort()) {
    const source = join(root, "packages", folder)
    const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Manifest
    if (!existsSync(join(source, "dist"))) throw new Error(`${manifest.name} is not built: run \`pnpm build\` first`)

    const tarball = join(work, `${folder}.tgz`)
    pnpm(["pack", "--out", tarball], source)
    run(bin("publint"), ["run", tarball, "--strict"], source)
    // "are the types wrong" has nothing to look at in a package that only brings a command
    if (entriesOf(manifest).length > 0) run(bin("attw"), [tarball, "--profile", "esm-only"], source)

    tarballs.set(manifest.name, tarball)
    specifiers.push(...specifiersOf(manifest, source))
    commands.push(...Object.keys(manifest.bin ?? {}))
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      const optional = manifest.peerDependenciesMeta?.[name]?.optional === true
      ;(optional ? optionalPeers : peers)[name] = range
    }
    process.stdout.write(`${manifest.name}: packs well\n`)
  }

  const consumer = join(work, "consumer")
  mkdirSync(consumer)
  const files = Object.fromEntries(Array.from(tarballs, ([name, tarball]) => [name, `file:${tarball}`]))
  const install = (more: Readonly<Record<string, string>>): void => {
    const dependencies = { ...files, ...peers, ...more }
    const manifest = { private: true, type: "module", dependencies, pnpm: { overrides: files } }
    writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest))
    pnpm(["install", "--prefer-offline", "--ignore-scripts", "--ignore-workspace", "--no-lockfile"], consumer)
  }
  const load = (entries: ReadonlyArray<string>): void => {
    writeFileSync(join(consumer, "main.js"), entries.map((entry) => `await import("${entry}")\n`).join(""))
    run(process.execPath, ["main.js"], consumer)
  }

  install({})
  load(specifiers.filter((specifier) => !specifier.startsWith("@stoa/core/testing")))
  for (const command of commands) run(join(consumer, "node_modules/.bin", command), ["--help"], consumer)

  install(optionalPeers)
  load(specifiers)
  writeFileSync(join(consumer, "conformance.test.js"), conformance)
  run(join(consumer, "node_modules/.bin/vitest"), ["run"], consumer)
  process.stdout.write(`${specifiers.length} modules and ${commands.join(", ")} load in a clean project\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
