import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as PostgresClient from "./PostgresClient.ts"
import { selfSigned } from "./testing/Certificate.ts"
import * as PostgresServer from "./testing/PostgresServer.ts"

const own = selfSigned()
const strange = selfSigned()

/** A server that speaks TLS, stopped when the test is over. */
const server = Effect.acquireRelease(
  Effect.promise(() => PostgresServer.start({ tls: own })),
  ({ stop }) => Effect.promise(stop)
)

const withMode = (url: string, mode: string) => `${url}?sslmode=${mode}`

describe("a connection to PostgreSQL", () => {
  it.effect("is spoken in TLS where it is asked for, with a server that can prove who it is", () =>
    Effect.gen(function*() {
      const { url } = yield* server
      const isSecure = (options: PostgresClient.PostgresClientOptions) =>
        Effect.scoped(Effect.gen(function*() {
          const sql = yield* PostgresClient.make(options)
          const [row] = yield* sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
          return row?.["ssl"]
        }))
      assert.isTrue(yield* isSecure({ url: withMode(url, "verify-full"), ssl: { ca: own.certificate } }))
      assert.isTrue(yield* isSecure({ url, ssl: { ca: own.certificate } }))
      assert.isTrue(yield* isSecure({ url: withMode(url, "require"), ssl: { rejectUnauthorized: false } }))
      assert.isFalse(yield* isSecure({ url: withMode(url, "disable") }))
      for (const ssl of [true, { ca: strange.certificate }]) {
        const error = yield* Effect.flip(isSecure({ url, ssl }))
        assert.strictEqual(error._tag === "PostgresOpenError" && error.reason, "certificate")
      }
    }).pipe(Effect.scoped, Effect.provide(Reactivity.layer)))
})
