/**
 * Pictures by their structure: how large they are, whether they are whole, and the same picture without metadata.
 *
 * **Details**
 *
 * The file is walked once, in time and memory that grow with its bytes and not with its pixels, and written anew from the
 * parts that show something. What a camera wrote (place, time, owner), comments, previews and whatever stands behind the
 * end of the picture do not come along; colours stay as they are, pixels too. What this measures is what is kept, so no
 * other program can read another picture out of it.
 */
import type { ContentType } from "./Media.ts"
import { read as readGif } from "./GifFile.ts"
import { read as readJpeg } from "./JpegFile.ts"
import { read as readPng } from "./PngFile.ts"
import { read as readWebp } from "./WebpFile.ts"

export interface ImageFile {
  /** As it is shown. */
  readonly width: number
  readonly height: number
  /** 1 for a picture that stands still. */
  readonly frames: number
  /** The file without metadata. */
  readonly content: Uint8Array
}

/** Why a file is no picture. */
export type Flaw = "damaged" | "incomplete"

const readers: Partial<Record<ContentType, (bytes: Buffer) => ImageFile | Flaw>> = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/webp": readWebp,
  "image/gif": readGif
}

/** `undefined` for what is no picture that can be read by its structure. */
export const readerOf = (contentType: ContentType): ((bytes: Buffer) => ImageFile | Flaw) | undefined => readers[contentType]

/** The most pixels that a picture may be wide or high, which is what JPEG and WebP allow, roughly. */
export const maximumSide = 16_384

export const maximumFrames = 2_000
