/**
 * The sitemap and `robots.txt`, where robots look for them: at the root of the host.
 */
import { Sitemaps } from "@stoa/core/sitemaps/Sitemaps"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Traits } from "./api/Operation.ts"
import * as ETag from "./ETag.ts"
import { withExchange } from "./handlers/Answer.ts"
import * as ProblemResponse from "./ProblemResponse.ts"

const traits: Traits = { access: "none", shared: true, tagged: true }

/** These routes are no part of the document of the API, so they say here what they are. */
export const routes: ReadonlyArray<readonly [string, Traits]> = [
  ["GET /robots.txt", traits],
  ["GET /sitemap.xml", traits],
  ["GET /sitemaps/:file", traits]
]

const xml = "application/xml; charset=utf-8"

/** These routes say of no errors; what there is no sitemap of is a problem as anywhere else. */
const answered = <E, R>(response: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.catchCause(response, (cause) => withExchange((exchange) => ProblemResponse.answer(exchange, 0)(cause)))

/** Adds them, if a host wants them. */
export const layer = (wanted: boolean): Layer.Layer<never, never, HttpRouter.HttpRouter | Sitemaps> =>
  !wanted ? Layer.empty : HttpRouter.use(Effect.fnUntraced(function*(router) {
    const sitemaps = yield* Sitemaps
    yield* router.add("GET", "/robots.txt", answered(Effect.map(sitemaps.robots, (text) => HttpServerResponse.text(text))))
    yield* router.add(
      "GET",
      "/sitemap.xml",
      answered(Effect.map(sitemaps.index, (text) => HttpServerResponse.text(text, { contentType: xml })))
    )
    yield* router.add("GET", "/sitemaps/:file", answered(Effect.gen(function*() {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { pathname, searchParams } = new URL(request.url, "http://shop.invalid")
      const name = /^\/sitemaps\/([a-z]+)\.xml$/.exec(pathname)?.[1] ?? ""
      const range = Object.fromEntries(searchParams)
      const etag = `"${yield* sitemaps.tag(name, range)}"`
      const context = yield* Effect.context<never>()
      const response = ETag.isKnown(request, etag)
        ? HttpServerResponse.empty({ status: 304 })
        : HttpServerResponse.stream(
          // the body is read after the handler has returned, still in the same store
          Stream.provideContext(Stream.encodeText(sitemaps.part(name, range)), context),
          { contentType: xml }
        )
      return HttpServerResponse.setHeader(response, "etag", etag)
    })))
  }))
