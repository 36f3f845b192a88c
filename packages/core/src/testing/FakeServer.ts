/**
 * A server on this machine that stands for somebody else's, for adapters under test: it speaks HTTP, answers as it is
 * told, and has the troubles that networks have. Its port is chosen by the system.
 *
 * **Example**
 *
 * ```ts
 * const server = yield* FakeServer.open({
 *   handle: ({ path }) => path === "/v1/ping" ? { status: 200, body: { pong: true } } : { status: 404, body: {} }
 * })
 *
 * yield* server.fail("lost_answer") // the next request that changes something is done, and its answer lost
 * ```
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { GatewayFault, GatewayOutage } from "./GatewayHarness.ts"
import * as LocalServer from "./LocalServer.ts"

export interface FakeRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface FakeAnswer {
  readonly status: number
  /** Sent as JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface FakeServerOptions {
  readonly handle: (request: FakeRequest) => FakeAnswer
  /** What it answers when something breaks on its side; status 500 with an empty object if it is left out. */
  readonly broken?: (request: FakeRequest) => FakeAnswer
}

export interface FakeServer {
  /** `http://127.0.0.1:54321` */
  readonly url: string
  readonly port: number
  /** Every request so far, oldest first: `"POST /v1/refunds"`. */
  readonly requests: ReadonlyArray<string>
  /** The next request that changes something goes wrong. */
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  /** From now on, nothing comes of any request, also of those that only ask; `null`: all is well again. */
  readonly outage: (kind: GatewayOutage | null) => Effect.Effect<void>
  /** From now on, the `authorization` of requests is not the right one any more, or it is again. */
  readonly revoke: (isRevoked: boolean) => Effect.Effect<void>
}

const changes = (method: string): boolean => method !== "GET" && method !== "HEAD"

/** Listens until the scope closes. */
export const open = (options: FakeServerOptions): Effect.Effect<FakeServer, never, Scope.Scope> => {
  const requests: Array<string> = []
  let fault: GatewayFault | undefined
  let outage: GatewayOutage | null = null
  let isRevoked = false

  const answer = (response: ServerResponse, { body, headers = {}, status }: FakeAnswer): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers })
    response.end(JSON.stringify(body))
  }

  const serve = (message: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const url = new URL(message.url ?? "/", "http://127.0.0.1")
    const request: FakeRequest = {
      method: message.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value])
      ),
      body: body.toString("utf8")
    }
    requests.push(`${request.method} ${request.path}`)
    if (isRevoked) {
      const authorization = `${request.headers["authorization"] ?? ""}-taken-back`
      return answer(response, options.handle({ ...request, headers: { ...request.headers, authorization } }))
    }
    switch (outage) {
      case "unreachable":
        message.socket.destroy()
        return
      case "silent":
        options.handle(request)
        return
      case "broken":
        return answer(response, options.broken?.(request) ?? { status: 500, body: {} })
      case null:
    }
    const trouble = changes(request.method) ? fault : undefined
    if (trouble !== undefined) fault = undefined
    switch (trouble) {
      case undefined:
        return answer(response, options.handle(request))
      case "lost_request":
        message.socket.destroy()
        return
      case "lost_answer":
        options.handle(request)
        message.socket.destroy()
        return
      case "broken":
        return answer(response, options.broken?.(request) ?? { status: 500, body: {} })
      case "gibberish":
        options.handle(request)
        response.writeHead(200, { "content-type": "text/html" })
        response.end("<html><body>We will be right back")
    }
  }

  return Effect.map(LocalServer.open(serve), ({ port, url }) => ({
    url,
    port,
    requests,
    fail: (next) =>
      Effect.sync(() => {
        fault = next
      }),
    outage: (next) =>
      Effect.sync(() => {
        outage = next
      }),
    revoke: (next) =>
      Effect.sync(() => {
        isRevoked = next
      })
  }))
}
