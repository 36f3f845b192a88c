/**
 * An engine as one effect from a request to its answer: the routes of the API, of its documents and of the plug-ins,
 * and around them what every request goes through.
 *
 * Around the router: the request's id, the caller's address, its limit, errors as problems, headers, the log and the
 * metrics. Around each route: the size of the body, who calls, their limit, idempotency, entity tags.
 */
import type { AddressBook } from "@stoa/core/addresses/AddressBook"
import type { AuditChain } from "@stoa/core/auditing/AuditChain"
import type { AuditLog } from "@stoa/core/audit/AuditLog"
import type { Books } from "@stoa/core/books/Books"
import type { Cancellations } from "@stoa/core/cancellations/Cancellations"
import type { Carts } from "@stoa/core/cart/Carts"
import type { Attributes } from "@stoa/core/catalog/Attributes"
import type { BulkEdits } from "@stoa/core/catalog/BulkEdits"
import type { Brands } from "@stoa/core/catalog/Brands"
import type { Catalog } from "@stoa/core/catalog/Catalog"
import type { Collections } from "@stoa/core/catalog/Collections"
import type { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import type { Checkout } from "@stoa/core/checkout/Checkout"
import type { ReturnLabels } from "@stoa/core/labels/ReturnLabels"
import type { ShippingLabels } from "@stoa/core/labels/ShippingLabels"
import type { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import type { Documents } from "@stoa/core/documents/Documents"
import * as CallContext from "@stoa/core/engine/CallContext"
import { IdempotencyStore } from "@stoa/core/idempotency/IdempotencyStore"
import type { IdentityServices } from "@stoa/core/identity/Identity"
import type { Inventory } from "@stoa/core/inventory/Inventory"
import type { Jobs } from "@stoa/core/jobs/Jobs"
import { RateLimitCounters } from "@stoa/core/limits/RateLimitCounters"
import type { Marketing } from "@stoa/core/marketing/Marketing"
import type { MailDeliveries } from "@stoa/core/notifications/MailDeliveries"
import type { BackInStock } from "@stoa/core/restock/BackInStock"
import type { Pushes } from "@stoa/core/notifications/Pushes"
import type { Inbox } from "@stoa/core/notifications/Inbox"
import type { MediaLibrary } from "@stoa/core/media/MediaLibrary"
import type { NotificationTemplates } from "@stoa/core/notifications/NotificationTemplates"
import type { Claims } from "@stoa/core/returns/Claims"
import type { Returns } from "@stoa/core/returns/Returns"
import type { Analytics } from "@stoa/core/analytics/Analytics"
import type { Dashboards } from "@stoa/core/dashboards/Dashboards"
import type { Metrics } from "@stoa/core/metrics/Metrics"
import type { Reports } from "@stoa/core/reports/Reports"
import type { Forecasts } from "@stoa/core/forecasts/Forecasts"
import type { Downloads } from "@stoa/core/downloads/Downloads"
import type { LicenseKeys } from "@stoa/core/licenses/LicenseKeys"
import type { FeatureFlags } from "@stoa/core/flags/FeatureFlags"
import type { Resolved } from "@stoa/core/redirects/Redirect"
import type { ProductLinks } from "@stoa/core/catalog/ProductLinks"
import { Redirects } from "@stoa/core/redirects/Redirects"
import type { Sitemaps } from "@stoa/core/sitemaps/Sitemaps"
import type { Questions } from "@stoa/core/questions/Questions"
import type { Search } from "@stoa/core/search/Search"
import type { Reviews } from "@stoa/core/reviews/Reviews"
import type { OrderEdits } from "@stoa/core/edits/OrderEdits"
import type { OrderNotes } from "@stoa/core/orders/OrderNotes"
import type { OrderViews } from "@stoa/core/orders/OrderViews"
import type { Orders } from "@stoa/core/orders/Orders"
import type { Disputes } from "@stoa/core/payments/Disputes"
import type { Payouts } from "@stoa/core/payments/Payouts"
import type { SavedMethods } from "@stoa/core/payments/SavedMethods"
import type { Payments } from "@stoa/core/payments/Payments"
import type { Campaigns } from "@stoa/core/campaigns/Campaigns"
import type { DraftOrders } from "@stoa/core/drafts/DraftOrders"
import type { CustomerGroups } from "@stoa/core/customers/CustomerGroups"
import type { LoyaltyPoints } from "@stoa/core/loyalty/LoyaltyPoints"
import type { Referrals } from "@stoa/core/referrals/Referrals"
import type { GiftCards } from "@stoa/core/value/GiftCards"
import type { StoreCredit } from "@stoa/core/value/StoreCredit"
import type { FraudLists } from "@stoa/core/fraud/FraudLists"
import type { FraudReviews } from "@stoa/core/payments/FraudReviews"
import type { PricePreviews } from "@stoa/core/cart/PricePreviews"
import type { PriceLists } from "@stoa/core/prices/PriceLists"
import type { Shipping } from "@stoa/core/shipping/Shipping"
import { Stores } from "@stoa/core/stores/Stores"
import type { TaxExemptions } from "@stoa/core/tax/TaxExemptions"
import type { Taxes } from "@stoa/core/tax/Taxes"
import type { Coupons } from "@stoa/core/cart/Coupons"
import type { Promotions } from "@stoa/core/promotions/Promotions"
import type { WebhookEndpoints } from "@stoa/core/webhooks/WebhookEndpoints"
import type { OrderParts } from "@stoa/core/marketplace/OrderParts"
import type { VendorDesk } from "@stoa/core/marketplace/VendorDesk"
import type { Vendors } from "@stoa/core/vendors/Vendors"
import type { SavedForLater } from "@stoa/core/cart/SavedForLater"
import type { SharedCarts } from "@stoa/core/cart/SharedCarts"
import type { SharedWishLists } from "@stoa/core/wishes/SharedWishLists"
import type { WishList } from "@stoa/core/wishes/WishList"
import type { Zones } from "@stoa/core/zones/Zones"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import * as AccessLog from "./AccessLog.ts"
import * as AdminPage from "./AdminPage.ts"
import type { AddedRoute } from "./api/Document.ts"
import { MethodNotAllowed, RouteNotFound } from "./api/HttpErrors.ts"
import { Operation, type Traits } from "./api/Operation.ts"
import { defaultPrefix, type StoaApi, withPrefix } from "./api/StoaApi.ts"
import * as Cors from "./Cors.ts"
import * as Docs from "./Docs.ts"
import * as LinkPages from "./LinkPages.ts"
import type { Exchange } from "./Exchange.ts"
import * as Handlers from "./handlers/Handlers.ts"
import type { HttpOptions } from "./HttpOptions.ts"
import { Lifecycle, type LifecycleState } from "./Lifecycle.ts"
import * as ProblemResponse from "./ProblemResponse.ts"
import * as RateLimits from "./RateLimits.ts"
import * as RequestActor from "./RequestActor.ts"
import * as RequestContext from "./RequestContext.ts"
import * as RequestMetrics from "./RequestMetrics.ts"
import * as RequestOrigin from "./RequestOrigin.ts"
import * as RoutePipeline from "./RoutePipeline.ts"
import * as RouteTable from "./RouteTable.ts"
import * as SecurityHeaders from "./SecurityHeaders.ts"
import * as SparseFields from "./SparseFields.ts"
import * as SharedReadings from "./SharedReadings.ts"
import * as SitemapFiles from "./SitemapFiles.ts"
import * as SessionCookies from "./SessionCookies.ts"

/** The services of an engine that the API is made of. */
export type HttpServices =
  | AddressBook
  | AuditChain
  | AuditLog
  | Books
  | Disputes
  | Cancellations
  | Carts
  | Attributes
  | Brands
  | BulkEdits
  | Catalog
  | Collections
  | CatalogFiles
  | Checkout
  | Documents
  | Fulfilments
  | ReturnLabels
  | ShippingLabels
  | Returns
  | Claims
  | Questions
  | SavedForLater
  | SharedCarts
  | SharedWishLists
  | WishList
  | Reviews
  | Search
  | Analytics
  | Forecasts
  | Reports
  | Dashboards
  | Metrics
  | Downloads
  | LicenseKeys
  | FeatureFlags
  | ProductLinks
  | Redirects
  | Sitemaps
  | IdempotencyStore
  | IdentityServices
  | Inbox
  | Inventory
  | Jobs
  | BackInStock
  | MailDeliveries
  | Marketing
  | Pushes
  | MediaLibrary
  | NotificationTemplates
  | OrderEdits
  | OrderNotes
  | Orders
  | OrderViews
  | Payments
  | Payouts
  | SavedMethods
  | RateLimitCounters
  | Coupons
  | Campaigns
  | DraftOrders
  | CustomerGroups
  | GiftCards
  | LoyaltyPoints
  | Referrals
  | FraudLists
  | FraudReviews
  | PriceLists
  | PricePreviews
  | Promotions
  | StoreCredit
  | Shipping
  | Stores
  | TaxExemptions
  | Taxes
  | WebhookEndpoints
  | OrderParts
  | VendorDesk
  | Vendors
  | Zones

/** What an engine shows of itself to be served: every `Stoa` does. */
export interface Engine {
  readonly context: Context.Context<HttpServices>
  readonly plugins: ReadonlyArray<{
    readonly name: string
    readonly http: Layer.Layer<never, unknown, unknown> | undefined
  }>
}

export interface HttpApp {
  /** Answers a request. It never fails, except by interruption. */
  readonly answer: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    never,
    HttpServerRequest.HttpServerRequest | Scope.Scope
  >
  /** What `answer` runs with. */
  readonly context: Context.Context<never>
  /** Whether an address belongs to this server, so that a host may keep the others. */
  readonly serves: (url: string) => boolean
  /** Where an address that nothing of this server is at leads, if its redirects are asked and have one. */
  readonly redirect: (method: string, url: string) => Effect.Effect<Resolved | undefined>
  /** Tells whoever asks for readiness that this server is about to stop. */
  readonly drain: Effect.Effect<void>
  /** Waits until everything that was begun is done, whoever still waits for it. */
  readonly idle: Effect.Effect<void>
}

const defaultBodyLimits = { json: 1_048_576, stream: 268_435_456 }

/** What each route of the API is, by its method and path. */
const traitsOf = (api: StoaApi): ReadonlyMap<string, Traits> => {
  const traits = new Map<string, Traits>()
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      traits.set(`${endpoint.method} ${endpoint.path}`, Context.get(endpoint.annotations, Operation))
    }
  })
  return traits
}

/** Builds the routes and what is around them. Lives as long as the scope. */
export const make = Effect.fnUntraced(function*(engine: Engine, options: HttpOptions = {}) {
  const prefix = (options.prefix ?? defaultPrefix).replace(/^\/*(.*?)\/*$/, (_whole, path) => path === "" ? "" : `/${path}`)
  const api = withPrefix(prefix)
  const bodyLimits = { ...defaultBodyLimits, ...options.bodyLimits }
  const own = RequestContext.withoutCaller(engine.context) as Context.Context<HttpServices>
  // an engine that was given loggers keeps them
  const called = CallContext.of(own)
  const context = called.mapUnsafe.has(Logger.CurrentLoggers.key)
    ? called
    : Context.add(called, Logger.CurrentLoggers, new Set([AccessLog.jsonLogger]))

  const lifecycle: LifecycleState = { startedAt: yield* Clock.currentTimeMillis, draining: false, stopping: Latch.makeUnsafe(false) }
  const limits = options.rateLimits === false ? RateLimits.none : yield* Effect.updateContext(
    RateLimits.make(Context.get(own, RateLimitCounters), options.rateLimits ?? {}),
    // what it does in the background it does in the engine's store
    (ambient: Context.Context<Scope.Scope>) => Context.merge(context, ambient)
  )
  const working = yield* FiberSet.make<HttpServerResponse.HttpServerResponse, unknown>()
  const log = AccessLog.make(options.accessLog)
  const count = RequestMetrics.make()
  const securityHeaders = SecurityHeaders.make(options.strictTransportSecurity)

  const added: Array<AddedRoute> = []
  let plugin: string | undefined
  const ofApi = traitsOf(api)
  const pipeline = RoutePipeline.make({
    actors: yield* Effect.provideContext(RequestActor.make, own),
    bodyLimits,
    guard: SessionCookies.guard(options.cors),
    idempotency: Context.get(own, IdempotencyStore),
    languages: Context.get(own, Stores).languages,
    limits,
    readings: yield* SharedReadings.make<HttpServerResponse.HttpServerResponse, unknown>(),
    traits: new Map([...Docs.routes, ...LinkPages.routes(prefix), ...AdminPage.routes(options.admin), ...SitemapFiles.routes, ...ofApi]),
    bringServices: ofApi,
    services: own,
    working
  })
  const sparse = SparseFields.make(api)
  const table = yield* RouteTable.make((method, path, handler) => {
    if (plugin !== undefined) added.push({ plugin, method, path })
    return pipeline(method, path, plugin === undefined ? sparse(method, path, handler) : handler)
  })
  const routes = Layer.mergeAll(
    HttpApiBuilder.layer(api).pipe(Layer.provide(Handlers.layer(api, { ...options, streamBytes: bodyLimits.stream }))),
    LinkPages.layer(prefix, options.links),
    AdminPage.layer(prefix, options.admin),
    SitemapFiles.layer(options.sitemap ?? false),
    Docs.layer(api, { docs: options.docs ?? true, publicUrl: options.publicUrl ?? "/", added: () => added })
  ).pipe(
    Layer.provide(Layer.succeed(HttpRouter.HttpRouter, table.router)),
    Layer.provide(Layer.succeed(Lifecycle, lifecycle)),
    Layer.provide(Layer.succeedContext(own)),
    Layer.provide(NodeHttpServer.layerHttpServices)
  )
  yield* Effect.updateContext(Layer.build(routes), RequestContext.withoutCaller<Scope.Scope>)
  for (const { http, name } of engine.plugins) {
    if (http === undefined) continue
    plugin = name
    // a plug-in's layer says nothing of its needs; what it gets is the engine, and a router under the same prefix
    const routes = (http as Layer.Layer<never, unknown>).pipe(
      Layer.provide(Layer.succeed(HttpRouter.HttpRouter, table.router.prefixed(prefix))),
      Layer.provide(Layer.succeedContext(own)),
      Layer.provide(NodeHttpServer.layerHttpServices)
    )
    yield* Effect.updateContext(Layer.build(routes), RequestContext.withoutCaller<Scope.Scope>)
  }

  const routed = table.router.asHttpEffect()

  const { resolve } = Context.get(own, Redirects)
  const redirect = (method: string, url: string): Effect.Effect<Resolved | undefined> =>
    options.redirects === true && (method === "GET" || method === "HEAD")
      ? Effect.catchCause(resolve(url), () => Effect.undefined)
      : Effect.undefined

  const missing = (url: string, method: string, exchange: Exchange) => {
    const methods = table.methods(url)
    if (methods.length === 0) return ProblemResponse.fromError(new RouteNotFound({}), exchange)
    const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"]
    return method === "OPTIONS"
      ? HttpServerResponse.empty({ status: 204, headers: { allow: allowed.join(", ") } })
      : ProblemResponse.fromError(new MethodNotAllowed({ allowed }), exchange)
  }

  const answer = Effect.gen(function*() {
    const request = yield* HttpServerRequest.HttpServerRequest
    const clock = yield* Clock.Clock
    const startedAt = clock.currentTimeMillisUnsafe()
    const began = clock.currentTimeNanosUnsafe()
    const requestId = yield* RequestOrigin.requestId(request)
    const clientAddress = RequestOrigin.clientAddress(request, options)
    const exchange: Exchange = {
      requestId,
      startedAt,
      method: request.method,
      path: request.url.split("?", 1)[0] ?? "/",
      clientAddress,
      secure: RequestOrigin.isSecure(request),
      route: null,
      traits: null,
      actor: null,
      code: null,
      version: null,
      language: null,
      expected: null,
      keepsSession: SessionCookies.wanted(request),
      refreshCookie: SessionCookies.read(request, "refresh") ?? null,
      limits: [],
      cookies: []
    }
    const finish = (status: number) =>
      Effect.suspend(() => {
        const millis = Number(clock.currentTimeNanosUnsafe() - began) / 1e6
        return Effect.andThen(log(exchange, status, millis), count(exchange, status, millis))
      })
    const response = yield* Effect.andThen(limits.byAddress(exchange), routed).pipe(
      Effect.catchCause((cause) => {
        const failure = cause.reasons.length === 1 && cause.reasons[0]?._tag === "Fail" ? cause.reasons[0].error : undefined
        return HttpServerError.isHttpServerError(failure) && failure.reason._tag === "RouteNotFound"
          ? Effect.map(redirect(request.method, request.url), (to) =>
            to === undefined
              ? missing(request.url, request.method, exchange)
              : HttpServerResponse.redirect(to.to, { status: to.status, headers: { "cache-control": "no-cache" } }))
          : ProblemResponse.answer(exchange, bodyLimits.json)(cause)
      }),
      Effect.updateContext(RequestContext.ofRequest(exchange, request)),
      // nobody waits for an answer any more; 499 is what others write down for it
      Effect.onInterrupt(() => finish(499))
    )
    yield* finish(response.status)
    return HttpServerResponse.setHeaders(response, {
      ...securityHeaders(exchange, response.status),
      ...RateLimits.headers(exchange),
      ...response.headers,
      // the next request of this caller goes to a server that stays
      ...(lifecycle.draining ? { connection: "close" } : {}),
      "x-request-id": requestId
    })
  }) as HttpApp["answer"]

  const { cors, trustedProxies } = options
  const trusting = trustedProxies === undefined ? answer : RequestOrigin.trusting(trustedProxies)(answer)
  const app: HttpApp = {
    answer: cors === undefined ? trusting : Cors.make(cors)(trusting),
    context,
    redirect,
    serves: (url) => {
      const path = url.split("?", 1)[0] ?? "/"
      return (prefix !== "" && path.startsWith(`${prefix}/`)) || table.methods(url).length > 0
    },
    drain: Effect.sync(() => {
      lifecycle.draining = true
      lifecycle.stopping.openUnsafe()
    }),
    idle: FiberSet.awaitEmpty(working)
  }
  return app
})
