/**
 * JPEG files.
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf (annex B)
 */
import type { Flaw, ImageFile } from "./ImageFile.ts"

const frameMarkers = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])

/** JFIF without its preview, which would show what the picture was before it was cut. */
const jfif = (segment: Buffer): Buffer => {
  const kept = Buffer.from(segment.subarray(0, 18))
  kept.writeUInt16BE(16, 2)
  kept.writeUInt16BE(0, 16)
  return kept
}

/** What colours look like, and which way up the picture is, belong to the picture. Nothing else does. */
const isKept = (marker: number, segment: Buffer): boolean => {
  if (marker === 0xfe) return false
  if (marker < 0xe0 || marker > 0xef) return true
  const name = segment.toString("latin1", 4, 16)
  return (marker === 0xe2 && name.startsWith("ICC_PROFILE\0")) || (marker === 0xee && name.startsWith("Adobe"))
}

/** The orientation that Exif says, 1 to 8. */
const orientationOf = (segment: Buffer): number | undefined => {
  if (segment.toString("latin1", 4, 10) !== "Exif\0\0" || segment.length < 24) return undefined
  const tiff = segment.subarray(10)
  const order = tiff.toString("latin1", 0, 2)
  if (order !== "II" && order !== "MM") return undefined
  const little = order === "II"
  const short = (at: number) => little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (directory + 2 > tiff.length) return undefined
  const entries = short(directory)
  for (let entry = 0, at = directory + 2; entry < entries && at + 12 <= tiff.length; entry++, at += 12) {
    if (short(at) !== 0x0112) continue
    const orientation = short(at + 8)
    return orientation >= 1 && orientation <= 8 ? orientation : undefined
  }
  return undefined
}

/** Exif that says the orientation and nothing else. */
const upright = (orientation: number): Buffer =>
  Buffer.from([
    0xff, 0xe1, 0x00, 0x22, 0x45, 0x78, 0x69, 0x66, 0x00, 0x00, 0x4d, 0x4d, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08, 0x00, 0x01,
    0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, orientation, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
  ])

/** Where the coded pixels end that begin at a place: at a marker that is neither stuffing nor a restart. */
const endOfScan = (bytes: Buffer, start: number): number => {
  let at = bytes.indexOf(0xff, start)
  while (at !== -1 && at + 1 < bytes.length) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
    at = bytes.indexOf(0xff, next === 0xff ? at + 1 : at + 2)
  }
  return -1
}

export const read = (bytes: Buffer): ImageFile | Flaw => {
  const kept: Array<Buffer> = []
  let header: Buffer | undefined
  let size: { readonly width: number; readonly height: number } | undefined
  let orientation: number | undefined
  let scans = 0
  let at = 2
  while (true) {
    if (at + 2 > bytes.length) return "incomplete"
    if (bytes[at] !== 0xff) return "damaged"
    // any number of 0xff may stand before a marker
    while (bytes[at + 1] === 0xff) at++
    const marker = bytes[at + 1]
    if (marker === undefined) return "incomplete"
    if (marker === 0xd9) break
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return "damaged"
    if (at + 4 > bytes.length) return "incomplete"
    const length = bytes.readUInt16BE(at + 2)
    if (length < 2) return "damaged"
    const end = at + 2 + length
    if (end > bytes.length) return "incomplete"
    const segment = bytes.subarray(at, end)
    if (frameMarkers.has(marker)) {
      if (size !== undefined || length < 8) return "damaged"
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) }
      if (size.width === 0 || size.height === 0) return "damaged"
    }
    if (marker === 0xe0 && header === undefined && length >= 16 && segment.toString("latin1", 4, 9) === "JFIF\0") {
      header = jfif(segment)
    } else if (marker === 0xe1) {
      orientation ??= orientationOf(segment)
    } else if (isKept(marker, segment)) {
      kept.push(segment)
    }
    at = end
    if (marker === 0xda) {
      if (size === undefined) return "damaged"
      scans++
      const stop = endOfScan(bytes, end)
      if (stop === -1) return "incomplete"
      kept.push(bytes.subarray(end, stop))
      at = stop
    }
  }
  if (size === undefined || scans === 0) return "damaged"
  const turned = orientation !== undefined && orientation >= 5
  return {
    width: turned ? size.height : size.width,
    height: turned ? size.width : size.height,
    frames: 1,
    content: Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      ...(header === undefined ? [] : [header]),
      ...(orientation === undefined || orientation === 1 ? [] : [upright(orientation)]),
      ...kept,
      Buffer.from([0xff, 0xd9])
    ])
  }
}
