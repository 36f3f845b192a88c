/**
 * A server of one engine, from the port it listens on to the last request it finishes.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type { Server as NodeServer } from "node:http"
import type * as HttpApp from "./HttpApp.ts"
import type { HttpOptions } from "./HttpOptions.ts"
import * as LiveSockets from "./LiveSockets.ts"
import * as NodeHandler from "./NodeHandler.ts"

export interface ServeOptions extends HttpOptions {
  /** `127.0.0.1` if not given. */
  readonly host?: string
  /** `3000` if not given; `0` takes any that is free. */
  readonly port?: number
  /**
   * For how long a server that was told to stop goes on taking requests, while `/health/ready` says that it is not
   * ready, so that load balancers have time to notice; none if not given.
   */
  readonly drainDelay?: Duration.Input
  /** How long requests may take to finish once the server stops; ten seconds if not given. */
  readonly shutdownTimeout?: Duration.Input
}

/** The server cannot listen: the port is taken, or not allowed. */
export class ListenFailed extends StoaError<ListenFailed>()("ListenFailed", {
  code: "listen_failed",
  kind: "unavailable"
}, {
  host: Schema.String,
  port: Schema.Int,
  /** The code of the operating system: `"EADDRINUSE"`. */
  reason: Schema.String
}) {
  override get message(): string {
    return this.reason === "EADDRINUSE"
      ? `The port ${this.port} of ${this.host} is taken`
      : `Cannot listen on ${this.host}:${this.port} (${this.reason})`
  }
}

/** A server that listens. */
export interface Listening {
  readonly host: string
  readonly port: number
  /** Where it is reached from this machine: `"http://127.0.0.1:3000"`. */
  readonly url: string
}

/** An engine that is served, and closed with its server. */
export interface ClosableEngine extends HttpApp.Engine {
  readonly close: () => Promise<void>
}

// An import of "node:http" reads all that it exports, and two of its exports load a WebSocket and an HTTP/2 client:
// some megabytes that a server never uses.
const { createServer } = process.getBuiltinModule("node:http")

const listen = (server: NodeServer, host: string, port: number) =>
  Effect.callback<Listening, ListenFailed>((resume) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(new ListenFailed({ host, port, reason: error.code ?? error.message })))
    server.once("error", failed)
    server.listen({ host, port }, () => {
      server.off("error", failed)
      const address = server.address()
      const taken = typeof address === "object" && address !== null ? address.port : port
      const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host
      resume(Effect.succeed({ host, port: taken, url: `http://${name}:${taken}` }))
    })
  })

/** Says that it stops, stops accepting, waits for what is under way, and cuts off what takes longer than it may. */
const stop = (
  server: NodeServer,
  app: HttpApp.HttpApp,
  { drainDelay = 0, shutdownTimeout = "10 seconds" }: Pick<ServeOptions, "drainDelay" | "shutdownTimeout">
) =>
  Effect.gen(function*() {
    yield* app.drain
    yield* Effect.sleep(drainDelay)
    const closed = Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
    })
    // connections that are kept alive and wait for nothing would keep the server open
    const hangUp = Effect.sync(() => server.closeIdleConnections()).pipe(Effect.repeat(Schedule.spaced("50 millis")))
    const finished = yield* Effect.andThen(closed, app.idle).pipe(
      Effect.raceFirst(hangUp),
      Effect.timeoutOption(shutdownTimeout)
    )
    if (Option.isNone(finished)) {
      yield* Effect.logWarning("requests were cut off at shutdown")
      yield* Effect.sync(() => server.closeAllConnections())
    }
  })

/** Serves an engine until the scope closes; then the requests under way are finished. The engine stays open. */
export const make = Effect.fnUntraced(function*(engine: HttpApp.Engine, options: ServeOptions = {}) {
  // requests belong to a scope that outlives the server's, so that they are not interrupted while it waits for them
  const requests = yield* Effect.acquireRelease(Scope.make(), (scope, exit) => Scope.close(scope, exit))
  const { app, listener, upgrade } = yield* Scope.provide(NodeHandler.make(engine, options), requests)
  const server = createServer({ shouldUpgradeCallback: LiveSockets.isAskedFor }, listener)
  if (LiveSockets.isSupported()) server.on("upgrade", upgrade)
  return yield* Effect.acquireRelease(
    listen(server, options.host ?? "127.0.0.1", options.port ?? 3000),
    () => Effect.provideContext(stop(server, app, options), app.context)
  )
})

/** The same as a layer, for programs that are made of layers. Fails with `ListenFailed`, or as a plug-in's routes do. */
export const layer = (engine: HttpApp.Engine, options: ServeOptions = {}): Layer.Layer<never, unknown> =>
  Layer.effectDiscard(make(engine, options))

/** A server for programs without Effect. */
export interface RunningServer extends Listening, AsyncDisposable {
  /** Stops accepting, finishes what is under way within the limit, then closes the engine. Calling it again waits too. */
  readonly close: () => Promise<void>
}

/**
 * Serves an engine and closes it with the server.
 *
 * ```ts
 * const server = await serve(await createStoa({ storage }), { port: 3000 })
 * process.once("SIGTERM", () => server.close())
 * ```
 */
export const serve = async (engine: ClosableEngine, options: ServeOptions = {}): Promise<RunningServer> => {
  const scope = Scope.makeUnsafe()
  const listening = await Effect.runPromiseWith(engine.context)(Scope.provide(make(engine, options), scope))
  let closing: Promise<void> | undefined
  const close = () => closing ??= Effect.runPromise(Scope.close(scope, Exit.void)).finally(engine.close)
  return { ...listening, close, [Symbol.asyncDispose]: close }
}
