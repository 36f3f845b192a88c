import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { decodeProtectedHeader } from "jose"
import { Auth } from "../identity/Auth.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import { SigningKeyRepository } from "../identity/SigningKeyRepository.ts"
import { SigningKeys } from "../identity/SigningKeys.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  account,
  ada,
  asStaff,
  auditOf,
  bearing,
  customer,
  engine,
  failure,
  foundation,
  type IdentityServices,
  otherStore,
  shop
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? ""

const published = Effect.flatMap(Auth, ({ publicKeys }) => Effect.map(publicKeys, ({ keys }) => keys.map(({ kid }) => kid)))

/** Keys that sign access tokens, from their beginning to their end. */
export const signingKeysSuite = (harness: StorageHarness) =>
  describe(`signing keys, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness, { sessionLifetime: IdentitySettings.defaults.signingKeyLifetime })))

    test(
      "a key gives way to the next after its time, which was published a day before, and no token is refused on the way",
      Effect.gen(function*() {
        const auth = yield* Auth
        const keys = yield* SigningKeys
        const { tokens } = yield* customer(ada)
        const first = kidOf(tokens.accessToken)
        yield* keys.rotateWhenDue
        assert.deepStrictEqual(yield* published, [first])
        yield* TestClock.adjust("89 days")
        yield* keys.rotateWhenDue
        yield* keys.rotateWhenDue
        const both = yield* published
        assert.strictEqual(both.length, 2)
        assert.strictEqual(kidOf((yield* auth.login(ada)).accessToken), first)

        yield* TestClock.adjust("23 hours")
        yield* keys.rotateWhenDue
        assert.strictEqual(kidOf((yield* auth.login(ada)).accessToken), first)
        yield* TestClock.adjust("1 hour")
        const last = yield* auth.login(ada)
        yield* keys.rotateWhenDue
        const next = yield* auth.login(ada)
        assert.notStrictEqual(kidOf(next.accessToken), first)
        assert.include(both, kidOf(next.accessToken))
        // the last token of the old key is good for as long as it says
        yield* TestClock.adjust("14 minutes")
        yield* auth.authenticate(last.accessToken)
        assert.deepStrictEqual(new Set(yield* published), new Set(both))
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual(yield* published, [kidOf(next.accessToken)])
        yield* TestClock.adjust("31 days")
        yield* keys.rotateWhenDue
        assert.deepStrictEqual((yield* (yield* SigningKeyRepository).list).map(({ kid }) => kid), [kidOf(next.accessToken)])
      })
    )

    test(
      "a key is replaced at once by hand, and tokens of the old one stay good unless it is distrusted",
      Effect.gen(function*() {
        const auth = yield* Auth
        const operator = asStaff("settings:write")
        const { tokens } = yield* customer(ada)
        yield* operator(auth.rotateKeys())
        const second = yield* auth.login(ada)
        assert.notStrictEqual(kidOf(second.accessToken), kidOf(tokens.accessToken))
        yield* auth.authenticate(tokens.accessToken)
        yield* operator(auth.rotateKeys({ distrust: true }))
        for (const { accessToken } of [tokens, second]) {
          assert.strictEqual(yield* failure(auth.authenticate(accessToken)), "InvalidToken")
        }
        // but the session is still its owner's
        const renewed = yield* auth.refresh({ refreshToken: second.refreshToken })
        yield* auth.authenticate(renewed.accessToken)
        assert.deepStrictEqual(yield* auditOf("store_00000000000000000000000000"), ["signing-keys.rotate", "signing-keys.rotate"])
        assert.strictEqual(yield* failure(asStaff("orders:*")(auth.rotateKeys())), "Forbidden")
        assert.strictEqual(yield* failure(Actor.as(Actor.guest())(auth.rotateKeys())), "Unauthenticated")
        assert.strictEqual(yield* failure(operator(auth.rotateKeys({ distrust: 1 } as never))), "InvalidInput")
        assert.strictEqual(yield* failure(bearing(renewed)(auth.rotateKeys())), "Forbidden")
      })
    )

    test(
      "each store has keys of its own, and of many who replace one at once one does",
      Effect.gen(function*() {
        const keys = yield* SigningKeys
        const repository = yield* SigningKeyRepository
        yield* keys.active
        const there = yield* within(otherStore)(keys.active)
        yield* Effect.forEach([1, 2, 3, 4], () => keys.rotate({ distrust: false }), { concurrency: "unbounded" })
        const stored = yield* repository.list
        assert.strictEqual(stored.filter(({ status }) => status === "active").length, 1)
        assert.isAtMost(stored.filter(({ status }) => status === "next").length, 1)
        assert.deepStrictEqual((yield* within(otherStore)(repository.list)).map(({ kid }) => kid), [there.kid])
      })
    )

    for (const signingAlgorithm of ["ES256", "RS256"] as const) {
      it.effect(`a shop may sign with ${signingAlgorithm}, and tokens from before stay good`, () => {
        const storage = foundation(harness.storage())
        return Effect.gen(function*() {
          const process = (more: Partial<IdentitySettings.IdentitySettings>) =>
            Effect.provide(Effect.all({ auth: Effect.service(Auth), keys: Effect.service(SigningKeys) }), engine(more))
          yield* account(ada)
          const before = yield* process({})
          const old = yield* before.auth.login(ada)
          const after = yield* process({ signingAlgorithm })
          yield* after.auth.authenticate(old.accessToken)
          yield* after.keys.rotateWhenDue
          yield* TestClock.adjust("1 day")
          yield* after.keys.rotateWhenDue
          const tokens = yield* after.auth.login(ada)
          assert.strictEqual(decodeProtectedHeader(tokens.accessToken).alg, signingAlgorithm)
          yield* after.auth.authenticate(tokens.accessToken)
          const { keys } = yield* after.auth.publicKeys
          const key = keys.find(({ kid }) => kid === kidOf(tokens.accessToken))
          assert.strictEqual(key?.alg, signingAlgorithm)
          assert.notProperty(key, "d")
          assert.notProperty(key, "p")
        }).pipe(Effect.provide(Layer.fresh(storage)))
      })
    }
  })
