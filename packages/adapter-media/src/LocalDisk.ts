/**
 * Files in a folder of this machine, or of one that several machines share.
 */
import { MediaFileMissing, MediaStorageFailed } from "@stoa/core/media/MediaErrors"
import * as MediaStorage from "@stoa/core/media/MediaStorage"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { createReadStream } from "node:fs"
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"

export interface LocalDiskOptions {
  /** The folder, which is made with the first file. Nothing else should write there. */
  readonly folder: string
}

const name = "disk"

const isMissing = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")

const failed = (operation: string) => (cause: unknown): MediaStorageFailed =>
  new MediaStorageFailed({ storage: name, operation, cause })

/**
 * Keeps files in a folder.
 *
 * **Details**
 *
 * A file is written beside its place, brought to the disk, and moved there in one step; whoever reads sees the old one or
 * the new one. Files are for their owner's eyes. Names are made by the engine and checked again here, so none leads out
 * of the folder.
 *
 * **Gotchas**
 *
 * Several processes on several machines need a folder that all of them see, or a storage such as `@stoa/adapter-s3`.
 */
export const localDisk = ({ folder }: LocalDiskOptions): MediaStorage.MediaStorage => {
  /** A folder holds a thousandth of a store's files, so that none grows too long. */
  const placeOf = (key: string): string => {
    const parts = key.split("/")
    const last = parts.pop() ?? ""
    return join(folder, ...parts, last.replace(/[-.].*$/, "").slice(-2), last)
  }

  const write = Effect.fnUntraced(function*<E>(place: string, content: Stream.Stream<Uint8Array, E>) {
    const part = `${place}.${randomUUID()}.part`
    yield* Effect.acquireUseRelease(
      Effect.tryPromise({
        try: async (): Promise<FileHandle> => {
          await mkdir(dirname(place), { recursive: true, mode: 0o700 })
          return open(part, "wx", 0o600)
        },
        catch: failed("write a file")
      }),
      (file) =>
        Effect.andThen(
          Stream.runForEach(content, (bytes) =>
            Effect.tryPromise({ try: () => file.writeFile(bytes), catch: failed("write a file") })),
          Effect.tryPromise({ try: () => file.sync(), catch: failed("write a file") })
        ),
      (file) => Effect.ignore(Effect.tryPromise(() => file.close()))
    ).pipe(
      Effect.andThen(Effect.tryPromise({ try: () => rename(part, place), catch: failed("write a file") })),
      Effect.onError(() => Effect.ignore(Effect.tryPromise(() => rm(part, { force: true }))))
    )
  })

  return MediaStorage.make({
    name,
    put: (key, content) => write(placeOf(key), content),
    get: (key, range) => {
      const place = placeOf(key)
      return Effect.tryPromise({
        try: async () => (await stat(place)).size,
        catch: (error) => isMissing(error) ? new MediaFileMissing({ key }) : failed("read a file")(error)
      }).pipe(Effect.map((size) => {
        const start = range?.offset ?? 0
        const end = Math.min(size, range?.length === undefined ? size : start + range.length)
        // opened when it is read, for not everybody who asks reads
        return start >= end
          ? Stream.empty
          : Stream.suspend(() =>
            Stream.fromAsyncIterable(
              createReadStream(place, { start, end: end - 1 }) as AsyncIterable<Uint8Array>,
              failed("read a file")
            )
          )
      }))
    },
    remove: (keys) =>
      Effect.forEach(
        keys,
        (key) => Effect.tryPromise({ try: () => rm(placeOf(key), { force: true }), catch: failed("remove a file") }),
        { concurrency: 8, discard: true }
      )
  })
}
