/**
 * GIF files, those that move included.
 *
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
import type { Flaw, ImageFile } from "./ImageFile.ts"

/** Where a chain of blocks ends that begins at a place, or -1. */
const endOfBlocks = (bytes: Buffer, start: number): number => {
  for (let at = start; at < bytes.length;) {
    const length = bytes[at] ?? 0
    at += 1 + length
    if (length === 0) return at
  }
  return -1
}

const colours = (flags: number): number => (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)

/** How long a frame is shown, and how often all of them. Comments and applications' own data show nothing. */
const isShown = (bytes: Buffer, at: number): boolean => {
  const label = bytes[at + 1]
  if (label === 0xf9) return true
  return label === 0xff && /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(bytes.toString("latin1", at + 3, at + 14))
}

export const read = (bytes: Buffer): ImageFile | Flaw => {
  if (bytes.length < 13) return "incomplete"
  const width = bytes.readUInt16LE(6)
  const height = bytes.readUInt16LE(8)
  if (width === 0 || height === 0) return "damaged"
  let at = 13 + colours(bytes[10] ?? 0)
  const kept: Array<Buffer> = [bytes.subarray(0, at)]
  let frames = 0
  while (true) {
    const introducer = bytes[at]
    if (introducer === undefined) return "incomplete"
    if (introducer === 0x3b) break
    if (introducer === 0x2c) {
      if (at + 11 > bytes.length) return "incomplete"
      const right = bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5)
      const bottom = bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7)
      if (right > width || bottom > height) return "damaged"
      const end = endOfBlocks(bytes, at + 11 + colours(bytes[at + 9] ?? 0))
      if (end === -1) return "incomplete"
      kept.push(bytes.subarray(at, end))
      frames++
      at = end
    } else if (introducer === 0x21) {
      const end = endOfBlocks(bytes, at + 2)
      if (end === -1) return "incomplete"
      if (isShown(bytes, at)) kept.push(bytes.subarray(at, end))
      at = end
    } else {
      return "damaged"
    }
  }
  if (frames === 0) return "damaged"
  return { width, height, frames, content: Buffer.concat([...kept, Buffer.from([0x3b])]) }
}
