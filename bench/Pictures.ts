/**
 * What it takes to let a picture in and to make its sizes, without storage.
 */
import { sharpImages } from "@stoa/adapter-media"
import { readerOf } from "@stoa/core/media/ImageFile"
import type { ImageProcessor } from "@stoa/core/media/ImageProcessor"
import * as Effect from "effect/Effect"
import sharp from "sharp"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"

/** A photo of so many megapixels, three by two, with enough in it that it is not packed to nothing. */
const photo = async (megapixels: number): Promise<Buffer> => {
  const height = Math.round(Math.sqrt(megapixels * 1e6 * 2 / 3))
  const width = Math.round(height * 1.5)
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const
  const small = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#888", noise } }).png().toBuffer()
  return sharp(small).resize(width, height, { kernel: "cubic" }).jpeg({ quality: 88 }).toBuffer()
}

const pixels = 1e9

/** How many a second are done in some time, so many at once. */
const perSecond = async (run: () => unknown, atOnce: number, millis: number): Promise<number> => {
  await run()
  const start = performance.now()
  let done = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    do {
      await run()
      done++
    } while (performance.now() - start < millis)
  }))
  return done * 1_000 / (performance.now() - start)
}

/** Takes pictures in and makes their sizes. */
export const measure = async ({ megapixels, millis, rounds }: Sizes, add: (table: Table) => void): Promise<void> => {
  const images: ImageProcessor | undefined = sharpImages({ atOnce: 2 })
  const reader = readerOf("image/jpeg")
  if (images === undefined || reader === undefined) throw new Error("sharp is not installed")
  const image = await photo(megapixels)
  const time = millis * rounds
  const decoding = () => Effect.runPromise(images.inspect(image, { contentType: "image/jpeg", pixels }))
  const size = (format: "avif" | "webp", width: number) => () =>
    Effect.runPromise(images.render(image, { format, width, pixels }))
  const decoded = await perSecond(decoding, 1, time)
  const row = async (name: string, run: () => unknown, atOnce = 1): Promise<Row> => {
    const rate = await perSecond(run, atOnce, time)
    return { name, figures: { "a second": rate, "of decoding": decoded / rate } }
  }
  const rows: Array<Row> = [
    { name: "decoded whole", figures: { "a second": decoded, "of decoding": 1 } },
    await row("walked through and cleaned", () => reader(image))
  ]
  for (const format of ["webp", "avif"] as const) {
    for (const width of [320, 640, 1_280, 1_920]) rows.push(await row(`${format} of ${width}`, size(format, width)))
  }
  rows.push(await row("webp of 320, two at once", size("webp", 320), 2))
  add({ title: `A photo of ${megapixels} megapixels, ${(image.length / 1_048_576).toFixed(1)} MiB`, rows })
}
