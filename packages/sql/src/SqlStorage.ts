/**
 * Every port of the engine on one SQL client, whose database is brought up to date first.
 */
import type { StoragePorts } from "@stoa/core/engine/Storage"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import * as AddressSql from "./addresses/AddressSql.ts"
import * as AuditSql from "./audit/AuditSql.ts"
import * as OwnerSql from "./auditing/OwnerSql.ts"
import * as BooksSql from "./books/BooksSql.ts"
import * as CartSql from "./cart/CartSql.ts"
import * as AttributeSql from "./catalog/AttributeSql.ts"
import * as BrandSql from "./catalog/BrandSql.ts"
import * as BulkEditSql from "./catalog/BulkEditSql.ts"
import * as CategorySql from "./catalog/CategorySql.ts"
import * as CollectionSql from "./catalog/CollectionSql.ts"
import { ProductSearch } from "./catalog/ProductSearch.ts"
import * as ProductSql from "./catalog/ProductSql.ts"
import * as CampaignSql from "./campaigns/CampaignSql.ts"
import * as DraftOrderSql from "./drafts/DraftOrderSql.ts"
import * as CustomerGroupSql from "./customers/CustomerGroupSql.ts"
import * as DocumentSql from "./documents/DocumentSql.ts"
import { acrossStores } from "./EveryStore.ts"
import * as EngineMigrations from "./EngineMigrations.ts"
import * as EventSql from "./events/EventSql.ts"
import * as ReturnLabelSql from "./labels/ReturnLabelSql.ts"
import * as ShippingLabelSql from "./labels/ShippingLabelSql.ts"
import * as FulfilmentSql from "./fulfilment/FulfilmentSql.ts"
import * as FlagSql from "./flags/FlagSql.ts"
import * as ProductLinkSql from "./catalog/ProductLinkSql.ts"
import * as RedirectSql from "./redirects/RedirectSql.ts"
import * as SitemapSql from "./sitemaps/SitemapSql.ts"
import * as FraudSql from "./fraud/FraudSql.ts"
import * as IdempotencySql from "./idempotency/IdempotencySql.ts"
import * as IdentitySql from "./identity/IdentitySql.ts"
import * as InboxSql from "./notifications/InboxSql.ts"
import * as InventorySql from "./inventory/InventorySql.ts"
import * as JobQueueSql from "./jobs/JobQueueSql.ts"
import * as LeaseSql from "./jobs/LeaseSql.ts"
import * as PushSql from "./notifications/PushSql.ts"
import * as RateLimitSql from "./limits/RateLimitSql.ts"
import * as MediaSql from "./media/MediaSql.ts"
import * as LoyaltySql from "./loyalty/LoyaltySql.ts"
import * as ReferralSql from "./referrals/ReferralSql.ts"
import * as BackInStockSql from "./restock/BackInStockSql.ts"
import * as MailDeliverySql from "./notifications/MailDeliverySql.ts"
import * as MarketingSql from "./marketing/MarketingSql.ts"
import type { MigrationSet } from "./Migration.ts"
import type { MigrationError } from "./MigrationErrors.ts"
import * as Migrations from "./Migrations.ts"
import * as OrderNoteSql from "./orders/OrderNoteSql.ts"
import * as OrderViewSql from "./orders/OrderViewSql.ts"
import * as OrderEditSql from "./orders/OrderEditSql.ts"
import * as OrderSql from "./orders/OrderSql.ts"
import * as DisputeSql from "./payments/DisputeSql.ts"
import * as PayoutSql from "./payments/PayoutSql.ts"
import * as SavedMethodSql from "./payments/SavedMethodSql.ts"
import * as PaymentSql from "./payments/PaymentSql.ts"
import * as PriceListSql from "./prices/PriceListSql.ts"
import * as SandboxBankSql from "./payments/SandboxBankSql.ts"
import * as PromotionSql from "./promotions/PromotionSql.ts"
import * as ClaimSql from "./returns/ClaimSql.ts"
import * as ReturnSql from "./returns/ReturnSql.ts"
import * as AnalyticsSql from "./analytics/AnalyticsSql.ts"
import * as BreakdownSql from "./analytics/BreakdownSql.ts"
import * as JourneySql from "./analytics/JourneySql.ts"
import * as DashboardSql from "./dashboards/DashboardSql.ts"
import * as MetricSql from "./metrics/MetricSql.ts"
import * as ReportSql from "./reports/ReportSql.ts"
import * as DownloadSql from "./downloads/DownloadSql.ts"
import * as LicenseSql from "./licenses/LicenseSql.ts"
import * as DemandSql from "./forecasts/DemandSql.ts"
import * as QuestionSql from "./questions/QuestionSql.ts"
import * as Lexicons from "./search/Lexicons.ts"
import * as SearchDictionarySql from "./search/SearchDictionarySql.ts"
import * as ListedFilterSql from "./catalog/ListedFilterSql.ts"
import * as WordIndexSql from "./search/WordIndexSql.ts"
import * as PopularitySql from "./search/PopularitySql.ts"
import * as SearchFeedSql from "./search/SearchFeedSql.ts"
import * as SearchTermSql from "./search/SearchTermSql.ts"
import * as SearchSql from "./search/SearchSql.ts"
import * as ReviewSql from "./reviews/ReviewSql.ts"
import * as ShippingSql from "./shipping/ShippingSql.ts"
import { layerTransactor, storage } from "./Storage.ts"
import * as StoreSql from "./stores/StoreSql.ts"
import * as StoredValueSql from "./value/StoredValueSql.ts"
import * as TaxExemptionSql from "./tax/TaxExemptionSql.ts"
import * as TaxSql from "./tax/TaxSql.ts"
import * as TemplateSql from "./notifications/TemplateSql.ts"
import * as WebhookSql from "./webhooks/WebhookSql.ts"
import * as VendorOrderSql from "./vendors/VendorOrderSql.ts"
import * as VendorSql from "./vendors/VendorSql.ts"
import * as CartShareSql from "./cart/CartShareSql.ts"
import * as SavedLineSql from "./cart/SavedLineSql.ts"
import * as WishShareSql from "./wishes/WishShareSql.ts"
import * as WishSql from "./wishes/WishSql.ts"
import * as ZoneSql from "./zones/ZoneSql.ts"

/** Runs the migrations of the engine, of its search and of plug-ins, and provides the ports. */
export const layer = (
  plugins: ReadonlyArray<MigrationSet>
): Layer.Layer<StoragePorts, MigrationError | StorageError, SqlClient.SqlClient | ProductSearch> =>
  Layer.mergeAll(
    AddressSql.layer,
    Layer.merge(AuditSql.layer, OwnerSql.layer),
    BooksSql.layer,
    CartSql.layer,
    Layer.mergeAll(CategorySql.layer, AttributeSql.layer, BulkEditSql.layer, BrandSql.layer, CollectionSql.layer),
    Layer.mergeAll(CampaignSql.layer, DraftOrderSql.layer, DownloadSql.layer, LicenseSql.layer),
    CustomerGroupSql.layer,
    DocumentSql.layer,
    DisputeSql.layer,
    Layer.merge(PayoutSql.layer, SavedMethodSql.layer),
    EventSql.layer,
    Layer.mergeAll(FulfilmentSql.layer, ShippingLabelSql.layer, ReturnLabelSql.layer),
    FraudSql.layer,
    IdempotencySql.layer,
    IdentitySql.layer,
    InboxSql.layer,
    InventorySql.layer,
    JobQueueSql.layer,
    LeaseSql.layer,
    LoyaltySql.layer,
    MediaSql.layer,
    ReferralSql.layer,
    BackInStockSql.layer,
    MailDeliverySql.layer,
    MarketingSql.layer,
    OrderNoteSql.layer,
    Layer.merge(OrderSql.layer, OrderEditSql.layer),
    Layer.mergeAll(OrderViewSql.layer, FlagSql.layer, RedirectSql.layer, SitemapSql.layer, ProductLinkSql.layer),
    PaymentSql.layer,
    PriceListSql.layer,
    Layer.mergeAll(Layer.provideMerge(SearchSql.layer, ProductSql.layer), SearchDictionarySql.layer, SearchTermSql.layer, SearchFeedSql.layer, PopularitySql.layer, WordIndexSql.layer, ListedFilterSql.layer).pipe(
      Layer.provide(Layer.merge(Lexicons.layer, CategorySql.layer))
    ),
    PromotionSql.layer,
    PushSql.layer,
    RateLimitSql.layer,
    ClaimSql.layer,
    ReturnSql.layer,
    QuestionSql.layer,
    CartShareSql.layer,
    SavedLineSql.layer,
    Layer.merge(WishShareSql.layer, WishSql.layer),
    ReviewSql.layer,
    Layer.mergeAll(AnalyticsSql.layer, BreakdownSql.layer, DemandSql.layer, JourneySql.layer, ReportSql.layer, MetricSql.layer, DashboardSql.layer),
    SandboxBankSql.layer,
    ShippingSql.layer,
    StoreSql.layer,
    StoredValueSql.layer,
    TaxExemptionSql.layer,
    TaxSql.layer,
    TemplateSql.layer,
    WebhookSql.layer,
    Layer.merge(VendorSql.layer, VendorOrderSql.layer),
    ZoneSql.layer,
    layerTransactor
  ).pipe(Layer.provide(migrate(plugins)))

/** Every set of migrations of an engine with this search and these plug-ins, in the order in which they run. */
export const setsWith = (search: MigrationSet, plugins: ReadonlyArray<MigrationSet>): ReadonlyArray<MigrationSet> =>
  [EngineMigrations.migrations, search, ...plugins]

/** The same with the search of the database at hand. */
export const migrationSets = (
  plugins: ReadonlyArray<MigrationSet>
): Effect.Effect<ReadonlyArray<MigrationSet>, never, ProductSearch> =>
  Effect.map(ProductSearch, (search) => setsWith(search.migrations, plugins))

const migrate = (plugins: ReadonlyArray<MigrationSet>) =>
  Layer.effectDiscard(migrationSets(plugins).pipe(Effect.flatMap(Migrations.run), acrossStores, storage("Migrations.run")))
