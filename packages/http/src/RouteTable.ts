/**
 * A router that remembers its routes: each handler is wrapped once, when it is added, knowing its own path, and an
 * address can be asked for the methods that it takes.
 */
import * as Effect from "effect/Effect"
import * as FindMyWay from "effect/http/FindMyWay"
import * as HttpRouter from "effect/http/HttpRouter"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"

export type Handler = Effect.Effect<HttpServerResponse, unknown, unknown>

export interface RouteTable {
  readonly router: HttpRouter.HttpRouter
  /** The methods that an address takes; none for an address without routes. */
  readonly methods: (url: string) => ReadonlyArray<string>
}

const known = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const

/** Makes a router. `wrap` is called for every route that is added to it, whoever adds it. */
export const make = Effect.fnUntraced(function*(wrap: (method: string, path: string, handler: Handler) => Handler) {
  const inner = yield* HttpRouter.make
  const table = FindMyWay.make<true>()

  const wrapped = (routes: ReadonlyArray<HttpRouter.Route<never, never>>) =>
    routes.map((route) => {
      for (const path of route.path.endsWith("/*") ? [route.path, route.path.slice(0, -2) || "/"] : [route.path]) {
        table.on(route.method === "*" ? known : route.method, path as FindMyWay.PathInput, true)
      }
      // a route's handler is typed without failures, which plug-ins' handlers have all the same
      const handler = wrap(route.method, route.path, route.handler as Handler)
      return { ...route, handler } as HttpRouter.Route<never, never>
    })

  const addAll: HttpRouter.HttpRouter["addAll"] = (routes) =>
    inner.addAll(wrapped(routes as unknown as ReadonlyArray<HttpRouter.Route<never, never>>)) as never

  const prefixed = (prefix: string): HttpRouter.HttpRouter => {
    const under = prefix.replace(/\/+$/, "")
    const add: HttpRouter.HttpRouter["addAll"] = (routes) =>
      addAll(under === "" ? routes : routes.map(HttpRouter.prefixRoute(under))) as never
    return {
      ...inner,
      prefixed: (more) => prefixed(under + more),
      addAll: add,
      add: (method, path, handler, options) => add([HttpRouter.route(method, path, handler, options)]) as never
    }
  }

  const table_: RouteTable = {
    router: prefixed(""),
    methods: (url) => known.filter((method) => table.find(method, url) !== undefined)
  }
  return table_
})
