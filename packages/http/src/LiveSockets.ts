/**
 * Live answers over WebSocket, for pages and networks that server-sent events do not suit.
 *
 * **Details**
 *
 * The request is answered as if it had asked for server-sent events, with the same permissions, limits and end, and each
 * event becomes one message. What a page cannot say in headers, it says elsewhere: the last event that it has seen as `after`
 * in the query, and its token, which does not belong into an address, as a subprotocol beside `stoa`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { WebSocket, WebSocketServer } from "ws"
import type { HttpApp } from "./HttpApp.ts"
import type { HttpOptions } from "./HttpOptions.ts"
import * as SessionCookies from "./SessionCookies.ts"

/** What a server's `upgrade` event is given to. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Whether a request asks for a WebSocket: others that ask for an upgrade, to HTTP/2 say, get the answer in HTTP/1.1. */
export const isAskedFor = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() === "websocket"

/**
 * Whether this Node can leave other upgrades alone (24.9 and newer). Where it cannot, a listener for upgrades would break
 * clients that politely ask for HTTP/2.
 */
export const isSupported = (version: string = process.versions.node): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > 24 || (major === 24 && minor >= 9)
}

const protocol = "stoa"

/** Tokens that pages send as subprotocols, and the headers that they stand for. */
const tokens = [
  { prefix: "stoa-order-token.", header: "stoa-order-token", scheme: "" },
  { prefix: "bearer.", header: "authorization", scheme: "Bearer " }
] as const

/** Readers send nothing; who sends more than a word is cut off. */
const largestMessage = 1_024

/** How long a reader may take to say goodbye. */
const goodbye = "2 seconds"

/** The request as one for server-sent events. */
const asRequest = (request: IncomingMessage): HttpServerRequest.HttpServerRequest | undefined => {
  try {
    return readRequest(request)
  } catch {
    // an address, a host or a header that is none
    return undefined
  }
}

const readRequest = (request: IncomingMessage): HttpServerRequest.HttpServerRequest => {
  const secure = "encrypted" in request.socket && request.socket.encrypted === true
  const url = new URL(request.url ?? "/", `${secure ? "https" : "http"}://${request.headers.host ?? "localhost"}`)
  const headers = new globalThis.Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith("sec-websocket-")) headers.set(name, String(value))
  }
  for (const offered of (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim())) {
    const token = tokens.find(({ prefix }) => offered.startsWith(prefix))
    if (token !== undefined) headers.set(token.header, `${token.scheme}${offered.slice(token.prefix.length)}`)
  }
  const after = url.searchParams.get("after")
  if (after !== null) headers.set("last-event-id", after)
  url.searchParams.delete("after")
  const address = request.socket.remoteAddress
  return HttpServerRequest.fromWeb(new Request(url, { headers })).modify({
    remoteAddress: address === undefined ? Option.none() : Option.some(address)
  })
}

/** Answers in HTTP, and hangs up. */
const refuse = (socket: Duplex, response: HttpServerResponse.HttpServerResponse) =>
  Effect.promise(async () => {
    const answer = HttpServerResponse.toWeb(response)
    const body = Buffer.from(await answer.arrayBuffer())
    let head = `HTTP/1.1 ${answer.status} ${answer.statusText}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n`
    for (const [name, value] of answer.headers) {
      if (name !== "connection" && name !== "content-length") head += `${name}: ${value}\r\n`
    }
    socket.end(Buffer.concat([Buffer.from(`${head}\r\n`, "latin1"), body]))
  })

/** The bodies of events, and `undefined` for each sign that the server is still there. */
const messagesOf = (body: Stream.Stream<Uint8Array, unknown>): Stream.Stream<string | undefined, unknown> =>
  Stream.decodeText(body).pipe(
    Stream.splitLines,
    Stream.filter((line) => line.startsWith("data: ") || line.startsWith(":")),
    Stream.map((line) => (line.startsWith(":") ? undefined : line.slice("data: ".length)))
  )

/** Sends a message, and waits until it has left: who reads slowly is sent no more than they read. */
const send = (socket: WebSocket, message: string | undefined) =>
  Effect.callback<void>((resume) => {
    if (message !== undefined) return socket.send(message, () => resume(Effect.void))
    return socket.ping("", false, () => resume(Effect.void))
  })

export const make = (app: HttpApp, { cors }: Pick<HttpOptions, "cors">): UpgradeListener => {
  let loading: Promise<WebSocketServer> | undefined
  // loaded with the first reader, for most servers never have one
  const server = () =>
    loading ??= import("ws").then(({ WebSocketServer }) =>
      new WebSocketServer({
        noServer: true,
        clientTracking: false,
        maxPayload: largestMessage,
        perMessageDeflate: false,
        handleProtocols: (offered) => offered.has(protocol) ? protocol : false
      })
    )

  const open = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    Effect.andThen(
      Effect.promise(server),
      (server) =>
        Effect.callback<WebSocket>((resume) => {
          server.handleUpgrade(request, socket, head, (opened) => resume(Effect.succeed(opened)))
        })
    )

  /** Ends with the events, or as soon as the reader is gone. */
  const relay = (socket: WebSocket, body: Stream.Stream<Uint8Array, unknown>) => {
    // what goes wrong closes it as well
    socket.on("error", () => {})
    const gone = Effect.callback<void>((resume) => {
      if (socket.readyState === socket.CLOSED) return resume(Effect.void)
      const closed = () => resume(Effect.void)
      socket.once("close", closed)
      return Effect.sync(() => socket.off("close", closed))
    })
    return Effect.raceFirst(Stream.runForEach(messagesOf(body), (message) => send(socket, message)), gone).pipe(
      Effect.ignore,
      Effect.ensuring(
        Effect.sync(() => socket.close(1001, "come back with the last id")).pipe(
          Effect.andThen(gone),
          Effect.timeoutOption(goodbye),
          Effect.andThen(Effect.sync(() => socket.terminate()))
        )
      )
    )
  }

  const answer = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const whole = asRequest(request)
    if (whole === undefined) return refuse(socket, HttpServerResponse.empty({ status: 400 }))
    // any page may have a browser open a WebSocket, with the cookies of its user
    const may = SessionCookies.mayAsk(whole, cors)
    const asked = may === "no cookies" ? whole.modify({ headers: Headers.remove(whole.headers, "cookie") }) : whole
    return Effect.gen(function*() {
      if (may === "nothing") return yield* refuse(socket, HttpServerResponse.empty({ status: 403 }))
      const response = yield* app.answer
      const { body, status } = response
      if (status !== 200 || body._tag !== "Stream" || !body.contentType.startsWith("text/event-stream")) {
        return yield* refuse(socket, status === 200 ? HttpServerResponse.empty({ status: 426 }) : response)
      }
      yield* relay(yield* open(request, socket, head), body.stream)
    }).pipe(Effect.scoped, Effect.provideService(HttpServerRequest.HttpServerRequest, asked), Effect.provideContext(app.context))
  }

  return (request, socket, head) => {
    // who hangs up before the answer is nobody's fault
    socket.on("error", () => {})
    const fiber = Effect.runFork(answer(request, socket, head))
    fiber.addObserver(() => {
      if (!socket.writableEnded) socket.end()
    })
    socket.once("close", () => Effect.runFork(Fiber.interrupt(fiber)))
  }
}
