/**
 * Files in a bucket of S3, or of what speaks its protocol (MinIO, R2, B2, Garage, Ceph).
 */
import { MediaFileMissing, type MediaStorageFailed } from "@stoa/core/media/MediaErrors"
import * as MediaStorage from "@stoa/core/media/MediaStorage"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as S3Requests from "./S3Requests.ts"

export interface S3Options {
  /** Where the store is: `"https://s3.eu-central-1.amazonaws.com"`, `"http://127.0.0.1:9000"`. */
  readonly endpoint: string
  /** `"eu-central-1"`; `"auto"` or `"us-east-1"` for most others. */
  readonly region: string
  /** The bucket, which is there already and which nobody but the shop reads. */
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string | Redacted.Redacted
  /** Of credentials that are good for a time. */
  readonly sessionToken?: string | Redacted.Redacted
  /** What all keys begin with, so that a bucket can hold more than a shop: `"shop"`. */
  readonly prefix?: string
  /**
   * Whether the bucket stands in the path and not in the name of the host. As a rule it does, but for AWS.
   */
  readonly pathStyle?: boolean
  /** How long the store may take to answer, and between two pieces of a file; 30 if not given. */
  readonly seconds?: number
}

const plain = (secret: string | Redacted.Redacted): string => typeof secret === "string" ? secret : Redacted.value(secret)

/** What is sent at once of a file; S3 takes no smaller parts but the last. */
const partBytes = 8 * 1_048_576

/** The base of all addresses, and a mistake in the options told at once. */
const baseOf = ({ bucket, endpoint, pathStyle, prefix = "" }: S3Options): URL => {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw new TypeError(`${JSON.stringify(bucket)} is no name of a bucket`)
  if (!/^(\w[\w.-]*(\/\w[\w.-]*)*)?$/.test(prefix)) throw new TypeError("A prefix is names of letters, digits, dots and hyphens")
  const base = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.username !== "") {
    throw new TypeError("An endpoint looks like https://s3.eu-central-1.amazonaws.com")
  }
  const inPath = pathStyle ?? !base.hostname.endsWith(".amazonaws.com")
  if (!inPath) base.hostname = `${bucket}.${base.hostname}`
  const parts = [base.pathname.replace(/\/+$/, ""), ...(inPath ? [bucket] : []), ...(prefix === "" ? [] : [prefix])]
  base.pathname = `${parts.join("/")}/`
  return base
}

/**
 * Keeps files in a bucket.
 *
 * **Details**
 *
 * Browsers send files to the bucket itself and read private ones from it, by addresses that are good for a time and, for
 * what is sent, for exactly so many bytes. Files of more than 8 mebibytes are sent in parts, of which nothing is seen before the last.
 *
 * **Gotchas**
 *
 * For pages to send files, the bucket needs a CORS rule that allows `PUT` from them. Parts of uploads that were cut off by the death of a
 * process are the bucket's to remove, by a rule for incomplete uploads.
 */
export const s3 = (options: S3Options): MediaStorage.MediaStorage => {
  const base = baseOf(options)
  const { failed, presign, send, textOf } = S3Requests.make({
    accessKeyId: options.accessKeyId,
    secretAccessKey: plain(options.secretAccessKey),
    sessionToken: options.sessionToken === undefined ? undefined : plain(options.sessionToken),
    region: options.region
  }, options.seconds ?? 30)

  const urlOf = (key: string, query: Readonly<Record<string, string>> = {}): URL => {
    const url = new URL(key, base)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  /** Sends what must succeed, and gives the body of the answer. */
  const carryOut = (operation: string, request: S3Requests.S3Request) =>
    Effect.flatMap(send(operation, request), (answer) =>
      Effect.flatMap(textOf(operation, answer), (body) =>
        answer.status >= 200 && answer.status < 300
          ? Effect.succeed(body)
          : Effect.fail(failed(operation, `status ${answer.status}, ${S3Requests.codeIn(body)}`))))

  const storing = "store a file"

  /** A file in parts, from its first one on. */
  const multipart = Effect.fnUntraced(function*(key: string, contentType: string) {
    const begun = yield* carryOut(storing, {
      method: "POST",
      url: urlOf(key, { uploads: "" }),
      headers: { "content-type": contentType }
    })
    const uploadId = /<UploadId>([^<]{1,1000})<\/UploadId>/.exec(begun)?.[1]
    if (uploadId === undefined) return yield* failed(storing, "the upload has no id")
    const tags: Array<string> = []
    return {
      add: (body: Uint8Array) =>
        send(storing, {
          method: "PUT",
          url: urlOf(key, { partNumber: String(tags.length + 1), uploadId }),
          body
        }).pipe(Effect.flatMap((answer) => {
          answer.discard()
          if (answer.status !== 200) return Effect.fail(failed(storing, `status ${answer.status}`))
          tags.push(answer.headers.get("etag") ?? "")
          return Effect.void
        })),
      complete: Effect.suspend(() =>
        carryOut(storing, {
          method: "POST",
          url: urlOf(key, { uploadId }),
          headers: { "content-type": "application/xml" },
          body: Buffer.from(`<CompleteMultipartUpload>${
            tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join("")
          }</CompleteMultipartUpload>`)
        })
      ).pipe(Effect.flatMap((body) =>
        // S3 says 200 before it knows
        body.includes("<Error>")
          ? Effect.fail(failed(storing, S3Requests.codeIn(body)))
          : Effect.void
      )),
      abort: Effect.ignore(carryOut(storing, { method: "DELETE", url: urlOf(key, { uploadId }) }))
    }
  })

  const put = Effect.fnUntraced(function*<E>(
    key: string,
    content: Stream.Stream<Uint8Array, E>,
    contentType: string
  ) {
    let held: Array<Uint8Array> = []
    let heldBytes = 0
    const take = () => {
      const bytes = Buffer.concat(held)
      held = []
      heldBytes = 0
      return bytes
    }
    let parts: Effect.Success<ReturnType<typeof multipart>> | undefined
    yield* Effect.gen(function*() {
      yield* Stream.runForEach(content, (bytes) => {
        held.push(bytes)
        heldBytes += bytes.length
        if (heldBytes < partBytes) return Effect.void
        return Effect.gen(function*() {
          parts ??= yield* multipart(key, contentType)
          yield* parts.add(take())
        })
      })
      if (parts === undefined) {
        yield* carryOut(storing, { method: "PUT", url: urlOf(key), headers: { "content-type": contentType }, body: take() })
      } else {
        if (heldBytes > 0) yield* parts.add(take())
        yield* parts.complete
      }
    }).pipe(Effect.onError(() => parts?.abort ?? Effect.void))
  })

  const reading = "read a file"

  const get = Effect.fnUntraced(function*(key: string, range?: MediaStorage.ByteRange) {
    const isEmpty = range?.length === 0
    const answer = yield* send(reading, {
      method: isEmpty ? "HEAD" : "GET",
      url: urlOf(key),
      headers: range === undefined || isEmpty
        ? {}
        : { range: `bytes=${range.offset}-${range.length === undefined ? "" : range.offset + range.length - 1}` }
    })
    if (answer.status === 200 || answer.status === 206) {
      if (isEmpty) return Stream.empty
      return Stream.fromAsyncIterable(answer.pieces(), () => failed(reading, "the file broke off")) as Stream.Stream<
        Uint8Array,
        MediaStorageFailed
      >
    }
    answer.discard()
    if (answer.status === 404) return yield* new MediaFileMissing({ key })
    // nothing lies behind the end
    if (answer.status === 416) return Stream.empty
    return yield* failed(reading, `status ${answer.status}`)
  })

  const removing = "remove a file"

  return MediaStorage.make({
    name: "s3",
    put: (key, content, { contentType }) => put(key, content, contentType),
    get,
    remove: (keys) =>
      Effect.forEach(
        keys,
        (key) =>
          Effect.flatMap(send(removing, { method: "DELETE", url: urlOf(key) }), (answer) => {
            answer.discard()
            return answer.status === 404 || (answer.status >= 200 && answer.status < 300)
              ? Effect.void
              : Effect.fail(failed(removing, `status ${answer.status}`))
          }),
        { concurrency: 8, discard: true }
      ),
    uploadUrl: (key, { bytes, expiresInSeconds }) =>
      Effect.map(
        presign("sign an address", {
          method: "PUT",
          url: urlOf(key),
          headers: { "content-length": String(bytes) }
        }, expiresInSeconds),
        (url) => ({ url, headers: {} })
      ),
    downloadUrl: (key, { contentType, disposition, expiresInSeconds }) =>
      presign("sign an address", {
        method: "GET",
        url: urlOf(key, { "response-content-type": contentType, "response-content-disposition": disposition })
      }, expiresInSeconds)
  })
}
