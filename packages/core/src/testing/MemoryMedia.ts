/**
 * Files of a shop in memory, for tests.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ImageProcessor } from "../media/ImageProcessor.ts"
import { MediaFileMissing, MediaRefused } from "../media/MediaErrors.ts"
import * as MediaStorage from "../media/MediaStorage.ts"

/** A storage and what lies in it, by key. */
export interface MemoryMedia {
  readonly storage: MediaStorage.MediaStorage
  readonly files: ReadonlyMap<string, Uint8Array>
}

export const make = (): MemoryMedia => {
  const files = new Map<string, Uint8Array>()
  const storage = MediaStorage.make({
    name: "memory",
    put: (key, content) =>
      Effect.map(Stream.runCollect(content), (pieces) => void files.set(key, Buffer.concat([...pieces]))),
    get: (key, range) =>
      Effect.suspend(() => {
        const file = files.get(key)
        if (file === undefined) return Effect.fail(new MediaFileMissing({ key }))
        const { length, offset } = { offset: 0, ...range }
        const part = file.subarray(offset, length === undefined ? undefined : offset + length)
        return Effect.succeed(part.length === 0 ? Stream.empty : Stream.make(part))
      }),
    remove: (keys) => Effect.sync(() => keys.forEach((key) => files.delete(key)))
  })
  return { storage, files }
}

/** Says of every size what it is, instead of drawing it; refuses PNG pictures of 13 pixels. */
export const images: ImageProcessor = {
  name: "describing",
  inspect: (image) =>
    Effect.succeed({
      width: Buffer.from(image).readUInt32BE(16),
      height: Buffer.from(image).readUInt32BE(20),
      replacement: null
    }),
  render: (image, { format, width }) =>
    Buffer.from(image).readUInt32BE(16) === 13
      ? Effect.fail(new MediaRefused({ reason: "damaged" }))
      : Effect.succeed({ content: Buffer.from(`${format} ${width}`), width, height: Math.round(width / 2) })
}
