/**
 * Everything that a storage adapter must do, in one call.
 *
 * **Example**
 *
 * ```ts
 * import { type StorageHarness, storageConformance } from "@stoa/core/testing"
 *
 * const harness: StorageHarness = { name: "my database", storage: () => MyStorage.layer }
 *
 * storageConformance(harness)
 * ```
 */
import { addedStateSuite } from "./AddedStateSuite.ts"
import { addressSuite } from "./AddressSuite.ts"
import { booksSuite } from "./BooksSuite.ts"
import { cartLifeSuite } from "./CartLifeSuite.ts"
import { cartStatementsSuite, cartSuite } from "./CartSuite.ts"
import { cartViewSuite } from "./CartViewSuite.ts"
import { catalogBudgets } from "./CatalogBudgets.ts"
import { catalogSuite } from "./CatalogSuite.ts"
import { checkoutBudgets } from "./CheckoutBudgets.ts"
import { checkoutPaymentSuite } from "./CheckoutPaymentSuite.ts"
import { checkoutRaceSuite } from "./CheckoutRaceSuite.ts"
import { checkoutSuite } from "./CheckoutSuite.ts"
import { campaignSuite } from "./CampaignSuite.ts"
import { customerGroupSuite } from "./CustomerGroupSuite.ts"
import { documentsSuite } from "./DocumentsSuite.ts"
import { eventsSuite } from "./EventsSuite.ts"
import { fulfilmentSuite } from "./FulfilmentSuite.ts"
import { claimSuite } from "./ClaimSuite.ts"
import { exchangeSuite } from "./ExchangeSuite.ts"
import { returnCreditSuite } from "./ReturnCreditSuite.ts"
import { returnSuite } from "./ReturnSuite.ts"
import { flagSuite } from "./FlagSuite.ts"
import { redirectSuite } from "./RedirectSuite.ts"
import { productLinkSuite } from "./ProductLinkSuite.ts"
import { sitemapSuite } from "./SitemapSuite.ts"
import { auditChainSuite } from "./AuditChainSuite.ts"
import { deniedAccessBudgets, deniedAccessSuite } from "./DeniedAccessSuite.ts"
import { analyticsSuite } from "./AnalyticsSuite.ts"
import { forecastSuite } from "./ForecastSuite.ts"
import { dashboardSuite } from "./DashboardSuite.ts"
import { reportSuite } from "./ReportSuite.ts"
import { journeySuite } from "./JourneySuite.ts"
import { questionSuite } from "./QuestionSuite.ts"
import { savedForLaterBudgets, savedForLaterSuite } from "./SavedForLaterSuite.ts"
import { sharedCartBudgets, sharedCartSuite } from "./SharedCartSuite.ts"
import { priceDropBudgets, priceDropSuite } from "./PriceDropSuite.ts"
import { wishListBudgets, wishListSuite } from "./WishListSuite.ts"
import { returnLabelSuite } from "./ReturnLabelSuite.ts"
import { shippingLabelSuite } from "./ShippingLabelSuite.ts"
import { reviewSuite } from "./ReviewSuite.ts"
import { fraudSuite } from "./FraudSuite.ts"
import { garbageSuite } from "./GarbageSuite.ts"
import { idempotencySuite } from "./IdempotencySuite.ts"
import { identityRaceSuite } from "./IdentityRaceSuite.ts"
import { identityStatementsSuite } from "./IdentityStatementsSuite.ts"
import { identitySuite } from "./IdentitySuite.ts"
import { inboxSuite } from "./InboxSuite.ts"
import { inventoryBudgets } from "./InventoryBudgets.ts"
import { inventorySuite } from "./InventorySuite.ts"
import { jobsSuite } from "./JobsSuite.ts"
import { leasesSuite } from "./LeasesSuite.ts"
import { loyaltySuite } from "./LoyaltySuite.ts"
import { referralSuite } from "./ReferralSuite.ts"
import { mailDeliverySuite } from "./MailDeliverySuite.ts"
import { customerMessagesSuite } from "./CustomerMessagesSuite.ts"
import { marketingBudgets, marketingSuite } from "./MarketingSuite.ts"
import { mediaSuite } from "./MediaSuite.ts"
import { messagesSuite } from "./MessagesSuite.ts"
import { moneyAtOnceSuite } from "./MoneyAtOnceSuite.ts"
import { moneyAuditSuite } from "./MoneyAuditSuite.ts"
import { moneyBesideSuite } from "./MoneyBesideSuite.ts"
import { moneyPartsSuite } from "./MoneyPartsSuite.ts"
import { notificationTemplatesSuite } from "./NotificationTemplatesSuite.ts"
import { notificationsSuite } from "./NotificationsSuite.ts"
import { orderFollowSuite } from "./OrderFollowSuite.ts"
import { orderLifecycleSuite } from "./OrderLifecycleSuite.ts"
import { cancellationSuite } from "./CancellationSuite.ts"
import { draftEndSuite } from "./DraftEndSuite.ts"
import { draftOrderSuite } from "./DraftOrderSuite.ts"
import { orderEditSuite } from "./OrderEditSuite.ts"
import { orderDeskSuite } from "./OrderDeskSuite.ts"
import { orderStorySuite } from "./OrderStorySuite.ts"
import { orderSearchSuite } from "./OrderSearchSuite.ts"
import { orderSuite } from "./OrderSuite.ts"
import { paymentSuite } from "./PaymentSuite.ts"
import { pricePreviewSuite } from "./PricePreviewSuite.ts"
import { priceListBudgets, priceListSuite } from "./PriceListSuite.ts"
import { privacySuite } from "./PrivacySuite.ts"
import { bulkEditSuite } from "./BulkEditSuite.ts"
import { productExportBudgets, productExportSuite } from "./ProductExportSuite.ts"
import { productImportFaultsSuite } from "./ProductImportFaultsSuite.ts"
import { productImportBudgets, productImportSuite } from "./ProductImportSuite.ts"
import { promotionBudgets } from "./PromotionBudgets.ts"
import { promotionSuite } from "./PromotionSuite.ts"
import { promotionLimitSuite } from "./PromotionLimitSuite.ts"
import { couponSuite } from "./CouponSuite.ts"
import { pushSuite } from "./PushSuite.ts"
import { rushSuite } from "./RushSuite.ts"
import { rateLimitsSuite } from "./RateLimitsSuite.ts"
import { sandboxBankStoresSuite, sandboxBankSuite } from "./SandboxBankSuite.ts"
import { facetBudgets, facetSuite } from "./FacetSuite.ts"
import { searchQualitySuite } from "./SearchQualitySuite.ts"
import { searchIndexSuite } from "./SearchIndexSuite.ts"
import { searchNamesSuite } from "./SearchNamesSuite.ts"
import { frequentSearchSuite } from "./FrequentSearchSuite.ts"
import { listedFilterSuite } from "./ListedFilterSuite.ts"
import { productSortSuite } from "./ProductSortSuite.ts"
import { searchTermSuite } from "./SearchTermSuite.ts"
import { searchBudgets, searchDictionarySuite, searchSuite } from "./SearchSuite.ts"
import { zoneSuite } from "./ZoneSuite.ts"
import { shippingPartsSuite } from "./ShippingPartsSuite.ts"
import { shippingSuite } from "./ShippingSuite.ts"
import type { CountingHarness } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { staleDeletionSuite } from "./StaleDeletionSuite.ts"
import { shopFeedSuite } from "./ShopFeedSuite.ts"
import { storesSuite } from "./StoresSuite.ts"
import { currencySuite } from "./CurrencySuite.ts"
import { giftCardRecallSuite } from "./GiftCardRecallSuite.ts"
import { bundleSuite } from "./BundleSuite.ts"
import { downloadSuite } from "./DownloadSuite.ts"
import { licenseKeySuite } from "./LicenseKeySuite.ts"
import { giftCardSaleSuite } from "./GiftCardSaleSuite.ts"
import { storedValueSuite } from "./StoredValueSuite.ts"
import { taxExemptionSuite } from "./TaxExemptionSuite.ts"
import { taxSuite } from "./TaxSuite.ts"
import { transactionSuite } from "./TransactionSuite.ts"
import { vendorBudgets, vendorSuite } from "./VendorSuite.ts"
import { orderPartSuite } from "./OrderPartSuite.ts"
import { vendorMessagesSuite } from "./VendorMessagesSuite.ts"
import { webhookEndpointSuite } from "./WebhookEndpointSuite.ts"

/**
 * What the engine relies on, whatever the storage is made of. Deaths of the process are `crashSuite`, which needs a
 * storage that can be opened again; trouble with the database is `storageFaultSuite`.
 */
export const storageConformance = (harness: StorageHarness): void => {
  transactionSuite(harness)
  shopFeedSuite(harness)
  storesSuite(harness)
  staleDeletionSuite(harness)
  identitySuite(harness)
  identityRaceSuite(harness)
  addressSuite(harness)
  privacySuite(harness)
  catalogSuite(harness)
  searchSuite(harness)
  searchDictionarySuite(harness)
  facetSuite(harness)
  searchIndexSuite(harness)
  searchNamesSuite(harness)
  productSortSuite(harness)
  frequentSearchSuite(harness)
  listedFilterSuite(harness)
  searchTermSuite(harness)
  searchQualitySuite(harness)
  productImportSuite(harness)
  productImportFaultsSuite(harness)
  productExportSuite(harness)
  bulkEditSuite(harness)
  inventorySuite(harness)
  campaignSuite(harness)
  customerGroupSuite(harness)
  zoneSuite(harness)
  priceListSuite(harness)
  pricePreviewSuite(harness)
  taxSuite(harness)
  taxExemptionSuite(harness)
  shippingSuite(harness)
  shippingPartsSuite(harness)
  cartSuite(harness)
  cartViewSuite(harness)
  cartLifeSuite(harness)
  checkoutSuite(harness)
  checkoutRaceSuite(harness)
  rushSuite(harness)
  checkoutPaymentSuite(harness)
  promotionSuite(harness)
  couponSuite(harness)
  promotionLimitSuite(harness)
  orderSuite(harness)
  orderSearchSuite(harness)
  orderDeskSuite(harness)
  addedStateSuite(harness)
  cancellationSuite(harness)
  orderEditSuite(harness)
  draftEndSuite(harness)
  draftOrderSuite(harness)
  orderStorySuite(harness)
  orderFollowSuite(harness)
  orderLifecycleSuite(harness)
  returnSuite(harness)
  returnCreditSuite(harness)
  exchangeSuite(harness)
  claimSuite(harness)
  questionSuite(harness)
  savedForLaterSuite(harness)
  sharedCartSuite(harness)
  wishListSuite(harness)
  priceDropSuite(harness)
  shippingLabelSuite(harness)
  returnLabelSuite(harness)
  reviewSuite(harness)
  analyticsSuite(harness)
  forecastSuite(harness)
  journeySuite(harness)
  dashboardSuite(harness)
  reportSuite(harness)
  auditChainSuite(harness)
  flagSuite(harness)
  redirectSuite(harness)
  sitemapSuite(harness)
  productLinkSuite(harness)
  deniedAccessSuite(harness)
  paymentSuite(harness)
  moneyBesideSuite(harness)
  moneyAuditSuite(harness)
  moneyAtOnceSuite(harness)
  moneyPartsSuite(harness)
  currencySuite(harness)
  giftCardRecallSuite(harness)
  bundleSuite(harness)
  downloadSuite(harness)
  licenseKeySuite(harness)
  giftCardSaleSuite(harness)
  storedValueSuite(harness)
  loyaltySuite(harness)
  referralSuite(harness)
  booksSuite(harness)
  sandboxBankSuite(`in ${harness.name}`, harness.storage)
  sandboxBankStoresSuite(`in ${harness.name}`, harness.storage)
  documentsSuite(harness)
  eventsSuite(harness)
  jobsSuite(harness)
  leasesSuite(harness)
  idempotencySuite(harness)
  fulfilmentSuite(harness)
  vendorSuite(harness)
  orderPartSuite(harness)
  vendorMessagesSuite(harness)
  fraudSuite(harness)
  garbageSuite(harness)
  mediaSuite(harness)
  notificationsSuite(harness)
  notificationTemplatesSuite(harness)
  messagesSuite(harness)
  inboxSuite(harness)
  mailDeliverySuite(harness)
  customerMessagesSuite(harness)
  marketingSuite(harness)
  pushSuite(harness)
  rateLimitsSuite(harness)
  webhookEndpointSuite(harness)
}

/** How many statements the main operations may send, for a storage that speaks in statements and can count them. */
export const statementBudgets = (harness: CountingHarness): void => {
  identityStatementsSuite(harness)
  deniedAccessBudgets(harness)
  marketingBudgets(harness)
  priceDropBudgets(harness)
  catalogBudgets(harness)
  searchBudgets(harness)
  facetBudgets(harness)
  productImportBudgets(harness)
  productExportBudgets(harness)
  inventoryBudgets(harness)
  priceListBudgets(harness)
  cartStatementsSuite(harness)
  checkoutBudgets(harness)
  promotionBudgets(harness)
  vendorBudgets(harness)
  savedForLaterBudgets(harness)
  sharedCartBudgets(harness)
  wishListBudgets(harness)
}
