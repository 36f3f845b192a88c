/**
 * The document of the API and the page that shows it. Both are made when they are first asked for: most servers are
 * never asked, and the page alone is some megabytes of script.
 */
import * as Effect from "effect/Effect"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { documented, type Surroundings } from "./api/Document.ts"
import type { Traits } from "./api/Operation.ts"
import type { StoaApi } from "./api/StoaApi.ts"
import { kept } from "./ContentCoding.ts"
import { documentPolicy } from "./SecurityHeaders.ts"

/** These routes are no part of the document itself, so they say here what they are. */
export const routes: ReadonlyMap<string, Traits> = new Map([
  ["GET /openapi.json", { access: "none", shared: true, tagged: true }],
  ["GET /docs", { access: "none", shared: true, tagged: true }]
])

const page = Effect.fnUntraced(function*(api: StoaApi) {
  let handler: Effect.Effect<HttpServerResponse.HttpServerResponse> = HttpServerResponse.empty({ status: 404 }).pipe(
    Effect.succeed
  )
  const router = yield* HttpRouter.make
  const capturing = HttpRouter.HttpRouter.of({
    ...router,
    add: (_method, _path, made) =>
      Effect.sync(() => {
        if (Effect.isEffect(made)) handler = made as typeof handler
      })
  })
  yield* Layer.build(
    // nothing is loaded from elsewhere: no fonts, no proxy for trying requests
    HttpApiScalar.layer(api, { scalar: { withDefaultFonts: false, theme: "default" } }).pipe(
      Layer.provide(Layer.succeed(HttpRouter.HttpRouter, capturing))
    )
  )
  return HttpServerResponse.setHeader(yield* handler, "content-security-policy", documentPolicy)
}, Effect.scoped)

/** Adds `/openapi.json`, and `/docs` unless it is switched off. */
export const layer = (
  api: StoaApi,
  options: Surroundings & { readonly docs: boolean }
): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  HttpRouter.use(Effect.fnUntraced(function*(router) {
    const whole = documented(api, options)
    const document = yield* kept(Effect.sync(() => HttpServerResponse.jsonUnsafe(OpenApi.fromApi(whole))))
    yield* router.add("GET", "/openapi.json", document)
    if (options.docs) yield* router.add("GET", "/docs", yield* kept(page(whole)))
  }))
