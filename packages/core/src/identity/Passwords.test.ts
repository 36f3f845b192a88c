import { assert, describe, it } from "@effect/vitest"
import { hash } from "@node-rs/argon2"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer as layerSettings } from "./IdentitySettings.ts"
import * as Passwords from "./Passwords.ts"

const argon2 = { memoryCost: 64, timeCost: 1, parallelism: 1 }

const passwords = (cost: typeof argon2 = argon2, hashesAtOnce = 4) =>
  Effect.provide(
    Effect.service(Passwords.Passwords),
    Layer.provide(Passwords.layer, layerSettings({ argon2: cost, hashesAtOnce }))
  )

describe("passwords", () => {
  it.effect("are kept as Argon2id with the parameters of the settings and a salt of their own", () =>
    Effect.gen(function*() {
      const { hash } = yield* passwords()
      const [a, b] = yield* Effect.all([hash("tulip lamp seven"), hash("tulip lamp seven")])
      assert.match(a, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
      assert.notStrictEqual(a, b)
    }))

  it.effect("match as they are, to the last space and letter", () =>
    Effect.gen(function*() {
      const { hash, verify } = yield* passwords()
      const chosen = [" tulip lamp ", "Straße\u0301", "\u0000nul\u0000bytes", "x".repeat(128), "🔑🔑🔑🔑"]
      for (const password of chosen) {
        const stored = yield* hash(password)
        assert.isTrue(yield* verify(password, stored))
        for (const other of [password.trim(), password.toUpperCase(), password.normalize("NFC"), `${password} `]) {
          assert.strictEqual(yield* verify(other, stored), other === password)
        }
      }
    }))

  it.effect("match nothing where there is no hash, or one that cannot be read", () =>
    Effect.gen(function*() {
      const { verify } = yield* passwords()
      for (const stored of [null, "", "plain", "$argon2id$v=19$m=64,t=1,p=1$broken"]) {
        assert.isFalse(yield* verify("tulip lamp seven", stored))
      }
    }))

  it.effect("are outdated when a parameter has risen since, not when it has fallen", () =>
    Effect.gen(function*() {
      const { isOutdated } = yield* passwords({ memoryCost: 64, timeCost: 2, parallelism: 1 })
      const made = (memoryCost: number, timeCost: number) =>
        Effect.promise(() => hash("x", { memoryCost, timeCost, parallelism: 1 }))
      assert.isTrue(isOutdated(yield* made(32, 2)))
      assert.isTrue(isOutdated(yield* made(128, 1)))
      assert.isFalse(isOutdated(yield* made(64, 2)))
      assert.isFalse(isOutdated(yield* made(128, 3)))
      assert.isTrue(isOutdated("broken"))
    }))

  it.effect("are hashed so many at a time, also when those who asked hang up", () =>
    Effect.gen(function*() {
      const bounded = yield* Passwords.bound(2)
      const waiting: Array<() => void> = []
      let running = 0
      let most = 0
      const work = () =>
        new Promise<void>((resolve) => {
          most = Math.max(most, ++running)
          waiting.push(() => {
            running--
            resolve()
          })
        })
      const fibers = yield* Effect.forEach(Array.from({ length: 50 }), () =>
        Effect.forkChild(bounded(work), { startImmediately: true }))
      assert.strictEqual(running, 2)
      for (const fiber of fibers.slice(0, 40)) fiber.interruptUnsafe()
      yield* Effect.yieldNow
      assert.strictEqual(running, 2)
      let done = 0
      while (fibers.some((fiber) => fiber.pollUnsafe() === undefined)) {
        const finish = waiting.shift()
        if (finish !== undefined) {
          finish()
          done++
        }
        yield* Effect.yieldNow
      }
      assert.strictEqual(most, 2)
      // the two that ran when everybody hung up, and the ten who stayed
      assert.strictEqual(done, 12)
    }))
})
