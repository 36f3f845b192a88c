/**
 * Processes of their own for what is measured, so that whoever measures is no part of it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { globSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { BareInput } from "./server/Bare.ts"
import type { MailingInput } from "./server/Mailing.ts"
import type { Question, ServeInput } from "./server/Serve.ts"
import type { Target } from "./server/Target.ts"

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)

/** Makes the JavaScript that is published of every package, and of what runs in the bench's own processes. */
export const build = (): void => {
  const { resolve } = createRequire(join(root, "package.json"))
  const tsup = join(dirname(resolve("tsup/package.json")), "dist/cli-default.js")
  for (const config of globSync("packages/*/tsup.config.ts", { cwd: root })) {
    execFileSync(process.execPath, [tsup], { cwd: dirname(join(root, config)), stdio: "inherit" })
  }
  execFileSync(process.execPath, [tsup], { cwd: here, stdio: "inherit" })
}

export interface Processes {
  /** A server of the engine. */
  readonly serve: (input: ServeInput) => Promise<Serving>
  readonly bare: (input: BareInput) => Promise<Serving>
  /** Milliseconds from `createStoa` to the first product read, and those that the modules took to load before. */
  readonly boot: (target: Target) => Promise<{ readonly loadMillis: number; readonly bootMillis: number }>
  /** An engine that sends queued mails. */
  readonly mailing: (input: MailingInput) => Promise<Mailing>
  /** The server of the command line on an SQLite file. */
  readonly command: (filename: string) => Promise<Serving>
}

export interface Serving extends AsyncDisposable {
  readonly port: number
  /** Megabytes that are resident; `undefined` where the system does not say. */
  readonly resident: () => number | undefined
  readonly ask: (question: Question) => Promise<unknown>
}

/** A process that sends mails. */
export interface Mailing extends AsyncDisposable {
  readonly resident: () => number | undefined
  /** Ends it at once, whatever it does. */
  readonly kill: () => Promise<void>
}

const resident = (child: ChildProcess): number | undefined => {
  if (process.platform !== "linux") return undefined
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  if (child.connected) child.disconnect()
  else child.kill("SIGTERM")
  await ended
}

/** What a process says next; its end without a word is an error. */
const said = async (child: ChildProcess): Promise<Record<string, unknown>> => {
  const controller = new AbortController()
  const { signal } = controller
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as Record<string, unknown>),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`A process of the bench ended with ${String(code)}`)
      })
    ])
  } finally {
    controller.abort()
  }
}

/** Starts processes on what is published, or on the sources. */
export const make = (source: boolean): Processes => {
  const start = (name: string, input: unknown, flags: ReadonlyArray<string> = []) =>
    spawn(
      process.execPath,
      [
        ...flags,
        ...(source ? [] : ["--import", join(here, "dist/Built.js")]),
        join(here, source ? `server/${name}.ts` : `dist/${name}.js`),
        JSON.stringify(input)
      ],
      { stdio: ["ignore", "ignore", "inherit", "ipc"] }
    )

  const serving = async (child: ChildProcess): Promise<Serving> => {
    const { port } = await said(child)
    return {
      port: Number(port),
      resident: () => resident(child),
      ask: async (question) => {
        child.send(question)
        return (await said(child))["answer"]
      },
      [Symbol.asyncDispose]: () => stop(child)
    }
  }

  return {
    serve: (input) => serving(start("Serve", input, ["--expose-gc"])),
    bare: (input) => serving(start("Bare", input)),
    mailing: async (input) => {
      const child = start("Mailing", input)
      await said(child)
      return {
        resident: () => resident(child),
        kill: async () => {
          const ended = once(child, "exit")
          child.kill("SIGKILL")
          await ended
        },
        [Symbol.asyncDispose]: () => stop(child)
      }
    },
    boot: async (target) => {
      const child = start("Boot", target)
      const ended = once(child, "exit")
      const answer = await said(child)
      await ended
      return answer as { readonly loadMillis: number; readonly bootMillis: number }
    },
    command: async (filename) => {
      const child = spawn(
        process.execPath,
        [
          ...(source ? [] : ["--import", join(here, "dist/Built.js")]),
          join(root, "packages/cli", source ? "src/main.ts" : "dist/main.js"),
          "serve",
          "--database",
          filename,
          "--port",
          "0"
        ],
        { stdio: ["ignore", "pipe", "ignore"] }
      )
      const port = await new Promise<number>((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`The command ended with ${String(code)}`)))
        // goes on listening, as a server whose log nobody reads any more would stop
        child.stdout.on("data", (chunk) => {
          const found = /http:\/\/[\d.]+:(\d+)/.exec(String(chunk))?.[1]
          if (found !== undefined) resolve(Number(found))
        })
      })
      return {
        port,
        resident: () => resident(child),
        ask: () => Promise.reject(new Error("The command does not answer questions")),
        [Symbol.asyncDispose]: () => stop(child)
      }
    }
  }
}
