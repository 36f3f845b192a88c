/**
 * An engine as a listener of Node's HTTP server: for Express, Fastify, Nest and `node:http`.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { IncomingMessage, ServerResponse } from "node:http"
import { type Duplex, Readable } from "node:stream"
import * as HttpApp from "./HttpApp.ts"
import type { HttpOptions } from "./HttpOptions.ts"
import * as LiveSockets from "./LiveSockets.ts"

export interface NodeHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
  /**
   * Orders followed over WebSocket: `server.on("upgrade", handler.upgrade)`. It answers every upgrade of the server that it is
   * given to.
   */
  readonly upgrade: LiveSockets.UpgradeListener
  /** Waits for what was begun and gives up what the handler holds. The engine stays open. */
  readonly close: () => Promise<void>
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** What `toNodeHandler` and the server itself are made of. */
export const make = Effect.fnUntraced(function*(engine: HttpApp.Engine, options: HttpOptions) {
  const app = yield* HttpApp.make(engine, options)
  const scope = yield* Effect.scope
  // requests run with the engine's services and nothing of whoever starts the server
  const listener: Listener = yield* Effect.updateContext(
    NodeHttpServer.makeHandler(app.answer, { scope }),
    (_ambient: Context.Context<never>) => app.context
  )
  return { app, listener, upgrade: LiveSockets.make(app, options) }
})

/** Whether something in front of this handler, such as a body parser, has read the body already. */
const isConsumed = (request: IncomingMessage): boolean =>
  Readable.isDisturbed(request)
  && (Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined)

/**
 * Serves an engine from a Node host. It shares the engine with everything else that uses it.
 *
 * ```ts
 * const app = express()
 * app.use(toNodeHandler(shop)) // before express.json()
 * ```
 *
 * ```ts
 * const handler = toNodeHandler(shop)
 * fastify.removeAllContentTypeParsers()
 * fastify.addContentTypeParser("*", (_request, _payload, done) => done(null))
 * fastify.all("/api/*", (request, reply) => {
 *   reply.hijack()
 *   handler(request.raw, reply.raw)
 * })
 * ```
 *
 * **Details**
 *
 * With a third argument, as Express gives it, addresses that are not the engine's are passed on; without one they are
 * answered with 404.
 *
 * **Gotchas**
 *
 * The body must be unread: mount the handler before any body parser. A request whose body was read by somebody else is
 * passed to `next` as an error, or answered with 500, and never waits for ever.
 */
export const toNodeHandler = (engine: HttpApp.Engine, options: HttpOptions = {}): NodeHandler => {
  const scope = Scope.makeUnsafe()
  const building = Effect.runPromiseWith(engine.context)(Scope.provide(make(engine, options), scope))
  // told to each request
  building.catch(() => {})
  const refuse = (response: ServerResponse, next: ((error?: unknown) => void) | undefined, error: unknown) => {
    if (next !== undefined) return next(error)
    if (response.headersSent) return response.destroy()
    response.writeHead(500, { "content-type": "application/problem+json" })
    return response.end(JSON.stringify({
      type: "urn:stoa:problem:internal_error",
      title: "Internal error",
      status: 500,
      detail: "This server is not set up properly.",
      code: "internal_error"
    }))
  }
  const serve = async (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => {
    try {
      const { app, listener } = await building
      const url = request.url ?? "/"
      if (next !== undefined && !app.serves(url)) {
        const to = await Effect.runPromiseWith(app.context)(app.redirect(request.method ?? "GET", url))
        if (to === undefined) return next()
        response.writeHead(to.status, { "location": to.to, "cache-control": "no-cache" })
        return response.end()
      }
      if (isConsumed(request)) {
        throw new TypeError("Stoa must be mounted before any body parser: the body was read already")
      }
      listener(request, response)
    } catch (error) {
      refuse(response, next, error)
    }
  }
  const handler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void => {
    void serve(request, response, next)
  }
  return Object.assign(handler, {
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      building.then(({ upgrade }) => upgrade(request, socket, head), () => socket.destroy())
    },
    close: async () => {
      const { app } = await building
      await Effect.runPromise(Effect.andThen(app.drain, app.idle))
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  })
}
