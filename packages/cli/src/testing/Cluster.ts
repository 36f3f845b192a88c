/**
 * Several server processes on one PostgreSQL database, and buyers who reach them as through a load balancer.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { Agent, type IncomingHttpHeaders, request as httpRequest } from "node:http"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("./ClusterServer.ts", import.meta.url))

/** The command as it is started. */
const command = fileURLToPath(new URL("../main.ts", import.meta.url))

export const secret = "a secret that all servers of the cluster share"

export interface Server {
  readonly name: string
  readonly url: string
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>
  /** Whether it was ended as by a crash. */
  readonly crashed: () => boolean
  /** Tells it to stop, and answers with how it ended. */
  readonly stop: () => Promise<number | null>
}

let started = 0

/** Starts a server that writes down what it does, and waits until it listens. */
export const startServer = (databaseUrl: string): Promise<Server> =>
  // with what all processes of a test run have compiled; the command itself remembers what it has
  start([program], databaseUrl, { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] })

/** Starts `stoa serve`, and waits until it listens. */
export const serve = (databaseUrl: string): Promise<Server> => start([command, "serve", "--port", "0"], databaseUrl)

const start = async (args: ReadonlyArray<string>, databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<Server> => {
  const name = `server ${++started}`
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env["PATH"] ?? "",
      NODE_OPTIONS: process.env["NODE_OPTIONS"] ?? "",
      STOA_DATABASE_URL: named(databaseUrl, name),
      STOA_SECRET: secret,
      SERVER_NAME: name,
      ...env
    },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ended = once(child, "close").then(([code]) => code as number | null)
  let crashed = false
  return {
    name,
    url: await listening(child, ended),
    kill: async () => {
      crashed = true
      child.kill("SIGKILL")
      await ended
    },
    crashed: () => crashed,
    stop: () => {
      child.kill("SIGTERM")
      return ended
    }
  }
}

/** Has the connections of a server tell whose they are. */
const named = (databaseUrl: string, name: string): string => {
  const url = new URL(databaseUrl)
  url.searchParams.set("application_name", name)
  return url.href
}

const listening = (child: ChildProcess, ended: Promise<unknown>): Promise<string> =>
  new Promise((resolve, reject) => {
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text
        const url = /listen(?:s|ing) on (\S+)\s/.exec(output)?.[1]
        if (url !== undefined) resolve(url)
      })
    }
    void ended.then(() => reject(new Error(`A server ended before it listened.\n${output}`)))
  })

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Body
}

/** What the tests read of bodies. */
export interface Body {
  readonly id?: string
  readonly code?: string
  readonly token?: string
  readonly title?: string
  readonly status?: string
  readonly accessToken?: string
  readonly cart?: { readonly id: string }
  readonly lines?: ReadonlyArray<{ readonly quantity: number }>
  readonly order?: { readonly id: string; readonly status: string }
  readonly timeline?: ReadonlyArray<{ readonly type: string }>
}

/** Nobody answered, so it is not known whether the request was done. */
export class Unanswered extends Error {
  override readonly name = "Unanswered"
}

/** Connections are kept, as a load balancer keeps them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export const hangUp = (): void => agent.destroy()

const exchange = (
  server: Server,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  agent?: Agent
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    const sent = httpRequest(`${server.url}/api/v1${path}`, {
      method,
      agent: agent ?? false,
      headers: {
        ...(json === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(json) }),
        ...headers
      }
    }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (piece: string) => text += piece)
      response.on("end", () => resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: text === "" ? {} : JSON.parse(text) as Body
      }))
      response.on("error", (cause) => reject(new Unanswered("cut off", { cause })))
    })
    sent.on("error", (cause: NodeJS.ErrnoException) =>
      reject(
        // a server that is told to stop answers what has come, so it hung up before; one that crashed may have done it
        cause.code === "ECONNREFUSED" || (sent.reusedSocket && cause.code === "ECONNRESET" && !server.crashed())
          ? new Refused(cause.message, { cause })
          : new Unanswered(cause.message, { cause })
      ))
    sent.end(json)
  })

/** Nobody listens there, or hung up before the request came: it was not done. */
class Refused extends Error {
  override readonly name = "Refused"
}

/** Asks a server, on a connection of its own: nobody asks again where one that was kept is hung up. */
export const ask = (
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<Answer> => exchange(server, method, path, body, headers)

export interface Balancer {
  /** Asks the next server, and those after it where the connection is refused. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>
  ) => Promise<Answer>
}

/** Sends requests to each server in turn. The list may change meanwhile. */
export const balancer = (servers: () => ReadonlyArray<Server>): Balancer => {
  let turn = 0
  return {
    send: async (method, path, body, headers = {}) => {
      const asked = new Set<Server>()
      for (;;) {
        const left = servers().filter((server) => !asked.has(server))
        const server = left[turn++ % left.length]
        if (server === undefined) throw new Error(`None of ${asked.size} servers takes ${method} ${path}`)
        asked.add(server)
        try {
          return await exchange(server, method, path, body, headers, agent)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
        }
      }
    }
  }
}
