/**
 * The tables of the engine itself.
 */
import * as AddedStates from "./schema/addedStates.ts"
import * as SoldGiftCards from "./schema/soldGiftCards.ts"
import * as OrdersAtOnce from "./schema/ordersAtOnce.ts"
import * as OrderSupplies from "./schema/orderSupplies.ts"
import * as Migration from "./Migration.ts"
import * as AuditSeals from "./schema/auditSeals.ts"
import * as Analytics from "./schema/analytics.ts"
import * as Addresses from "./schema/addresses.ts"
import * as Authorizations from "./schema/authorizations.ts"
import * as AskedIndexes from "./schema/askedIndexes.ts"
import * as TakenBackDocuments from "./schema/takenBackDocuments.ts"
import * as AskedRefunds from "./schema/askedRefunds.ts"
import * as AttributeOrders from "./schema/attributeOrders.ts"
import * as Attributes from "./schema/attributes.ts"
import * as Brands from "./schema/brands.ts"
import * as BulkEditReasons from "./schema/bulkEditReasons.ts"
import * as BulkEdits from "./schema/bulkEdits.ts"
import * as Bundles from "./schema/bundles.ts"
import * as Books from "./schema/books.ts"
import * as CartGoods from "./schema/cartGoods.ts"
import * as CartTerms from "./schema/cartTerms.ts"
import * as CartTimes from "./schema/cartTimes.ts"
import * as Dashboards from "./schema/dashboards.ts"
import * as MovementsAtOnce from "./schema/movementsAtOnce.ts"
import * as Metrics from "./schema/metrics.ts"
import * as CategoryTrees from "./schema/categoryTrees.ts"
import * as Collections from "./schema/collections.ts"
import * as Campaigns from "./schema/campaigns.ts"
import * as Captures from "./schema/captures.ts"
import * as Catalog from "./schema/catalog.ts"
import * as Challenges from "./schema/challenges.ts"
import * as ClosingCredits from "./schema/closingCredits.ts"
import * as CustomerGroups from "./schema/customerGroups.ts"
import * as CategoryAttributes from "./schema/categoryAttributes.ts"
import * as Claims from "./schema/claims.ts"
import * as Disputes from "./schema/disputes.ts"
import * as Documents from "./schema/documents.ts"
import * as Factors from "./schema/factors.ts"
import * as GatewayWebhooks from "./schema/gatewayWebhooks.ts"
import * as Carriers from "./schema/carriers.ts"
import * as Fulfilments from "./schema/fulfilments.ts"
import * as Downloads from "./schema/downloads.ts"
import * as Licenses from "./schema/licenses.ts"
import * as LicensesKept from "./schema/licensesKept.ts"
import * as ListedFilters from "./schema/listedFilters.ts"
import * as ListedTogether from "./schema/listedTogether.ts"
import * as ListedWords from "./schema/listedWords.ts"
import * as DraftOrderLists from "./schema/draftOrderLists.ts"
import * as DraftOrders from "./schema/draftOrders.ts"
import * as Exchanges from "./schema/exchanges.ts"
import * as Expectations from "./schema/expectations.ts"
import * as FeatureFlags from "./schema/featureFlags.ts"
import * as FinalSale from "./schema/finalSale.ts"
import * as VariantPictures from "./schema/variantPictures.ts"
import * as FirstOrders from "./schema/firstOrders.ts"
import * as FormerSlugs from "./schema/formerSlugs.ts"
import * as Fraud from "./schema/fraud.ts"
import * as FraudCards from "./schema/fraudCards.ts"
import * as Identity from "./schema/identity.ts"
import * as Inbox from "./schema/inbox.ts"
import * as KeptPieces from "./schema/keptPieces.ts"
import * as KeyedSeals from "./schema/keyedSeals.ts"
import * as Inventory from "./schema/inventory.ts"
import * as Leases from "./schema/leases.ts"
import * as LeftCarts from "./schema/leftCarts.ts"
import * as Limits from "./schema/limits.ts"
import * as Loyalty from "./schema/loyalty.ts"
import * as LoyaltyRates from "./schema/loyaltyRates.ts"
import * as BackInStock from "./schema/backInStock.ts"
import * as MailDeliveries from "./schema/mailDeliveries.ts"
import * as Marketing from "./schema/marketing.ts"
import * as Media from "./schema/media.ts"
import * as OAuth from "./schema/oauth.ts"
import * as OrderChanges from "./schema/orderChanges.ts"
import * as OrderCounts from "./schema/orderCounts.ts"
import * as OrderDesk from "./schema/orderDesk.ts"
import * as OrderNotes from "./schema/orderNotes.ts"
import * as Cancellations from "./schema/cancellations.ts"
import * as PaymentRefusals from "./schema/paymentRefusals.ts"
import * as Payments from "./schema/payments.ts"
import * as OrderEdits from "./schema/orderEdits.ts"
import * as OrderNumbers from "./schema/orderNumbers.ts"
import * as OrderHolds from "./schema/orderHolds.ts"
import * as Payouts from "./schema/payouts.ts"
import * as SavedMethods from "./schema/savedMethods.ts"
import * as Platform from "./schema/platform.ts"
import * as PriceLists from "./schema/priceLists.ts"
import * as ProductOptions from "./schema/productOptions.ts"
import * as Promotions from "./schema/promotions.ts"
import * as Privacy from "./schema/privacy.ts"
import * as Referrals from "./schema/referrals.ts"
import * as PublishWindows from "./schema/publishWindows.ts"
import * as Pushes from "./schema/pushes.ts"
import * as Reconciliation from "./schema/reconciliation.ts"
import * as RefundParts from "./schema/refundParts.ts"
import * as RefundTimes from "./schema/refundTimes.ts"
import * as RefundCredits from "./schema/refundCredits.ts"
import * as Reports from "./schema/reports.ts"
import * as PriceSpreads from "./schema/priceSpreads.ts"
import * as ReportSchedules from "./schema/reportSchedules.ts"
import * as Returns from "./schema/returns.ts"
import * as Questions from "./schema/questions.ts"
import * as Reviews from "./schema/reviews.ts"
import * as Risk from "./schema/risk.ts"
import * as Roles from "./schema/roles.ts"
import * as SearchDictionaries from "./schema/searchDictionaries.ts"
import * as ProductOrders from "./schema/productOrders.ts"
import * as SearchFeed from "./schema/searchFeed.ts"
import * as SearchTerms from "./schema/searchTerms.ts"
import * as Selling from "./schema/selling.ts"
import * as SettingChanges from "./schema/settingChanges.ts"
import * as ReturnLabels from "./schema/returnLabels.ts"
import * as ShippingLabels from "./schema/shippingLabels.ts"
import * as ShippingParts from "./schema/shippingParts.ts"
import * as ShownProducts from "./schema/shownProducts.ts"
import * as ShownVariants from "./schema/shownVariants.ts"
import * as ShippingTerms from "./schema/shippingTerms.ts"
import * as SignIns from "./schema/signIns.ts"
import * as SortedPrices from "./schema/sortedPrices.ts"
import * as StoredValues from "./schema/storedValues.ts"
import * as Stores from "./schema/stores.ts"
import * as TakenGiftCards from "./schema/takenGiftCards.ts"
import * as TaxExemptions from "./schema/taxExemptions.ts"
import * as TaxInPrices from "./schema/taxInPrices.ts"
import * as TaxRateTimes from "./schema/taxRateTimes.ts"
import * as Templates from "./schema/templates.ts"
import * as UnmatchedDisputes from "./schema/unmatchedDisputes.ts"
import * as VariantSales from "./schema/variantSales.ts"
import * as Vendors from "./schema/vendors.ts"
import * as Volumes from "./schema/volumes.ts"
import * as WalkedOrders from "./schema/walkedOrders.ts"
import * as WalkedProducts from "./schema/walkedProducts.ts"
import * as Webhooks from "./schema/webhooks.ts"
import * as CameTwice from "./schema/cameTwice.ts"
import * as CartShares from "./schema/cartShares.ts"
import * as WishShares from "./schema/wishShares.ts"
import * as SalesByDay from "./schema/salesByDay.ts"
import * as SavedLines from "./schema/savedLines.ts"
import * as WishPrices from "./schema/wishPrices.ts"
import * as Wishes from "./schema/wishes.ts"
import * as Zones from "./schema/zones.ts"
import * as ProductLinks from "./schema/productLinks.ts"
import * as Redirects from "./schema/redirects.ts"
import * as Translations from "./schema/translations.ts"
import * as BuyerLanguages from "./schema/buyerLanguages.ts"
import * as PriceListSubdivisions from "./schema/priceListSubdivisions.ts"

export const migrations: Migration.MigrationSet = Migration.set("@stoa/sql", [
  { id: 1, name: "stores and audit log", up: Stores.up },
  { id: 2, name: "catalog", up: Catalog.up },
  { id: 3, name: "inventory", up: Inventory.up },
  { id: 4, name: "carts and orders", up: Selling.up },
  { id: 5, name: "payments", up: Payments.up },
  { id: 6, name: "events and idempotency", up: Platform.up },
  { id: 7, name: "identity", up: Identity.up },
  { id: 8, name: "rate limits", up: Limits.up },
  { id: 9, name: "address books", up: Addresses.up },
  { id: 10, name: "leases", up: Leases.up },
  { id: 11, name: "challenges and telephone numbers", up: Challenges.up },
  { id: 12, name: "roles", up: Roles.up },
  { id: 13, name: "preferences and erasure", up: Privacy.up },
  { id: 14, name: "versions of category trees", up: CategoryTrees.up },
  { id: 15, name: "second factors", up: Factors.up },
  { id: 16, name: "reconciliation", up: Reconciliation.up },
  { id: 17, name: "sign-in with others", up: OAuth.up },
  { id: 18, name: "sign-ins", up: SignIns.up },
  { id: 19, name: "webhook endpoints", up: Webhooks.up },
  { id: 20, name: "customer groups", up: CustomerGroups.up },
  { id: 21, name: "documents", up: Documents.up },
  { id: 22, name: "zones", up: Zones.up },
  { id: 23, name: "price lists", up: PriceLists.up },
  { id: 24, name: "laws and periods of the books", up: Books.up },
  { id: 25, name: "notification templates", up: Templates.up },
  { id: 26, name: "terms of shipping", up: ShippingTerms.up },
  { id: 27, name: "failures of gateway webhooks", up: GatewayWebhooks.up },
  { id: 28, name: "promotions", up: Promotions.up },
  { id: 29, name: "gift cards and store credit", up: StoredValues.up },
  { id: 30, name: "risk of sign-ins", up: Risk.up },
  { id: 31, name: "tax exemptions", up: TaxExemptions.up },
  { id: 32, name: "disputes", up: Disputes.up },
  { id: 33, name: "loyalty points", up: Loyalty.up },
  { id: 34, name: "fulfilments", up: Fulfilments.up },
  { id: 35, name: "returns", up: Returns.up },
  { id: 36, name: "fraud", up: Fraud.up },
  { id: 37, name: "inboxes", up: Inbox.up },
  { id: 38, name: "referrals", up: Referrals.up },
  { id: 39, name: "reviews", up: Reviews.up },
  { id: 40, name: "marketing messages", up: Marketing.up },
  { id: 41, name: "push subscriptions", up: Pushes.up },
  { id: 42, name: "figures", up: Analytics.up },
  { id: 43, name: "deliveries of mails", up: MailDeliveries.up },
  { id: 44, name: "search for orders", up: OrderDesk.up },
  { id: 45, name: "seals of the audit log", up: AuditSeals.up },
  { id: 46, name: "media", up: Media.up },
  { id: 47, name: "notes at orders", up: OrderNotes.up },
  { id: 48, name: "cancelled pieces", up: Cancellations.up },
  { id: 49, name: "payouts", up: Payouts.up },
  { id: 50, name: "who waits for stock", up: BackInStock.up },
  { id: 51, name: "reasons for which orders rest", up: OrderHolds.up },
  { id: 52, name: "questions", up: Questions.up },
  { id: 53, name: "carriers", up: Carriers.up },
  { id: 54, name: "shipping labels", up: ShippingLabels.up },
  { id: 55, name: "partial captures", up: Captures.up },
  { id: 56, name: "ends of authorisations", up: Authorizations.up },
  { id: 57, name: "seals with the shop's secret", up: KeyedSeals.up },
  { id: 58, name: "final sale", up: FinalSale.up },
  { id: 59, name: "refunds as credit", up: RefundCredits.up },
  { id: 60, name: "disputes that nobody can place", up: UnmatchedDisputes.up },
  { id: 61, name: "times of tax rates", up: TaxRateTimes.up },
  { id: 62, name: "exchanges", up: Exchanges.up },
  { id: 63, name: "saved payment methods", up: SavedMethods.up },
  { id: 64, name: "where prices contain tax", up: TaxInPrices.up },
  { id: 65, name: "campaigns", up: Campaigns.up },
  { id: 66, name: "volumes", up: Volumes.up },
  { id: 67, name: "claims", up: Claims.up },
  { id: 68, name: "cards and fraud", up: FraudCards.up },
  { id: 69, name: "edits of orders", up: OrderEdits.up },
  { id: 70, name: "times of refunds", up: RefundTimes.up },
  { id: 71, name: "sales of variants", up: VariantSales.up },
  { id: 72, name: "draft orders", up: DraftOrders.up },
  { id: 73, name: "brands", up: Brands.up },
  { id: 74, name: "collections", up: Collections.up },
  { id: 75, name: "carts that were left", up: LeftCarts.up },
  { id: 76, name: "gift cards as products", up: SoldGiftCards.up },
  { id: 77, name: "publish windows", up: PublishWindows.up },
  { id: 78, name: "former slugs", up: FormerSlugs.up },
  { id: 79, name: "reports", up: Reports.up },
  { id: 80, name: "feature flags", up: FeatureFlags.up },
  { id: 81, name: "dictionaries of searches", up: SearchDictionaries.up },
  { id: 82, name: "values of options", up: ProductOptions.up },
  { id: 83, name: "what people search for", up: SearchTerms.up },
  { id: 84, name: "gift cards that were taken back", up: TakenGiftCards.up },
  { id: 85, name: "products that a search engine waits for", up: SearchFeed.up },
  { id: 86, name: "pieces that are kept", up: KeptPieces.up },
  { id: 87, name: "translations", up: Translations.up },
  { id: 88, name: "bundles", up: Bundles.up },
  { id: 89, name: "changes of settings", up: SettingChanges.up },
  { id: 90, name: "redirects", up: Redirects.up },
  { id: 91, name: "vendors", up: Vendors.up },
  { id: 92, name: "popularity and rating of products", up: ProductOrders.up },
  { id: 93, name: "goods that ship apart", up: ShippingParts.up },
  { id: 94, name: "downloads", up: Downloads.up },
  { id: 95, name: "products beside others", up: ProductLinks.up },
  { id: 96, name: "states that plug-ins add", up: AddedStates.up },
  { id: 97, name: "parts of vendors in bundles of others", up: OrderSupplies.up },
  { id: 98, name: "attributes", up: Attributes.up },
  { id: 99, name: "languages of buyers", up: BuyerLanguages.up },
  { id: 100, name: "edits of many products", up: BulkEdits.up },
  { id: 101, name: "lists of draft orders", up: DraftOrderLists.up },
  { id: 102, name: "price lists of subdivisions", up: PriceListSubdivisions.up },
  { id: 103, name: "license keys", up: Licenses.up },
  { id: 104, name: "schedules of reports", up: ReportSchedules.up },
  { id: 110, name: "what carts have in common", up: CartTerms.up },
  { id: 111, name: "hours in which carts expire", up: CartTimes.up },
  { id: 115, name: "return labels", up: ReturnLabels.up },
  { id: 120, name: "reasons of edits that failed", up: BulkEditReasons.up },
  { id: 121, name: "license keys that stay", up: LicensesKept.up },
  { id: 125, name: "products whose variants cost differently", up: PriceSpreads.up },
  { id: 130, name: "orders by day and state", up: OrderCounts.up },
  { id: 135, name: "orders by attributes", up: AttributeOrders.up },
  { id: 136, name: "attributes of categories", up: CategoryAttributes.up },
  { id: 140, name: "metrics", up: Metrics.up },
  { id: 141, name: "dashboards", up: Dashboards.up },
  { id: 153, name: "what goods in carts depend on", up: CartGoods.up },
  { id: 165, name: "numbers of orders", up: OrderNumbers.up },
  { id: 180, name: "filters that very many products pass", up: ListedFilters.up },
  { id: 200, name: "movements of levels at once", up: MovementsAtOnce.up },
  { id: 201, name: "changes of orders", up: OrderChanges.up },
  { id: 202, name: "expectations", up: Expectations.up },
  { id: 210, name: "what filters ask in the indexes of lists", up: WalkedProducts.built },
  { id: 211, name: "indexes of lists in their places", up: WalkedProducts.placed },
  { id: 220, name: "what lists ask of products in the indexes of their orders", up: WalkedOrders.up },
  { id: 230, name: "what gateways refused", up: PaymentRefusals.up },
  { id: 240, name: "wish lists", up: Wishes.up },
  { id: 241, name: "lines saved for later", up: SavedLines.up },
  { id: 242, name: "links to carts", up: CartShares.up },
  { id: 250, name: "money that came twice", up: CameTwice.up },
  { id: 270, name: "first orders by quarter", up: FirstOrders.up },
  { id: 280, name: "indexes of what is asked for", up: AskedIndexes.up },
  { id: 281, name: "words and figures of orders at once", up: OrdersAtOnce.up },
  { id: 290, name: "links to wish lists", up: WishShares.up },
  { id: 300, name: "what lists ask of products in the rows of filters", up: ListedTogether.up },
  { id: 301, name: "what lists ask of variants", up: ShownVariants.up },
  { id: 320, name: "sales by day", up: SalesByDay.up },
  { id: 330, name: "rates of loyalty points", up: LoyaltyRates.up },
  { id: 340, name: "prices that wishes were told of", up: WishPrices.up },
  { id: 360, name: "credit notes of orders that are over", up: ClosingCredits.up },
  { id: 370, name: "what lists show in the rows of products", up: ShownProducts.up },
  { id: 390, name: "refunds that are asked about again", up: AskedRefunds.asked },
  { id: 391, name: "refunds by what gateways call them", up: AskedRefunds.named },
  { id: 392, name: "refunds that webhooks are about", up: AskedRefunds.told },
  { id: 393, name: "documents that take others back", up: TakenBackDocuments.up },
  { id: 394, name: "invoices and ends besides the first", up: TakenBackDocuments.built },
  { id: 395, name: "one first invoice and end of an order", up: TakenBackDocuments.placed },
  { id: 410, name: "words that people search for as filters", up: ListedWords.up },
  { id: 420, name: "what lists are sorted by in the indexes of prices", up: SortedPrices.built },
  { id: 421, name: "indexes of prices in their places", up: SortedPrices.placed },
  { id: 440, name: "what refunds are for", up: RefundParts.up },
  { id: 441, name: "refunds of the last days that are asked about again", up: AskedRefunds.recent },
  { id: 460, name: "pictures of variants", up: VariantPictures.up }
])
