/**
 * The services of an engine, and the layer that builds them on the ports of a storage adapter.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AddressBook from "../addresses/AddressBook.ts"
import * as AddressCheck from "../addresses/AddressCheck.ts"
import * as PostalChecks from "../addresses/PostalChecks.ts"
import * as AddressData from "../addresses/AddressData.ts"
import * as Analytics from "../analytics/Analytics.ts"
import * as AuditChain from "../auditing/AuditChain.ts"
import * as DeniedAccessLog from "../auditing/DeniedAccessLog.ts"
import * as AuditLog from "../audit/AuditLog.ts"
import * as Books from "../books/Books.ts"
import * as CartData from "../cart/CartData.ts"
import * as CartExpiry from "../cart/CartExpiry.ts"
import * as Carts from "../cart/Carts.ts"
import * as Cancellations from "../cancellations/Cancellations.ts"
import * as Attributes from "../catalog/Attributes.ts"
import * as Brands from "../catalog/Brands.ts"
import * as BulkEdits from "../catalog/BulkEdits.ts"
import * as Catalog from "../catalog/Catalog.ts"
import * as CatalogFiles from "../catalog/CatalogFiles.ts"
import * as Downloads from "../downloads/Downloads.ts"
import * as LicenseData from "../licenses/LicenseData.ts"
import * as LicenseKeys from "../licenses/LicenseKeys.ts"
import * as LicenseMessages from "../licenses/LicenseMessages.ts"
import * as LicenseSupply from "../licenses/LicenseSupply.ts"
import * as Collections from "../catalog/Collections.ts"
import * as Checkout from "../checkout/Checkout.ts"
import * as Campaigns from "../campaigns/Campaigns.ts"
import * as CustomerGroupData from "../customers/CustomerGroupData.ts"
import * as CustomerGroups from "../customers/CustomerGroups.ts"
import { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import * as Documents from "../documents/Documents.ts"
import * as DraftOrderData from "../drafts/DraftOrderData.ts"
import * as DraftOrders from "../drafts/DraftOrders.ts"
import * as OpenBalances from "../edits/OpenBalances.ts"
import * as OrderEdits from "../edits/OrderEdits.ts"
import type { DomainEvent } from "../events/DomainEvent.ts"
import * as Events from "../events/Events.ts"
import * as ShippingLabelData from "../labels/ShippingLabelData.ts"
import * as ReturnLabels from "../labels/ReturnLabels.ts"
import * as ShippingLabels from "../labels/ShippingLabels.ts"
import * as Forecasts from "../forecasts/Forecasts.ts"
import * as Fulfilments from "../fulfilment/Fulfilments.ts"
import * as CardCheck from "../fraud/CardCheck.ts"
import * as FraudCheck from "../fraud/FraudCheck.ts"
import * as FraudData from "../fraud/FraudData.ts"
import * as FraudExpiry from "../fraud/FraudExpiry.ts"
import * as FraudLists from "../fraud/FraudLists.ts"
import { FraudScreening } from "../fraud/FraudScreening.ts"
import * as FeatureFlags from "../flags/FeatureFlags.ts"
import * as ProductLinks from "../catalog/ProductLinks.ts"
import * as Redirects from "../redirects/Redirects.ts"
import * as Sitemaps from "../sitemaps/Sitemaps.ts"
import * as IdempotencyExpiry from "../idempotency/IdempotencyExpiry.ts"
import * as Identity from "../identity/Identity.ts"
import * as IdentityJobs from "../identity/IdentityJobs.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import * as SignInData from "../identity/SignInData.ts"
import * as OAuthSettings from "../identity/OAuthSettings.ts"
import * as PasswordBreaches from "../identity/PasswordBreaches.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import * as RiskAssessor from "../identity/RiskAssessor.ts"
import * as Inventory from "../inventory/Inventory.ts"
import * as OpeningStockReceipt from "../inventory/OpeningStockReceipt.ts"
import * as SellableStockCount from "../inventory/SellableStockCount.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as Workers from "../jobs/Workers.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secrets from "../kernel/Secrets.ts"
import { isStoaError, type StoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { text } from "../kernel/Text.ts"
import * as ReturnLabelMessages from "../messages/ReturnLabelMessages.ts"
import * as DocumentMessages from "../messages/DocumentMessages.ts"
import * as DraftOrderMessages from "../messages/DraftOrderMessages.ts"
import * as CartReminders from "../messages/CartReminders.ts"
import * as ReviewRequests from "../messages/ReviewRequests.ts"
import * as WelcomeMessages from "../messages/WelcomeMessages.ts"
import * as OrderMessages from "../messages/OrderMessages.ts"
import * as PaymentMessages from "../messages/PaymentMessages.ts"
import * as StockMessages from "../messages/StockMessages.ts"
import * as VendorMessages from "../messages/VendorMessages.ts"
import * as MediaLibrary from "../media/MediaLibrary.ts"
import * as MediaSettings from "../media/MediaSettings.ts"
import * as Renditions from "../media/Renditions.ts"
import * as ReferralData from "../referrals/ReferralData.ts"
import * as ReferralRewards from "../referrals/ReferralRewards.ts"
import * as Referrals from "../referrals/Referrals.ts"
import * as LoyaltyPoints from "../loyalty/LoyaltyPoints.ts"
import * as Marketing from "../marketing/Marketing.ts"
import * as MarketingData from "../marketing/MarketingData.ts"
import * as Mailer from "../notifications/Mailer.ts"
import * as Inbox from "../notifications/Inbox.ts"
import * as InboxData from "../notifications/InboxData.ts"
import * as Notifications from "../notifications/Notifications.ts"
import * as NotificationTemplates from "../notifications/NotificationTemplates.ts"
import * as MailDeliveries from "../notifications/MailDeliveries.ts"
import * as MailDeliveryData from "../notifications/MailDeliveryData.ts"
import * as PushData from "../notifications/PushData.ts"
import * as Pushes from "../notifications/Pushes.ts"
import * as PushSender from "../notifications/PushSender.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import * as TextSender from "../notifications/TextSender.ts"
import * as RateLimitExpiry from "../limits/RateLimitExpiry.ts"
import * as OrderData from "../orders/OrderData.ts"
import * as OrderNoteData from "../orders/OrderNoteData.ts"
import * as OrderNotes from "../orders/OrderNotes.ts"
import * as OrderViews from "../orders/OrderViews.ts"
import * as PaymentGuards from "../payments/PaymentGuards.ts"
import * as HandedOver from "../orders/HandedOver.ts"
import * as OrderGuards from "../orders/OrderGuards.ts"
import * as OrderStates from "../orders/OrderStates.ts"
import * as FulfilmentGuards from "../fulfilment/FulfilmentGuards.ts"
import * as FulfilmentStates from "../fulfilment/FulfilmentStates.ts"
import * as OrderLifecycle from "../orders/OrderLifecycle.ts"
import * as Orders from "../orders/Orders.ts"
import type * as SoldGiftCards from "../orders/SoldGiftCards.ts"
import * as Disputes from "../payments/Disputes.ts"
import * as Payouts from "../payments/Payouts.ts"
import * as FraudReviews from "../payments/FraudReviews.ts"
import * as OutsidePayment from "../payments/OutsidePayment.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import * as PaymentGateways from "../payments/PaymentGateways.ts"
import * as Payments from "../payments/Payments.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import * as SavedMethodData from "../payments/SavedMethodData.ts"
import * as SavedMethods from "../payments/SavedMethods.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import * as PricePreviews from "../cart/PricePreviews.ts"
import * as PriceLists from "../prices/PriceLists.ts"
import * as PricingRules from "../pricing/PricingRules.ts"
import * as Coupons from "../cart/Coupons.ts"
import * as ReleasedPromotions from "../checkout/ReleasedPromotions.ts"
import * as PromotionBooks from "../promotions/PromotionBooks.ts"
import * as PromotionKinds from "../promotions/PromotionKinds.ts"
import * as Promotions from "../promotions/Promotions.ts"
import * as DashboardData from "../dashboards/DashboardData.ts"
import * as Dashboards from "../dashboards/Dashboards.ts"
import * as Metrics from "../metrics/Metrics.ts"
import * as ReportMails from "../reports/ReportMails.ts"
import * as Reports from "../reports/Reports.ts"
import { ReportWriters } from "../reports/ReportWriter.ts"
import * as ReturnData from "../returns/ReturnData.ts"
import * as Claims from "../returns/Claims.ts"
import * as Returns from "../returns/Returns.ts"
import * as QuestionData from "../questions/QuestionData.ts"
import * as Questions from "../questions/Questions.ts"
import * as ReviewData from "../reviews/ReviewData.ts"
import * as Reviews from "../reviews/Reviews.ts"
import { ReviewScreening } from "../reviews/ReviewScreening.ts"
import * as ListedFilters from "../catalog/ListedFilters.ts"
import * as Popularity from "../search/Popularity.ts"
import * as SearchFeed from "../search/SearchFeed.ts"
import { SearchIndex } from "../search/SearchIndex.ts"
import * as WordIndex from "../search/WordIndex.ts"
import * as SearchLog from "../search/SearchLog.ts"
import * as Search from "../search/Search.ts"
import * as BackInStock from "../restock/BackInStock.ts"
import * as BackInStockData from "../restock/BackInStockData.ts"
import * as SavedForLater from "../cart/SavedForLater.ts"
import * as SavedLineData from "../cart/SavedLineData.ts"
import * as SharedCarts from "../cart/SharedCarts.ts"
import * as WishData from "../wishes/WishData.ts"
import * as SharedWishLists from "../wishes/SharedWishLists.ts"
import * as WishList from "../wishes/WishList.ts"
import * as Carriers from "../shipping/Carriers.ts"
import * as Shipping from "../shipping/Shipping.ts"
import * as GiftCards from "../value/GiftCards.ts"
import * as GiftCardRecall from "../value/GiftCardRecall.ts"
import * as GiftCardSales from "../value/GiftCardSales.ts"
import * as StoreCredit from "../value/StoreCredit.ts"
import * as StoredValueData from "../value/StoredValueData.ts"
import * as StoredValueGateways from "../value/StoredValueGateways.ts"
import * as Tenders from "../value/Tenders.ts"
import type { CreateStore } from "../stores/Store.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as Stores from "../stores/Stores.ts"
import { StoreNotFound } from "../stores/StoresErrors.ts"
import * as TaxEngine from "../tax/TaxEngine.ts"
import * as TaxExemptionData from "../tax/TaxExemptionData.ts"
import * as TaxExemptions from "../tax/TaxExemptions.ts"
import * as Taxes from "../tax/Taxes.ts"
import * as VatIdChecks from "../tax/VatIdChecks.ts"
import * as VatRegister from "../tax/VatRegister.ts"
import * as WebhookDeliveries from "../webhooks/WebhookDeliveries.ts"
import * as WebhookEndpoints from "../webhooks/WebhookEndpoints.ts"
import * as WebhookSender from "../webhooks/WebhookSender.ts"
import * as Zones from "../zones/Zones.ts"
import * as BusinessMetrics from "./BusinessMetrics.ts"
import * as CallContext from "./CallContext.ts"
import * as EngineEvents from "./EngineEvents.ts"
import type { StoaOptions } from "./Options.ts"
import { type Plugin, PluginFailed } from "./Plugin.ts"
import type { StoragePorts } from "./Storage.ts"
import * as OrderParts from "../marketplace/OrderParts.ts"
import * as VendorDesk from "../marketplace/VendorDesk.ts"
import * as VendorData from "../vendors/VendorData.ts"
import * as Vendors from "../vendors/Vendors.ts"
import * as VendorProducts from "../catalog/VendorProducts.ts"

/** Every service of the engine. Plug-ins and hosts use the same. */
export type StoaServices =
  | StoragePorts
  | AddressBook.AddressBook
  | AddressCheck.AddressChecks
  | Analytics.Analytics
  | AuditChain.AuditChain
  | AuditLog.AuditLog
  | Books.Books
  | Identity.IdentityServices
  | Cancellations.Cancellations
  | Carts.Carts
  | Attributes.Attributes
  | Brands.Brands
  | BulkEdits.BulkEdits
  | Catalog.Catalog
  | CatalogFiles.CatalogFiles
  | Collections.Collections
  | Downloads.Downloads
  | LicenseKeys.LicenseKeys
  | Checkout.Checkout
  | Documents.Documents
  | Campaigns.Campaigns
  | CustomerGroups.CustomerGroups
  | Disputes.Disputes
  | Payouts.Payouts
  | SavedMethods.SavedMethods
  | Events.Events
  | Forecasts.Forecasts
  | Fulfilments.Fulfilments
  | ReturnLabels.ReturnLabels
  | ShippingLabels.ShippingLabels
  | CardCheck.CardCheck
  | FraudCheck.FraudCheck
  | FraudLists.FraudLists
  | FraudReviews.FraudReviews
  | FeatureFlags.FeatureFlags
  | ProductLinks.ProductLinks
  | Redirects.Redirects
  | Sitemaps.Sitemaps
  | Inbox.Inbox
  | Inventory.Inventory
  | JobRegistry.JobRegistry
  | Jobs.Jobs
  | BackInStock.BackInStock
  | SavedForLater.SavedForLater
  | SharedCarts.SharedCarts
  | SharedWishLists.SharedWishLists
  | WishList.WishList
  | MailDeliveries.MailDeliveries
  | Marketing.Marketing
  | Notifications.Notifications
  | Pushes.Pushes
  | NotificationTemplates.NotificationTemplates
  | HandedOver.HandedOver
  | OrderGuards.OrderGuards
  | PaymentGuards.PaymentGuards
  | OrderStates.OrderStates
  | FulfilmentGuards.FulfilmentGuards
  | FulfilmentStates.FulfilmentStates
  | OrderLifecycle.OrderLifecycle
  | DraftOrders.DraftOrders
  | OrderEdits.OrderEdits
  | OrderNotes.OrderNotes
  | Orders.Orders
  | SoldGiftCards.SoldGiftCards
  | OrderViews.OrderViews
  | PaymentGateways.PaymentGateways
  | Payments.Payments
  | PersonalData.PersonalData
  | GiftCards.GiftCards
  | LoyaltyPoints.LoyaltyPoints
  | MediaLibrary.MediaLibrary
  | Referrals.Referrals
  | PriceLists.PriceLists
  | PricePreviews.PricePreviews
  | Coupons.Coupons
  | StoreCredit.StoreCredit
  | Tenders.Tenders
  | PricingRules.PricingRules
  | PromotionBooks.PromotionBooks
  | PromotionKinds.PromotionKinds
  | Promotions.Promotions
  | Reports.Reports
  | Dashboards.Dashboards
  | Metrics.Metrics
  | Returns.Returns
  | Claims.Claims
  | Questions.Questions
  | Reviews.Reviews
  | Search.Search
  | Shipping.Shipping
  | Stores.Stores
  | TaxExemptions.TaxExemptions
  | Taxes.Taxes
  | WebhookEndpoints.WebhookEndpoints
  | OrderParts.OrderParts
  | VendorDesk.VendorDesk
  | Vendors.Vendors
  | Zones.Zones

/** What every domain stands on. */
const foundation = PersonalData.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Books.layer, Inbox.layer, MailDeliveries.layer, WebhookEndpoints.layer)),
  Layer.provideMerge(Notifications.layer),
  Layer.provideMerge(Layer.mergeAll(NotificationTemplates.layer, Pushes.layer)),
  Layer.provideMerge(Stores.layer),
  Layer.provideMerge(Layer.mergeAll(Jobs.layer, Events.layer)),
  Layer.provideMerge(DeniedAccessLog.layer),
  Layer.provideMerge(Layer.mergeAll(AuditLog.layer, JobRegistry.layer))
)

/** The domains, each on what the ones before it provide. */
const domains = (
  gateways: Layer.Layer<
    PaymentGateways.PaymentGateways,
    never,
    Effect.Services<typeof ownGateways>
  >,
  addressChecks: Layer.Layer<AddressCheck.AddressChecks>
) =>
  Layer.mergeAll(
    BusinessMetrics.layer,
    Referrals.layer,
    Layer.provideMerge(ReferralRewards.layer, LoyaltyPoints.layer),
    CartExpiry.layer,
    Layer.mergeAll(FraudExpiry.layer, GiftCardSales.layer, LicenseSupply.layer),
    IdempotencyExpiry.layer,
    IdentityJobs.layer,
    DocumentMessages.layer,
    ReturnLabelMessages.layer,
    Layer.mergeAll(OrderMessages.layer, PaymentMessages.layer, DraftOrderMessages.layer),
    RateLimitExpiry.layer,
    ReleasedPromotions.layer,
    Renditions.layer,
    CartReminders.layer,
    ReviewRequests.layer,
    WelcomeMessages.layer,
    LicenseMessages.layer,
    StockMessages.layer,
    Layer.merge(VendorMessages.layer, ReportMails.layer),
    VatIdChecks.layer,
    WebhookDeliveries.layer
  ).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.mergeAll(Cancellations.layer, OrderEdits.layer, DraftOrders.layer, DraftOrderData.layer),
        Layer.provideMerge(WishList.layer, BackInStock.layer),
        Layer.mergeAll(SavedForLater.layer, SharedCarts.layer, SharedWishLists.layer),
        Campaigns.layer,
        Checkout.layer,
        Documents.layer,
        FraudReviews.layer,
        Layer.provideMerge(Layer.mergeAll(ShippingLabels.layer, ReturnLabels.layer, OrderParts.layer, VendorDesk.layer), Fulfilments.layer),
        Layer.provide(Layer.merge(Returns.layer, Claims.layer), OpenBalances.layer),
        Questions.layer,
        Reviews.layer,
        Layer.provideMerge(Layer.merge(Reports.layer, Dashboards.layer), Layer.provideMerge(Metrics.layer, Layer.merge(Analytics.layer, Forecasts.layer))),
        Layer.mergeAll(AuditChain.layer, FeatureFlags.layer, Redirects.layer, Downloads.layer, LicenseKeys.layer, Sitemaps.layer, ProductLinks.layer),
        GiftCards.layer,
        StoreCredit.layer
      )
    ),
    Layer.provideMerge(Layer.mergeAll(Payments.layer, Payouts.layer, SavedMethods.layer)),
    Layer.provideMerge(
      Layer.provideMerge(Disputes.layer, Layer.mergeAll(gateways, CardCheck.layer, FraudCheck.layer, FraudLists.layer, Tenders.layer))
    ),
    Layer.provideMerge(Layer.mergeAll(Orders.layer, OrderNotes.layer, OrderViews.layer, OrderLifecycle.layer, Coupons.layer)),
    Layer.provideMerge(Layer.merge(Carts.layer, PricePreviews.layer)),
    Layer.provideMerge(Layer.mergeAll(PriceLists.layer, PromotionBooks.layer, Promotions.layer)),
    Layer.provideMerge(Layer.mergeAll(HandedOver.layer, OrderGuards.layer, OrderStates.layer, PaymentGuards.layer, FulfilmentGuards.layer, FulfilmentStates.layer, GiftCardRecall.layer, PricingRules.layer, PromotionKinds.layer)),
    Layer.provideMerge(Layer.mergeAll(Taxes.layer, TaxExemptions.layer, Shipping.layer, Zones.layer)),
    Layer.provideMerge(Layer.mergeAll(
      Layer.mergeAll(Catalog.layer, CatalogFiles.layer, Attributes.layer, BulkEdits.layer, Brands.layer, Collections.layer, Vendors.layer, VendorProducts.layer),
      Layer.mergeAll(Layer.provide(Search.layer, SearchLog.layer), SearchFeed.layer, Popularity.layer, WordIndex.layer, ListedFilters.layer)
    )),
    Layer.provideMerge(Layer.mergeAll(SellableStockCount.layer, OpeningStockReceipt.layer, MediaLibrary.layer)),
    Layer.provideMerge(Inventory.layer),
    Layer.provideMerge(Layer.mergeAll(Identity.layer, AddressBook.layer, CustomerGroups.layer, Marketing.layer)),
    Layer.provideMerge(addressChecks),
    Layer.provideMerge(Layer.mergeAll(
      AddressData.layer,
      CartData.layer,
      CustomerGroupData.layer,
      FraudData.layer,
      InboxData.layer,
      MailDeliveryData.layer,
      Layer.mergeAll(BackInStockData.layer, SavedLineData.layer, WishData.layer),
      MarketingData.layer,
      PushData.layer,
      OrderData.layer,
      OrderNoteData.layer,
      ReferralData.layer,
      ReturnData.layer,
      QuestionData.layer,
      ReviewData.layer,
      SavedMethodData.layer,
      Layer.mergeAll(ShippingLabelData.layer, LicenseData.layer, DashboardData.layer),
      SignInData.layer,
      StoredValueData.layer,
      TaxExemptionData.layer,
      VendorData.layer
    )),
    Layer.provideMerge(foundation)
  )

/** The store that the engine's calls are about, created if it is new. */
const currentStore = (store: Partial<typeof CreateStore.Encoded> = {}) =>
  Layer.effect(
    CurrentStore,
    Effect.gen(function*() {
      const stores = yield* Stores.Stores
      const { id } = yield* stores.ensure({ code: "main", name: "Main store", currency: "USD", ...store })
      return id
    })
  )

const isListener = (value: unknown): value is (event: DomainEvent) => Promise<void> | void => typeof value === "function"

/** Subscribers that a program gave as plain functions. */
const listeners = (on: EngineEvents.Listeners = {}) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const events = yield* Events.Events
    for (const [type, given] of Object.entries(on)) {
      const listener: unknown = given
      if (listener === undefined) continue
      if (!EngineEvents.names.has(type)) return yield* InvalidInput.at(["on", type], "is no event of the engine")
      if (!isListener(listener)) return yield* InvalidInput.at(["on", type], "Expected a function")
      yield* events.subscribe({
        name: `on:${type}`,
        types: [type],
        handle: (event) => Effect.tryPromise(async () => listener(event))
      })
    }
  }))

const secrets = (secret: StoaOptions<never, never, []>["secret"]) => {
  if (secret === undefined) return Layer.empty
  const redact = (one: string | Redacted.Redacted) => (typeof one === "string" ? Redacted.make(one) : one)
  const [first, ...others] = typeof secret === "string" || Redacted.isRedacted(secret) ? [secret] as const : secret
  return Secrets.layer(redact(first), ...others.map(redact))
}

/** How messages leave, where the options say so. */
const outlets = (
  { carriers, documents, fraud, mailer, media, pushes, reports, reviewScreening, searchIndex, taxEngine, templates, texts, vatRegister, webhooks }: Pick<
    StoaOptions<never, never, []>,
    | "carriers"
    | "documents"
    | "fraud"
    | "mailer"
    | "media"
    | "pushes"
    | "reports"
    | "reviewScreening"
    | "searchIndex"
    | "taxEngine"
    | "templates"
    | "texts"
    | "vatRegister"
    | "webhooks"
  >
) =>
  Layer.mergeAll(
    carriers === undefined ? Layer.empty : Layer.sync(Carriers.Carriers, () => Carriers.make(carriers)),
    documents === undefined ? Layer.empty : Layer.succeed(DocumentRenderer, documents),
    fraud === undefined ? Layer.empty : Layer.succeed(FraudScreening, fraud),
    reviewScreening === undefined ? Layer.empty : Layer.succeed(ReviewScreening, reviewScreening),
    searchIndex === undefined ? Layer.empty : Layer.succeed(SearchIndex, searchIndex),
    mailer === undefined ? Layer.empty : Layer.succeed(Mailer.Mailer, mailer),
    pushes === undefined ? Layer.empty : Layer.succeed(PushSender.PushSender, pushes),
    media === undefined ? Layer.empty : Layer.succeed(MediaSettings.MediaSettings, MediaSettings.settings(media)),
    reports === undefined ? Layer.empty : Layer.succeed(ReportWriters, reports),
    texts === undefined ? Layer.empty : Layer.succeed(TextSender.TextSender, texts),
    templates === undefined ? Layer.empty : TemplateCatalog.layer(templates),
    taxEngine === undefined ? Layer.empty : Layer.succeed(TaxEngine.TaxEngine, taxEngine),
    vatRegister === undefined ? Layer.empty : Layer.succeed(VatRegister.VatRegister, vatRegister),
    webhooks === undefined ? Layer.empty : Layer.succeed(WebhookSender.WebhookSender, webhooks)
  )

/** What can be granted: the engine's permissions and those that plug-ins add. */
const permissions = (plugins: ReadonlyArray<{ readonly permissions: Readonly<Record<string, string>> }>) =>
  Layer.succeed(
    Permission.Known,
    Object.assign({}, Permission.builtIn, ...plugins.map((plugin) => plugin.permissions)) as Permission.Known
  )

/** Says which plug-in could not start, unless its error is one of the engine's. */
const named = <A, R>(plugin: string, layer: Layer.Layer<A, unknown, R>): Layer.Layer<A, StoaError, R> =>
  layer.pipe(Layer.catch((cause) =>
    Layer.effectContext<A, StoaError, never>(
      Effect.fail(isStoaError(cause) ? cause : new PluginFailed({ plugin, cause }))
    )
  ))

/** Who else people sign in with. A mistake in it is told at once. */
const oauth = (settings: OAuthSettings.OAuthSettings | undefined) =>
  settings === undefined
    ? Layer.empty
    : Layer.succeed(OAuthSettings.OAuthSettings, OAuthSettings.checked(settings))

/** Who assesses sign-ins and new passwords, where the options say so. */
const risk = (
  { passwordBreaches, placeLocator, riskAssessor }: Pick<
    StoaOptions<never, never, []>,
    "passwordBreaches" | "placeLocator" | "riskAssessor"
  >
) =>
  Layer.mergeAll(
    passwordBreaches === undefined ? Layer.empty : Layer.succeed(PasswordBreaches.PasswordBreaches, passwordBreaches),
    riskAssessor === undefined ? Layer.empty : Layer.succeed(RiskAssessor.RiskAssessor, riskAssessor),
    placeLocator === undefined ? Layer.empty : Layer.succeed(PlaceLocator.PlaceLocator, placeLocator)
  )

/** The layer of a whole engine. */
export const layer = <Native, Migrations, Plugins extends ReadonlyArray<Plugin<never, Native, Migrations>>>(
  options: StoaOptions<Native, Migrations, Plugins>
) => {
  const plugins = inOrder(options.plugins ?? [])
  const storage = options.storage.layer({
    migrations: plugins.flatMap(({ migrations }) => (migrations === undefined ? [] : [migrations]))
  })
  const payment = gateways(options.gateways)
  const engine = Layer.merge(listeners(options.on), payment.connect).pipe(
    Layer.provideMerge(currentStore(options.store)),
    Layer.provideMerge(domains(
      payment.layer,
      AddressCheck.layer([...PostalChecks.builtIn, ...options.addressChecks ?? []])
    )),
    Layer.provideMerge(storage),
    Layer.provideMerge(secrets(options.secret)),
    Layer.provideMerge(outlets(options)),
    Layer.provideMerge(IdentitySettings.layer(options.identity ?? {})),
    Layer.provideMerge(oauth(options.oauth)),
    Layer.provideMerge(risk(options)),
    Layer.provideMerge(permissions(plugins))
  )
  let whole: Layer.Layer<StoaServices | Native, StoaError> = engine
  for (const { layer, name } of plugins) whole = Layer.provideMerge(named(name, layer), whole)
  return options.workers === false
    ? whole
    : Layer.provideMerge(Workers.layer(options.workers === true ? {} : options.workers, CallContext.narrowed), whole)
}

/** What nobody chooses: stored value, and money that staff have taken outside. */
const ownGateways = Effect.map(StoredValueGateways.make, (values) => [...values, OutsidePayment.gateway])

/**
 * The gateways that were given, or the sandbox alone: with a bank that is kept beside the shop and webhooks that reach
 * it within the process.
 */
const gateways = (given: ReadonlyArray<PaymentGateway> | undefined) => {
  if (given !== undefined) return { layer: PaymentGateways.layerWith(given, ownGateways), connect: Layer.empty }
  const { bank, keepIn } = SandboxBank.later()
  const sandbox = SandboxGateway.make({ bank })
  return {
    layer: PaymentGateways.layerWith([sandbox], ownGateways),
    connect: Layer.effectDiscard(Effect.gen(function*() {
      yield* keepIn(yield* SandboxBank.SandboxBank)
      const payments = yield* Payments.Payments
      yield* sandbox.connect((request) => payments.receiveWebhook(sandbox.name, request))
    }))
  }
}

/** Plug-ins are taken in the order given, which must put each after those that it requires. */
const inOrder = <P extends { readonly name: string; readonly requires: ReadonlyArray<string> }>(
  plugins: ReadonlyArray<P>
): ReadonlyArray<P> => {
  const names = new Set<string>()
  for (const { name, requires } of plugins) {
    if (names.has(name)) throw new Error(`There are two plug-ins called ${name}`)
    for (const required of requires) {
      if (!names.has(required)) throw new Error(`The plug-in ${name} needs ${required} before it`)
    }
    names.add(name)
  }
  return plugins
}

const decodeStoreCode = Input.decoder(Schema.Struct({ code: text(200) }))

/** The id of a store, by its code. */
export const storeByCode = (
  given: string
): Effect.Effect<StoreId, InvalidInput | StoreNotFound | StorageError, StoreRepository> =>
  Effect.gen(function*() {
    const { code } = yield* decodeStoreCode({ code: given })
    const repository = yield* StoreRepository
    const store = yield* repository.findByCode(code)
    return store === undefined ? yield* new StoreNotFound({ store: code }) : store.id
  })
