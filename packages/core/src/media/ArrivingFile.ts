/**
 * A file as it comes in: its beginning is looked at before the rest is read, and none is read beyond its limit.
 */
import { MediaRefused, MediaTooLarge } from "./MediaErrors.ts"

/** The bytes of a file, piece by piece. */
export type FileContent = Uint8Array | AsyncIterable<Uint8Array>

export const isFileContent = (value: unknown): value is FileContent =>
  value instanceof Uint8Array || (typeof value === "object" && value !== null && Symbol.asyncIterator in value)

const single = async function*(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export interface ArrivingFile {
  readonly head: Buffer
  /** Everything, the head included. Fails with `MediaTooLarge` or `MediaRefused`. To be read once. */
  readonly rest: (limitBytes: number) => AsyncGenerator<Uint8Array>
  /** Lets go of a file that will not be read. */
  readonly abandon: () => void
}

const isSettled = (error: unknown): error is MediaRefused | MediaTooLarge =>
  error instanceof MediaRefused || error instanceof MediaTooLarge

/** What reading a file fails with. What the sender's side fails with is that it broke off. */
export const failureOf = (error: unknown): MediaRefused | MediaTooLarge =>
  isSettled(error) ? error : new MediaRefused({ reason: "incomplete" })

/** Reads the beginning of a file. */
export const open = async (content: FileContent, headBytes: number): Promise<ArrivingFile> => {
  const pieces = (content instanceof Uint8Array ? single(content) : content)[Symbol.asyncIterator]()
  const first: Array<Uint8Array> = []
  let read = 0
  let ended = false
  const next = async (): Promise<Uint8Array | undefined> => {
    const piece = await pieces.next()
    if (piece.done === true) return undefined
    if (!(piece.value instanceof Uint8Array)) throw new MediaRefused({ reason: "incomplete" })
    return piece.value
  }
  while (read < headBytes && !ended) {
    const piece = await next()
    if (piece === undefined) {
      ended = true
    } else {
      first.push(piece)
      read += piece.length
    }
  }
  const abandon = (): void => {
    const leaving = pieces.return?.()
    if (leaving instanceof Promise) leaving.catch(() => {})
  }
  return {
    head: Buffer.concat(first).subarray(0, headBytes),
    abandon,
    rest: async function*(limitBytes) {
      let total = 0
      const counted = (piece: Uint8Array): Uint8Array => {
        total += piece.length
        if (total > limitBytes) throw new MediaTooLarge({ measure: "bytes", limit: limitBytes })
        return piece
      }
      try {
        for (const piece of first) yield counted(piece)
        for (let piece = ended ? undefined : await next(); piece !== undefined; piece = await next()) yield counted(piece)
      } finally {
        abandon()
      }
    }
  }
}
