/**
 * What an engine needs of a storage adapter: an implementation of every port.
 */
import type * as Layer from "effect/Layer"
import type { AddressRepository } from "../addresses/AddressRepository.ts"
import type { AuditRepository } from "../audit/AuditRepository.ts"
import type { OwnerRepository } from "../auditing/OwnerRepository.ts"
import type { BooksRepository } from "../books/BooksRepository.ts"
import type { CartRepository } from "../cart/CartRepository.ts"
import type { AttributeRepository } from "../catalog/AttributeRepository.ts"
import type { BrandRepository } from "../catalog/BrandRepository.ts"
import type { BulkEditRepository } from "../catalog/BulkEditRepository.ts"
import type { CategoryRepository } from "../catalog/CategoryRepository.ts"
import type { DownloadRepository } from "../downloads/DownloadRepository.ts"
import type { LicenseRepository } from "../licenses/LicenseRepository.ts"
import type { CollectionRepository } from "../catalog/CollectionRepository.ts"
import type { ProductRepository } from "../catalog/ProductRepository.ts"
import type { CampaignRepository } from "../campaigns/CampaignRepository.ts"
import type { DraftOrderRepository } from "../drafts/DraftOrderRepository.ts"
import type { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import type { DocumentRepository } from "../documents/DocumentRepository.ts"
import type { EventRepository } from "../events/EventRepository.ts"
import type { ReturnLabelRepository } from "../labels/ReturnLabelRepository.ts"
import type { ShippingLabelRepository } from "../labels/ShippingLabelRepository.ts"
import type { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import type { FraudRepository } from "../fraud/FraudRepository.ts"
import type { FlagRepository } from "../flags/FlagRepository.ts"
import type { ProductLinkRepository } from "../catalog/ProductLinkRepository.ts"
import type { RedirectRepository } from "../redirects/RedirectRepository.ts"
import type { SitemapRepository } from "../sitemaps/SitemapRepository.ts"
import type { IdempotencyStore } from "../idempotency/IdempotencyStore.ts"
import type { IdentityPorts } from "../identity/Identity.ts"
import type { InventoryRepository } from "../inventory/InventoryRepository.ts"
import type { JobQueue } from "../jobs/JobQueue.ts"
import type { LeaseRepository } from "../jobs/LeaseRepository.ts"
import type { LoyaltyRepository } from "../loyalty/LoyaltyRepository.ts"
import type { ReferralRepository } from "../referrals/ReferralRepository.ts"
import type { MarketingRepository } from "../marketing/MarketingRepository.ts"
import type { RateLimitCounters } from "../limits/RateLimitCounters.ts"
import type { StoaError } from "../kernel/StoaError.ts"
import type { MediaRepository } from "../media/MediaRepository.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import type { OrderNoteRepository } from "../orders/OrderNoteRepository.ts"
import type { OrderViewRepository } from "../orders/OrderViewRepository.ts"
import type { OrderEditRepository } from "../edits/OrderEditRepository.ts"
import type { OrderRepository } from "../orders/OrderRepository.ts"
import type { DisputeRepository } from "../payments/DisputeRepository.ts"
import type { PayoutRepository } from "../payments/PayoutRepository.ts"
import type { PaymentRepository } from "../payments/PaymentRepository.ts"
import type { SavedMethodRepository } from "../payments/SavedMethodRepository.ts"
import type { PriceListRepository } from "../prices/PriceListRepository.ts"
import type { SandboxBank } from "../payments/SandboxBank.ts"
import type { PromotionRepository } from "../promotions/PromotionRepository.ts"
import type { ShippingRepository } from "../shipping/ShippingRepository.ts"
import type { ClaimRepository } from "../returns/ClaimRepository.ts"
import type { ReturnRepository } from "../returns/ReturnRepository.ts"
import type { AnalyticsRepository } from "../analytics/AnalyticsRepository.ts"
import type { BreakdownRepository } from "../analytics/BreakdownRepository.ts"
import type { JourneyRepository } from "../analytics/JourneyRepository.ts"
import type { DashboardRepository } from "../dashboards/DashboardRepository.ts"
import type { MetricRepository } from "../metrics/MetricRepository.ts"
import type { ReportRepository } from "../reports/ReportRepository.ts"
import type { DemandRepository } from "../forecasts/DemandRepository.ts"
import type { QuestionRepository } from "../questions/QuestionRepository.ts"
import type { ReviewRepository } from "../reviews/ReviewRepository.ts"
import type { SearchDictionaryRepository } from "../search/SearchDictionaryRepository.ts"
import type { ListedFilterRepository } from "../catalog/ListedFilterRepository.ts"
import type { PopularityRepository } from "../search/PopularityRepository.ts"
import type { SearchFeedRepository } from "../search/SearchFeedRepository.ts"
import type { WordIndex } from "../search/WordIndex.ts"
import type { SearchTermRepository } from "../search/SearchTermRepository.ts"
import type { SearchEngine } from "../search/SearchEngine.ts"
import type { StoreRepository } from "../stores/StoreRepository.ts"
import type { BackInStockRepository } from "../restock/BackInStockRepository.ts"
import type { CartShareRepository } from "../cart/CartShareRepository.ts"
import type { SavedLineRepository } from "../cart/SavedLineRepository.ts"
import type { WishRepository } from "../wishes/WishRepository.ts"
import type { WishShareRepository } from "../wishes/WishShareRepository.ts"
import type { MailDeliveryRepository } from "../notifications/MailDeliveryRepository.ts"
import type { PushRepository } from "../notifications/PushRepository.ts"
import type { InboxRepository } from "../notifications/InboxRepository.ts"
import type { TemplateRepository } from "../notifications/TemplateRepository.ts"
import type { StoredValueRepository } from "../value/StoredValueRepository.ts"
import type { TaxExemptionRepository } from "../tax/TaxExemptionRepository.ts"
import type { TaxRepository } from "../tax/TaxRepository.ts"
import type { WebhookRepository } from "../webhooks/WebhookRepository.ts"
import type { VendorOrderRepository } from "../marketplace/VendorOrderRepository.ts"
import type { VendorRepository } from "../vendors/VendorRepository.ts"
import type { ZoneRepository } from "../zones/ZoneRepository.ts"

/** Every port of the engine that keeps something. */
export type StoragePorts =
  | AddressRepository
  | AuditRepository
  | OwnerRepository
  | BooksRepository
  | CartRepository
  | AttributeRepository
  | BrandRepository
  | BulkEditRepository
  | CategoryRepository
  | CollectionRepository
  | DownloadRepository
  | LicenseRepository
  | CampaignRepository
  | DraftOrderRepository
  | CustomerGroupRepository
  | DocumentRepository
  | DisputeRepository
  | PayoutRepository
  | EventRepository
  | FulfilmentRepository
  | ReturnLabelRepository
  | ShippingLabelRepository
  | ReturnRepository
  | ClaimRepository
  | QuestionRepository
  | ReviewRepository
  | SearchDictionaryRepository
  | SearchEngine
  | PopularityRepository
  | ListedFilterRepository
  | SearchFeedRepository
  | SearchTermRepository
  | WordIndex
  | AnalyticsRepository
  | BreakdownRepository
  | JourneyRepository
  | ReportRepository
  | DashboardRepository
  | MetricRepository
  | DemandRepository
  | FraudRepository
  | FlagRepository
  | ProductLinkRepository
  | RedirectRepository
  | SitemapRepository
  | IdempotencyStore
  | IdentityPorts
  | InboxRepository
  | InventoryRepository
  | JobQueue
  | LeaseRepository
  | LoyaltyRepository
  | BackInStockRepository
  | MailDeliveryRepository
  | MarketingRepository
  | MediaRepository
  | OrderNoteRepository
  | OrderEditRepository
  | OrderRepository
  | OrderViewRepository
  | PaymentRepository
  | PriceListRepository
  | ProductRepository
  | PromotionRepository
  | PushRepository
  | RateLimitCounters
  | ReferralRepository
  | SandboxBank
  | SavedMethodRepository
  | ShippingRepository
  | StoredValueRepository
  | StoreRepository
  | TaxExemptionRepository
  | TaxRepository
  | TemplateRepository
  | Transactor
  | WebhookRepository
  | VendorOrderRepository
  | VendorRepository
  | CartShareRepository
  | SavedLineRepository
  | WishRepository
  | WishShareRepository
  | ZoneRepository

/**
 * A storage adapter, opened and migrated when its layer is built and closed with it.
 *
 * `Native` is what the adapter offers to plug-ins besides the ports (a SQL client), `Migrations` how a plug-in says
 * which tables it needs.
 */
export interface Storage<Native = never, Migrations = never> {
  readonly layer: (options: {
    readonly migrations: ReadonlyArray<Migrations>
  }) => Layer.Layer<StoragePorts | Native, StoaError>
}
