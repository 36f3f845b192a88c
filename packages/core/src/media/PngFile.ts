/**
 * PNG files, those that move included.
 *
 * @see https://www.w3.org/TR/png-3/
 */
import { crc32 } from "node:zlib"
import type { Flaw, ImageFile } from "./ImageFile.ts"

/** What shows something. Texts, times and Exif are none of it, and of what others may add nobody knows. */
const shown = new Set([
  "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD", "hIST",
  "pHYs", "acTL", "fcTL", "fdAT"
])

/** Chunks with a capital at the start must be understood, and there are no others. */
const critical = new Set(["IHDR", "PLTE", "IDAT", "IEND"])

export const read = (bytes: Buffer): ImageFile | Flaw => {
  const kept: Array<Buffer> = [bytes.subarray(0, 8)]
  let size: { readonly width: number; readonly height: number } | undefined
  let declared = 1
  let frames = 0
  let pixels = false
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) return "incomplete"
    const length = bytes.readUInt32BE(at)
    if (length > 0x7fffffff) return "damaged"
    const end = at + 12 + length
    if (end > bytes.length) return "incomplete"
    const type = bytes.toString("latin1", at + 4, at + 8)
    if (!/^[A-Za-z]{4}$/.test(type)) return "damaged"
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return "damaged"
    if ((type === "IHDR") !== (at === 8)) return "damaged"
    if (/^[A-Z]/.test(type) && !critical.has(type)) return "damaged"
    if (type === "IHDR") {
      if (length !== 13) return "damaged"
      size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) }
      if (size.width === 0 || size.height === 0) return "damaged"
    }
    if (type === "acTL" && length === 8) declared = bytes.readUInt32BE(at + 8)
    if (type === "fcTL") frames++
    if (type === "IDAT") pixels = true
    if (shown.has(type)) kept.push(bytes.subarray(at, end))
    at = end
    if (type === "IEND") break
  }
  if (size === undefined || !pixels) return "damaged"
  return { ...size, frames: Math.max(1, declared, frames), content: Buffer.concat(kept) }
}
