/**
 * Sizes of pictures by sharp (libvips), which must be installed beside this package.
 */
import type { ImageProcessor, InspectedImage, RenderedImage } from "@stoa/core/media/ImageProcessor"
import { MediaRefused } from "@stoa/core/media/MediaErrors"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { createRequire } from "node:module"
import type { Sharp, SharpOptions as InputOptions } from "sharp"

export interface SharpOptions {
  /** How many pictures are worked on at the same time in this process; 2 if not given. The others wait. */
  readonly atOnce?: number
  /** Seconds after which a picture is given up; 60 if not given. */
  readonly seconds?: number
  /** 1 to 100; 50 if not given. */
  readonly avifQuality?: number
  /** 1 to 100; 78 if not given. */
  readonly webpQuality?: number
}

type Create = (input: Uint8Array, options: InputOptions) => Sharp

type Open = (image: Uint8Array, pixels: number) => Sharp

/** What sharp calls what the engine found a file to be. */
const formats: Readonly<Record<string, string>> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "heif"
}

const isInstalled = (): boolean => {
  try {
    createRequire(import.meta.url).resolve("sharp")
    return true
  } catch {
    return false
  }
}

const load = async (): Promise<Create> => {
  const { default: sharp } = await import("sharp")
  // as many threads as are asked for below, and nothing kept between pictures that are never seen again
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

/**
 * Decodes pictures and makes sizes of them; `undefined` where sharp is not installed, and originals are served. It is
 * loaded when the first picture comes.
 *
 * ```ts
 * media: { storage: localDisk({ folder: "media" }), images: sharpImages() }
 * ```
 */
export const sharpImages = (options: SharpOptions = {}): ImageProcessor | undefined => {
  if (!isInstalled()) return undefined
  const { atOnce = 2, avifQuality = 50, seconds = 60, webpQuality = 78 } = options
  const gate = Semaphore.makeUnsafe(Math.max(1, atOnce))
  let loading: Promise<Create> | undefined

  const opening = (create: Create): Open => (image, pixels) =>
    create(image, { failOn: "error", limitInputPixels: pixels, sequentialRead: true }).timeout({ seconds })

  /** Whatever sharp does not bear is no picture to show. */
  const work = <A>(run: (opened: Open) => Promise<A>): Effect.Effect<A, MediaRefused> =>
    gate.withPermit(Effect.flatMap(
      Effect.promise(() => loading ??= load()),
      (create) => Effect.tryPromise({ try: () => run(opening(create)), catch: () => new MediaRefused({ reason: "damaged" }) })
    ))

  const refuse = (): never => {
    throw new MediaRefused({ reason: "damaged" })
  }

  return {
    name: "sharp",
    inspect: (image, { contentType, pixels }) =>
      work(async (opened): Promise<InspectedImage> => {
        const { autoOrient, compression, format } = await opened(image, pixels).metadata()
        if (format !== formats[contentType]) return refuse()
        if (contentType === "image/avif" && compression !== "av1") return refuse()
        if (contentType === "image/avif") {
          const { data } = await opened(image, pixels).autoOrient().avif({ quality: 80, effort: 2 }).toBuffer({
            resolveWithObject: true
          })
          return { width: autoOrient.width, height: autoOrient.height, replacement: data }
        }
        await opened(image, pixels).resize(8, 8, { fit: "fill" }).raw().toBuffer()
        return { width: autoOrient.width, height: autoOrient.height, replacement: null }
      }),
    render: (image, { format, pixels, width }) =>
      work(async (opened): Promise<RenderedImage> => {
        const sized = opened(image, pixels).autoOrient().resize({ width, withoutEnlargement: true })
        const encoded = format === "avif"
          ? sized.avif({ quality: avifQuality, effort: 2 })
          : sized.webp({ quality: webpQuality })
        const { data, info } = await encoded.toBuffer({ resolveWithObject: true })
        return { content: data, width: info.width, height: info.height }
      })
  }
}
