/**
 * Files at Cloudinary, which keeps them as they are (`raw`) and gives them to the shop alone (`private`).
 *
 * @see https://cloudinary.com/documentation/image_upload_api_reference
 */
import { MediaFileMissing, type MediaStorageFailed } from "@stoa/core/media/MediaErrors"
import * as MediaStorage from "@stoa/core/media/MediaStorage"
import * as StorageRequests from "@stoa/core/media/StorageRequests"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import * as CloudinarySignature from "./CloudinarySignature.ts"

export interface CloudinaryOptions {
  /** The name of the product environment: `"my-shop"`. */
  readonly cloudName: string
  readonly apiKey: string
  readonly apiSecret: string | Redacted.Redacted
  /** What all names begin with, so that an environment can hold more than a shop: `"shop"`. */
  readonly prefix?: string
  /** Where its API is: `"https://api.cloudinary.com"` if not given, `"https://api-eu.cloudinary.com"` for environments in Europe. */
  readonly endpoint?: string
  /** How long Cloudinary may take to answer, and between two pieces of a file; 30 if not given. */
  readonly seconds?: number
}

/** What is sent at once of a file; Cloudinary takes no smaller parts than 5 MB but the last. */
const partBytes = 8 * 1_048_576

const type = "private"

/** The base of all addresses, and a mistake in the options told at once. */
const baseOf = ({ cloudName, endpoint = "https://api.cloudinary.com", prefix = "" }: CloudinaryOptions): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(cloudName)) throw new TypeError(`${JSON.stringify(cloudName)} is no name of an environment`)
  if (!/^(\w[\w.-]*(\/\w[\w.-]*)*)?$/.test(prefix)) throw new TypeError("A prefix is names of letters, digits, dots and hyphens")
  const base = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.username !== "") {
    throw new TypeError("An endpoint looks like https://api.cloudinary.com")
  }
  return `${base.href.replace(/\/+$/, "")}/v1_1/${cloudName}/raw`
}

/** The part of a file that was asked for, where the whole of it comes. */
const cut = async function*(pieces: AsyncIterable<Uint8Array>, { length = Infinity, offset }: MediaStorage.ByteRange): AsyncGenerator<Uint8Array> {
  let at = 0
  const end = offset + length
  for await (const piece of pieces) {
    const from = Math.max(0, offset - at)
    const until = Math.min(piece.length, end - at)
    at += piece.length
    if (from < until) yield piece.subarray(from, until)
    if (at >= end) return
  }
}

/**
 * Keeps files at Cloudinary.
 *
 * **Details**
 *
 * All files are sent to the engine and read through it, so public ones are cached like those of any other storage, and nobody learns an
 * address at Cloudinary. Files of more than 8 mebibytes are sent in parts, of which nothing is seen before the last.
 *
 * **Gotchas**
 *
 * Cloudinary keeps no empty files, and none larger than the plan of the environment allows for raw files. Parts of uploads that were cut off
 * are Cloudinary's to forget.
 */
export const cloudinary = (options: CloudinaryOptions): MediaStorage.MediaStorage => {
  const base = baseOf(options)
  const apiSecret = typeof options.apiSecret === "string" ? options.apiSecret : Redacted.value(options.apiSecret)
  const { failed, send, textOf } = StorageRequests.make("cloudinary", options.seconds ?? 30)

  /** Parameters as they are sent: with the time, the key of the API and the signature, which is good for an hour. */
  const signed = Effect.fnUntraced(function*(key: string, more: CloudinarySignature.Parameters = {}) {
    const timestamp = String(Math.floor((yield* Clock.currentTimeMillis) / 1_000))
    const publicId = options.prefix === undefined || options.prefix === "" ? key : `${options.prefix}/${key}`
    const parameters = { public_id: publicId, type, timestamp, ...more }
    return { ...parameters, api_key: options.apiKey, signature: CloudinarySignature.sign(parameters, apiSecret) }
  })

  const post = Effect.fnUntraced(function*(
    operation: string,
    action: "upload" | "destroy",
    fields: Readonly<Record<string, string>>,
    part: { readonly file?: Uint8Array; readonly headers?: Readonly<Record<string, string>> } = {}
  ) {
    const answer = yield* send(operation, () => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.append(name, value)
      if (part.file !== undefined) body.append("file", new Blob([part.file as Uint8Array<ArrayBuffer>]), "file")
      return { url: `${base}/${action}`, init: { method: "POST", body, ...(part.headers === undefined ? {} : { headers: part.headers }) } }
    })
    const text = yield* textOf(operation, answer)
    // what it says of an error can hold what was signed
    return answer.status === 200 ? text : yield* failed(operation, `status ${answer.status}`)
  })

  const storing = "store a file"

  const put = Effect.fnUntraced(function*<E>(key: string, content: Stream.Stream<Uint8Array, E>) {
    let held: Array<Uint8Array> = []
    let heldBytes = 0
    let sent = 0
    const id = randomUUID()
    const take = () => {
      const bytes = Buffer.concat(held)
      held = []
      heldBytes = 0
      return bytes
    }
    const upload = Effect.fnUntraced(function*(file: Uint8Array, headers?: Readonly<Record<string, string>>) {
      const fields = yield* signed(key, { overwrite: "true", invalidate: "true" })
      yield* post(storing, "upload", fields, { file, ...(headers === undefined ? {} : { headers }) })
    })
    /** Sends what is held as a part; the last one says how long the file is, and before that nobody sees any of it. */
    const add = Effect.fnUntraced(function*(isLast: boolean) {
      const file = take()
      const end = sent + file.length
      yield* upload(file, { "x-unique-upload-id": id, "content-range": `bytes ${sent}-${end - 1}/${isLast ? end : -1}` })
      sent = end
    })
    yield* Stream.runForEach(content, (bytes) =>
      Effect.gen(function*() {
        // what comes last is held back until that is known
        if (heldBytes >= partBytes && bytes.length > 0) yield* add(false)
        held.push(bytes)
        heldBytes += bytes.length
      }))
    yield* sent === 0 ? upload(take()) : add(true)
  })

  const reading = "read a file"

  const get = Effect.fnUntraced(function*(key: string, range?: MediaStorage.ByteRange) {
    const query = new URLSearchParams(yield* signed(key))
    const wanted = range === undefined || range.length === 0
      ? undefined
      : `bytes=${range.offset}-${range.length === undefined ? "" : range.offset + range.length - 1}`
    const answer = yield* send(reading, () => ({
      url: `${base}/download?${query}`,
      // where it lies is Cloudinary's to say
      init: { redirect: "follow" as const, ...(wanted === undefined ? {} : { headers: { range: wanted } }) }
    }))
    const { pieces, status } = answer
    if (status === 200 || status === 206) {
      if (range?.length === 0) {
        answer.discard()
        return Stream.empty
      }
      const asked = range === undefined || status === 206 ? pieces() : cut(pieces(), range)
      return Stream.fromAsyncIterable(asked, () => failed(reading, "the file broke off")) as Stream.Stream<Uint8Array, MediaStorageFailed>
    }
    answer.discard()
    if (status === 404) return yield* new MediaFileMissing({ key })
    // nothing lies behind the end
    if (status === 416) return Stream.empty
    return yield* failed(reading, `status ${status}`)
  })

  const removing = "remove a file"

  const remove = Effect.fnUntraced(function*(key: string) {
    const text = yield* post(removing, "destroy", yield* signed(key, { invalidate: "true" }))
    if (!/"result"\s*:\s*"(ok|not found)"/.test(text)) return yield* failed(removing, "it was not removed")
  })

  return MediaStorage.make({
    name: "cloudinary",
    put: (key, content) => put(key, content),
    get,
    remove: (keys) => Effect.forEach(keys, remove, { concurrency: 8, discard: true })
  })
}
