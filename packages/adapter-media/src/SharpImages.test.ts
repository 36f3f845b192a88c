import * as Pictures from "@stoa/core/testing/Pictures"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import sharp from "sharp"
import { sharpImages } from "./SharpImages.ts"

const images = Effect.sync(() => {
  const images = sharpImages({ seconds: 20 })
  if (images === undefined) throw new Error("sharp is not installed")
  return images
})

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 180, g: 90, b: 30 } } })

const place = { IFD0: { Copyright: "52.5163 N" }, IFD3: { GPSLatitude: "52/1 30/1 0/1" } }

const pixels = 50_000_000

describe("sharp", () => {
  it.live("makes sizes that are upright, in both formats, no wider than the picture and without metadata", () =>
    Effect.gen(function*() {
      const processor = yield* images
      const photo = yield* Effect.promise(() =>
        drawn(400, 200).jpeg().withExif(place).withMetadata({ orientation: 6 }).toBuffer())
      assert.deepStrictEqual(
        yield* processor.inspect(photo, { contentType: "image/jpeg", pixels }),
        { width: 200, height: 400, replacement: null }
      )
      for (const format of ["avif", "webp"] as const) {
        const small = yield* processor.render(photo, { width: 50, format, pixels })
        assert.deepStrictEqual([small.width, small.height], [50, 100])
        const metadata = yield* Effect.promise(() => sharp(small.content).metadata())
        assert.deepStrictEqual(
          [metadata.format, metadata.width, metadata.exif, metadata.xmp, metadata.orientation],
          [format === "avif" ? "heif" : "webp", 50, undefined, undefined, undefined]
        )
        const same = yield* processor.render(photo, { width: 5_000, format, pixels })
        assert.strictEqual(same.width, 200)
      }
    }))

  it.live("takes AVIF only as it has written it anew", () =>
    Effect.gen(function*() {
      const processor = yield* images
      const avif = yield* Effect.promise(() => drawn(60, 40).avif({ effort: 0 }).withExif(place).toBuffer())
      const { height, replacement, width } = yield* processor.inspect(avif, { contentType: "image/avif", pixels })
      assert.deepStrictEqual([width, height], [60, 40])
      const metadata = yield* Effect.promise(() => sharp(replacement ?? Buffer.alloc(0)).metadata())
      assert.deepStrictEqual([metadata.format, metadata.exif], ["heif", undefined])
    }))

  it.live("refuses what is no picture, another one, damaged, or too many pixels", () =>
    Effect.gen(function*() {
      const processor = yield* images
      const photo = yield* Effect.promise(() => drawn(300, 200).jpeg().toBuffer())
      const bomb = Pictures.png(1, 1, { says: { width: 15_000, height: 15_000 } })
      const refused: ReadonlyArray<readonly [image: Uint8Array, contentType: string]> = [
        [Buffer.from("no picture"), "image/jpeg"],
        [photo, "image/png"],
        // its structure is that of a JPEG, its pixels are none
        [Pictures.jpeg(40, 30), "image/jpeg"],
        [photo.subarray(0, photo.length / 2), "image/jpeg"],
        [bomb, "image/png"],
        [Pictures.png(4, 4, { says: { width: 4, height: 400 } }), "image/png"],
        [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"), "image/svg+xml"]
      ]
      for (const [index, [image, contentType]] of refused.entries()) {
        const failed = yield* Effect.flip(processor.inspect(image, { contentType, pixels }))
        assert.strictEqual(failed._tag, "MediaRefused", String(index))
      }
      const rendered = yield* Effect.flip(processor.render(bomb, { width: 10, format: "webp", pixels }))
      assert.strictEqual(rendered._tag, "MediaRefused")
    }))
})
