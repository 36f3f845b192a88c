import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Secrets from "./Secrets.ts"

const oldSecret = Redacted.make("an old secret of at least 32 characters")
const newSecret = Redacted.make("a new secret of at least 32 characters!")

describe("secrets at rest", () => {
  it.effect("are read back for the purpose they were stored for, and for no other", () =>
    Effect.gen(function*() {
      const { decrypt, encrypt, encrypts } = yield* Secrets.make(oldSecret)
      assert.isTrue(encrypts)
      const stored = yield* encrypt("private", "keys:1")
      assert.notInclude(stored, "private")
      assert.notStrictEqual(stored, yield* encrypt("private", "keys:1"))
      assert.strictEqual(yield* decrypt(stored, "keys:1"), "private")
      assert.strictEqual((yield* Effect.flip(decrypt(stored, "keys:2")))._tag, "SecretUnreadable")
    }))

  it.effect("stay readable while the old secret is given after the new one", () =>
    Effect.gen(function*() {
      const stored = yield* (yield* Secrets.make(oldSecret)).encrypt("private", "keys:1")
      const both = yield* Secrets.make(newSecret, oldSecret)
      const onlyNew = yield* Secrets.make(newSecret)
      assert.strictEqual(yield* both.decrypt(stored, "keys:1"), "private")
      assert.strictEqual((yield* Effect.flip(onlyNew.decrypt(stored, "keys:1")))._tag, "SecretUnreadable")
      assert.strictEqual(yield* onlyNew.decrypt(yield* both.encrypt("later", "keys:2"), "keys:2"), "later")
    }))

  it.effect("that were changed or cut are unreadable, not a defect", () =>
    Effect.gen(function*() {
      const { decrypt, encrypt } = yield* Secrets.make(oldSecret)
      const stored = yield* encrypt("private", "keys:1")
      const [version, key, iv, sealed] = stored.split(".")
      // not the last character, some of whose bits mean nothing
      const flipped = `${version}.${key}.${iv}.${sealed!.startsWith("A") ? "B" : "A"}${sealed!.slice(1)}`
      const cut = ["", "v1", "v1..", stored.slice(0, -5), stored.slice(1)]
      for (const wrong of [...cut, flipped, `${version}.${key}.${iv}.`, `${version}.${key}..x`]) {
        assert.strictEqual((yield* Effect.flip(decrypt(wrong, "keys:1")))._tag, "SecretUnreadable", wrong)
      }
    }))

  it.effect("are stored as they are without a secret, say so, and stay readable when one is set", () =>
    Effect.gen(function*() {
      const unprotected = yield* Secrets.Secrets
      assert.isFalse(unprotected.encrypts)
      const stored = yield* unprotected.encrypt("private", "keys:1")
      assert.strictEqual(stored, "plain.private")
      assert.strictEqual(yield* (yield* Secrets.make(oldSecret)).decrypt(stored, "keys:1"), "private")
      const sealed = yield* (yield* Secrets.make(oldSecret)).encrypt("private", "keys:1")
      assert.strictEqual((yield* Effect.flip(unprotected.decrypt(sealed, "keys:1")))._tag, "SecretUnreadable")
    }))

  it.effect("make marks that hold for one text and one purpose, also when the secret was replaced since", () =>
    Effect.gen(function*() {
      const before = yield* Secrets.make(oldSecret)
      const mark = before.sign("entry", "audit:1")
      assert.match(mark, /^[\w-]{8}\.[0-9a-f]{64}$/)
      const both = yield* Secrets.make(newSecret, oldSecret)
      for (const secrets of [before, both]) {
        assert.strictEqual(secrets.verify(mark, "entry", "audit:1"), "good")
        assert.strictEqual(secrets.verify(mark, "entries", "audit:1"), "bad")
        assert.strictEqual(secrets.verify(mark, "entry", "audit:2"), "bad")
        assert.strictEqual(secrets.verify(mark.slice(0, -1), "entry", "audit:1"), "bad")
        assert.strictEqual(secrets.verify("", "entry", "audit:1"), "unknown")
      }
      assert.notStrictEqual(both.sign("entry", "audit:1"), mark)
      assert.strictEqual((yield* Secrets.make(newSecret)).verify(mark, "entry", "audit:1"), "unknown")
    }))

  it.effect("make marks that say so where there is no secret", () =>
    Effect.gen(function*() {
      const unprotected = yield* Secrets.Secrets
      const mark = unprotected.sign("entry", "audit:1")
      assert.isTrue(Secrets.isUnprotected(mark))
      for (const secrets of [unprotected, yield* Secrets.make(oldSecret)]) {
        assert.strictEqual(secrets.verify(mark, "entry", "audit:1"), "good")
        assert.strictEqual(secrets.verify(mark, "other", "audit:1"), "bad")
      }
      assert.strictEqual(unprotected.verify((yield* Secrets.make(oldSecret)).sign("a", "b"), "a", "b"), "unknown")
    }))

  it.effect("are not protected by a word", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(Secrets.make(Redacted.make("hunter2"))))._tag, "SecretTooShort")
    }))
})
