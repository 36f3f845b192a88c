import * as Layer from "effect/Layer"
import type { StoaApi } from "../api/StoaApi.ts"
import type { HttpOptions } from "../HttpOptions.ts"
import * as Addresses from "./Addresses.ts"
import * as AdminCatalog from "./AdminCatalog.ts"
import * as Administration from "./Administration.ts"
import * as Books from "./Books.ts"
import * as Buying from "./Buying.ts"
import * as Cancellations from "./Cancellations.ts"
import * as Cart from "./Cart.ts"
import * as Checkout from "./Checkout.ts"
import * as Campaigns from "./Campaigns.ts"
import * as DraftOrders from "./DraftOrders.ts"
import * as CustomerGroups from "./CustomerGroups.ts"
import * as Documents from "./Documents.ts"
import * as Disputes from "./Disputes.ts"
import * as OrderEdits from "./OrderEdits.ts"
import * as Payouts from "./Payouts.ts"
import * as SavedMethods from "./SavedMethods.ts"
import * as Downloads from "./Downloads.ts"
import * as LicenseKeys from "./LicenseKeys.ts"
import * as Attributes from "./Attributes.ts"
import * as BulkEdits from "./BulkEdits.ts"
import * as Collections from "./Collections.ts"
import * as Claims from "./Claims.ts"
import * as Returns from "./Returns.ts"
import * as Analytics from "./Analytics.ts"
import * as Questions from "./Questions.ts"
import * as Dashboards from "./Dashboards.ts"
import * as Metrics from "./Metrics.ts"
import * as Reports from "./Reports.ts"
import * as Reviews from "./Reviews.ts"
import * as Edge from "./Edge.ts"
import * as ReturnLabels from "./ReturnLabels.ts"
import * as ShippingLabels from "./ShippingLabels.ts"
import * as FeatureFlags from "./FeatureFlags.ts"
import * as ProductLinks from "./ProductLinks.ts"
import * as Redirects from "./Redirects.ts"
import * as Fulfilments from "./Fulfilments.ts"
import * as Fraud from "./Fraud.ts"
import * as Identity from "./Identity.ts"
import * as Inbox from "./Inbox.ts"
import * as Inventory from "./Inventory.ts"
import * as Mails from "./Mails.ts"
import * as Media from "./Media.ts"
import * as NotificationTemplates from "./NotificationTemplates.ts"
import * as Loyalty from "./Loyalty.ts"
import * as Referrals from "./Referrals.ts"
import * as OAuth from "./OAuth.ts"
import * as PriceLists from "./PriceLists.ts"
import * as Promotions from "./Promotions.ts"
import * as Roles from "./Roles.ts"
import * as Selling from "./Selling.ts"
import * as ShippingAndTax from "./ShippingAndTax.ts"
import * as Storefront from "./Storefront.ts"
import * as StoredValue from "./StoredValue.ts"
import * as System from "./System.ts"
import * as TaxExemptions from "./TaxExemptions.ts"
import * as Unsubscribe from "./Unsubscribe.ts"
import * as Vendors from "./Vendors.ts"
import * as WebhookEndpoints from "./WebhookEndpoints.ts"
import * as SavedForLater from "./SavedForLater.ts"
import * as SharedCarts from "./SharedCarts.ts"
import * as SharedWishLists from "./SharedWishLists.ts"
import * as WishList from "./WishList.ts"
import * as Zones from "./Zones.ts"

/** Every operation of the API, on the services of an engine. */
export const layer = (
  api: StoaApi,
  options: Pick<HttpOptions, "links" | "live" | "metrics"> & { readonly streamBytes: number }
) =>
  Layer.mergeAll(
    Storefront.layer(api),
    Cancellations.layer(api),
    OrderEdits.layer(api),
    Cart.layer(api),
    Checkout.layer(api),
    Buying.layer(api, options),
    Documents.layer(api),
    Fulfilments.layer(api),
    ReturnLabels.layer(api),
    ShippingLabels.layer(api),
    Claims.layer(api),
    Returns.layer(api),
    Questions.layer(api),
    SavedForLater.layer(api),
    SharedCarts.layer(api),
    SharedWishLists.layer(api),
    WishList.layer(api),
    Reviews.layer(api),
    Layer.mergeAll(Analytics.layer(api, options), Reports.layer(api), Metrics.layer(api), Dashboards.layer(api)),
    Identity.layer(api),
    Layer.mergeAll(Mails.layer(api), FeatureFlags.layer(api), Redirects.layer(api, options.streamBytes), Downloads.layer(api), LicenseKeys.layer(api), ProductLinks.layer(api)),
    NotificationTemplates.layer(api),
    OAuth.layer(api),
    Addresses.layer(api),
    Layer.mergeAll(AdminCatalog.layer(api, options), Attributes.layer(api), BulkEdits.layer(api), Collections.layer(api), Vendors.layer(api)),
    Inbox.layer(api),
    Inventory.layer(api),
    Media.layer(api),
    Selling.layer(api),
    Books.layer(api),
    Disputes.layer(api),
    Payouts.layer(api),
    SavedMethods.layer(api),
    Campaigns.layer(api),
    DraftOrders.layer(api),
    CustomerGroups.layer(api),
    Fraud.layer(api),
    PriceLists.layer(api),
    StoredValue.layer(api),
    Loyalty.layer(api),
    Referrals.layer(api),
    ShippingAndTax.layer(api),
    Administration.layer(api),
    Promotions.layer(api),
    Roles.layer(api),
    TaxExemptions.layer(api),
    Unsubscribe.layer(api, options.links?.words ?? {}),
    WebhookEndpoints.layer(api),
    Zones.layer(api),
    System.layer(api, options)
  ).pipe(Layer.provide(Edge.layer))
