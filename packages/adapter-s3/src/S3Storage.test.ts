import { type MediaStorageHarness, mediaStorageConformance } from "@stoa/core/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { s3, type S3Options } from "./S3Storage.ts"
import * as FakeS3 from "./testing/FakeS3.ts"

const storageOf = ({ endpoint }: FakeS3.FakeS3, options: Partial<S3Options> = {}) =>
  s3({ ...FakeS3.credentials, endpoint, ...options })

const harness: MediaStorageHarness = {
  name: "in S3",
  open: () =>
    Effect.map(FakeS3.open, (fake) => ({
      storage: storageOf(fake, { secretAccessKey: Redacted.make(FakeS3.credentials.secretAccessKey) }),
      behave: fake.behave
    }))
}

mediaStorageConformance(harness)

const key = "store_1/01jd5m8x2vf6grc1x7e9w0b3qk.jpg"
const jpeg = { contentType: "image/jpeg" }

describe("S3", () => {
  it.live("holds files of more than 8 MiB in parts, whole or not at all", () =>
    Effect.gen(function*() {
      const fake = yield* FakeS3.open
      const storage = storageOf(fake, { prefix: "shop/files" })
      const bytes = Buffer.alloc(20 * 1_048_576, "abc")
      const pieces = Array.from({ length: 20 }, (_, index) => bytes.subarray(index * 1_048_576, (index + 1) * 1_048_576))
      yield* storage.put(key, Stream.fromIterable(pieces), jpeg)
      const kept = fake.objects.get(`shop/files/${key}`)
      assert.isTrue(kept?.body.equals(bytes))
      assert.strictEqual(kept?.contentType, "image/jpeg")
      const broken = Stream.concat(Stream.fromIterable(pieces), Stream.fail("broken off" as const))
      assert.strictEqual(yield* Effect.flip(storage.put(`${key}2`, broken, jpeg)), "broken off")
      assert.deepStrictEqual([...fake.objects.keys()], [`shop/files/${key}`])
      assert.strictEqual(fake.uploads.size, 0)
    }).pipe(Effect.scoped))

  it.live("that is busy is asked again, and one that does not answer is given up", () =>
    Effect.gen(function*() {
      const fake = yield* FakeS3.open
      yield* fake.behave("busy")
      yield* storageOf(fake).put(key, Stream.make(Buffer.from("x")), jpeg)
      assert.isTrue(fake.objects.has(key))
      yield* fake.behave("stall")
      const given = yield* Effect.flip(storageOf(fake, { seconds: 0.05 }).get(key))
      assert.strictEqual(given._tag, "MediaStorageFailed")
    }).pipe(Effect.scoped))

  it.live("takes a file from a browser once its address is signed, and no more when that is old", () =>
    Effect.gen(function*() {
      const fake = yield* FakeS3.open
      const { downloadUrl, uploadUrl } = storageOf(fake)
      const { url } = yield* uploadUrl?.(key, { bytes: 5, expiresInSeconds: -1 }) ?? Effect.die("no address")
      const late = yield* Effect.promise(() => fetch(url, { method: "PUT", body: "hello" }))
      assert.strictEqual(late.status, 403)
      assert.notInclude(url, FakeS3.credentials.secretAccessKey)
      const address = yield* downloadUrl?.(key, { expiresInSeconds: 60, contentType: "image/png", disposition: "inline" })
        ?? Effect.die("no address")
      assert.strictEqual((yield* Effect.promise(() => fetch(address))).status, 404)
      assert.strictEqual((yield* Effect.promise(() => fetch(address, { method: "DELETE" }))).status, 403)
    }).pipe(Effect.scoped))

  it("is told at once if it cannot be asked", () => {
    const wrong: ReadonlyArray<Partial<S3Options>> = [
      { endpoint: "s3.example.com" },
      { endpoint: "ftp://s3.example.com" },
      { endpoint: "https://user:hunter2@s3.example.com" },
      { bucket: "No Bucket" },
      { prefix: "../up" }
    ]
    for (const options of wrong) {
      assert.throws(() => s3({ ...FakeS3.credentials, endpoint: "https://s3.example.com", ...options }), TypeError)
    }
  })

  it.effect("has its bucket in the name of the host at AWS, and in the path elsewhere", () =>
    Effect.gen(function*() {
      const addressAt = (options: Partial<S3Options>) => {
        const { downloadUrl } = s3({ ...FakeS3.credentials, endpoint: "https://s3.eu-central-1.amazonaws.com", ...options })
        return Effect.map(
          downloadUrl?.(key, { expiresInSeconds: 60, contentType: "image/png", disposition: "inline" }) ?? Effect.die("none"),
          (url) => url.split("?", 1)[0]
        )
      }
      assert.strictEqual(yield* addressAt({}), `https://stoa-files.s3.eu-central-1.amazonaws.com/${key}`)
      assert.strictEqual(yield* addressAt({ pathStyle: true }), `https://s3.eu-central-1.amazonaws.com/stoa-files/${key}`)
      assert.strictEqual(
        yield* addressAt({ endpoint: "http://127.0.0.1:9000/store/", prefix: "a" }),
        `http://127.0.0.1:9000/store/stoa-files/a/${key}`
      )
    }))
})
