/**
 * WebP files, those that move included.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9649
 */
import type { Flaw, ImageFile } from "./ImageFile.ts"

interface Size {
  readonly width: number
  readonly height: number
}

const shown = new Set(["VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "ICCP"])

const lossy = (data: Buffer): Size | undefined =>
  data.length < 10 || data.readUIntBE(3, 3) !== 0x9d012a
    ? undefined
    : { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }

const lossless = (data: Buffer): Size | undefined => {
  if (data.length < 5 || data[0] !== 0x2f) return undefined
  const bits = data.readUInt32LE(1)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

const canvasOf = (data: Buffer): Size | undefined =>
  data.length < 10 ? undefined : { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }

/** Says no more that there are Exif and XMP. */
const withoutMetadata = (chunk: Buffer): Buffer => {
  const copy = Buffer.from(chunk)
  copy[8] = (copy[8] ?? 0) & ~0x0c
  return copy
}

export const read = (bytes: Buffer): ImageFile | Flaw => {
  if (bytes.length < 20) return "incomplete"
  const whole = bytes.readUInt32LE(4) + 8
  if (whole > bytes.length) return "incomplete"
  const kept: Array<Buffer> = []
  let canvas: Size | undefined
  let still: Size | undefined
  let frames = 0
  for (let at = 12; at < whole;) {
    if (at + 8 > whole) return "damaged"
    const type = bytes.toString("latin1", at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    const end = at + 8 + length
    if (end > whole) return "damaged"
    const data = bytes.subarray(at + 8, end)
    const chunk = bytes.subarray(at, end)
    if (type === "VP8X") {
      if (canvas !== undefined || still !== undefined) return "damaged"
      canvas = canvasOf(data)
      if (canvas === undefined) return "damaged"
    } else if (type === "VP8 " || type === "VP8L") {
      if (still !== undefined) return "damaged"
      still = type === "VP8L" ? lossless(data) : lossy(data)
      if (still === undefined) return "damaged"
    } else if (type === "ANMF") {
      if (canvas === undefined || length < 16) return "damaged"
      frames++
      const right = data.readUIntLE(0, 3) * 2 + data.readUIntLE(6, 3) + 1
      const bottom = data.readUIntLE(3, 3) * 2 + data.readUIntLE(9, 3) + 1
      if (right > canvas.width || bottom > canvas.height) return "damaged"
    }
    if (shown.has(type)) {
      kept.push(type === "VP8X" ? withoutMetadata(chunk) : chunk)
      if (length % 2 === 1) kept.push(Buffer.alloc(1))
    }
    at = end + length % 2
  }
  const size = canvas ?? still
  if (size === undefined || (still === undefined && frames === 0)) return "damaged"
  if (size.width === 0 || size.height === 0) return "damaged"
  if (canvas !== undefined && still !== undefined && (still.width !== canvas.width || still.height !== canvas.height)) {
    return "damaged"
  }
  const content = Buffer.concat([Buffer.from("RIFF\0\0\0\0WEBP", "latin1"), ...kept])
  content.writeUInt32LE(content.length - 8, 4)
  return { ...size, frames: Math.max(1, frames), content }
}
