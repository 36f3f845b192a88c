/**
 * An engine as a function from `Request` to `Response`: for Hono, Next.js, Bun, Deno, and tests.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpEffect from "effect/http/HttpEffect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Scope from "effect/Scope"
import * as HttpApp from "./HttpApp.ts"
import type { HttpOptions } from "./HttpOptions.ts"

export interface FetchHandler {
  (request: Request): Promise<Response>
  /** Waits for what was begun and gives up what the handler holds. The engine stays open. */
  readonly close: () => Promise<void>
}

/**
 * Serves an engine from any host that speaks `Request` and `Response`. It shares the engine with everything else that
 * uses it. The routes are built at the first request.
 *
 * ```ts
 * const handler = toFetchHandler(shop)
 * new Hono().all("*", (context) => handler(context.req.raw))
 * ```
 *
 * **Gotchas**
 *
 * A `Request` does not say where it comes from. Give `clientAddress`, or limits by network address do nothing.
 */
export const toFetchHandler = (engine: HttpApp.Engine, options: HttpOptions = {}): FetchHandler => {
  const scope = Scope.makeUnsafe()
  let building: Promise<{ readonly app: HttpApp.HttpApp; readonly handle: (request: Request) => Promise<Response> }> | undefined
  const build = () =>
    building ??= Effect.runPromiseWith(engine.context)(Scope.provide(HttpApp.make(engine, options), scope)).then((app) => ({
      app,
      handle: HttpEffect.toWebHandlerWith<never, HttpServerRequest | Scope.Scope>(app.context)(app.answer)
    }))
  const handler = async (request: Request): Promise<Response> => (await build()).handle(request)
  return Object.assign(handler, {
    close: async () => {
      const built = await building
      if (built !== undefined) await Effect.runPromise(Effect.andThen(built.app.drain, built.app.idle))
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  })
}
