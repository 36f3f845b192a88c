/**
 * The port for where files lie. `@stoa/adapter-media` has the local disk, `@stoa/adapter-s3` whatever speaks S3,
 * `@stoa/adapter-cloudinary` Cloudinary; `mediaStorageConformance` of `@stoa/core/testing` says what one must do.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { MediaFileMissing, MediaStorageFailed } from "./MediaErrors.ts"

/** A part of a file: `length` bytes from `offset` on, or all that follow. */
export interface ByteRange {
  readonly offset: number
  readonly length?: number
}

/** An address that a browser may send a file to, or read it from, without another credential. */
export interface DirectUpload {
  readonly url: string
  /** What has to be sent with it. */
  readonly headers: Readonly<Record<string, string>>
}

export interface MediaStorage {
  /** Names it in errors: `"disk"`. */
  readonly name: string
  /**
   * Keeps a file, in the place of one with the same key. Whoever reads the key sees the old file or the new one, whole,
   * and nothing new if the content fails or the process dies. Memory does not grow with the file.
   */
  readonly put: <E>(
    key: string,
    content: Stream.Stream<Uint8Array, E>,
    options: { readonly contentType: string }
  ) => Effect.Effect<void, MediaStorageFailed | E>
  /** Opens a file. A range that begins at its end or after it is empty. */
  readonly get: (
    key: string,
    range?: ByteRange
  ) => Effect.Effect<Stream.Stream<Uint8Array, MediaStorageFailed>, MediaFileMissing | MediaStorageFailed>
  /** Removes files; what is not there is no failure. */
  readonly remove: (keys: ReadonlyArray<string>) => Effect.Effect<void, MediaStorageFailed>
  /**
   * An address to send exactly so many bytes to, good for a time. Where it is left out, files are sent to the engine.
   */
  readonly uploadUrl?: (
    key: string,
    options: { readonly bytes: number; readonly expiresInSeconds: number }
  ) => Effect.Effect<DirectUpload, MediaStorageFailed>
  /** An address to read a private file from, good for a time. Where it is left out, the engine serves it. */
  readonly downloadUrl?: (
    key: string,
    options: { readonly expiresInSeconds: number; readonly contentType: string; readonly disposition: string }
  ) => Effect.Effect<string, MediaStorageFailed>
}

/**
 * Keys are made by the engine: the id of the store, and names of lower-case letters, digits, hyphens, underscores and
 * dots. No part of one comes from a caller.
 */
const key = /^[a-z0-9][a-z0-9_-]{0,99}(\/[a-z0-9][a-z0-9_.-]{0,99}){1,3}$/

const isKey = (text: string): boolean => key.test(text) && !text.includes("..")

/** A storage that is asked for keys only. Whatever else would be a bug, not something a caller can cause. */
export const make = (storage: MediaStorage): MediaStorage => {
  const checked = (key: string) => isKey(key) ? Effect.void : Effect.die(new TypeError("This is no key of a file"))
  const { downloadUrl, uploadUrl } = storage
  return {
    name: storage.name,
    put: (key, content, options) => Effect.andThen(checked(key), storage.put(key, content, options)),
    get: (key, range) => Effect.andThen(checked(key), storage.get(key, range)),
    remove: (keys) =>
      keys.length === 0
        ? Effect.void
        : Effect.andThen(Effect.forEach(keys, checked, { discard: true }), storage.remove(keys)),
    ...(uploadUrl === undefined
      ? {}
      : { uploadUrl: (key, options) => Effect.andThen(checked(key), uploadUrl(key, options)) }),
    ...(downloadUrl === undefined
      ? {}
      : { downloadUrl: (key, options) => Effect.andThen(checked(key), downloadUrl(key, options)) })
  }
}
