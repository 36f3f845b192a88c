/**
 * The services of an engine, and the layer that builds them on the ports of a storage adapter.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as AddressBook from "../addresses/AddressBook.ts"
import * as AddressCheck from "../addresses/AddressCheck.ts"
import * as PostalChecks from "../addresses/PostalChecks.ts"
import type * as Analytics from "../analytics/Analytics.ts"
import type * as AuditChain from "../auditing/AuditChain.ts"
import type * as AuditLog from "../audit/AuditLog.ts"
import type * as Books from "../books/Books.ts"
import type * as Carts from "../cart/Carts.ts"
import type * as Cancellations from "../cancellations/Cancellations.ts"
import type * as Attributes from "../catalog/Attributes.ts"
import type * as Brands from "../catalog/Brands.ts"
import type * as BulkEdits from "../catalog/BulkEdits.ts"
import type * as Catalog from "../catalog/Catalog.ts"
import type * as CatalogFiles from "../catalog/CatalogFiles.ts"
import type * as Downloads from "../downloads/Downloads.ts"
import type * as LicenseKeys from "../licenses/LicenseKeys.ts"
import type * as Collections from "../catalog/Collections.ts"
import type * as Checkout from "../checkout/Checkout.ts"
import type * as Campaigns from "../campaigns/Campaigns.ts"
import type * as CustomerGroups from "../customers/CustomerGroups.ts"
import { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import type * as Documents from "../documents/Documents.ts"
import type * as DraftOrders from "../drafts/DraftOrders.ts"
import type * as OrderEdits from "../edits/OrderEdits.ts"
import type { DomainEvent } from "../events/DomainEvent.ts"
import * as Events from "../events/Events.ts"
import type * as ReturnLabels from "../labels/ReturnLabels.ts"
import type * as ShippingLabels from "../labels/ShippingLabels.ts"
import type * as Forecasts from "../forecasts/Forecasts.ts"
import type * as Fulfilments from "../fulfilment/Fulfilments.ts"
import type * as CardCheck from "../fraud/CardCheck.ts"
import type * as FraudCheck from "../fraud/FraudCheck.ts"
import type * as FraudLists from "../fraud/FraudLists.ts"
import { FraudScreening } from "../fraud/FraudScreening.ts"
import type * as FeatureFlags from "../flags/FeatureFlags.ts"
import type * as ProductLinks from "../catalog/ProductLinks.ts"
import type * as Redirects from "../redirects/Redirects.ts"
import type * as Sitemaps from "../sitemaps/Sitemaps.ts"
import type * as Identity from "../identity/Identity.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import * as OAuthSettings from "../identity/OAuthSettings.ts"
import * as PasswordBreaches from "../identity/PasswordBreaches.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import * as RiskAssessor from "../identity/RiskAssessor.ts"
import type * as Inventory from "../inventory/Inventory.ts"
import type * as JobRegistry from "../jobs/JobRegistry.ts"
import type * as Jobs from "../jobs/Jobs.ts"
import * as Workers from "../jobs/Workers.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secrets from "../kernel/Secrets.ts"
import { isStoaError, type StoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { text } from "../kernel/Text.ts"
import type * as MediaLibrary from "../media/MediaLibrary.ts"
import * as MediaSettings from "../media/MediaSettings.ts"
import type * as Referrals from "../referrals/Referrals.ts"
import type * as LoyaltyPoints from "../loyalty/LoyaltyPoints.ts"
import type * as Marketing from "../marketing/Marketing.ts"
import * as Mailer from "../notifications/Mailer.ts"
import type * as Inbox from "../notifications/Inbox.ts"
import type * as Notifications from "../notifications/Notifications.ts"
import type * as NotificationTemplates from "../notifications/NotificationTemplates.ts"
import type * as MailDeliveries from "../notifications/MailDeliveries.ts"
import type * as Pushes from "../notifications/Pushes.ts"
import * as PushSender from "../notifications/PushSender.ts"
import * as TemplateCatalog from "../notifications/TemplateCatalog.ts"
import * as TextSender from "../notifications/TextSender.ts"
import type * as OrderNotes from "../orders/OrderNotes.ts"
import type * as OrderViews from "../orders/OrderViews.ts"
import type * as PaymentGuards from "../payments/PaymentGuards.ts"
import type * as HandedOver from "../orders/HandedOver.ts"
import type * as OrderGuards from "../orders/OrderGuards.ts"
import type * as OrderStates from "../orders/OrderStates.ts"
import type * as FulfilmentGuards from "../fulfilment/FulfilmentGuards.ts"
import type * as FulfilmentStates from "../fulfilment/FulfilmentStates.ts"
import type * as OrderLifecycle from "../orders/OrderLifecycle.ts"
import type * as Orders from "../orders/Orders.ts"
import type * as SoldGiftCards from "../orders/SoldGiftCards.ts"
import type * as Disputes from "../payments/Disputes.ts"
import type * as Payouts from "../payments/Payouts.ts"
import type * as FraudReviews from "../payments/FraudReviews.ts"
import type * as PaymentGateways from "../payments/PaymentGateways.ts"
import type * as Payments from "../payments/Payments.ts"
import type * as SavedMethods from "../payments/SavedMethods.ts"
import type * as PersonalData from "../privacy/PersonalData.ts"
import type * as PricePreviews from "../cart/PricePreviews.ts"
import type * as PriceLists from "../prices/PriceLists.ts"
import type * as PricingRules from "../pricing/PricingRules.ts"
import type * as Coupons from "../cart/Coupons.ts"
import type * as PromotionBooks from "../promotions/PromotionBooks.ts"
import type * as PromotionKinds from "../promotions/PromotionKinds.ts"
import type * as Promotions from "../promotions/Promotions.ts"
import type * as Dashboards from "../dashboards/Dashboards.ts"
import type * as Metrics from "../metrics/Metrics.ts"
import type * as Reports from "../reports/Reports.ts"
import { ReportWriters } from "../reports/ReportWriter.ts"
import type * as Claims from "../returns/Claims.ts"
import type * as Returns from "../returns/Returns.ts"
import type * as Questions from "../questions/Questions.ts"
import type * as Reviews from "../reviews/Reviews.ts"
import { ReviewScreening } from "../reviews/ReviewScreening.ts"
import { SearchIndex } from "../search/SearchIndex.ts"
import type * as Search from "../search/Search.ts"
import type * as BackInStock from "../restock/BackInStock.ts"
import type * as SavedForLater from "../cart/SavedForLater.ts"
import type * as SharedCarts from "../cart/SharedCarts.ts"
import type * as SharedWishLists from "../wishes/SharedWishLists.ts"
import type * as WishList from "../wishes/WishList.ts"
import * as Carriers from "../shipping/Carriers.ts"
import type * as Shipping from "../shipping/Shipping.ts"
import type * as GiftCards from "../value/GiftCards.ts"
import type * as StoreCredit from "../value/StoreCredit.ts"
import type * as Tenders from "../value/Tenders.ts"
import type { CreateStore } from "../stores/Store.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as Stores from "../stores/Stores.ts"
import { StoreNotFound } from "../stores/StoresErrors.ts"
import * as TaxEngine from "../tax/TaxEngine.ts"
import type * as TaxExemptions from "../tax/TaxExemptions.ts"
import type * as Taxes from "../tax/Taxes.ts"
import * as VatRegister from "../tax/VatRegister.ts"
import type * as WebhookEndpoints from "../webhooks/WebhookEndpoints.ts"
import * as WebhookSender from "../webhooks/WebhookSender.ts"
import type * as Zones from "../zones/Zones.ts"
import * as CallContext from "./CallContext.ts"
import * as Domains from "./Domains.ts"
import * as EngineEvents from "./EngineEvents.ts"
import * as EngineGateways from "./EngineGateways.ts"
import type { StoaOptions } from "./Options.ts"
import { type Plugin, PluginFailed } from "./Plugin.ts"
import type { StoragePorts } from "./Storage.ts"
import type * as OrderParts from "../marketplace/OrderParts.ts"
import type * as VendorDesk from "../marketplace/VendorDesk.ts"
import type * as Vendors from "../vendors/Vendors.ts"

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
      if (!EngineEvents.names.has(type)) return yield* InvalidInput.at(["on", type], "is no event of the engine", "unknown")
      if (!isListener(listener)) return yield* InvalidInput.at(["on", type], "Expected a function", "not_a_function")
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
  const payment = EngineGateways.make(options.gateways)
  const engine = Layer.merge(listeners(options.on), payment.connect).pipe(
    Layer.provideMerge(currentStore(options.store)),
    Layer.provideMerge(Domains.layer(
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
