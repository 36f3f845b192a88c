/**
 * An engine whose services are what a test says, to try what is around them: no storage, no domain.
 */
import { AddressBook } from "@stoa/core/addresses/AddressBook"
import { AuditChain } from "@stoa/core/auditing/AuditChain"
import { AuditLog } from "@stoa/core/audit/AuditLog"
import { Books } from "@stoa/core/books/Books"
import { Coupons } from "@stoa/core/cart/Coupons"
import { Promotions } from "@stoa/core/promotions/Promotions"
import { Carts } from "@stoa/core/cart/Carts"
import { Attributes } from "@stoa/core/catalog/Attributes"
import { BulkEdits } from "@stoa/core/catalog/BulkEdits"
import { Brands } from "@stoa/core/catalog/Brands"
import { Catalog } from "@stoa/core/catalog/Catalog"
import { Collections } from "@stoa/core/catalog/Collections"
import { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import { Checkout } from "@stoa/core/checkout/Checkout"
import { ReturnLabels } from "@stoa/core/labels/ReturnLabels"
import { ShippingLabels } from "@stoa/core/labels/ShippingLabels"
import { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import { Documents } from "@stoa/core/documents/Documents"
import { Campaigns } from "@stoa/core/campaigns/Campaigns"
import { DraftOrders } from "@stoa/core/drafts/DraftOrders"
import { CustomerGroups } from "@stoa/core/customers/CustomerGroups"
import { FraudLists } from "@stoa/core/fraud/FraudLists"
import { FraudReviews } from "@stoa/core/payments/FraudReviews"
import { MediaLibrary } from "@stoa/core/media/MediaLibrary"
import { IdempotencyStore, type StoredAnswer } from "@stoa/core/idempotency/IdempotencyStore"
import { Accounts } from "@stoa/core/identity/Accounts"
import { ApiKeys } from "@stoa/core/identity/ApiKeys"
import { Auth } from "@stoa/core/identity/Auth"
import { EmailAddresses } from "@stoa/core/identity/EmailAddresses"
import { Entry } from "@stoa/core/identity/Entry"
import { FirstOwner } from "@stoa/core/identity/FirstOwner"
import { Passkeys } from "@stoa/core/identity/Passkeys"
import { PasswordChanges } from "@stoa/core/identity/PasswordChanges"
import { PhoneNumbers } from "@stoa/core/identity/PhoneNumbers"
import { SecondFactors } from "@stoa/core/identity/SecondFactors"
import { SigningKeys } from "@stoa/core/identity/SigningKeys"
import { SignIns } from "@stoa/core/identity/SignIns"
import { InvalidToken } from "@stoa/core/identity/IdentityErrors"
import { OAuth } from "@stoa/core/identity/OAuth"
import { Preferences } from "@stoa/core/identity/Preferences"
import { Privacy } from "@stoa/core/identity/Privacy"
import { Roles } from "@stoa/core/identity/Roles"
import { Users } from "@stoa/core/identity/Users"
import { Inventory } from "@stoa/core/inventory/Inventory"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { RateLimitCounters } from "@stoa/core/limits/RateLimitCounters"
import { Marketing } from "@stoa/core/marketing/Marketing"
import { Pushes } from "@stoa/core/notifications/Pushes"
import { MailDeliveries } from "@stoa/core/notifications/MailDeliveries"
import { BackInStock } from "@stoa/core/restock/BackInStock"
import { Inbox } from "@stoa/core/notifications/Inbox"
import { NotificationTemplates } from "@stoa/core/notifications/NotificationTemplates"
import { Claims } from "@stoa/core/returns/Claims"
import { Returns } from "@stoa/core/returns/Returns"
import { Analytics } from "@stoa/core/analytics/Analytics"
import { Dashboards } from "@stoa/core/dashboards/Dashboards"
import { Metrics } from "@stoa/core/metrics/Metrics"
import { Reports } from "@stoa/core/reports/Reports"
import { Forecasts } from "@stoa/core/forecasts/Forecasts"
import { Questions } from "@stoa/core/questions/Questions"
import { Search } from "@stoa/core/search/Search"
import { Reviews } from "@stoa/core/reviews/Reviews"
import { FeatureFlags } from "@stoa/core/flags/FeatureFlags"
import { Downloads } from "@stoa/core/downloads/Downloads"
import { LicenseKeys } from "@stoa/core/licenses/LicenseKeys"
import { ProductLinks } from "@stoa/core/catalog/ProductLinks"
import { Redirects } from "@stoa/core/redirects/Redirects"
import { Sitemaps } from "@stoa/core/sitemaps/Sitemaps"
import { Cancellations } from "@stoa/core/cancellations/Cancellations"
import { OrderEdits } from "@stoa/core/edits/OrderEdits"
import { OrderNotes } from "@stoa/core/orders/OrderNotes"
import { OrderViews } from "@stoa/core/orders/OrderViews"
import { Orders } from "@stoa/core/orders/Orders"
import { Disputes } from "@stoa/core/payments/Disputes"
import { Payouts } from "@stoa/core/payments/Payouts"
import { SavedMethods } from "@stoa/core/payments/SavedMethods"
import { Payments } from "@stoa/core/payments/Payments"
import { LoyaltyPoints } from "@stoa/core/loyalty/LoyaltyPoints"
import { SavedForLater } from "@stoa/core/cart/SavedForLater"
import { SharedCarts } from "@stoa/core/cart/SharedCarts"
import { SharedWishLists } from "@stoa/core/wishes/SharedWishLists"
import { WishList } from "@stoa/core/wishes/WishList"
import { Referrals } from "@stoa/core/referrals/Referrals"
import { GiftCards } from "@stoa/core/value/GiftCards"
import { StoreCredit } from "@stoa/core/value/StoreCredit"
import { PricePreviews } from "@stoa/core/cart/PricePreviews"
import { PriceLists } from "@stoa/core/prices/PriceLists"
import { Shipping } from "@stoa/core/shipping/Shipping"
import { Stores } from "@stoa/core/stores/Stores"
import { TaxExemptions } from "@stoa/core/tax/TaxExemptions"
import { Taxes } from "@stoa/core/tax/Taxes"
import { WebhookEndpoints } from "@stoa/core/webhooks/WebhookEndpoints"
import { OrderParts } from "@stoa/core/marketplace/OrderParts"
import { VendorDesk } from "@stoa/core/marketplace/VendorDesk"
import { Vendors } from "@stoa/core/vendors/Vendors"
import { Zones } from "@stoa/core/zones/Zones"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as HttpApp from "../HttpApp.ts"
import type { HttpOptions } from "../HttpOptions.ts"

type Some<Tag> = Tag extends Context.Service<infer _Id, infer Shape> ? Partial<Shape> : never

export interface StubServices {
  readonly accounts?: Some<typeof Accounts>
  readonly addresses?: Some<typeof AddressBook>
  readonly apiKeys?: Some<typeof ApiKeys>
  readonly audit?: Some<typeof AuditLog>
  readonly auth?: Some<typeof Auth>
  readonly carts?: Some<typeof Carts>
  readonly catalog?: Some<typeof Catalog>
  readonly catalogFiles?: Some<typeof CatalogFiles>
  readonly checkout?: Some<typeof Checkout>
  readonly customerGroups?: Some<typeof CustomerGroups>
  readonly fraudLists?: Some<typeof FraudLists>
  readonly fraudReviews?: Some<typeof FraudReviews>
  readonly idempotency?: Context.Service.Shape<typeof IdempotencyStore>
  readonly inventory?: Some<typeof Inventory>
  readonly jobs?: Some<typeof Jobs>
  readonly orders?: Some<typeof Orders>
  readonly payments?: Some<typeof Payments>
  readonly rateLimits?: Context.Service.Shape<typeof RateLimitCounters>
  readonly roles?: Some<typeof Roles>
  readonly loyalty?: Some<typeof LoyaltyPoints>
  readonly giftCards?: Some<typeof GiftCards>
  readonly storeCredit?: Some<typeof StoreCredit>
  readonly priceLists?: Some<typeof PriceLists>
  readonly shipping?: Some<typeof Shipping>
  readonly stores?: Some<typeof Stores>
  readonly users?: Some<typeof Users>
  readonly taxes?: Some<typeof Taxes>
}

/** The key that `stub` takes for staff who may do everything. */
export const staffKey = "sk_staff"

/** The access token that `stub` takes for a customer. */
export const customerToken = "token-of-ada"

/** Remembers answers as a storage does, without forgetting them. `rows` is what somebody who reads the table sees. */
export const idempotencyStore = () => {
  const rows = new Map<string, { readonly fingerprint: string; answer?: StoredAnswer }>()
  const store = IdempotencyStore.of({
    claim: ({ fingerprint, key, scope }) =>
      Effect.sync(() => {
        const row = rows.get(`${scope}|${key}`)
        if (row === undefined) {
          rows.set(`${scope}|${key}`, { fingerprint })
          return { _tag: "claimed" }
        }
        if (row.fingerprint !== fingerprint) return { _tag: "mismatch" }
        return row.answer === undefined ? { _tag: "in_progress" } : { _tag: "answered", answer: row.answer }
      }),
    prolong: ({ key, scope }) => Effect.sync(() => rows.get(`${scope}|${key}`)?.answer === undefined),
    answer: ({ answer, key, scope }) =>
      Effect.sync(() => {
        const row = rows.get(`${scope}|${key}`)
        if (row !== undefined) row.answer = answer
      }),
    release: ({ key, scope }) => Effect.sync(() => void rows.delete(`${scope}|${key}`)),
    forget: () => Effect.void,
    deleteBefore: () => Effect.void
  })
  return { rows, store }
}

/** Counts as a storage does, for any number of servers. */
export const rateLimitCounters = () => {
  const buckets = new Map<string, number>()
  return RateLimitCounters.of({
    take: ({ cost, key, now, window }) =>
      Effect.sync(() => {
        const base = Math.max(buckets.get(key) ?? now, now)
        const granted = base + cost <= now + window
        const fullAt = granted ? base + cost : base
        buckets.set(key, fullAt)
        return { granted, fullAt }
      }),
    spend: (spent, now) =>
      Effect.sync(() => {
        for (const { cost, key } of spent) buckets.set(key, Math.max(buckets.get(key) ?? now, now) + cost)
        return new Map(spent.map(({ key }) => [key, buckets.get(key) ?? now]))
      }),
    deleteFull: () => Effect.succeed(0)
  })
}

/** An engine of stubs. A method that the test does not give dies when it is called. */
export const stub = (services: StubServices = {}, plugins: HttpApp.Engine["plugins"] = []): HttpApp.Engine => ({
  plugins,
  context: Effect.runSync(Effect.scoped(Layer.build(Layer.mergeAll(
    Layer.mock(Accounts, services.accounts ?? {}),
    Layer.mock(MediaLibrary, {}),
    Layer.mock(AddressBook, services.addresses ?? {}),
    Layer.mock(ApiKeys, {
      authenticate: (secret) =>
        secret === staffKey ? Effect.succeed(Actor.staff("key_demo", ["*"])) : Effect.fail(new InvalidToken({})),
      ...services.apiKeys
    }),
    Layer.mock(AuditChain, {}),
    Layer.mock(AuditLog, services.audit ?? {}),
    Layer.mock(Auth, {
      authenticate: (token) =>
        token === customerToken ? Effect.succeed(Actor.customer("user_ada")) : Effect.fail(new InvalidToken({})),
      ...services.auth
    }),
    Layer.mock(Books, { export: () => Stream.empty }),
    Layer.mock(Disputes, {}),
    Layer.mock(Payouts, {}),
    Layer.mock(SavedMethods, {}),
    Layer.mock(EmailAddresses, {}),
    Layer.mergeAll(Layer.mock(Entry, {}), Layer.mock(FirstOwner, {})),
    Layer.mock(PasswordChanges, {}),
    Layer.mock(PhoneNumbers, {}),
    Layer.mock(Passkeys, {}),
    Layer.mock(SecondFactors, {}),
    Layer.mock(SigningKeys, {}),
    Layer.mock(SignIns, {}),
    Layer.mock(Carts, services.carts ?? {}),
    Layer.mergeAll(Layer.mock(Attributes, {}), Layer.mock(BulkEdits, {}), Layer.mock(Brands, {}), Layer.mock(Collections, {}), Layer.mock(Vendors, {}), Layer.mock(VendorDesk, {}), Layer.mock(OrderParts, {})),
    Layer.mock(Catalog, services.catalog ?? {}),
    Layer.mock(CatalogFiles, services.catalogFiles ?? {}),
    Layer.mock(Coupons, {}),
    Layer.mock(Promotions, {}),
    Layer.mock(Checkout, services.checkout ?? {}),
    Layer.mock(Documents, {}),
    Layer.mock(LoyaltyPoints, services.loyalty ?? {}),
    Layer.mock(Referrals, {}),
    Layer.mergeAll(Layer.mock(SavedForLater, {}), Layer.mock(SharedCarts, {}), Layer.mock(SharedWishLists, {}), Layer.mock(WishList, {})),
    Layer.merge(Layer.mock(Returns, {}), Layer.mock(Claims, {})),
    Layer.mergeAll(Layer.mock(Questions, {}), Layer.mock(FeatureFlags, {}), Layer.mock(Redirects, {}), Layer.mock(Downloads, {}), Layer.mock(LicenseKeys, {})),
    Layer.mergeAll(Layer.mock(ProductLinks, {}), Layer.mock(Sitemaps, {})),
    Layer.merge(Layer.mock(Reviews, {}), Layer.mock(Search, {})),
    Layer.mergeAll(Layer.mock(Analytics, {}), Layer.mock(Forecasts, {}), Layer.mock(Reports, {}), Layer.mock(Metrics, {}), Layer.mock(Dashboards, {})),
    Layer.mock(GiftCards, services.giftCards ?? {}),
    Layer.mock(StoreCredit, services.storeCredit ?? {}),
    Layer.mock(Fulfilments, {}),
    Layer.mock(ReturnLabels, {}),
    Layer.mock(ShippingLabels, {}),
    Layer.merge(Layer.mock(PriceLists, services.priceLists ?? {}), Layer.mock(PricePreviews, {})),
    Layer.mock(CustomerGroups, services.customerGroups ?? {}),
    Layer.mock(FraudLists, services.fraudLists ?? {}),
    Layer.mock(FraudReviews, services.fraudReviews ?? {}),
    Layer.succeed(IdempotencyStore, services.idempotency ?? idempotencyStore().store),
    Layer.mock(Inventory, services.inventory ?? {}),
    Layer.mock(Jobs, services.jobs ?? {}),
    Layer.mock(BackInStock, {}),
    Layer.merge(Layer.mock(Campaigns, {}), Layer.mock(DraftOrders, {})),
    Layer.mock(Inbox, {}),
    Layer.mock(MailDeliveries, {}),
    Layer.mock(Pushes, {}),
    Layer.mock(Marketing, {}),
    Layer.mock(NotificationTemplates, {}),
    Layer.mock(Cancellations, {}),
    Layer.mock(OrderEdits, {}),
    Layer.mock(OrderNotes, {}),
    Layer.mock(OrderViews, {}),
    Layer.mock(Orders, services.orders ?? {}),
    Layer.mock(Payments, { gateways: ["sandbox"], ...services.payments }),
    Layer.succeed(RateLimitCounters, services.rateLimits ?? rateLimitCounters()),
    Layer.mock(OAuth, {}),
    Layer.mock(Preferences, {}),
    Layer.mock(Privacy, { exportMine: Stream.empty }),
    Layer.mock(Roles, services.roles ?? {}),
    Layer.mock(Users, services.users ?? {}),
    Layer.mock(Shipping, services.shipping ?? {}),
    Layer.mock(Stores, services.stores ?? {}),
    Layer.mock(TaxExemptions, {}),
    Layer.mock(Taxes, services.taxes ?? {}),
    Layer.mock(WebhookEndpoints, {}),
    Layer.mock(Zones, {})
  ))))
})

/** Runs requests through an engine in the fiber of the test, under its clock. */
export const app = Effect.fnUntraced(function*(engine: HttpApp.Engine, options: HttpOptions = {}) {
  const app = yield* HttpApp.make(engine, { accessLog: false, ...options })
  return (path: string, init?: RequestInit): Effect.Effect<Response> =>
    Effect.suspend(() => {
      const request = new Request(new URL(path, "http://shop.test"), init)
      return Effect.scoped(Effect.provideService(
        Effect.map(app.answer, (response) =>
          HttpServerResponse.toWeb(response, { withoutBody: request.method === "HEAD", context: app.context })),
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(request)
      ))
    })
})

/** The body of an answer, read as the problem that it should be. */
export const problem = (response: Response) =>
  Effect.promise(async () => await response.json() as Record<string, unknown> & { readonly code: string })

/** A request with a JSON body. */
export const json = (body: unknown, headers: Record<string, string> = {}, method = "POST"): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers }
})
