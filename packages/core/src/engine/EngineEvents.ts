/**
 * Every type of event that the engine itself publishes, and what a program does when one happens.
 */
import * as AddressEvents from "../addresses/AddressEvents.ts"
import * as BooksEvents from "../books/BooksEvents.ts"
import * as CatalogEvents from "../catalog/CatalogEvents.ts"
import * as CartEvents from "../cart/CartEvents.ts"
import { CatalogImported } from "../catalog/CatalogFiles.ts"
import * as CampaignEvents from "../campaigns/CampaignEvents.ts"
import * as DownloadEvents from "../downloads/DownloadEvents.ts"
import * as LicenseEvents from "../licenses/LicenseEvents.ts"
import * as DraftOrderEvents from "../drafts/DraftOrderEvents.ts"
import * as CustomerGroupEvents from "../customers/CustomerGroupEvents.ts"
import * as DocumentEvents from "../documents/DocumentEvents.ts"
import * as FulfilmentEvents from "../fulfilment/FulfilmentEvents.ts"
import type { EventOf } from "../events/DomainEvent.ts"
import * as FraudEvents from "../fraud/FraudEvents.ts"
import * as IdentityEvents from "../identity/IdentityEvents.ts"
import * as InventoryEvents from "../inventory/InventoryEvents.ts"
import * as ReturnLabelEvents from "../labels/ReturnLabelEvents.ts"
import * as ShippingLabelEvents from "../labels/ShippingLabelEvents.ts"
import * as InboxEvents from "../notifications/InboxEvents.ts"
import * as LoyaltyEvents from "../loyalty/LoyaltyEvents.ts"
import * as ReferralEvents from "../referrals/ReferralEvents.ts"
import * as MailDeliveryEvents from "../notifications/MailDeliveryEvents.ts"
import * as MarketingEvents from "../marketing/MarketingEvents.ts"
import * as MediaEvents from "../media/MediaEvents.ts"
import * as ReturnEvents from "../returns/ReturnEvents.ts"
import * as QuestionEvents from "../questions/QuestionEvents.ts"
import * as ReviewEvents from "../reviews/ReviewEvents.ts"
import * as OrderEvents from "../orders/OrderEvents.ts"
import * as PriceListEvents from "../prices/PriceListEvents.ts"
import * as DisputeEvents from "../payments/DisputeEvents.ts"
import * as PayoutEvents from "../payments/PayoutEvents.ts"
import * as PaymentEvents from "../payments/PaymentEvents.ts"
import * as SavedMethodEvents from "../payments/SavedMethodEvents.ts"
import * as PromotionEvents from "../promotions/PromotionEvents.ts"
import * as StoredValueEvents from "../value/StoredValueEvents.ts"
import * as TaxExemptionEvents from "../tax/TaxExemptionEvents.ts"
import * as WebhookEvents from "../webhooks/WebhookEvents.ts"
import * as VendorEvents from "../vendors/VendorEvents.ts"
import * as WishEvents from "../wishes/WishEvents.ts"
import * as ZoneEvents from "../zones/ZoneEvents.ts"

const modules = {
  ...AddressEvents,
  ...BooksEvents,
  ...CartEvents,
  ...CatalogEvents,
  CatalogImported,
  ...DocumentEvents,
  ...FulfilmentEvents,
  ...CampaignEvents,
  ...DownloadEvents,
  ...LicenseEvents,
  ...DraftOrderEvents,
  ...CustomerGroupEvents,
  ...DisputeEvents,
  ...PayoutEvents,
  ...FraudEvents,
  ...IdentityEvents,
  ...InboxEvents,
  ...InventoryEvents,
  ...LoyaltyEvents,
  ...ReferralEvents,
  ...MailDeliveryEvents,
  ...MarketingEvents,
  ...MediaEvents,
  ...ReturnEvents,
  ...QuestionEvents,
  ...ReviewEvents,
  ...OrderEvents,
  ...PaymentEvents,
  ...SavedMethodEvents,
  ...PriceListEvents,
  ...PromotionEvents,
  ...ReturnLabelEvents,
  ...ShippingLabelEvents,
  ...StoredValueEvents,
  ...TaxExemptionEvents,
  ...WebhookEvents,
  ...VendorEvents,
  ...WishEvents,
  ...ZoneEvents
}

/** What a module of events exports besides types of events is none. */
type Known = Extract<typeof modules[keyof typeof modules], { readonly type: string; readonly data: unknown }>

/** The name of an event of the engine: `"order.paid"`. */
export type EngineEventName = Known["type"]

type DataOf<Name extends EngineEventName> = Extract<Known, { readonly type: Name }>["data"] extends
  { readonly Type: infer Data } ? Data : never

/** What to do when events happen. A listener may be told twice of the same event, with the same id. */
export type Listeners = {
  readonly [Name in EngineEventName]?: (event: EventOf<DataOf<Name>>) => Promise<void> | void
}

/** The names of the engine's events. */
export const names: ReadonlySet<string> = new Set(
  Object.values(modules).flatMap((known) => typeof known === "object" && "type" in known ? [known.type] : [])
)
