import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import * as Identity from "../identity/Identity.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import { ada, asStaff, customer, failure, foundation, from, home, settings } from "./IdentityFixture.ts"
import { type CountingHarness, Statements } from "./Statements.ts"

/** How many statements identity sends. */
export const identityStatementsSuite = (harness: CountingHarness) =>
  describe(`statements of identity, on ${harness.name}`, () => {
    const shop = () => {
      const storage = harness.storage()
      return Identity.layer.pipe(
        Layer.provideMerge(foundation(storage)),
        Layer.provideMerge(storage),
        Layer.provide(IdentitySettings.layer(settings))
      )
    }
    const count = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.gen(function*() {
        const [, statements] = yield* (yield* Statements).record(Effect.exit(effect))
        return statements.length
      })

    it.effect("an access token costs one, the revocation check, and none where its signature is wrong", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        assert.strictEqual(yield* count(auth.authenticate(tokens.accessToken)), 1)
        const [head, payload] = tokens.accessToken.split(".")
        for (const token of [`${head}.${payload}.AAAA`, `a.b.c`, tokens.refreshToken, ""]) {
          assert.strictEqual(yield* count(failure(auth.authenticate(token))), 0)
        }
      }).pipe(Effect.provide(shop())))

    it.effect("an API key costs one, one more a minute to note its use, and none where its checksum is wrong", () =>
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { secret } = yield* asStaff("*")(keys.create({ name: "K", permissions: ["orders:read"] }))
        assert.strictEqual(yield* count(keys.authenticate(secret)), 2)
        assert.strictEqual(yield* count(keys.authenticate(secret)), 1)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* count(keys.authenticate(secret)), 2)
        const slip = secret.slice(0, -1) + (secret.endsWith("x") ? "y" : "x")
        for (const wrong of [slip, "sk_", ""]) assert.strictEqual(yield* count(failure(keys.authenticate(wrong))), 0)
      }).pipe(Effect.provide(shop())))

    it.effect("a refresh costs at most four, its transaction included, and none where it is no token", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        assert.isAtMost(yield* count(auth.refresh({ refreshToken: tokens.refreshToken })), 4)
        assert.strictEqual(yield* count(failure(auth.refresh({ refreshToken: "rt_x.y" }))), 0)
      }).pipe(Effect.provide(shop())))

    it.effect("attack 52, enumeration: a known and an unknown address send the same statements", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const statements = yield* Statements
        yield* customer(ada)
        const sent = (email: string) =>
          Effect.map(
            statements.record(failure(from(home)(auth.login({ email, password: "not the password" })))),
            ([, statements]) => statements
          )
        yield* sent("first@example.com")
        assert.deepStrictEqual(yield* sent("nobody@example.com"), yield* sent(ada.email))
      }).pipe(Effect.provide(shop())))
  })
