/**
 * Packs every package as it would be published and looks at the result the way its users will: publint, then "are the
 * types wrong", then a clean project that installs the tarballs and imports every entry point under Node. What tests are
 * written with is optional, so it is installed only after everything else was imported without it; then a suite runs
 * from the tarballs. Needs `dist`, so run `pnpm build` first.
 */
import { spawn } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { availableParallelism, tmpdir } from "node:os"
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const root = fileURLToPath(new URL("..", import.meta.url))
const bin = (name: string): string => join(root, "node_modules/.bin", name)

const run = async (command: string, args: ReadonlyArray<string>, cwd: string): Promise<void> => {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => output += text)
  const [code, signal] = (await once(child, "close")) as [number | null, string | null]
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code ?? signal}\n${output}`)
}

/** The pnpm that runs this script, or the one that the README names. */
const pnpm = (args: ReadonlyArray<string>, cwd: string): Promise<void> => {
  const running = process.env["npm_execpath"]
  return running !== undefined && running.includes("pnpm")
    ? run(process.execPath, [running, ...args], cwd)
    : run("npx", ["-y", "pnpm@10", ...args], cwd)
}

/** Does something with each, as many at once as there are processors. Begins nothing more once something failed. */
const each = async <A>(all: ReadonlyArray<A>, body: (one: A) => Promise<void>): Promise<void> => {
  const rest = all.values()
  let failed = false
  const work = async (): Promise<void> => {
    for (const one of rest) {
      if (failed) return
      await body(one).catch((cause: unknown) => {
        failed = true
        throw cause
      })
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: availableParallelism() }, work))
  for (const end of ended) if (end.status === "rejected") throw end.reason
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

/** What authors of gateways write, who install no more than what tests are run with. */
const gateway = `
import { SandboxGateway } from "@stoa/core"
import { gatewayConformance } from "@stoa/core/testing"
import { expect, it } from "vitest"

it("has the suite of gateways", () => expect([typeof gatewayConformance, typeof SandboxGateway]).toEqual(["function", "object"]))
`

/** What an author of a storage adapter writes. */
const conformance = `
import { sqlite } from "@stoa/adapter-sqlite"
import { storesSuite } from "@stoa/core/testing"

storesSuite({ name: "the packed adapter", storage: () => sqlite({ filename: ":memory:" }).layer({ migrations: [] }) })
`

const work = mkdtempSync(join(tmpdir(), "stoa-packages-"))
try {
  const packages = readdirSync(join(root, "packages")).sort().map((folder) => {
    const source = join(root, "packages", folder)
    const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Manifest
    if (!existsSync(join(source, "dist"))) throw new Error(`${manifest.name} is not built: run \`pnpm build\` first`)
    const { name, version } = manifest
    return { source, manifest, tarball: join(work, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`) }
  })

  // all of them by one pnpm, whose start takes longer than a package
  await pnpm(["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", work], root)

  await each(packages, async ({ manifest, source, tarball }) => {
    await run(bin("publint"), ["run", tarball, "--strict"], source)
    // "are the types wrong" has nothing to look at in a package that only brings a command
    if (entriesOf(manifest).length > 0) await run(bin("attw"), [tarball, "--profile", "esm-only"], source)
    process.stdout.write(`${manifest.name}: packs well\n`)
  })

  const specifiers = packages.flatMap(({ manifest, source }) => specifiersOf(manifest, source))
  const commands = packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))
  const peers: Record<string, string> = {}
  const optionalPeers: Record<string, string> = {}
  for (const { manifest } of packages) {
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      const optional = manifest.peerDependenciesMeta?.[name]?.optional === true
      ;(optional ? optionalPeers : peers)[name] = range
    }
  }

  const consumer = join(work, "consumer")
  mkdirSync(consumer)
  const files = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
  const install = async (more: Readonly<Record<string, string>>): Promise<void> => {
    const dependencies = { ...files, ...peers, ...more }
    const manifest = { private: true, type: "module", dependencies, pnpm: { overrides: files } }
    writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest))
    await pnpm(["install", "--prefer-offline", "--ignore-scripts", "--ignore-workspace", "--no-lockfile"], consumer)
  }
  const load = async (entries: ReadonlyArray<string>): Promise<void> => {
    writeFileSync(join(consumer, "main.js"), entries.map((entry) => `await import("${entry}")\n`).join(""))
    await run(process.execPath, ["main.js"], consumer)
  }

  await install({})
  await load(specifiers.filter((specifier) => !specifier.startsWith("@stoa/core/testing")))
  for (const command of commands) await run(join(consumer, "node_modules/.bin", command), ["--help"], consumer)

  const runners = Object.entries(optionalPeers).filter(([name]) => name === "vitest" || name === "@effect/vitest")
  await install(Object.fromEntries(runners))
  writeFileSync(join(consumer, "gateway.test.js"), gateway)
  await run(join(consumer, "node_modules/.bin/vitest"), ["run"], consumer)

  await install(optionalPeers)
  await load(specifiers)
  writeFileSync(join(consumer, "conformance.test.js"), conformance)
  await run(join(consumer, "node_modules/.bin/vitest"), ["run"], consumer)
  process.stdout.write(`${specifiers.length} modules and ${commands.join(", ")} load in a clean project\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
