import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { once } from "node:events"
import { createServer, type Server as NodeServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as HttpApp from "./HttpApp.ts"
import * as Server from "./Server.ts"
import { ListenFailed, serve, type ServeOptions } from "./Server.ts"
import { toNodeHandler } from "./NodeHandler.ts"
import { json, stub } from "./testing/StubEngine.ts"

/** An engine whose categories take as long as the test wants. */
const slow = () => {
  const gate = Deferred.makeUnsafe<void>()
  const begun = Deferred.makeUnsafe<void>()
  let closed = 0
  const engine = {
    ...stub({
      catalog: {
        listCategories: Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(gate)), Effect.as([]))
      },
      stores: { current: Effect.succeed({} as never) }
    }),
    close: async () => {
      closed += 1
    }
  }
  return {
    engine,
    begun: Effect.runPromise(Deferred.await(begun)),
    release: () => Effect.runPromise(Deferred.succeed(gate, undefined)),
    closed: () => closed
  }
}

const start = (engine: Parameters<typeof serve>[0], options: ServeOptions = {}) =>
  serve(engine, { port: 0, accessLog: false, ...options })

describe("a server", () => {
  it("listens on a free port of this machine and says where", async () => {
    const { engine } = slow()
    await using server = await start(engine)
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.isAbove(server.port, 0)
    assert.deepStrictEqual(await (await fetch(`${server.url}/health`)).json(), { status: "ok" })
  })

  it("that stops finishes what is under way, tells load balancers first, and then closes the engine", async () => {
    const { begun, closed, engine, release } = slow()
    const server = await start(engine)
    const pending = fetch(`${server.url}/api/v1/categories`)
    await begun
    const closing = server.close()
    assert.strictEqual(closed(), 0)
    await release()
    const response = await pending
    assert.strictEqual(response.status, 200)
    assert.deepStrictEqual(await response.json(), { items: [], nextCursor: null })
    await closing
    assert.strictEqual(closed(), 1)
    await server.close()
    assert.strictEqual(closed(), 1)
    assert.strictEqual(await fetch(`${server.url}/health`).then(() => "answered", () => "refused"), "refused")
  })

  it.effect("that is about to stop is not ready, but still answers", () =>
    Effect.gen(function*() {
      const engine = stub({ stores: { current: Effect.succeed({} as never) } })
      const app = yield* HttpApp.make(engine, { accessLog: false })
      const ask = (path: string) =>
        Effect.scoped(Effect.provideService(
          app.answer,
          HttpServerRequest.HttpServerRequest,
          HttpServerRequest.fromWeb(new Request(`http://shop.test${path}`))
        ))
      assert.strictEqual((yield* ask("/health/ready")).status, 200)
      yield* app.drain
      const ready = yield* ask("/health/ready")
      assert.strictEqual(ready.status, 503)
      assert.strictEqual(ready.headers["connection"], "close")
      assert.strictEqual((yield* ask("/health/live")).status, 200)
    }))

  it.effect("that is told to stop goes on for as long as load balancers need to notice", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const options = { port: 0, accessLog: false, drainDelay: "5 seconds" } as const
      const server = yield* Scope.provide(
        Server.make(stub({ stores: { current: Effect.die("not asked") } }), options),
        scope
      )
      const ask = (path: string) => Effect.promise(async () => (await fetch(`${server.url}${path}`)).status)
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("4 seconds")
      assert.deepStrictEqual([yield* ask("/health/ready"), yield* ask("/health/live")], [503, 200])
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(closing)
      const late = yield* Effect.promise(() => fetch(`${server.url}/health/live`).then(() => "answered", () => "refused"))
      assert.strictEqual(late, "refused")
    }))

  it("cuts off what takes longer than it may", async () => {
    const { begun, closed, engine } = slow()
    const server = await start(engine, { shutdownTimeout: "20 millis" })
    const pending = fetch(`${server.url}/api/v1/categories`).then(() => "answered", () => "cut off")
    await begun
    await server.close()
    assert.strictEqual(await pending, "cut off")
    assert.strictEqual(closed(), 1)
  })

  it("says that its port is taken", async () => {
    const { engine } = slow()
    await using server = await start(engine)
    const error = await start(engine, { port: server.port }).then(() => undefined, (error: unknown) => error)
    assert.instanceOf(error, ListenFailed)
    assert.strictEqual(error.reason, "EADDRINUSE")
    assert.include(error.message, String(server.port))
  })

  it("believes proxies that it trusts, and nobody else, about where a caller is", async () => {
    const { engine } = slow()
    const limits = { rateLimits: { address: { limit: 1, window: "1 minute" } } } as const
    const ask = (url: string, address: string) =>
      fetch(`${url}/health`, { headers: { "x-forwarded-for": address } }).then(({ status }) => status)
    await using trusting = await start(engine, { ...limits, trustedProxies: ["127.0.0.0/8"] })
    assert.deepStrictEqual(
      [await ask(trusting.url, "203.0.113.1"), await ask(trusting.url, "203.0.113.2"), await ask(trusting.url, "203.0.113.1")],
      [200, 200, 429]
    )
    await using wary = await start(engine, limits)
    assert.deepStrictEqual([await ask(wary.url, "203.0.113.1"), await ask(wary.url, "203.0.113.2")], [200, 429])
  })
})

const listening = async (server: NodeServer): Promise<string> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("a Node handler", () => {
  const engine = stub({ carts: { merge: () => Effect.die("reached") } })

  it("passes on what is not the shop's, and answers what is", async () => {
    const handler = toNodeHandler(engine, { accessLog: false })
    const server = createServer((request, response) => handler(request, response, () => response.end("the host's own")))
    const url = await listening(server)
    assert.strictEqual(await (await fetch(`${url}/about`)).text(), "the host's own")
    assert.strictEqual((await fetch(`${url}/health`)).status, 200)
    assert.strictEqual((await fetch(`${url}/api/v1/nothing`)).status, 404)
    assert.strictEqual((await fetch(`${url}/api/v1/cart`, { method: "PUT" })).status, 405)
    server.close()
    await handler.close()
  })

  it("answers everything where nobody else does", async () => {
    const handler = toNodeHandler(engine, { accessLog: false })
    const server = createServer(handler)
    const url = await listening(server)
    const response = await fetch(`${url}/about`)
    assert.strictEqual(response.status, 404)
    assert.strictEqual(response.headers.get("content-type"), "application/problem+json")
    server.close()
    await handler.close()
  })

  it("says at once that a body parser was mounted before it, instead of waiting for a body that is gone", async () => {
    const handler = toNodeHandler(engine, { accessLog: false })
    let told: unknown
    const server = createServer(async (request, response) => {
      for await (const _chunk of request);
      if (request.headers["x-next"] === undefined) return handler(request, response)
      handler(request, response, (error) => {
        told = error
        response.writeHead(500).end()
      })
    })
    const url = await listening(server)
    assert.strictEqual((await fetch(`${url}/api/v1/cart/merge`, json({ token: "cart_1" }))).status, 500)
    await fetch(`${url}/api/v1/cart/merge`, json({ token: "cart_1" }, { "x-next": "1" }))
    assert.instanceOf(told, TypeError)
    assert.include(String(told), "before any body parser")
    server.close()
    await handler.close()
  })

  it("refuses a body that is too large without reading it to its end", async () => {
    const handler = toNodeHandler(engine, { accessLog: false })
    const server = createServer(handler)
    const url = await listening(server)
    const response = await fetch(`${url}/api/v1/cart/merge`, json({ token: "x".repeat(1_200_000) }))
    assert.strictEqual(response.status, 413)
    server.close()
    server.closeAllConnections()
    await handler.close()
  })
})
