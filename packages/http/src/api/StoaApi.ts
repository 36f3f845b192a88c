/**
 * The whole API, as one value that the server, the document and the client are made from.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { AddressesGroup } from "./Addresses.ts"
import { AdminCategoriesGroup, AdminProductsGroup } from "./AdminCatalog.ts"
import { AdministrationGroup } from "./Administration.ts"
import { AdminOrdersGroup } from "./AdminOrders.ts"
import { AdminPaymentsGroup } from "./AdminPayments.ts"
import { AuthenticationGroup, MeGroup } from "./Authentication.ts"
import { BooksGroup } from "./Books.ts"
import { CancellationsGroup } from "./Cancellations.ts"
import { CartGroup } from "./Cart.ts"
import { AdminAttributesGroup, AttributesGroup } from "./Attributes.ts"
import { AdminBulkEditsGroup } from "./BulkEdits.ts"
import { AdminBrandsGroup, BrandsGroup } from "./Brands.ts"
import { CategoriesGroup } from "./Categories.ts"
import { DownloadsGroup } from "./Downloads.ts"
import { LicenseKeysGroup } from "./LicenseKeys.ts"
import { AdminCollectionsGroup, CollectionsGroup } from "./Collections.ts"
import { CheckoutGroup } from "./Checkout.ts"
import { CampaignsGroup } from "./Campaigns.ts"
import { DraftOffersGroup, DraftOrdersGroup } from "./DraftOrders.ts"
import { CustomerGroupsGroup } from "./CustomerGroups.ts"
import { DocumentsGroup } from "./Documents.ts"
import { DisputesGroup } from "./Disputes.ts"
import { PayoutsGroup } from "./Payouts.ts"
import { SavedMethodsGroup } from "./SavedMethods.ts"
import { ClaimsGroup } from "./Claims.ts"
import { ReturnsGroup } from "./Returns.ts"
import { AnalyticsGroup } from "./Analytics.ts"
import { DashboardsGroup } from "./Dashboards.ts"
import { MetricsGroup } from "./Metrics.ts"
import { ReportsGroup } from "./Reports.ts"
import { QuestionsGroup } from "./Questions.ts"
import { ReviewsGroup } from "./Reviews.ts"
import { Edge } from "./Edge.ts"
import { GatewayWebhooksGroup } from "./GatewayWebhooks.ts"
import { ReturnLabelsGroup } from "./ReturnLabels.ts"
import { ShippingLabelsGroup } from "./ShippingLabels.ts"
import { FulfilmentsGroup } from "./Fulfilments.ts"
import { FeatureFlagsGroup } from "./FeatureFlags.ts"
import { ProductLinksGroup } from "./ProductLinks.ts"
import { RedirectsGroup } from "./Redirects.ts"
import { FraudGroup } from "./Fraud.ts"
import { InboxGroup } from "./Inbox.ts"
import { InventoryGroup } from "./Inventory.ts"
import { MailsGroup } from "./Mails.ts"
import { AdminMediaGroup, MediaGroup } from "./Media.ts"
import { NotificationTemplatesGroup } from "./NotificationTemplates.ts"
import { LoyaltyGroup } from "./Loyalty.ts"
import { ReferralsGroup } from "./Referrals.ts"
import { OAuthGroup } from "./OAuth.ts"
import { OrderEditsGroup } from "./OrderEdits.ts"
import { OrdersGroup } from "./Orders.ts"
import { PaymentsGroup, WebhooksGroup } from "./Payments.ts"
import { PriceListsGroup } from "./PriceLists.ts"
import { ProductsGroup } from "./Products.ts"
import { OffersGroup, PromotionsGroup } from "./Promotions.ts"
import { RolesGroup } from "./Roles.ts"
import { SearchGroup } from "./Search.ts"
import { PasskeysGroup, SecondFactorsGroup } from "./SecondFactors.ts"
import { ShippingAndTaxGroup } from "./ShippingAndTax.ts"
import { StoredValueGroup } from "./StoredValue.ts"
import { SystemGroup } from "./System.ts"
import { TaxExemptionsGroup } from "./TaxExemptions.ts"
import { UnsubscribeGroup } from "./Unsubscribe.ts"
import { AdminVendorsGroup, VendorDeskGroup, VendorsGroup } from "./Vendors.ts"
import { WebhookEndpointsGroup } from "./WebhookEndpoints.ts"
import { SavedForLaterGroup } from "./SavedForLater.ts"
import { SharedCartsGroup } from "./SharedCarts.ts"
import { SharedWishListsGroup } from "./SharedWishLists.ts"
import { WishListGroup } from "./WishList.ts"
import { ZonesGroup } from "./Zones.ts"

/** The prefix that shops use unless they say otherwise. */
export const defaultPrefix = "/api/v1"

const Prefixed = HttpApi.make("stoa")
  .add(
    ProductsGroup,
    CategoriesGroup,
    CollectionsGroup,
    BrandsGroup,
    AttributesGroup,
    VendorsGroup,
    SearchGroup,
    CartGroup,
    OffersGroup,
    CheckoutGroup,
    OrdersGroup,
    CancellationsGroup,
    OrderEditsGroup,
    DocumentsGroup,
    FulfilmentsGroup,
    ReturnLabelsGroup,
    ShippingLabelsGroup,
    ClaimsGroup,
    ReturnsGroup,
    QuestionsGroup,
    ReviewsGroup,
    AnalyticsGroup,
    ReportsGroup,
    MetricsGroup,
    DashboardsGroup,
    PaymentsGroup,
    WebhooksGroup,
    FeatureFlagsGroup,
    RedirectsGroup,
    ProductLinksGroup,
    AuthenticationGroup,
    SecondFactorsGroup,
    PasskeysGroup,
    OAuthGroup,
    MeGroup,
    AddressesGroup,
    InboxGroup,
    UnsubscribeGroup,
    AdminProductsGroup,
    AdminCategoriesGroup,
    AdminCollectionsGroup,
    DownloadsGroup,
    LicenseKeysGroup,
    AdminBrandsGroup,
    AdminAttributesGroup,
    AdminBulkEditsGroup,
    AdminVendorsGroup,
    VendorDeskGroup,
    AdminMediaGroup,
    MediaGroup,
    InventoryGroup,
    AdminOrdersGroup,
    AdminPaymentsGroup,
    FraudGroup,
    BooksGroup,
    GatewayWebhooksGroup,
    DisputesGroup,
    PayoutsGroup,
    SavedMethodsGroup,
    CampaignsGroup,
    DraftOffersGroup,
    DraftOrdersGroup,
    CustomerGroupsGroup,
    PriceListsGroup,
    StoredValueGroup,
    LoyaltyGroup,
    ReferralsGroup,
    ShippingAndTaxGroup,
    PromotionsGroup,
    AdministrationGroup,
    RolesGroup,
    TaxExemptionsGroup,
    WebhookEndpointsGroup,
    SavedForLaterGroup,
    SharedCartsGroup,
    WishListGroup,
    SharedWishListsGroup,
    ZonesGroup,
    NotificationTemplatesGroup,
    MailsGroup
  )

type GroupsOf<Api> = Api extends HttpApi.HttpApi<string, infer Groups> ? Groups : never

/** Named, because it is too long to be written out in the declarations. */
type Complete = HttpApi.HttpApi<
  "stoa",
  HttpApiGroup.AddMiddleware<GroupsOf<typeof Prefixed> | typeof SystemGroup, Edge>
>

const complete = (prefixed: typeof Prefixed): Complete =>
  prefixed
    .add(SystemGroup)
    .middleware(Edge)
    // every fault is named, and a misspelt field or filter is a fault
    .annotate(HttpApi.PayloadParseOptions, { errors: "all", onExcessProperty: "error" })
    .annotate(HttpApi.QueryParseOptions, { errors: "all", onExcessProperty: "error" })
    .annotate(HttpApi.ParamsParseOptions, { errors: "all" })
    // what services return was checked when it came in
    .annotate(HttpApi.SuccessParseOptions, { disableChecks: true })
    .annotateMerge(OpenApi.annotations({
      title: "Stoa",
      version: "1",
      description: "A shop: catalog, stock, carts, checkout, orders, payments, and the work of those who run it.",
      license: { name: "MIT", identifier: "MIT" }
    }))

/** The API without its prefix: what types are taken from. */
export const StoaApi: Complete = complete(Prefixed)
export type StoaApi = typeof StoaApi

/** The API under a prefix such as `"/api/v1"`; `"/"` and `""` mean none. What is outside of the prefix stays there. */
export const withPrefix = (prefix: string): StoaApi => {
  const path = prefix.replace(/\/+$/, "")
  if (path === "") return StoaApi
  // the paths differ from those in the type, and nothing but the router and the document reads them
  return complete(Prefixed.prefix(path.startsWith("/") ? path as `/${string}` : `/${path}`) as unknown as typeof Prefixed)
}
