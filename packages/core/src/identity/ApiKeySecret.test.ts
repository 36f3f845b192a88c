import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Entropy } from "../kernel/Entropy.ts"
import * as ApiKeySecret from "./ApiKeySecret.ts"

describe("the secret of an API key", () => {
  it.effect("has a form that a scanner knows, for the smallest and the largest number too", () =>
    Effect.gen(function*() {
      for (const byte of [0, 255]) {
        const secret = yield* Effect.provideService(ApiKeySecret.generate, Entropy, {
          bytes: (length) => new Uint8Array(length).fill(byte)
        })
        assert.match(secret, /^sk_[0-9A-Za-z]{49}$/)
        assert.isTrue(ApiKeySecret.isWellFormed(secret))
      }
    }))

  it.effect("differs for every number", () =>
    Effect.gen(function*() {
      const secrets = yield* Effect.all(Array.from({ length: 200 }, () => ApiKeySecret.generate))
      assert.strictEqual(new Set(secrets).size, 200)
    }))

  it.effect("with one wrong character is recognised as wrong, wherever it is", () =>
    Effect.gen(function*() {
      const secret = yield* ApiKeySecret.generate
      for (let index = 0; index < secret.length; index++) {
        const other = secret[index] === "x" ? "y" : "x"
        assert.isFalse(ApiKeySecret.isWellFormed(secret.slice(0, index) + other + secret.slice(index + 1)))
      }
      for (const wrong of ["", "sk_", secret.slice(0, -1), `${secret}0`, ` ${secret}`, `${secret}\n`]) {
        assert.isFalse(ApiKeySecret.isWellFormed(wrong))
      }
    }))
})
