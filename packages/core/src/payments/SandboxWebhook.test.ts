import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { sign, tolerance, verify } from "./SandboxWebhook.ts"

const secret = "whsec_test"
const body = new TextEncoder().encode(`{"id":"evt_1","amount":1000}`)
const now = 1_763_712_000

const outcome = (header: string | undefined, bytes = body) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(now * 1_000)
    const result = yield* Effect.result(verify(bytes, header, secret, "sandbox"))
    return result._tag === "Success" ? "accepted" : result.failure.reason
  })

describe("the signature on a webhook", () => {
  it.effect("is accepted on the body it was made for", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* outcome(sign(body, secret, now)), "accepted")
      assert.strictEqual(yield* outcome(`${sign(body, "the old secret", now)},${sign(body, secret, now).split(",")[1]}`), "accepted")
    }))

  it.effect("missing, it is not read", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* outcome(undefined), "missing_signature")
      assert.strictEqual(yield* outcome(""), "missing_signature")
    }))

  it.effect("with another secret, it is rejected", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* outcome(sign(body, "another secret", now)), "wrong_signature")
      assert.strictEqual(yield* outcome(sign(body, "", now)), "wrong_signature")
    }))

  it.effect("on a body with any one bit flipped, it is rejected", () =>
    Effect.gen(function*() {
      for (let index = 0; index < body.length; index++) {
        const forged = Uint8Array.from(body)
        forged[index] = (forged[index] ?? 0) ^ 1
        assert.strictEqual(yield* outcome(sign(body, secret, now), forged), "wrong_signature")
      }
    }))

  it.effect("on the same JSON written otherwise, it is rejected", () =>
    Effect.gen(function*() {
      const rewritten = new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, 1))
      assert.strictEqual(yield* outcome(sign(body, secret, now), rewritten), "wrong_signature")
    }))

  it.effect("of another length, of another alphabet or of nonsense, it is rejected without an error", () =>
    Effect.gen(function*() {
      const good = sign(body, secret, now)
      const headers = [
        good.slice(0, -1),
        `${good}0`,
        good.toUpperCase(),
        good.replace("v1=", "v0="),
        `t=${now}`,
        good.split(",")[1] as string,
        `t=,v1=`,
        `t=${now},v1=zz`,
        `t=-1,v1=${"0".repeat(64)}`,
        `t=1e9,v1=${"0".repeat(64)}`,
        "null",
        "\u0000",
        `t=${now},${"v1=0,".repeat(10_000)}`
      ]
      for (const header of headers) assert.strictEqual(yield* outcome(header), "wrong_signature", header.slice(0, 80))
    }))

  it.effect("is good for five minutes in both directions, so that an old webhook cannot be replayed", () =>
    Effect.gen(function*() {
      for (const offset of [-tolerance, tolerance]) {
        assert.strictEqual(yield* outcome(sign(body, secret, now + offset)), "accepted")
      }
      for (const offset of [-tolerance - 1, tolerance + 1, -86_400, 86_400]) {
        assert.strictEqual(yield* outcome(sign(body, secret, now + offset)), "stale")
      }
    }))

  it.effect("with a fresher time put on an old one, it is rejected", () =>
    Effect.gen(function*() {
      const old = sign(body, secret, now - 3_600)
      assert.strictEqual(yield* outcome(old.replace(`t=${now - 3_600}`, `t=${now}`)), "wrong_signature")
    }))
})
