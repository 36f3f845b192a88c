/**
 * Callers of an HTTP server that cost next to nothing themselves: sockets that are kept, one request at a time on each,
 * and no more of an answer looked at than is needed.
 */
import { once } from "node:events"
import { createConnection } from "node:net"
import * as Spread from "./Spread.ts"

export interface Answer {
  readonly status: number
  readonly head: string
  readonly body: Buffer
}

export interface Connection {
  readonly request: (
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: unknown
  ) => Promise<Answer>
  readonly close: () => void
}

const endOfHead = Buffer.from("\r\n\r\n")

/** Takes one whole answer off the front of what has come in, if it is whole. */
const parse = (bytes: Buffer): { readonly answer: Answer; readonly length: number } | undefined => {
  const end = bytes.indexOf(endOfHead)
  if (end < 0) return undefined
  const head = bytes.toString("latin1", 0, end)
  const status = Number(head.slice(9, 12))
  const start = end + endOfHead.length
  const announced = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (announced === undefined && status !== 204 && status !== 304) {
    throw new Error(`An answer without a length:\n${head}`)
  }
  const length = start + Number(announced ?? 0)
  return bytes.length < length ? undefined : { answer: { status, head, body: bytes.subarray(start, length) }, length }
}

/** Connects to a server of this machine. */
export const connect = async (port: number): Promise<Connection> => {
  const socket = createConnection({ port, host: "127.0.0.1", noDelay: true })
  await once(socket, "connect")
  let received: Buffer = Buffer.alloc(0)
  let waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | undefined
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  const answered = (bytes: Buffer) => {
    try {
      return parse(bytes)
    } catch (error) {
      fail(error as Error)
      socket.destroy()
      return undefined
    }
  }
  socket.on("error", fail)
  socket.on("close", () => fail(new Error("The server closed the connection")))
  socket.on("data", (chunk: Buffer) => {
    // what nobody has asked for: that the server has waited long enough
    if (waiting === undefined) return void socket.destroy()
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const found = answered(received)
    if (found === undefined) return
    received = received.subarray(found.length)
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(found.answer)
  })
  return {
    request: (method, path, headers = {}, body) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("The server has closed the connection"))
        waiting = { resolve, reject }
        let head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`
        for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
        if (body === undefined) return void socket.write(`${head}${method === "POST" ? "content-length: 0\r\n" : ""}\r\n`)
        const json = JSON.stringify(body)
        socket.write(
          `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`
        )
      }),
    close: () => socket.destroy()
  }
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** What ends the load: so many seconds, or so many times. */
  readonly until: { readonly seconds: number } | { readonly times: number }
  /** What each connection does again and again. */
  readonly work: (connection: Connection) => Promise<void>
}

export interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly count: number
}

/** Has every connection work again and again. A failure of one ends the measurement. */
export const run = async ({ connections, port, until, work }: LoadOptions): Promise<Load> => {
  const all = await Promise.all(Array.from({ length: connections }, () => connect(port)))
  try {
    const millis: Array<number> = []
    const began = performance.now()
    let started = 0
    const goesOn = (now: number): boolean =>
      "seconds" in until ? now - began < until.seconds * 1000 : started < until.times
    await Promise.all(all.map(async (connection) => {
      for (let at = performance.now(); goesOn(at); at = performance.now()) {
        started += 1
        await work(connection)
        millis.push(performance.now() - at)
      }
    }))
    return {
      perSecond: (millis.length * 1000) / (performance.now() - began),
      p50: Spread.median(millis),
      p95: Spread.p95(millis),
      count: millis.length
    }
  } finally {
    for (const connection of all) connection.close()
  }
}
