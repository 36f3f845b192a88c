/**
 * Whether a file is let in, and as what. Nothing is believed but its bytes.
 */
import * as Effect from "effect/Effect"
import * as ArrivingFile from "./ArrivingFile.ts"
import { fileTypeOf, headBytes } from "./FileType.ts"
import { type Flaw, type ImageFile, maximumFrames, maximumSide, readerOf } from "./ImageFile.ts"
import { type ContentType, isPrivateOnly, type Visibility } from "./Media.ts"
import { MediaRefused, MediaTooLarge } from "./MediaErrors.ts"
import type { MediaSettings } from "./MediaSettings.ts"

/** A picture that may come in. */
export interface AdmittedImage {
  readonly content: Uint8Array
  readonly width: number
  readonly height: number
  readonly animated: boolean
}

/** Opens a file and says what it is, if it may come in for those who are to see it. */
export const open = Effect.fnUntraced(function*(content: ArrivingFile.FileContent, visibility: Visibility) {
  const file = yield* Effect.tryPromise({
    try: () => ArrivingFile.open(content, headBytes),
    catch: ArrivingFile.failureOf
  })
  const type = fileTypeOf(file.head)
  if (type === "unknown" || type === "svg") {
    file.abandon()
    return yield* new MediaRefused({ reason: file.head.length === 0 ? "empty" : type })
  }
  if (visibility !== "private" && isPrivateOnly(type)) {
    file.abandon()
    return yield* new MediaRefused({ reason: "not_private" })
  }
  return { file, contentType: type }
})

/** Everything of a file, while it arrives. */
export const whole = (file: ArrivingFile.ArrivingFile, limitBytes: number) =>
  Effect.tryPromise({
    try: async () => {
      const pieces: Array<Uint8Array> = []
      for await (const piece of file.rest(limitBytes)) pieces.push(piece)
      return Buffer.concat(pieces)
    },
    catch: ArrivingFile.failureOf
  })

const isFlaw = (read: ImageFile | Flaw): read is Flaw => typeof read === "string"

const measured = ({ frames, height, width }: Omit<ImageFile, "content">, pixels: number) => {
  if (width > maximumSide || height > maximumSide) {
    return Effect.fail(new MediaTooLarge({ measure: "side", limit: maximumSide }))
  }
  if (frames > maximumFrames) return Effect.fail(new MediaTooLarge({ measure: "frames", limit: maximumFrames }))
  return width * height * frames > pixels
    ? Effect.fail(new MediaTooLarge({ measure: "pixels", limit: pixels }))
    : Effect.void
}

/** Looks whether a picture is whole, and is what it says. */
export const image = Effect.fnUntraced(function*(
  bytes: Buffer,
  contentType: ContentType,
  { images, pixels }: MediaSettings
) {
  const reader = readerOf(contentType)
  if (reader === undefined) {
    if (images === undefined) return yield* new MediaRefused({ reason: "avif" })
    const { height, replacement, width } = yield* images.inspect(bytes, { contentType, pixels })
    yield* measured({ width, height, frames: 1 }, pixels)
    // what cannot be cleaned here is kept only as it was written anew
    if (replacement === null) return yield* new MediaRefused({ reason: "damaged" })
    return { content: replacement, width, height, animated: false } satisfies AdmittedImage
  }
  const read = reader(bytes)
  if (isFlaw(read)) return yield* new MediaRefused({ reason: read })
  yield* measured(read, pixels)
  if (images !== undefined) {
    const { height, width } = yield* images.inspect(read.content, { contentType, pixels })
    if (width !== read.width || height !== read.height) return yield* new MediaRefused({ reason: "damaged" })
  }
  return {
    content: read.content,
    width: read.width,
    height: read.height,
    animated: read.frames > 1
  } satisfies AdmittedImage
})
