/**
 * What a file is, by its first bytes. Names and headers say what somebody wants others to believe, and are not asked.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
import type { ContentType } from "./Media.ts"
import { isMp3 } from "./Mp3File.ts"

/** So many bytes tell what a file is: the longest frame of an MP3 (1,441) and the header of the next. */
export const headBytes = 2_048

/** `svg`: recognised, so that people are told why it is refused. */
export type FileType = ContentType | "svg" | "unknown"

const startsWith = (bytes: Uint8Array, signature: ReadonlyArray<number>): boolean =>
  bytes.length >= signature.length && signature.every((byte, index) => bytes[index] === byte)

const ascii = (bytes: Uint8Array, from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString("latin1")

const videoBrands = new Set(["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash"])

/** The brands of an ISO base media file: the major one, then those it is compatible with. */
const brandsOf = (bytes: Uint8Array): ReadonlyArray<string> => {
  const end = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length)
  const brands = [ascii(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, at + 4))
  return brands
}

/**
 * How an EPUB begins behind the header of its first entry, which is stored as it is and has no extra field.
 *
 * @see https://www.w3.org/TR/epub-33/#sec-zip-container-mime
 */
const epubStart = "mimetypeapplication/epub+zip"

export const fileTypeOf = (head: Uint8Array): FileType => {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return "image/jpeg"
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "image/png"
  const start = ascii(head, 0, 12)
  if (/^GIF8[79]a/.test(start)) return "image/gif"
  if (start.startsWith("RIFF") && start.endsWith("WEBP")) return "image/webp"
  if (start.startsWith("%PDF-")) return "application/pdf"
  if (start.startsWith("PK\x03\x04")) return ascii(head, 30, 58) === epubStart ? "application/epub+zip" : "application/zip"
  if (isMp3(head)) return "audio/mpeg"
  if (start.slice(4, 8) === "ftyp" && head.length >= 12) {
    const brands = brandsOf(head)
    if (brands[0] === "avif" || brands[0] === "avis") return "image/avif"
    return videoBrands.has(brands[0] ?? "") ? "video/mp4" : "unknown"
  }
  return /<svg[\s/>]|<!doctype\s+svg/i.test(Buffer.from(head).toString("utf8").replaceAll("\0", "")) ? "svg" : "unknown"
}
