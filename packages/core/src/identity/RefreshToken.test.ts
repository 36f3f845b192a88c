import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SessionId } from "./Account.ts"
import * as RefreshToken from "./RefreshToken.ts"

const state = Effect.gen(function*() {
  const before = yield* RefreshToken.first
  const previous = yield* RefreshToken.next(before.family)
  const current = yield* RefreshToken.next(before.family)
  const session = {
    id: yield* SessionId.generate,
    tokenHash: RefreshToken.leafHash(current),
    previousHash: RefreshToken.leafHash(previous),
    revokedAt: null
  }
  return { before, previous, current, session }
})

const times = { now: 30_000, rotatedAt: 0, expiresAt: 100_000, grace: 30_000 }

describe("a refresh token", () => {
  it.effect("is exchanged when it is the current one", () =>
    Effect.gen(function*() {
      const { current, session } = yield* state
      assert.strictEqual(RefreshToken.decide(session, current.leaf, times), "rotate")
      assert.strictEqual(RefreshToken.decide({ ...session, previousHash: null }, current.leaf, times), "rotate")
    }))

  it.effect("is exchanged once more while the grace lasts, and is a reuse one millisecond later", () =>
    Effect.gen(function*() {
      const { previous, session } = yield* state
      assert.strictEqual(RefreshToken.decide(session, previous.leaf, times), "rotate_again")
      assert.strictEqual(RefreshToken.decide(session, previous.leaf, { ...times, now: 30_001 }), "reuse")
    }))

  it.effect("two exchanges old is a reuse even within the grace", () =>
    Effect.gen(function*() {
      const { before, session } = yield* state
      assert.strictEqual(RefreshToken.decide(session, before.leaf, { ...times, now: 0 }), "reuse")
    }))

  it.effect("of a session that has ended does nothing, whichever it is", () =>
    Effect.gen(function*() {
      const { before, current, session } = yield* state
      for (const token of [before, current]) {
        assert.strictEqual(RefreshToken.decide(session, token.leaf, { ...times, now: 100_000 }), "ended")
        assert.strictEqual(
          RefreshToken.decide({ ...session, revokedAt: "1970-01-01T00:00:00.000Z" as never }, token.leaf, times),
          "ended"
        )
      }
    }))

  it.effect("reads back as it was written, and nothing else reads at all", () =>
    Effect.gen(function*() {
      const token = yield* RefreshToken.first
      const text = RefreshToken.format(token)
      assert.deepStrictEqual(RefreshToken.parse(text), token)
      // twice 256 bits, that no other token has
      assert.deepStrictEqual([token.family, token.leaf].map((part) => Buffer.from(part, "base64url").length), [32, 32])
      const many = yield* Effect.forEach(Array.from({ length: 100 }), () => RefreshToken.first)
      assert.strictEqual(new Set(many.flatMap(({ family, leaf }) => [family, leaf])).size, 200)
      const others = ["", text.slice(1), `${text}x`, text.replace(".", ""), `${text}\n`, text.replace("rt_", "sk_")]
      for (const other of others) {
        assert.isUndefined(RefreshToken.parse(other))
      }
    }))
})
