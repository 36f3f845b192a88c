/**
 * Small pictures for tests, written by hand: whole by their structure, and with whatever else a test wants in them.
 */
import { crc32, deflateSync } from "node:zlib"

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A grey PNG. `says` is what its header says of its size, should it lie. */
export const png = (
  width: number,
  height: number,
  { says = { width, height }, texts = [] }: {
    readonly says?: { readonly width: number; readonly height: number }
    readonly texts?: ReadonlyArray<string>
  } = {}
): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", Buffer.concat([word(says.width), word(says.height), Buffer.from([8, 0, 0, 0, 0])])),
    ...texts.map((text) => chunk("tEXt", Buffer.from(`Comment\0${text}`, "latin1"))),
    chunk("IDAT", deflateSync(Buffer.alloc((width + 1) * height, 0x40))),
    chunk("IEND", Buffer.alloc(0))
  ])

/** Exif with an orientation and a place, little-endian as cameras write it. */
const exif = (orientation: number, place: string): Buffer => {
  const data = Buffer.from(place, "latin1")
  const tiff = Buffer.alloc(26)
  tiff.write("II", 0, "latin1")
  tiff.writeUInt16LE(42, 2)
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(1, 8)
  tiff.writeUInt16LE(0x0112, 10)
  tiff.writeUInt16LE(3, 12)
  tiff.writeUInt32LE(1, 14)
  tiff.writeUInt16LE(orientation, 18)
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, data])
}

const segment = (marker: number, data: Uint8Array): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

/** What has the structure of a JPEG, with a place in its Exif and a comment; its pixels are none that a decoder knows. */
export const jpeg = (width: number, height: number, orientation = 1, place = "52.5163 N, 13.3777 E"): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, exif(orientation, place)),
    segment(0xfe, Buffer.from(place, "latin1")),
    segment(0xc0, Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0x34, 0xff, 0x00, 0x56, 0xff, 0xd0, 0x78]),
    Buffer.from([0xff, 0xd9])
  ])

/** A GIF of so many frames of one pixel. */
export const gif = (frames: number, comment = ""): Buffer =>
  Buffer.concat([
    Buffer.from("GIF89a", "latin1"),
    Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    ...(comment === "" ? [] : [Buffer.from([0x21, 0xfe, comment.length]), Buffer.from(comment, "latin1"), Buffer.from([0])]),
    ...Array.from({ length: frames }, () => Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])),
    Buffer.from([0x3b])
  ])

/** A lossless WebP by its structure, with Exif behind it. */
export const webp = (width: number, height: number, place = "52.5163 N"): Buffer => {
  const part = (type: string, data: Uint8Array) => {
    const head = Buffer.alloc(8)
    head.write(type, "latin1")
    head.writeUInt32LE(data.length, 4)
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
  }
  const canvas = Buffer.alloc(10)
  canvas[0] = 0x08
  canvas.writeUIntLE(width - 1, 4, 3)
  canvas.writeUIntLE(height - 1, 7, 3)
  const pixels = Buffer.alloc(6)
  pixels[0] = 0x2f
  pixels.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1)
  const body = Buffer.concat([
    Buffer.from("WEBP", "latin1"),
    part("VP8X", canvas),
    part("VP8L", pixels),
    part("EXIF", Buffer.from(place, "latin1"))
  ])
  const head = Buffer.alloc(8)
  head.write("RIFF", "latin1")
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}
