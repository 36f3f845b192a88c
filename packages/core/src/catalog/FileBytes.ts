/**
 * The bytes of a file that somebody sends, in pieces of bounded size, with a look at whether they are text.
 */
import { Buffer } from "node:buffer"
import { TextDecoder } from "node:util"
import { ImportRefused } from "./CatalogFilesErrors.ts"

/** A file as it comes in. It is read piece by piece, and no faster than its products are stored. */
export type FileSource = AsyncIterable<Uint8Array | string>

/** Whether something can be read as a file. What its pieces are is seen when they come. */
export const isFileSource = (value: unknown): value is FileSource =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value

/** What was seen of the encoding so far. */
export interface Encoding {
  /** Some bytes are not UTF-8; they read as U+FFFD. */
  damaged: boolean
}

const largestPiece = 65_536

/**
 * The bytes of a file, at most 64 KB at a time. Fails with `ImportRefused` where the source fails, and for UTF-16; other
 * bytes that are not UTF-8 are only noted in `encoding`.
 */
export const pieces = async function*(source: FileSource, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let first = true
  for await (const bytes of toBytes(reportingFailure(source))) {
    if (bytes.length === 0) continue
    if (first && isUtf16(bytes)) {
      throw new ImportRefused({ reason: "not_text", missing: [], detail: "The file is UTF-16; save it as UTF-8" })
    }
    first = false
    for (let at = 0; at < bytes.length; at += largestPiece) {
      const piece = bytes.subarray(at, at + largestPiece)
      if (!encoding.damaged) encoding.damaged = !decodes(decoder, piece)
      yield piece
    }
  }
  if (!encoding.damaged) encoding.damaged = !decodes(decoder, undefined)
}

const isUtf16 = (bytes: Buffer): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)

const decodes = (decoder: TextDecoder, piece: Buffer | undefined): boolean => {
  try {
    decoder.decode(piece, { stream: piece !== undefined })
    return true
  } catch {
    return false
  }
}

/** Texts may be cut between the two halves of a surrogate pair, so the first half waits for the second. */
const toBytes = async function*(source: FileSource): AsyncGenerator<Buffer> {
  let half = ""
  for await (const piece of source) {
    if (typeof piece === "string") {
      const text = half + piece
      const cut = /[\ud800-\udbff]$/.test(text)
      half = cut ? text.slice(-1) : ""
      yield Buffer.from(cut ? text.slice(0, -1) : text)
    } else if (!(piece instanceof Uint8Array)) {
      throw new ImportRefused({ reason: "not_text", missing: [], detail: "The pieces of the file are neither text nor bytes" })
    } else {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    }
  }
  if (half !== "") yield Buffer.from(half)
}

const reportingFailure = async function*(source: FileSource): FileSource & AsyncGenerator<Uint8Array | string> {
  try {
    yield* source
  } catch (cause) {
    throw new ImportRefused({
      reason: "broken_off",
      missing: [],
      detail: `The file could not be read to its end: ${cause instanceof Error ? cause.message : String(cause)}`
    })
  }
}
