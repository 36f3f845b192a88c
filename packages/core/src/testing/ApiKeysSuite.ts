import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { ApiKeyRepository } from "../identity/ApiKeyRepository.ts"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StoaError } from "../kernel/StoaError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import {
  ada,
  asStaff,
  auditOf,
  bearing,
  customer,
  eventsOf,
  failure,
  type IdentityServices,
  otherStore,
  shop
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Keys of programs. */
export const apiKeysSuite = (harness: StorageHarness) =>
  describe(`API keys, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))
    const staff = asStaff("api-keys:write", "orders:*", "catalog:read")

    test(
      "a key acts as staff with its permissions until it is revoked",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { apiKey, secret } = yield* staff(keys.create({ name: "Warehouse", permissions: ["orders:read"] }))
        assert.deepStrictEqual(yield* keys.authenticate(secret), Actor.staff(apiKey.id, ["orders:read"]))
        assert.deepStrictEqual((yield* staff(keys.list())).items.map(({ hint, name }) => ({ hint, name })), [
          { hint: secret.slice(0, 10), name: "Warehouse" }
        ])
        yield* TestClock.adjust("1 hour")
        const revoked = yield* staff(keys.revoke(apiKey.id))
        assert.strictEqual(revoked.revokedAt, "1970-01-01T01:00:00.000Z")
        assert.strictEqual(yield* failure(keys.authenticate(secret)), "InvalidToken")
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* staff(keys.revoke(apiKey.id)), revoked)
        assert.deepStrictEqual(yield* eventsOf(apiKey.id), ["api_key.created", "api_key.revoked"])
        assert.deepStrictEqual(yield* auditOf(apiKey.id), ["api_key.revoke", "api_key.create"])
      })
    )

    test(
      "of a secret only the hash is stored, and no answer after the first holds it",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const repository = yield* ApiKeyRepository
        const { apiKey, secret } = yield* staff(keys.create({ name: "Warehouse", permissions: ["orders:read"] }))
        assert.isUndefined(yield* repository.findBySecret(secret))
        assert.deepStrictEqual(yield* repository.findBySecret(Secret.hash(secret)), apiKey)
        const answers = [yield* staff(keys.list()), yield* staff(keys.revoke(apiKey.id)), apiKey]
        assert.notInclude(JSON.stringify(answers), secret)
        assert.notInclude(JSON.stringify(answers), Secret.hash(secret))
      })
    )

    test(
      "attack 11, privilege escalation: nobody grants a key what they do not hold",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const create = (...permissions: ReadonlyArray<string>) => keys.create({ name: "K", permissions })
        for (
          const permissions of [["*"], ["orders:*", "catalog:write"], ["catalog:*"], ["users:write"], ["payments:read"]]
        ) {
          const error = yield* Effect.flip(staff(create(...permissions)))
          assert.deepInclude(error, { _tag: "CannotGrantBeyondOwn", kind: "forbidden" })
        }
        assert.deepStrictEqual((yield* staff(keys.list())).items, [])
        yield* staff(create("orders:*", "orders:refund", "catalog:read", "api-keys:write"))
        yield* Actor.as(Actor.system())(create("*"))
      })
    )

    test(
      "attack 11, privilege escalation: a key makes no key that outlives it, and none once it is revoked",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const expiresAt = Timestamp.fromMillis(3_600_000)
        const parent = yield* staff(keys.create({ name: "K", permissions: ["api-keys:write"], expiresAt }))
        const asParent = Actor.as(yield* keys.authenticate(parent.secret))
        const child = (expiresAt: string | null | undefined) =>
          asParent(keys.create({
            name: "Child",
            permissions: ["api-keys:write"],
            ...(expiresAt === undefined ? {} : { expiresAt })
          }))
        for (const later of [undefined, null, "1970-01-01T01:00:00.001Z", "9999-12-31T23:59:59.999Z"]) {
          assert.strictEqual(yield* failure(child(later)), "InvalidInput")
        }
        assert.strictEqual((yield* child(expiresAt)).apiKey.expiresAt, expiresAt)
        yield* staff(keys.revoke(parent.apiKey.id))
        assert.strictEqual(yield* failure(child(expiresAt)), "Unauthenticated")
        assert.strictEqual((yield* staff(keys.list())).items.length, 2)
      })
    )

    test(
      "keys are for staff who may make them: not for guests, customers or other staff",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const input = { name: "K", permissions: ["orders:read"] }
        const { tokens } = yield* customer(ada)
        const { apiKey } = yield* staff(keys.create(input))
        const calls: ReadonlyArray<Effect.Effect<unknown, StoaError>> = [
          keys.create(input),
          keys.list(),
          keys.revoke(apiKey.id)
        ]
        for (const call of calls) {
          assert.strictEqual(yield* failure(Actor.as(Actor.guest())(call)), "Unauthenticated")
          assert.strictEqual(yield* failure(bearing(tokens)(call)), "Forbidden")
          assert.strictEqual(yield* failure(asStaff("orders:*")(call)), "Forbidden")
        }
        assert.deepStrictEqual((yield* staff(keys.list())).items, [apiKey])
      })
    )

    test(
      "attack 6, mass assignment: a key belongs to whoever makes it, whatever the input says",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const input = { name: "K", permissions: ["orders:read"] }
        for (
          const wrong of [
            { ...input, userId: "user_00000000000000000000000000" },
            { ...input, id: "key_00000000000000000000000000" },
            { ...input, secret: "sk_mine" },
            { ...input, storeId: otherStore },
            { ...input, permissions: [] },
            { ...input, permissions: "orders:read" },
            { ...input, permissions: ["ORDERS:READ"] },
            { ...input, permissions: ["orders:read\n*"] },
            { ...input, permissions: ["orders:read", "orders:refnud"] },
            { ...input, permissions: ["ordres:*"] },
            { ...input, permissions: Array.from({ length: 101 }, (_, index) => `orders:a${index}`) },
            { ...input, name: " " },
            { ...input, name: "x".repeat(201) },
            { ...input, expiresAt: "tomorrow" },
            { ...input, expiresAt: "1970-01-01T00:00:00.000Z" },
            null
          ]
        ) {
          assert.strictEqual(yield* failure(staff(keys.create(wrong as never))), "InvalidInput", JSON.stringify(wrong))
        }
        assert.deepStrictEqual((yield* staff(keys.list())).items, [])
      })
    )

    test(
      "a key is good until it expires",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { secret } = yield* staff(
          keys.create({ name: "K", permissions: ["orders:read"], expiresAt: "1970-01-01T00:10:00.000Z" })
        )
        yield* TestClock.adjust(599_999)
        yield* keys.authenticate(secret)
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* failure(keys.authenticate(secret)), "InvalidToken")
      })
    )

    test(
      "when a key was last used is noted, at most once a minute",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { apiKey, secret } = yield* staff(keys.create({ name: "K", permissions: ["orders:read"] }))
        const lastUsed = Effect.map(staff(keys.list()), ({ items }) => items[0]?.lastUsedAt)
        assert.isNull(apiKey.lastUsedAt)
        yield* TestClock.adjust("1 hour")
        yield* keys.authenticate(secret)
        assert.strictEqual(yield* lastUsed, "1970-01-01T01:00:00.000Z")
        yield* TestClock.adjust("59 seconds")
        yield* keys.authenticate(secret)
        assert.strictEqual(yield* lastUsed, "1970-01-01T01:00:00.000Z")
        yield* TestClock.adjust("1 second")
        yield* keys.authenticate(secret)
        assert.strictEqual(yield* lastUsed, "1970-01-01T01:01:00.000Z")
      })
    )

    test(
      "attack 10, tenant crossing: a key of one store is no key in another",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { apiKey, secret } = yield* staff(keys.create({ name: "K", permissions: ["orders:read"] }))
        const there = within(otherStore)
        assert.strictEqual(yield* failure(there(keys.authenticate(secret))), "InvalidToken")
        assert.strictEqual(yield* failure(there(staff(keys.revoke(apiKey.id)))), "ApiKeyNotFound")
        assert.deepStrictEqual((yield* there(staff(keys.list()))).items, [])
        yield* keys.authenticate(secret)
      })
    )

    test(
      "what is no secret of ours is an invalid token",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        const { secret } = yield* staff(keys.create({ name: "K", permissions: ["orders:read"] }))
        const { tokens } = yield* customer(ada)
        for (
          const wrong of [
            "",
            "sk_",
            secret.slice(0, -1),
            `${secret}0`,
            `${secret.slice(0, 20)}${secret[20] === "x" ? "y" : "x"}${secret.slice(21)}`,
            secret.toLowerCase(),
            Secret.hash(secret),
            tokens.accessToken,
            tokens.refreshToken,
            "' OR 1=1 --",
            "x".repeat(100_000),
            undefined,
            { "$ne": null }
          ]
        ) {
          assert.strictEqual(yield* failure(keys.authenticate(wrong as never)), "InvalidToken")
        }
        assert.strictEqual(yield* failure((yield* Auth).authenticate(secret)), "InvalidToken")
        assert.strictEqual(yield* failure(staff(keys.revoke("key_nobody"))), "ApiKeyNotFound")
      })
    )

    test(
      "keys are listed by page, newest first",
      Effect.gen(function*() {
        const keys = yield* ApiKeys
        for (const name of ["a", "b", "c"]) {
          yield* TestClock.adjust("1 second")
          yield* staff(keys.create({ name, permissions: ["orders:read"] }))
        }
        const first = yield* staff(keys.list({ limit: 2 }))
        const second = yield* staff(keys.list({ limit: 2, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items].map(({ name }) => name), ["c", "b", "a"])
        assert.isNull(second.nextCursor)
        assert.strictEqual(yield* failure(staff(keys.list({ after: "x" }))), "InvalidInput")
      })
    )
  })
