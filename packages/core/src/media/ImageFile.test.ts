import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "fast-check"
import * as Pictures from "../testing/Pictures.ts"
import { fileTypeOf } from "./FileType.ts"
import { readerOf } from "./ImageFile.ts"

const pictures: Readonly<Record<string, Buffer>> = {
  "image/jpeg": Pictures.jpeg(40, 30, 1),
  "image/png": Pictures.png(40, 30, { texts: ["52.5163"] }),
  "image/gif": Pictures.gif(3, "52.5163"),
  "image/webp": Pictures.webp(40, 31, "52.5163 ")
}

const read = (type: string, bytes: Buffer) => {
  const reader = readerOf(type as never)
  if (reader === undefined) throw new Error(`nothing reads ${type}`)
  return reader(bytes)
}

const taken = (type: string, bytes: Buffer) => {
  const image = read(type, bytes)
  if (typeof image === "string") throw new Error(`${type} is ${image}`)
  return image
}

describe("a picture", () => {
  it("is recognised by its first bytes", () => {
    for (const [type, bytes] of Object.entries(pictures)) assert.strictEqual(fileTypeOf(bytes), type)
    assert.strictEqual(fileTypeOf(Buffer.from("\0\0\0\x1cftypavif\0\0\0\0mif1avif", "latin1")), "image/avif")
    assert.strictEqual(fileTypeOf(Buffer.from("\0\0\0\x1cftypheic\0\0\0\0mif1heic", "latin1")), "unknown")
    assert.strictEqual(fileTypeOf(Buffer.from("\0\0\0\x14ftypisom\0\0\0\0mp41", "latin1")), "video/mp4")
    assert.strictEqual(fileTypeOf(Buffer.from("\ufeff<!-- x --><SVG xmlns='http://www.w3.org/2000/svg'>")), "svg")
    assert.strictEqual(fileTypeOf(Buffer.from("<\0s\0v\0g\0 \0", "latin1")), "svg")
    assert.strictEqual(fileTypeOf(Buffer.alloc(0)), "unknown")
  })

  it("is not what goods that are sold are recognised by", () => {
    const entry = (name: string, content: string) =>
      Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(26), Buffer.from(name + content)])
    assert.strictEqual(fileTypeOf(entry("mimetype", "application/epub+zip")), "application/epub+zip")
    assert.strictEqual(fileTypeOf(entry("mimetype", "application/vnd.oasis.opendocument.text")), "application/zip")
    assert.strictEqual(fileTypeOf(entry("a.txt", "hello")), "application/zip")
    assert.strictEqual(fileTypeOf(Buffer.from("PK\x05\x06", "latin1")), "unknown")
    assert.strictEqual(fileTypeOf(Buffer.from("ID3\x04\0\0\0\0\x02\x01", "latin1")), "audio/mpeg")
    assert.strictEqual(fileTypeOf(Buffer.from("ID3\xff\0\0\0\0\x02\x01", "latin1")), "unknown")
    assert.strictEqual(fileTypeOf(Buffer.from("ID3 is a tag")), "unknown")
    // 128 kbit/s at 44.1 kHz are frames of 417 bytes, 64 kbit/s at 22.05 kHz of 208
    for (const [header, length] of [[[0xff, 0xfb, 0x90, 0x00], 417], [[0xff, 0xf3, 0x80, 0x00], 208]] as const) {
      const song = Buffer.alloc(length * 2)
      song.set(header, 0)
      song.set(header, length)
      assert.strictEqual(fileTypeOf(song), "audio/mpeg")
      assert.strictEqual(fileTypeOf(song.subarray(0, length)), "unknown", "one frame may be anything")
      song.set([0xff, 0xf1], 0)
      assert.strictEqual(fileTypeOf(song), "unknown", "AAC is no MP3")
    }
  })

  it("is measured, and kept without places, comments and what stands behind its end", () => {
    const sizes: Readonly<Record<string, readonly [number, number, number]>> = {
      "image/jpeg": [40, 30, 1],
      "image/png": [40, 30, 1],
      "image/gif": [1, 1, 3],
      "image/webp": [40, 31, 1]
    }
    for (const [type, bytes] of Object.entries(pictures)) {
      const image = taken(type, Buffer.concat([bytes, Buffer.from("<script>52.5163</script>")]))
      assert.deepStrictEqual([image.width, image.height, image.frames], sizes[type], type)
      assert.notInclude(Buffer.from(image.content).toString("latin1"), "52.5163", type)
      // cleaning what is clean changes nothing
      assert.deepStrictEqual(Buffer.from(taken(type, Buffer.from(image.content)).content), Buffer.from(image.content), type)
    }
  })

  it("stays the way up that the camera held it", () => {
    const sizes: ReadonlyArray<readonly [orientation: number, size: ReadonlyArray<number>]> = [
      [1, [40, 30]],
      [3, [40, 30]],
      [6, [30, 40]],
      [8, [30, 40]],
      [9, [40, 30]]
    ]
    for (const [orientation, size] of sizes) {
      const image = taken("image/jpeg", Pictures.jpeg(40, 30, orientation))
      assert.deepStrictEqual([image.width, image.height], size)
      const again = taken("image/jpeg", Buffer.from(image.content))
      assert.deepStrictEqual([again.width, again.height], size)
    }
  })

  it("that is cut off anywhere is none", () => {
    for (const [type, bytes] of Object.entries(pictures)) {
      for (let length = 12; length < bytes.length; length++) {
        assert.typeOf(read(type, bytes.subarray(0, length)), "string", `${type} of ${length} bytes`)
      }
    }
  })

  it("whose bytes are changed anywhere is read in bounded time, or none", () => {
    const changes = FastCheck.array(
      FastCheck.tuple(FastCheck.nat({ max: 200 }), FastCheck.integer({ min: 0, max: 255 })),
      { minLength: 1, maxLength: 8 }
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...Object.keys(pictures)), changes, (type, changed) => {
        const bytes = Buffer.from(pictures[type] ?? "")
        for (const [at, value] of changed) if (at + 12 < bytes.length) bytes[at + 12] = value
        const image = read(type, bytes)
        if (typeof image === "string") return
        assert.isAtMost(image.content.length, bytes.length + 64)
        assert.isAbove(image.width * image.height, 0)
      }),
      { numRuns: 3_000 }
    )
  })

  it("of nothing but noise is none", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...Object.keys(pictures)),
        FastCheck.uint8Array({ maxLength: 300 }),
        (type, noise) => {
          assert.typeOf(read(type, Buffer.concat([(pictures[type] ?? Buffer.alloc(0)).subarray(0, 2), noise])), "string")
        }
      ),
      { numRuns: 1_000 }
    )
  })
})
