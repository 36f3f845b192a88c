/**
 * Answers that are the same for everybody and large are kept compressed as well, for callers that take them so (RFC 9110, 12.5.3).
 */
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { promisify } from "node:util"
import { gzip } from "node:zlib"

/** Whether the caller takes an encoding. One that is named with a weight of nothing is refused. */
export const takes = (accepted: string | undefined, encoding: string): boolean =>
  (accepted ?? "").split(",").some((part) => {
    const [name, ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/)
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

const smaller = (answer: HttpServerResponse.HttpServerResponse): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const { body } = answer
  if (body._tag !== "Uint8Array") return Effect.succeed(answer)
  return Effect.map(Effect.promise(() => promisify(gzip)(body.body)), (bytes) =>
    HttpServerResponse.uint8Array(bytes, {
      contentType: body.contentType,
      headers: { ...answer.headers, "content-length": String(bytes.length), "content-encoding": "gzip" }
    }))
}

/** A handler whose answer is made once, and compressed once when somebody takes it so. */
export const kept = (
  make: Effect.Effect<HttpServerResponse.HttpServerResponse>
): Effect.Effect<
  Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
> =>
  Effect.gen(function*() {
    const whole = yield* Effect.cached(
      Effect.map(make, HttpServerResponse.setHeader("vary", "Authorization, X-API-Key, Accept-Encoding"))
    )
    return [whole, yield* Effect.cached(Effect.flatMap(whole, smaller))] as const
  }).pipe(Effect.map(([whole, small]) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      takes(headers["accept-encoding"], "gzip") ? small : whole)
  ))
