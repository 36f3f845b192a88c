import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Entropy } from "./Entropy.ts"
import * as Id from "./Id.ts"

const ThingId = Id.define("thing", "ThingId")

describe("Id", () => {
  it("holds the 128 bits of a UUIDv7 in 26 digits, as TypeID does", () => {
    const random = Uint8Array.from([0xf0, 0x95, 0xfa, 0xe8, 0x08, 0x4a, 0x5b, 0x6f, 0x6a, 0x2c])
    const text = Id.suffix(0x0188a5eb4b84, random)
    const bits = [...text].map((digit) => "0123456789abcdefghjkmnpqrstvwxyz".indexOf(digit).toString(2).padStart(5, "0"))
      .join("").slice(2)
    const hex = BigInt(`0b${bits}`).toString(16).padStart(32, "0")
    assert.strictEqual(hex, "0188a5eb4b847095bae8084a5b6f6a2c")
    assert.strictEqual(text.length, 26)
  })

  it.effect("sorts by the time it was made", () =>
    Effect.gen(function*() {
      const first = yield* ThingId.generate
      yield* TestClock.adjust("1 millis")
      const second = yield* ThingId.generate
      assert.isTrue(first < second)
      assert.isTrue(first.startsWith("thing_"))
    }))

  it.effect("is what the clock and the entropy of the context say", () =>
    Effect.gen(function*() {
      const fixed = Effect.provideService(ThingId.generate, Entropy, { bytes: (length) => new Uint8Array(length) })
      assert.strictEqual(yield* fixed, yield* fixed)
    }))

  it.effect("makes many in ascending order, none twice", () =>
    Effect.gen(function*() {
      const ids = yield* ThingId.generateMany(1000)
      assert.strictEqual(new Set(ids).size, 1000)
      assert.deepStrictEqual([...ids].sort(), [...ids])
    }))

  it("accepts only its own kind", () => {
    const is = Schema.is(ThingId)
    assert.isTrue(is("thing_01jd5m8x2vf6grc1x7e9w0b3qk"))
    for (
      const text of [
        "other_01jd5m8x2vf6grc1x7e9w0b3qk",
        "thing_01JD5M8X2VF6GRC1X7E9W0B3QK",
        "thing_81jd5m8x2vf6grc1x7e9w0b3qk",
        "thing_01jd5m8x2vf6grc1x7e9w0b3q",
        "thing_01jd5m8x2vf6grc1x7e9w0b3qi",
        "thing_",
        ""
      ]
    ) assert.isFalse(is(text), text)
  })
})
