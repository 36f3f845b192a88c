/**
 * What a storage of files must do, wherever it puts them.
 *
 * **Example**
 *
 * ```ts
 * import { mediaStorageConformance } from "@stoa/core/testing"
 *
 * mediaStorageConformance({ name: "my storage", open: () => openMyStorageAndItsServer })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as MediaErrors from "../media/MediaErrors.ts"
import type { ByteRange, MediaStorage } from "../media/MediaStorage.ts"

/** A storage under test and the server that it speaks with. */
export interface MediaStorageUnderTest {
  readonly storage: MediaStorage
  /** From now on the server answers like this; `null` for a storage without a server. */
  readonly behave: ((how: "normally" | "down" | "refuse") => Effect.Effect<void>) | null
}

export interface MediaStorageHarness {
  readonly name: string
  /** Opens an empty storage, and its server, until the scope closes. */
  readonly open: () => Effect.Effect<MediaStorageUnderTest, unknown, Scope.Scope>
}

const jpeg = { contentType: "image/jpeg" }

/** Bytes that tell where they stand, in pieces of a size that nothing is aligned to. */
const bytesOf = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 8)) & 255
  return bytes
}

const inPieces = (bytes: Uint8Array, size: number): Stream.Stream<Uint8Array> =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
  )

const read = Effect.fnUntraced(function*(storage: MediaStorage, key: string, range?: ByteRange) {
  return Buffer.concat(yield* Stream.runCollect(yield* storage.get(key, range)))
})

export const mediaStorageConformance = (harness: MediaStorageHarness): void => {
  describe(`the storage of files ${harness.name}`, () => {
    const test = (name: string, run: (opened: MediaStorageUnderTest) => Effect.Effect<unknown, unknown>) =>
      it.live(name, () => Effect.scoped(Effect.flatMap(harness.open(), run)))

    const keys = Effect.map(CurrentStore, (store) => ({
      one: `${store}/01jd5m8x2vf6grc1x7e9w0b3qk.jpg`,
      other: `${store}/01jd5m8x2vf6grc1x7e9w0b3qm.jpg`,
      smaller: `${store}/01jd5m8x2vf6grc1x7e9w0b3qk-640.avif`,
      incoming: `${store}/incoming/01jd5m8x2vf6grc1x7e9w0b3qk`
    }))

    test("gives back what was put, byte for byte, however large and in whatever pieces", ({ storage }) =>
      Effect.gen(function*() {
        const { incoming, one, other, smaller } = yield* keys
        for (const [key, length, size] of [[one, 5, 2], [other, 70_001, 999], [smaller, 1, 1], [incoming, 9_000_001, 65_537]] as const) {
          const bytes = bytesOf(length)
          yield* storage.put(key, inPieces(bytes, size), jpeg)
          assert.isTrue(Buffer.from(bytes).equals(yield* read(storage, key)), `${length} bytes`)
        }
      }))

    test("gives any part of a file", ({ storage }) =>
      Effect.gen(function*() {
        const { one } = yield* keys
        const bytes = Buffer.from(bytesOf(100_000))
        yield* storage.put(one, inPieces(bytes, 7_000), jpeg)
        const parts: ReadonlyArray<ByteRange> = [
          { offset: 0, length: 1 },
          { offset: 99_999 },
          { offset: 65_000, length: 2_000 },
          { offset: 99_000, length: 5_000 },
          { offset: 100_000 },
          { offset: 200_000, length: 5 },
          { offset: 10, length: 0 }
        ]
        for (const part of parts) {
          const end = part.length === undefined ? undefined : part.offset + part.length
          const expected = bytes.subarray(part.offset, end)
          assert.isTrue(expected.equals(yield* read(storage, one, part)), JSON.stringify(part))
        }
      }))

    test("shows the old file or the new one, and nothing of content that breaks off", ({ storage }) =>
      Effect.gen(function*() {
        const { one, other } = yield* keys
        const broken = Stream.concat(Stream.make(bytesOf(50_000)), Stream.fail("broken off" as const))
        assert.strictEqual(yield* Effect.flip(storage.put(other, broken, jpeg)), "broken off")
        assert.instanceOf(yield* Effect.flip(storage.get(other)), MediaErrors.MediaFileMissing)
        yield* storage.put(one, Stream.make(Buffer.from("old")), jpeg)
        assert.strictEqual(yield* Effect.flip(storage.put(one, broken, jpeg)), "broken off")
        assert.strictEqual((yield* read(storage, one)).toString(), "old")
        yield* storage.put(one, Stream.make(Buffer.from("new")), jpeg)
        assert.strictEqual((yield* read(storage, one)).toString(), "new")
      }))

    test("keeps one of several that are put under one key at the same time, whole", ({ storage }) =>
      Effect.gen(function*() {
        const { one } = yield* keys
        const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(40_000, index))
        yield* Effect.forEach(contents, (bytes) => storage.put(one, inPieces(bytes, 1_000), jpeg), { concurrency: 8 })
        const kept = yield* read(storage, one)
        assert.isTrue(contents.some((bytes) => bytes.equals(kept)))
      }))

    test("removes what is there, and does not mind what is not", ({ storage }) =>
      Effect.gen(function*() {
        const { incoming, one, other, smaller } = yield* keys
        for (const key of [one, other, smaller, incoming]) yield* storage.put(key, Stream.make(Buffer.from(key)), jpeg)
        yield* storage.remove([one, incoming])
        yield* storage.remove([one])
        yield* storage.remove([])
        assert.strictEqual((yield* Effect.flip(storage.get(one)))._tag, "MediaFileMissing")
        assert.strictEqual((yield* read(storage, other)).toString(), other)
        assert.strictEqual((yield* read(storage, smaller)).toString(), smaller)
      }))

    test("takes no key that the engine would not make", ({ storage }) =>
      Effect.gen(function*() {
        for (const key of ["", "a", "../a", "store_1/../a", "store_1/..", "/etc/passwd", "store_1/a/../../b", "store_1/A", "store_1/a\0"]) {
          const exits = [
            yield* Effect.exit(storage.put(key, Stream.make(Buffer.from("x")), jpeg)),
            yield* Effect.exit(storage.get(key)),
            yield* Effect.exit(storage.remove([key]))
          ]
          for (const exit of exits) assert.isTrue(exit._tag === "Failure" && exit.cause.reasons[0]?._tag === "Die", key)
        }
      }))

    test("lets a browser send exactly the file that was announced, and read it, where it can", ({ storage }) =>
      Effect.gen(function*() {
        const { incoming } = yield* keys
        const { downloadUrl, uploadUrl } = storage
        if (uploadUrl === undefined || downloadUrl === undefined) return
        const send = (url: string, headers: Readonly<Record<string, string>>, body: string) =>
          Effect.promise(() => fetch(url, { method: "PUT", headers, body }))
        const { headers, url } = yield* uploadUrl(incoming, { bytes: 5, expiresInSeconds: 60 })
        assert.isAtLeast((yield* send(url, headers, "more than five")).status, 400)
        assert.isAtLeast((yield* send(url.replace("0b3qk", "0b3qz"), headers, "other")).status, 400)
        assert.strictEqual((yield* send(url, headers, "hello")).status, 200)
        assert.strictEqual((yield* read(storage, incoming)).toString(), "hello")
        const address = yield* downloadUrl(incoming, {
          expiresInSeconds: 60,
          contentType: "application/pdf",
          disposition: "attachment; filename=\"a b.pdf\""
        })
        const answer = yield* Effect.promise(() => fetch(address))
        assert.deepStrictEqual(
          [
            answer.status,
            answer.headers.get("content-type"),
            answer.headers.get("content-disposition"),
            yield* Effect.promise(() => answer.text())
          ],
          [200, "application/pdf", "attachment; filename=\"a b.pdf\"", "hello"]
        )
        assert.isAtLeast((yield* Effect.promise(() => fetch(address.replace(/Signature=./, "Signature=0x")))).status, 400)
      }))

    test("says in time that it failed, without a secret", ({ behave, storage }) =>
      Effect.gen(function*() {
        if (behave === null) return
        const { one } = yield* keys
        for (const how of ["refuse", "down"] as const) {
          yield* behave(how)
          const failures = [
            yield* Effect.flip(storage.put(one, Stream.make(Buffer.from("x")), jpeg)),
            yield* Effect.flip(Effect.flatMap(storage.get(one), Stream.runDrain)),
            yield* Effect.flip(storage.remove([one]))
          ]
          for (const failure of failures) {
            assert.strictEqual(failure._tag, "MediaStorageFailed", how)
            assert.notMatch(`${failure.message} ${JSON.stringify(failure)}`, /secret|signature/i)
          }
        }
      }))
  })
}
