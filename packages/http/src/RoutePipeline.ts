/**
 * What a request goes through once its route is known: the size of its body, who calls, their limit, the version it is
 * based on, its idempotency key; and its answer, once there is one.
 */
import type { IdempotencyStore } from "@stoa/core/idempotency/IdempotencyStore"
import * as Actor from "@stoa/core/kernel/Actor"
import { AskedLanguage, CurrentLanguage } from "@stoa/core/kernel/Language"
import { InvalidInput } from "@stoa/core/kernel/Input"
import type { Stores } from "@stoa/core/stores/Stores"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Cookies from "effect/http/Cookies"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { BodyTooLarge, type CrossSiteRequest, PreconditionFailed, UnsupportedMediaType } from "./api/HttpErrors.ts"
import { type Traits, unknownRoute } from "./api/Operation.ts"
import * as ETag from "./ETag.ts"
import { CurrentExchange, type Exchange } from "./Exchange.ts"
import type { BodyLimits } from "./HttpOptions.ts"
import * as Idempotency from "./Idempotency.ts"
import * as ProblemResponse from "./ProblemResponse.ts"
import type { RateLimits } from "./RateLimits.ts"
import type { RequestActor } from "./RequestActor.ts"
import * as RequestLanguage from "./RequestLanguage.ts"
import type { Handler } from "./RouteTable.ts"
import type { SharedReadings } from "./SharedReadings.ts"

export interface RoutePipelineOptions {
  readonly actors: RequestActor
  readonly bodyLimits: Required<BodyLimits>
  /** Refuses what another site made a browser send. */
  readonly guard: (request: HttpServerRequest.HttpServerRequest) => Effect.Effect<void, CrossSiteRequest>
  readonly idempotency: Context.Service.Shape<typeof IdempotencyStore>
  /** The languages that the store speaks, its own first. */
  readonly languages: Stores["Service"]["languages"]
  readonly limits: RateLimits
  /** What each route is, by its method and path: `"GET /api/v1/cart"`. Others are of plug-ins. */
  readonly traits: ReadonlyMap<string, Traits>
  /** Routes whose handlers were given their services when they were built, and need none from whoever calls them. */
  readonly bringServices: { readonly has: (route: string) => boolean }
  /** The services of the engine, for all other routes. */
  readonly services: Context.Context<never>
  /** Where answers are made that are the same for all guests who ask at the same time. */
  readonly readings: SharedReadings<HttpServerResponse.HttpServerResponse, unknown>
  /** Where work is done that goes on without its caller. */
  readonly working: FiberSet.FiberSet<HttpServerResponse.HttpServerResponse, unknown>
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"])

/** Nothing that comes in is unpacked: a small body may become a very large one. */
const isEncoded = ({ headers, method }: HttpServerRequest.HttpServerRequest): boolean =>
  !safeMethods.has(method) && (headers["content-encoding"] ?? "identity").trim().toLowerCase() !== "identity"

/** Parameters that may be given several times: the values of options and attributes that a list of products is filtered by. */
const lists: ReadonlySet<string> = new Set(["attributes", "options"])

/** No other parameter of ours takes a list; which of two values was meant is nothing to guess. */
const single = (query: Readonly<Record<string, string | Array<string>>>): Effect.Effect<void, InvalidInput> => {
  const faults = Object.entries(query).filter(([name, value]) => Array.isArray(value) && !lists.has(name)).map(([name]) => ({
    path: [name],
    message: "is given more than once"
  }))
  return faults.length === 0 ? Effect.void : Effect.fail(new InvalidInput({ faults }))
}

const finished = (exchange: Exchange, request: HttpServerRequest.HttpServerRequest, traits: Traits) =>
(response: HttpServerResponse.HttpServerResponse) => {
  const rewritten = ProblemResponse.rewritten(response, exchange)
  const answer = rewritten.status < 400 && exchange.cookies.length > 0
    ? HttpServerResponse.mergeCookies(rewritten, Cookies.fromIterable(exchange.cookies))
    : rewritten
  const tagged = traits.tagged === true ? ETag.unlessKnown(ETag.tag(answer, exchange), request) : answer
  return exchange.language === null || tagged.status >= 300
    ? tagged
    : HttpServerResponse.setHeader(tagged, "content-language", exchange.language)
}

/** Wraps the handlers of routes as they are added. */
export const make = (
  { actors, bodyLimits, bringServices, guard, idempotency, languages, limits, readings, services, traits, working }: RoutePipelineOptions
) => {
  /** Goes on when the caller hangs up: what was begun is brought to an end, and its answer kept. */
  const detached = <E, R>(work: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.flatMap(FiberSet.run(working, work), Fiber.join) as typeof work

  return (method: string, path: string, handler: Handler): Handler => {
    const known = traits.get(`${method} ${path}`)
    const route = known ?? unknownRoute
    const limitBytes = route.body === "stream" ? bodyLimits.stream : bodyLimits.json
    const largest = ByteSize.bytes(limitBytes)
    const around = bringServices.has(`${method} ${path}`)
      ? (request: Context.Context<unknown>) => request
      : (request: Context.Context<unknown>) => Context.merge(services, request)
    return Effect.gen(function*() {
      const context = yield* Effect.context<HttpServerRequest.HttpServerRequest | HttpServerRequest.ParsedSearchParams>()
      const exchange = Context.get(context, CurrentExchange)
      if (exchange === null) return yield* Effect.die("a route ran outside of a request")
      const request = Context.get(context, HttpServerRequest.HttpServerRequest)
      const query = Context.get(context, HttpServerRequest.ParsedSearchParams)
      exchange.route = path
      exchange.traits = route
      if (Number(request.headers["content-length"] ?? 0) > limitBytes) return yield* new BodyTooLarge({ limitBytes })
      if (isEncoded(request)) return yield* new UnsupportedMediaType({})
      if (known !== undefined) yield* single(query)
      yield* guard(request)
      if (route.sensitive === true) yield* limits.bySensitivity(exchange)
      const actor = route.access === "none" ? null : yield* actors.resolve(request)
      exchange.actor = actor
      yield* limits.byActor(exchange)
      if (route.conditional === true) {
        const expected = ETag.expectedVersion(request.headers["if-match"])
        if (expected === undefined) return yield* new PreconditionFailed({})
        exchange.expected = expected
      }
      const language = route.translated === true ? yield* RequestLanguage.of(request, query, languages) : undefined
      exchange.language = language?.content ?? null
      const key = (route.idempotent === true || route.doneOnce === true) && request.method === "POST" ? yield* Idempotency.keyOf(request) : undefined
      const isAlike = route.alike === true && (actor === null || actor._tag === "guest")
      const shared = isAlike
        ? readings.read(
          `${language?.shown} ${language?.content} ${request.url}`,
          // with the version that only the exchange of whoever reads has learnt
          route.tagged === true ? Effect.map(handler, (response) => ETag.tag(response, exchange)) : handler
        )
        : handler
      const handled = shared.pipe(
        Effect.catchCause(ProblemResponse.answer(exchange, limitBytes)),
        Effect.map(finished(exchange, request, route))
      )
      const work = Effect.updateContext(
        key === undefined ? handled : Idempotency.run(idempotency, key, request, exchange, handled),
        (context: Context.Context<unknown>) => {
          const limited = Context.add(around(context), HttpServerRequest.MaxBodySize, largest)
          // without this a handler would run as the system
          const called = Context.add(limited, Actor.CurrentActor, isAlike ? Actor.guest() : actor ?? Actor.guest())
          if (language === undefined) return called
          const asked = Context.add(called, AskedLanguage, language.content ?? language.shown)
          return language.shown === null ? asked : Context.add(asked, CurrentLanguage, language.shown)
        }
      )
      return yield* safeMethods.has(request.method) || route.body === "stream" ? work : detached(work)
    })
  }
}
