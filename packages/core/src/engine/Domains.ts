/**
 * The domains of an engine as layers, in groups that stand on each other.
 */
import * as Layer from "effect/Layer"
import * as AddressBook from "../addresses/AddressBook.ts"
import type * as AddressCheck from "../addresses/AddressCheck.ts"
import * as AddressData from "../addresses/AddressData.ts"
import * as Analytics from "../analytics/Analytics.ts"
import * as AuditLog from "../audit/AuditLog.ts"
import * as AuditChain from "../auditing/AuditChain.ts"
import * as DeniedAccessLog from "../auditing/DeniedAccessLog.ts"
import * as Books from "../books/Books.ts"
import * as Campaigns from "../campaigns/Campaigns.ts"
import * as Cancellations from "../cancellations/Cancellations.ts"
import * as CartData from "../cart/CartData.ts"
import * as CartExpiry from "../cart/CartExpiry.ts"
import * as Carts from "../cart/Carts.ts"
import * as Coupons from "../cart/Coupons.ts"
import * as PricePreviews from "../cart/PricePreviews.ts"
import * as SavedForLater from "../cart/SavedForLater.ts"
import * as SavedLineData from "../cart/SavedLineData.ts"
import * as SharedCarts from "../cart/SharedCarts.ts"
import * as Attributes from "../catalog/Attributes.ts"
import * as Brands from "../catalog/Brands.ts"
import * as BulkEdits from "../catalog/BulkEdits.ts"
import * as Catalog from "../catalog/Catalog.ts"
import * as CatalogFiles from "../catalog/CatalogFiles.ts"
import * as Collections from "../catalog/Collections.ts"
import * as ListedFilters from "../catalog/ListedFilters.ts"
import * as ProductLinks from "../catalog/ProductLinks.ts"
import * as VendorProducts from "../catalog/VendorProducts.ts"
import * as Checkout from "../checkout/Checkout.ts"
import * as ReleasedPromotions from "../checkout/ReleasedPromotions.ts"
import * as CustomerGroupData from "../customers/CustomerGroupData.ts"
import * as CustomerGroups from "../customers/CustomerGroups.ts"
import * as DashboardData from "../dashboards/DashboardData.ts"
import * as Dashboards from "../dashboards/Dashboards.ts"
import * as Documents from "../documents/Documents.ts"
import * as Downloads from "../downloads/Downloads.ts"
import * as DraftOrderData from "../drafts/DraftOrderData.ts"
import * as DraftOrders from "../drafts/DraftOrders.ts"
import * as OpenBalances from "../edits/OpenBalances.ts"
import * as OrderEdits from "../edits/OrderEdits.ts"
import * as Events from "../events/Events.ts"
import * as FeatureFlags from "../flags/FeatureFlags.ts"
import * as Forecasts from "../forecasts/Forecasts.ts"
import * as CardCheck from "../fraud/CardCheck.ts"
import * as FraudCheck from "../fraud/FraudCheck.ts"
import * as FraudData from "../fraud/FraudData.ts"
import * as FraudExpiry from "../fraud/FraudExpiry.ts"
import * as FraudLists from "../fraud/FraudLists.ts"
import * as FulfilmentGuards from "../fulfilment/FulfilmentGuards.ts"
import * as FulfilmentStates from "../fulfilment/FulfilmentStates.ts"
import * as Fulfilments from "../fulfilment/Fulfilments.ts"
import * as IdempotencyExpiry from "../idempotency/IdempotencyExpiry.ts"
import * as Identity from "../identity/Identity.ts"
import * as IdentityJobs from "../identity/IdentityJobs.ts"
import * as SignInData from "../identity/SignInData.ts"
import * as Inventory from "../inventory/Inventory.ts"
import * as OpeningStockReceipt from "../inventory/OpeningStockReceipt.ts"
import * as SellableStockCount from "../inventory/SellableStockCount.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as ReturnLabels from "../labels/ReturnLabels.ts"
import * as ShippingLabelData from "../labels/ShippingLabelData.ts"
import * as ShippingLabels from "../labels/ShippingLabels.ts"
import * as LicenseData from "../licenses/LicenseData.ts"
import * as LicenseKeys from "../licenses/LicenseKeys.ts"
import * as LicenseMessages from "../licenses/LicenseMessages.ts"
import * as LicenseSupply from "../licenses/LicenseSupply.ts"
import * as RateLimitExpiry from "../limits/RateLimitExpiry.ts"
import * as LoyaltyPoints from "../loyalty/LoyaltyPoints.ts"
import * as Marketing from "../marketing/Marketing.ts"
import * as MarketingData from "../marketing/MarketingData.ts"
import * as OrderParts from "../marketplace/OrderParts.ts"
import * as VendorDesk from "../marketplace/VendorDesk.ts"
import * as MediaLibrary from "../media/MediaLibrary.ts"
import * as Renditions from "../media/Renditions.ts"
import * as CartReminders from "../messages/CartReminders.ts"
import * as DocumentMessages from "../messages/DocumentMessages.ts"
import * as DraftOrderMessages from "../messages/DraftOrderMessages.ts"
import * as OrderMessages from "../messages/OrderMessages.ts"
import * as PaymentMessages from "../messages/PaymentMessages.ts"
import * as ReturnLabelMessages from "../messages/ReturnLabelMessages.ts"
import * as ReviewRequests from "../messages/ReviewRequests.ts"
import * as StockMessages from "../messages/StockMessages.ts"
import * as VendorMessages from "../messages/VendorMessages.ts"
import * as WelcomeMessages from "../messages/WelcomeMessages.ts"
import * as Metrics from "../metrics/Metrics.ts"
import * as Inbox from "../notifications/Inbox.ts"
import * as InboxData from "../notifications/InboxData.ts"
import * as MailDeliveries from "../notifications/MailDeliveries.ts"
import * as MailDeliveryData from "../notifications/MailDeliveryData.ts"
import * as NotificationTemplates from "../notifications/NotificationTemplates.ts"
import * as Notifications from "../notifications/Notifications.ts"
import * as PushData from "../notifications/PushData.ts"
import * as Pushes from "../notifications/Pushes.ts"
import * as HandedOver from "../orders/HandedOver.ts"
import * as OrderData from "../orders/OrderData.ts"
import * as OrderGuards from "../orders/OrderGuards.ts"
import * as OrderLifecycle from "../orders/OrderLifecycle.ts"
import * as OrderNoteData from "../orders/OrderNoteData.ts"
import * as OrderNotes from "../orders/OrderNotes.ts"
import * as OrderStates from "../orders/OrderStates.ts"
import * as OrderViews from "../orders/OrderViews.ts"
import * as Orders from "../orders/Orders.ts"
import * as Disputes from "../payments/Disputes.ts"
import * as FraudReviews from "../payments/FraudReviews.ts"
import * as PaymentGuards from "../payments/PaymentGuards.ts"
import * as Payments from "../payments/Payments.ts"
import * as Payouts from "../payments/Payouts.ts"
import * as SavedMethodData from "../payments/SavedMethodData.ts"
import * as SavedMethods from "../payments/SavedMethods.ts"
import * as PriceLists from "../prices/PriceLists.ts"
import * as PricingRules from "../pricing/PricingRules.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import * as PromotionBooks from "../promotions/PromotionBooks.ts"
import * as PromotionKinds from "../promotions/PromotionKinds.ts"
import * as Promotions from "../promotions/Promotions.ts"
import * as QuestionData from "../questions/QuestionData.ts"
import * as Questions from "../questions/Questions.ts"
import * as Redirects from "../redirects/Redirects.ts"
import * as ReferralData from "../referrals/ReferralData.ts"
import * as ReferralRewards from "../referrals/ReferralRewards.ts"
import * as Referrals from "../referrals/Referrals.ts"
import * as ReportMails from "../reports/ReportMails.ts"
import * as Reports from "../reports/Reports.ts"
import * as BackInStock from "../restock/BackInStock.ts"
import * as BackInStockData from "../restock/BackInStockData.ts"
import * as Claims from "../returns/Claims.ts"
import * as ReturnData from "../returns/ReturnData.ts"
import * as Returns from "../returns/Returns.ts"
import * as ReviewData from "../reviews/ReviewData.ts"
import * as Reviews from "../reviews/Reviews.ts"
import * as Popularity from "../search/Popularity.ts"
import * as Search from "../search/Search.ts"
import * as SearchFeed from "../search/SearchFeed.ts"
import * as SearchLog from "../search/SearchLog.ts"
import * as WordIndex from "../search/WordIndex.ts"
import * as Shipping from "../shipping/Shipping.ts"
import * as Sitemaps from "../sitemaps/Sitemaps.ts"
import * as Stores from "../stores/Stores.ts"
import * as TaxExemptionData from "../tax/TaxExemptionData.ts"
import * as TaxExemptions from "../tax/TaxExemptions.ts"
import * as Taxes from "../tax/Taxes.ts"
import * as VatIdChecks from "../tax/VatIdChecks.ts"
import * as GiftCardRecall from "../value/GiftCardRecall.ts"
import * as GiftCardSales from "../value/GiftCardSales.ts"
import * as GiftCards from "../value/GiftCards.ts"
import * as StoreCredit from "../value/StoreCredit.ts"
import * as StoredValueData from "../value/StoredValueData.ts"
import * as Tenders from "../value/Tenders.ts"
import * as VendorData from "../vendors/VendorData.ts"
import * as Vendors from "../vendors/Vendors.ts"
import * as WebhookDeliveries from "../webhooks/WebhookDeliveries.ts"
import * as WebhookEndpoints from "../webhooks/WebhookEndpoints.ts"
import * as SharedWishLists from "../wishes/SharedWishLists.ts"
import * as PriceDrops from "../wishes/PriceDrops.ts"
import * as WishData from "../wishes/WishData.ts"
import * as WishList from "../wishes/WishList.ts"
import * as Zones from "../zones/Zones.ts"
import * as BusinessMetrics from "./BusinessMetrics.ts"
import type { GatewaysLayer } from "./EngineGateways.ts"

/** What every domain stands on: stores, events, jobs, the audit log, messages and the books. */
const foundation = PersonalData.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Books.layer, Inbox.layer, MailDeliveries.layer, WebhookEndpoints.layer)),
  Layer.provideMerge(Notifications.layer),
  Layer.provideMerge(Layer.mergeAll(NotificationTemplates.layer, Pushes.layer)),
  Layer.provideMerge(Stores.layer),
  Layer.provideMerge(Layer.mergeAll(Jobs.layer, Events.layer)),
  Layer.provideMerge(DeniedAccessLog.layer),
  Layer.provideMerge(Layer.mergeAll(AuditLog.layer, JobRegistry.layer))
)

/** What each domain knows of a person: handed out on request, and forgotten with them. */
const personalData = Layer.mergeAll(
  AddressData.layer,
  BackInStockData.layer,
  CartData.layer,
  CustomerGroupData.layer,
  DashboardData.layer,
  FraudData.layer,
  InboxData.layer,
  LicenseData.layer,
  MailDeliveryData.layer,
  MarketingData.layer,
  OrderData.layer,
  OrderNoteData.layer,
  PushData.layer,
  QuestionData.layer,
  ReferralData.layer,
  ReturnData.layer,
  ReviewData.layer,
  SavedLineData.layer,
  SavedMethodData.layer,
  ShippingLabelData.layer,
  SignInData.layer,
  StoredValueData.layer,
  TaxExemptionData.layer,
  VendorData.layer,
  WishData.layer
)

const accounts = Layer.mergeAll(Identity.layer, AddressBook.layer, CustomerGroups.layer, Marketing.layer)

const stock = Layer.mergeAll(SellableStockCount.layer, OpeningStockReceipt.layer).pipe(Layer.provideMerge(Inventory.layer))

const catalog = Layer.mergeAll(
  Attributes.layer,
  Brands.layer,
  BulkEdits.layer,
  Catalog.layer,
  CatalogFiles.layer,
  Collections.layer,
  ListedFilters.layer,
  Vendors.layer,
  VendorProducts.layer
)

const search = Layer.mergeAll(Layer.provide(Search.layer, SearchLog.layer), SearchFeed.layer, Popularity.layer, WordIndex.layer)

const taxesAndShipping = Layer.mergeAll(Taxes.layer, TaxExemptions.layer, Shipping.layer, Zones.layer)

/** Where domains and plug-ins add to what others do: states, guards, rules and kinds of promotions. */
const additions = Layer.mergeAll(
  FulfilmentGuards.layer,
  FulfilmentStates.layer,
  GiftCardRecall.layer,
  HandedOver.layer,
  OrderGuards.layer,
  OrderStates.layer,
  PaymentGuards.layer,
  PricingRules.layer,
  PromotionKinds.layer
)

const prices = Layer.mergeAll(PriceLists.layer, PromotionBooks.layer, Promotions.layer)

const carts = Layer.merge(Carts.layer, PricePreviews.layer)

const orders = Layer.mergeAll(Orders.layer, OrderNotes.layer, OrderViews.layer, OrderLifecycle.layer, Coupons.layer)

const payments = (gateways: GatewaysLayer) =>
  Layer.mergeAll(Payments.layer, Payouts.layer, SavedMethods.layer).pipe(
    Layer.provideMerge(Disputes.layer),
    Layer.provideMerge(Layer.mergeAll(gateways, CardCheck.layer, FraudCheck.layer, FraudLists.layer, Tenders.layer))
  )

/** What buyers do besides filling a cart, and what staff do for them. */
const selling = Layer.mergeAll(
  Campaigns.layer,
  Cancellations.layer,
  Checkout.layer,
  DraftOrderData.layer,
  DraftOrders.layer,
  FraudReviews.layer,
  GiftCards.layer,
  OrderEdits.layer,
  SavedForLater.layer,
  SharedCarts.layer,
  SharedWishLists.layer,
  StoreCredit.layer,
  Layer.provideMerge(WishList.layer, BackInStock.layer)
)

/** What comes after an order: what is sent, comes back, is downloaded and is written down. */
const afterOrders = Layer.mergeAll(
  Documents.layer,
  Downloads.layer,
  LicenseKeys.layer,
  Layer.provideMerge(Layer.mergeAll(ShippingLabels.layer, ReturnLabels.layer, OrderParts.layer, VendorDesk.layer), Fulfilments.layer),
  Layer.provide(Layer.merge(Returns.layer, Claims.layer), OpenBalances.layer)
)

const figures = Layer.merge(Reports.layer, Dashboards.layer).pipe(
  Layer.provideMerge(Metrics.layer),
  Layer.provideMerge(Layer.merge(Analytics.layer, Forecasts.layer))
)

/** What a shop shows and says beside what it sells. */
const site = Layer.mergeAll(
  AuditChain.layer,
  FeatureFlags.layer,
  ProductLinks.layer,
  Questions.layer,
  Redirects.layer,
  Reviews.layer,
  Sitemaps.layer
)

/** Mails and other messages that events cause. */
const messages = Layer.mergeAll(
  Layer.merge(CartReminders.layer, PriceDrops.layer),
  DocumentMessages.layer,
  DraftOrderMessages.layer,
  LicenseMessages.layer,
  OrderMessages.layer,
  PaymentMessages.layer,
  ReportMails.layer,
  ReturnLabelMessages.layer,
  ReviewRequests.layer,
  StockMessages.layer,
  VendorMessages.layer,
  WebhookDeliveries.layer,
  WelcomeMessages.layer
)

const rewards = Layer.merge(Referrals.layer, Layer.provideMerge(ReferralRewards.layer, LoyaltyPoints.layer))

/** What nobody calls: it follows events, or the clock. */
const inBackground = Layer.mergeAll(
  BusinessMetrics.layer,
  CartExpiry.layer,
  FraudExpiry.layer,
  GiftCardSales.layer,
  IdempotencyExpiry.layer,
  IdentityJobs.layer,
  LicenseSupply.layer,
  RateLimitExpiry.layer,
  ReleasedPromotions.layer,
  Renditions.layer,
  VatIdChecks.layer
)

/** The domains, each group on what the ones after it provide. */
export const layer = (gateways: GatewaysLayer, addressChecks: Layer.Layer<AddressCheck.AddressChecks>) =>
  Layer.mergeAll(messages, rewards, inBackground).pipe(
    Layer.provideMerge(Layer.mergeAll(selling, afterOrders, figures, site)),
    Layer.provideMerge(payments(gateways)),
    Layer.provideMerge(orders),
    Layer.provideMerge(carts),
    Layer.provideMerge(prices),
    Layer.provideMerge(additions),
    Layer.provideMerge(taxesAndShipping),
    Layer.provideMerge(Layer.merge(catalog, search)),
    Layer.provideMerge(Layer.merge(stock, MediaLibrary.layer)),
    Layer.provideMerge(accounts),
    Layer.provideMerge(addressChecks),
    Layer.provideMerge(personalData),
    Layer.provideMerge(foundation)
  )
