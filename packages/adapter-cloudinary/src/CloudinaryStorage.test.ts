import { type MediaStorageHarness, mediaStorageConformance } from "@stoa/core/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as CloudinarySignature from "./CloudinarySignature.ts"
import { cloudinary, type CloudinaryOptions } from "./CloudinaryStorage.ts"
import * as FakeCloudinary from "./testing/FakeCloudinary.ts"

const storageOf = ({ endpoint }: FakeCloudinary.FakeCloudinary, options: Partial<CloudinaryOptions> = {}) =>
  cloudinary({ ...FakeCloudinary.credentials, endpoint, ...options })

const harness = (name: string, begin: "normally" | "whole"): MediaStorageHarness => ({
  name,
  open: () =>
    Effect.gen(function*() {
      const fake = yield* FakeCloudinary.open
      yield* fake.behave(begin)
      return {
        storage: storageOf(fake, { apiSecret: Redacted.make(FakeCloudinary.credentials.apiSecret) }),
        behave: fake.behave
      }
    })
})

mediaStorageConformance(harness("at Cloudinary", "normally"))
mediaStorageConformance(harness("at Cloudinary, where it gives files as a whole only", "whole"))

const key = "store_1/01jd5m8x2vf6grc1x7e9w0b3qk.jpg"
const jpeg = { contentType: "image/jpeg" }

describe("Cloudinary", () => {
  it.live("holds files of more than 8 MiB in parts, whole or not at all", () =>
    Effect.gen(function*() {
      const fake = yield* FakeCloudinary.open
      const storage = storageOf(fake, { prefix: "shop/files" })
      const bytes = Buffer.alloc(20 * 1_048_576, "abc")
      const pieces = Array.from({ length: 20 }, (_, index) => bytes.subarray(index * 1_048_576, (index + 1) * 1_048_576))
      yield* storage.put(key, Stream.fromIterable(pieces), jpeg)
      assert.isTrue(fake.files.get(`shop/files/${key}`)?.equals(bytes))
      assert.deepStrictEqual(fake.requests.filter((request) => request.startsWith("part")), [
        "part 0-8388607/-1",
        "part 8388608-16777215/-1",
        "part 16777216-20971519/20971520"
      ])
      assert.strictEqual(fake.uploads.size, 0)
      const broken = Stream.concat(Stream.fromIterable(pieces), Stream.fail("broken off" as const))
      assert.strictEqual(yield* Effect.flip(storage.put(`${key}2`, broken, jpeg)), "broken off")
      assert.deepStrictEqual([...fake.files.keys()], [`shop/files/${key}`])
    }).pipe(Effect.scoped))

  it.live("holds a file of exactly 8 or 16 MiB", () =>
    Effect.gen(function*() {
      const fake = yield* FakeCloudinary.open
      const storage = storageOf(fake)
      for (const length of [8, 16]) {
        const bytes = Buffer.alloc(length * 1_048_576, "abc")
        yield* storage.put(key, Stream.make(bytes.subarray(0, 8 * 1_048_576), bytes.subarray(8 * 1_048_576)), jpeg)
        assert.isTrue(fake.files.get(key)?.equals(bytes))
      }
    }).pipe(Effect.scoped))

  it.live("that is busy is asked again, and one that does not answer is given up", () =>
    Effect.gen(function*() {
      const fake = yield* FakeCloudinary.open
      yield* fake.behave("busy")
      yield* storageOf(fake).put(key, Stream.make(Buffer.from("x")), jpeg)
      assert.isTrue(fake.files.has(key))
      yield* fake.behave("stall")
      const given = yield* Effect.flip(storageOf(fake, { seconds: 0.05 }).get(key))
      assert.strictEqual(given._tag, "MediaStorageFailed")
    }).pipe(Effect.scoped))

  it.live("refuses who does not have the secret of the API, and what they are told holds none", () =>
    Effect.gen(function*() {
      const fake = yield* FakeCloudinary.open
      const storage = storageOf(fake, { apiSecret: "guessed" })
      const failure = yield* Effect.flip(storage.put(key, Stream.make(Buffer.from("x")), jpeg))
      assert.strictEqual(failure._tag, "MediaStorageFailed")
      assert.notInclude(`${failure.message} ${JSON.stringify(failure)} ${String(failure.cause)}`, FakeCloudinary.credentials.apiSecret)
      assert.strictEqual(fake.files.size, 0)
    }).pipe(Effect.scoped))

  it("signs the parameters in their order, each for itself", () => {
    const sign = (parameters: CloudinarySignature.Parameters) => CloudinarySignature.sign(parameters, "abcd")
    assert.strictEqual(sign({ b: "2", a: "1" }), sign({ a: "1", b: "2" }))
    assert.notStrictEqual(sign({ a: "1&b=2" }), sign({ a: "1", b: "2" }))
    assert.match(sign({ a: "1" }), /^[0-9a-f]{64}$/)
  })

  it("is told at once if it cannot be asked", () => {
    const wrong: ReadonlyArray<Partial<CloudinaryOptions>> = [
      { endpoint: "api.cloudinary.com" },
      { endpoint: "ftp://api.cloudinary.com" },
      { endpoint: "https://user:hunter2@api.cloudinary.com" },
      { cloudName: "my shop" },
      { cloudName: "../other" },
      { prefix: "../up" }
    ]
    for (const options of wrong) assert.throws(() => cloudinary({ ...FakeCloudinary.credentials, ...options }), TypeError)
  })
})
