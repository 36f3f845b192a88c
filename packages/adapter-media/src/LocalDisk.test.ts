import { type MediaStorageHarness, mediaStorageConformance, MemoryMedia } from "@stoa/core/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { localDisk } from "./LocalDisk.ts"

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "stoa-media-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true }))
)

const onDisk: MediaStorageHarness = {
  name: "on the local disk",
  open: () => Effect.map(folder, (folder) => ({ storage: localDisk({ folder: join(folder, "new") }), behave: null }))
}

const inMemory: MediaStorageHarness = {
  name: "in memory",
  open: () => Effect.sync(() => ({ storage: MemoryMedia.make().storage, behave: null }))
}

mediaStorageConformance(onDisk)
mediaStorageConformance(inMemory)

describe("the local disk", () => {
  it.live("keeps files for their owner's eyes, and nothing of what broke off", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const storage = localDisk({ folder: root })
      const key = "store_1/01jd5m8x2vf6grc1x7e9w0b3qk-640.avif"
      yield* storage.put(key, Stream.make(Buffer.from("whole")), { contentType: "image/avif" })
      const broken = Stream.concat(Stream.make(Buffer.from("half")), Stream.fail("broken off" as const))
      yield* Effect.flip(storage.put(key, broken, { contentType: "image/avif" }))
      const files = (yield* Effect.promise(() => readdir(root, { recursive: true, withFileTypes: true })))
        .filter((entry) => entry.isFile())
      assert.deepStrictEqual(files.map(({ name }) => name), ["01jd5m8x2vf6grc1x7e9w0b3qk-640.avif"])
      const [file] = files
      const { mode } = yield* Effect.promise(() => stat(join(file?.parentPath ?? "", file?.name ?? "")))
      assert.strictEqual(mode & 0o777, 0o600)
    }).pipe(Effect.scoped))

  it.live("that cannot be written says so", () =>
    Effect.gen(function*() {
      const storage = localDisk({ folder: "/dev/null/media" })
      const failed = yield* Effect.flip(storage.put("store_1/a.jpg", Stream.make(Buffer.from("x")), { contentType: "image/jpeg" }))
      assert.deepInclude(failed, { _tag: "MediaStorageFailed", storage: "disk", kind: "unavailable" })
      assert.strictEqual((yield* Effect.flip(storage.get("store_1/a.jpg")))._tag, "MediaFileMissing")
    }))
})
