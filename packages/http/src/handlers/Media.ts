import { MediaLibrary, type OpenedMedia } from "@stoa/core/media/MediaLibrary"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as ByteRange from "../ByteRange.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

/** Whatever a file holds, opened by itself it may do nothing and belongs to nobody. */
const harmless = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** A file never changes: another one has another address. */
const forever = "public, max-age=31536000, immutable"

/** A private file may be kept by who reads it, for as long as the address is good. */
const cached = ({ expires }: OpenedMedia, now: number): string =>
  expires === null ? forever : `private, max-age=${Math.max(0, Math.min(expires - Math.ceil(now / 1_000), 31_536_000))}, immutable`

/** Answers a file, or the part that is asked for, or that the caller has it. */
const answer = Effect.fnUntraced(function*(file: OpenedMedia, request: HttpServerRequest) {
  const { bytes, contentType, disposition, hash } = file
  const etag = `"${hash}"`
  const headers = {
    etag,
    "cache-control": cached(file, yield* Clock.currentTimeMillis),
    "content-security-policy": harmless,
    "content-disposition": disposition,
    "cross-origin-resource-policy": "cross-origin",
    "accept-ranges": "bytes"
  }
  const known = request.headers["if-none-match"]
  if (known !== undefined && ByteRange.matches(known, etag)) return HttpServerResponse.empty({ status: 304, headers })
  const range = ByteRange.parse(request.headers["range"], request.headers["if-range"], etag, bytes)
  if (range === "unsatisfiable") {
    return HttpServerResponse.empty({ status: 416, headers: { ...headers, "content-range": `bytes */${bytes}` } })
  }
  const { length, offset } = range ?? { offset: 0, length: bytes }
  return HttpServerResponse.stream(
    request.method === "HEAD" ? Stream.empty : range === undefined ? file.read() : file.read(range),
    {
      contentType,
      contentLength: length,
      ...(range === undefined ? {} : { status: 206 }),
      headers: range === undefined
        ? headers
        : { ...headers, "content-range": `bytes ${offset}-${offset + length - 1}/${bytes}` }
    }
  )
})

const keeping = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminMedia",
    Effect.fnUntraced(function*(handlers) {
      const media = yield* MediaLibrary
      return handlers.handleAll({
        list: ({ query }) => media.list(query),
        upload: ({ payload, query }) => media.upload(Stream.toAsyncIterable(payload), query),
        requestUpload: ({ payload }) => media.requestUpload(payload),
        completeUpload: ({ params }) => media.completeUpload(params.id),
        get: ({ params }) => versioned(media.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => media.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => media.delete(params.id, version)),
        render: ({ params }) => media.render(params.id),
        signDownload: ({ params, payload }) => media.signDownload(params.id, payload)
      })
    })
  )

const reading = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "media",
    Effect.fnUntraced(function*(handlers) {
      const media = yield* MediaLibrary
      return handlers.handleAll({
        receive: ({ params, payload }) => media.receiveUpload(params.token, Stream.toAsyncIterable(payload)),
        read: ({ params, query, request }) =>
          Effect.flatMap(media.open(params.key, query), (file) => answer(file, request))
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(keeping(api), reading(api))
