import { CartNotFound } from "@stoa/core/cart/CartErrors"
import { CartEmpty } from "@stoa/core/checkout/CheckoutInput"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { app, customerToken, idempotencyStore, json, problem, stub } from "./testing/StubEngine.ts"

const key = { "idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e" }

/** An engine that counts how often it was asked, and always gives the same final answer. */
const counting = () => {
  const { rows, store } = idempotencyStore()
  let made = 0
  const engine = stub({
    idempotency: store,
    carts: {
      merge: (cart) =>
        Effect.suspend(() => {
          made += 1
          return Effect.fail(new CartNotFound({ cart }))
        })
    }
  })
  return { engine, rows, made: () => made }
}

const merge = (token: string, headers: Record<string, string>) =>
  ["/api/v1/cart/merge", json({ token }, headers)] as const

describe("a request that is sent twice", () => {
  it.effect("with one key has one answer, and the second says that it is a repetition", () =>
    Effect.gen(function*() {
      const { rows, store } = idempotencyStore()
      let placed = 0
      const error = new CartEmpty({ cartId: "cart_1" })
      const call = yield* app(stub({
        idempotency: store,
        checkout: { place: () => Effect.suspend(() => (placed += 1, Effect.fail(error))) }
      }))
      const send = (headers: Record<string, string>) => call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, headers))
      const first = yield* send(key)
      const second = yield* send(key)
      assert.strictEqual(placed, 1)
      assert.isNull(first.headers.get("idempotent-replayed"))
      assert.strictEqual(second.headers.get("idempotent-replayed"), "true")
      assert.strictEqual(second.status, 409)
      assert.strictEqual(second.headers.get("content-type"), "application/problem+json")
      assert.deepStrictEqual(yield* problem(second), yield* problem(first))
      assert.notStrictEqual(second.headers.get("x-request-id"), first.headers.get("x-request-id"))
      assert.strictEqual(rows.size, 1)
      yield* send({})
      assert.strictEqual(placed, 2)
    }))

  it.effect("with one key and another body is refused", () =>
    Effect.gen(function*() {
      const { engine, made } = counting()
      const call = yield* app(engine)
      yield* call(...merge("cart_1", key))
      const other = yield* call(...merge("cart_2", key))
      assert.strictEqual(other.status, 422)
      assert.strictEqual((yield* problem(other)).code, "idempotency_key_reused")
      assert.strictEqual(made(), 1)
    }))

  it.effect("while the first is still worked on is told to wait", () =>
    Effect.gen(function*() {
      const { store } = idempotencyStore()
      const gate = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      const call = yield* app(stub({
        idempotency: store,
        checkout: {
          place: () =>
            Deferred.succeed(begun, undefined).pipe(
              Effect.andThen(Deferred.await(gate)),
              Effect.andThen(Effect.fail(new CartEmpty({ cartId: "cart_1" })))
            )
        }
      }))
      const send = call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, key))
      const first = yield* Effect.forkChild(send)
      yield* Deferred.await(begun)
      const second = yield* send
      assert.strictEqual(second.status, 409)
      assert.strictEqual((yield* problem(second)).code, "idempotency_in_progress")
      assert.isNotNull(second.headers.get("retry-after"))
      yield* Deferred.succeed(gate, undefined)
      assert.strictEqual((yield* Fiber.join(first)).status, 409)
      assert.strictEqual((yield* send).headers.get("idempotent-replayed"), "true")
    }))

  it.effect("is nobody else's for as long as its process says that it works", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const { store } = idempotencyStore()
      const ends: Array<string> = []
      const call = yield* app(stub({
        idempotency: {
          ...store,
          prolong: (request) => Effect.andThen(Effect.sync(() => void ends.push(request.until)), store.prolong(request))
        },
        checkout: {
          place: () =>
            Deferred.succeed(begun, undefined).pipe(
              Effect.andThen(Deferred.await(gate)),
              Effect.andThen(Effect.fail(new CartEmpty({ cartId: "cart_1" })))
            )
        }
      }))
      const send = call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, key))
      const first = yield* Effect.forkChild(send)
      yield* Deferred.await(begun)
      for (let step = 0; step < 12; step++) yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(ends, ["1970-01-01T00:00:25.000Z", "1970-01-01T00:00:30.000Z"])
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(ends.length, 2)
    }))

  it.effect("after a failure of the server is tried again", () =>
    Effect.gen(function*() {
      const { rows, store } = idempotencyStore()
      let tries = 0
      const call = yield* app(stub({
        idempotency: store,
        checkout: {
          place: () =>
            Effect.suspend((): Effect.Effect<never, StorageError | CartEmpty> => {
              tries += 1
              if (tries === 1) return Effect.fail(new StorageError({ operation: "x", reason: "busy" }))
              if (tries === 2) return Effect.die("a bug")
              return Effect.fail(new CartEmpty({ cartId: "cart_1" }))
            })
        }
      }))
      const send = call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, key))
      assert.deepStrictEqual(
        [(yield* send).status, (yield* send).status, (yield* send).status, (yield* send).status],
        [503, 500, 409, 409]
      )
      assert.strictEqual(tries, 3)
      assert.strictEqual(rows.size, 1)
    }))

  it.effect("with input that was wrong may be put right under the same key", () =>
    Effect.gen(function*() {
      const { engine, made } = counting()
      const call = yield* app(engine)
      assert.strictEqual((yield* call("/api/v1/cart/merge", json({ tokken: "cart_1" }, key))).status, 400)
      yield* call(...merge("cart_1", key))
      assert.strictEqual(made(), 1)
    }))

  it.effect("by different callers under one key is two requests", () =>
    Effect.gen(function*() {
      const { engine, made } = counting()
      const call = yield* app(engine, {
        clientAddress: (request) => request.headers.get("x-test-address") ?? undefined
      })
      const send = (headers: Record<string, string>) => call(...merge("cart_1", { ...key, ...headers }))
      yield* send({ "x-test-address": "203.0.113.1" })
      yield* send({ "x-test-address": "203.0.113.2" })
      yield* send({ "x-test-address": "203.0.113.2", "stoa-cart": "cart_of_a_guest" })
      yield* send({ authorization: `Bearer ${customerToken}` })
      assert.strictEqual(made(), 4)
    }))
})

describe("an idempotency key", () => {
  it.effect("has 1 to 255 printable characters", () =>
    Effect.gen(function*() {
      const { engine, made } = counting()
      const call = yield* app(engine)
      for (const bad of ["", "x".repeat(256), "caf\u00e9"]) {
        const response = yield* call(...merge("cart_1", { "idempotency-key": bad }))
        assert.strictEqual(response.status, 400, bad)
        assert.deepStrictEqual((yield* problem(response))["errors"], [
          { path: ["Idempotency-Key"], message: "has 1 to 255 printable ASCII characters", code: "format" }
        ])
      }
      assert.strictEqual(made(), 0)
    }))

  it.effect("means nothing where passwords are tried, and their answers are never stored", () =>
    Effect.gen(function*() {
      const { rows, store } = idempotencyStore()
      const call = yield* app(stub({ idempotency: store, auth: { login: () => Effect.die("reached") } }))
      const send = call("/api/v1/auth/login", json({ email: "ada@example.com", password: "secret" }, key))
      assert.strictEqual((yield* send).status, 500)
      assert.strictEqual(rows.size, 0)
    }))
})

describe("a stored answer", () => {
  it.effect("tells nothing to whoever reads the table", () =>
    Effect.gen(function*() {
      const { rows, store } = idempotencyStore()
      const call = yield* app(stub({
        idempotency: store,
        checkout: { place: () => Effect.fail(new CartEmpty({ cartId: "cart_of_ada_lovelace" })) }
      }))
      const send = call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, key))
      yield* send
      const stored = JSON.stringify([...rows])
      assert.notInclude(stored, "lovelace")
      assert.notInclude(stored, key["idempotency-key"])
      assert.notInclude(Buffer.from([...rows.values()][0]?.answer?.body ?? "", "base64").toString("latin1"), "lovelace")
      assert.include(JSON.stringify(yield* problem(yield* send)), "lovelace")
    }))

  it.effect("is kept although its caller hung up before it was given", () =>
    Effect.gen(function*() {
      const { store } = idempotencyStore()
      const gate = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      let placed = 0
      const call = yield* app(stub({
        idempotency: store,
        checkout: {
          place: () =>
            Deferred.succeed(begun, undefined).pipe(
              Effect.andThen(Deferred.await(gate)),
              Effect.andThen(Effect.suspend(() => {
                placed += 1
                return Effect.fail(new CartEmpty({ cartId: "cart_1" }))
              }))
            )
        }
      }))
      const send = call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }, key))
      const first = yield* Effect.forkChild(send)
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(first)
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.yieldNow
      let again = yield* send
      while ((yield* problem(again.clone())).code === "idempotency_in_progress") {
        yield* Effect.yieldNow
        again = yield* send
      }
      assert.strictEqual(again.headers.get("idempotent-replayed"), "true")
      assert.strictEqual(placed, 1)
    }))
})
