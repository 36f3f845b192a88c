/**
 * Runs the real command in a process of its own, as a person at a terminal does.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../main.ts", import.meta.url))

/** A folder that is removed when it is disposed of. */
export const temporaryFolder = (): Disposable & { readonly path: string } => {
  const path = mkdtempSync(join(tmpdir(), "stoa-cli-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Nothing of the environment of the tests but what a process needs to start. */
const begin = (folder: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", NODE_OPTIONS: process.env["NODE_OPTIONS"] ?? "", ...env }
  })

const textOf = (stream: NodeJS.ReadableStream): { text: string } => {
  const read = { text: "" }
  stream.setEncoding("utf8").on("data", (piece: string) => {
    read.text += piece
  })
  return read
}

const ended = async (child: ChildProcessWithoutNullStreams): Promise<number | null> => {
  const [code] = (await once(child, "close")) as [number | null]
  return code
}

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command to its end. */
export const run = async (folder: string, args: ReadonlyArray<string>, options: RunOptions = {}): Promise<Ended> => {
  const child = begin(folder, args, options.env)
  const out = textOf(child.stdout)
  const err = textOf(child.stderr)
  child.stdin.end(options.input ?? "")
  return { code: await ended(child), out: out.text, err: err.text }
}

/** Runs a command whose reader goes away after the first piece of its output. */
export const runInto = async (folder: string, args: ReadonlyArray<string>): Promise<Omit<Ended, "out">> => {
  const child = begin(folder, args)
  const err = textOf(child.stderr)
  child.stdin.end()
  child.stdout.once("data", () => child.stdout.destroy())
  return { code: await ended(child), err: err.text }
}

/** A command that serves. */
export interface Serving extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** What it has printed so far. */
  readonly out: () => string
  readonly err: () => string
  readonly signal: (signal: "SIGINT" | "SIGTERM") => void
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

/** Starts a server, on a free port if none is given, and waits until it listens. */
export const listen = async (
  folder: string,
  args: ReadonlyArray<string>,
  env?: Readonly<Record<string, string>>
): Promise<Serving> => {
  const child = begin(folder, args.includes("--port") ? args : [...args, "--port", "0"], env)
  const out = textOf(child.stdout)
  const err = textOf(child.stderr)
  const end = ended(child)
  const over = end.then(() => true)
  while (!out.text.includes("Ctrl-C")) {
    if (await Promise.race([over, once(child.stdout, "data").then(() => false)])) {
      throw new Error(`stoa ${args.join(" ")} ended: ${err.text}`)
    }
  }
  return {
    url: /http:\/\/[^\s/]+/.exec(out.text)?.[0] ?? "",
    pid: child.pid ?? 0,
    out: () => out.text,
    err: () => err.text,
    signal: (signal) => {
      child.kill(signal)
    },
    ended: end,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL")
      await end
    }
  }
}
