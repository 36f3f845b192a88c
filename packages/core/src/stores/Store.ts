/**
 * A store is one tenant: a merchant with its own catalog, stock, customers and orders, and the settings that all of
 * its calculations obey.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { Address, Country } from "../kernel/Address.ts"
import * as Currency from "../kernel/Currency.ts"
import { StoreId } from "../kernel/CurrentStore.ts"
import { Email } from "../kernel/Email.ts"
import { LanguageTag } from "../kernel/Language.ts"
import { TimeZone } from "../kernel/LocalTime.ts"
import * as Money from "../kernel/Money.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { defaultGiftCardSettings, GiftCardSettings } from "./GiftCardSettings.ts"
import { defaultFraudSettings, FraudSettings } from "./FraudSettings.ts"
import { defaultReviewSettings, ReviewSettings } from "./ReviewSettings.ts"
import { defaultStorefrontPaths, StorefrontPaths } from "./StorefrontAddress.ts"
import { defaultMarketingSettings, MarketingSettings } from "./MarketingSettings.ts"

export { StoreId }

/** What a store decides for itself. */
export const StoreSettings = Schema.Struct({
  /** Whether catalog prices and shipping rates contain tax already. */
  pricesIncludeTax: Schema.Boolean,
  /** The same for prices in single currencies, which are among those that it sells in: `{ "USD": false }`. */
  pricesIncludeTaxIn: Schema.Record(Currency.Currency, Schema.Boolean).check(Schema.isMaxProperties(51)),
  /** Whether tax is rounded for each piece, each line, or once for the order and then spread over the lines. */
  taxRounding: Schema.Literals(["unit", "line", "order"]),
  /** Whether shipping is taxed by a class of its own, or as the goods are that it carries, in proportion to their prices. */
  shippingTax: Schema.Literals(["class", "proportional"]),
  /**
   * Whether goods that are taxed elsewhere keep their price or their price without tax. It matters where prices contain
   * tax only.
   */
  crossBorder: Schema.Literals(["constant_gross", "constant_net"]),
  rounding: Money.Rounding,
  /** In which currencies it sells besides its own: what has a price list in one of them can be bought in it. */
  currencies: Schema.Array(Currency.Currency).check(Schema.isMaxLength(50)),
  /** BCP 47, such as `"en"` or `"de-AT"`. */
  locale: Schema.String.check(
    Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { expected: "a language tag, such as en-US" })
  ),
  /** In which languages it speaks to buyers besides that of its locale. */
  languages: Schema.Array(LanguageTag).check(Schema.isMaxLength(50)),
  /** Where tax is charged when the buyer has given no address yet. */
  country: Country,
  /** Whether businesses in other member states of the EU that have a valid VAT id are charged no tax. */
  reverseCharge: Schema.Boolean,
  /** IANA, such as `"Europe/Berlin"`: by whose clock and calendar goods leave the store. */
  timeZone: TimeZone,
  /** Days on which nothing leaves or arrives, `"2026-12-25"`. */
  holidays: Schema.Array(
    Schema.String.check(
      Schema.makeFilter((date: string) =>
        (/^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date))) || "Expected a date such as 2026-12-25"
      )
    )
  ).check(Schema.isMaxLength(500)),
  /** How long a reservation holds stock for an unpaid order, in minutes. */
  reservationMinutes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_080 })),
  /** How many hours before reserved money can no longer be taken staff are told of it; 0 for never. */
  authorizationNoticeHours: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 720 })),
  /** After how many days without a change a cart expires. */
  cartDays: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 365 })),
  /** How many days after its time is over a draft order that became nothing is deleted; `null`: never. */
  draftDays: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_650 }))),
  /** How many different lines a cart may hold. */
  cartLines: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })),
  /** How many pieces of one variant a cart may hold. */
  lineQuantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** At or below how many available pieces a variant counts as low, where it has no threshold of its own. */
  lowStockThreshold: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Where buyers see the shop, for links in messages: `"https://shop.example.com"`. */
  storefrontUrl: Schema.NullOr(
    text(500).check(Schema.isPattern(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/, {
      expected: "an address such as https://shop.example.com, without a slash at its end"
    }))
  ),
  /** What the paths of its pages are, for its sitemap. */
  storefrontPaths: StorefrontPaths,
  /** Hosts besides the shop's own that its redirects may lead to: `"blog.example.com"`, with a port if it has one. */
  redirectHosts: Schema.Array(
    text(260).check(Schema.isPattern(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/, {
      expected: "a host such as blog.example.com, in lower case"
    }))
  ).check(Schema.isMaxLength(100)),
  /** Who in the shop is written to: when stock is low, and as the shop that buyers may answer. */
  contactEmail: Schema.NullOr(Email),
  /** Who sells, as invoices say it; the store's name if there is none. */
  legalName: Schema.NullOr(name(200)),
  legalAddress: Schema.NullOr(Address),
  /** The number under which the tax office knows the seller. */
  taxId: Schema.NullOr(name(50)),
  /** Whether every order has an invoice once it is paid, or when somebody asks for it. */
  invoices: Schema.Literals(["when_paid", "when_asked"]),
  /**
   * For how many minutes after it was placed a buyer can cancel an order that is paid, in whole or in part; `null`: until somebody
   * works on it.
   */
  cancelMinutes: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 525_600 }))),
  /** For how many days after it has arrived a buyer can ask to give an order back. */
  returnDays: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_650 })),
  /** For how many days after it has arrived a buyer can claim that something of an order was wrong. */
  claimDays: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_650 })),
  /** For how many days the new pieces of an exchange are held until the old ones have come, and then until they are paid. */
  exchangeDays: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 90 })),
  /** Whether the new pieces of an exchange are sent once the old ones have come, or at once where they cost no more. */
  exchangeSends: Schema.Literals(["after_return", "at_once"]),
  /** Whether the approval of a return buys a label from the carrier of the order's shipping method, or staff do it by hand. */
  returnLabels: Schema.Literals(["by_hand", "on_approval"]),
  /** Which orders a person looks at before they go out, and which are refused. */
  fraud: FraudSettings,
  /** Who reviews products, and what is read before it is shown. */
  reviews: ReviewSettings,
  /** What holds for gift cards that it sells. */
  giftCards: GiftCardSettings,
  /** Where the HTTP API is reached, with its prefix, for links in messages: `"https://shop.example.com/api/v1"`. */
  apiUrl: Schema.NullOr(
    text(500).check(Schema.isPattern(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/, {
      expected: "an address such as https://shop.example.com/api/v1, without a slash at its end"
    }))
  ),
  /** Whether who has registered is welcomed by mail. */
  welcome: Schema.Boolean,
  /** How many hours after its last change a cart is reminded of, once; `null`: never. */
  cartReminderHours: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 48 }))),
  /** How many days after an order has arrived its buyer is asked for reviews; `null`: never. */
  reviewRequestDays: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))),
  /** When and how often people get messages that they could do without. */
  marketing: MarketingSettings
})
export interface StoreSettings extends Schema.Schema.Type<typeof StoreSettings> {}

export const defaultSettings: StoreSettings = {
  pricesIncludeTax: false,
  pricesIncludeTaxIn: {},
  taxRounding: "line",
  shippingTax: "class",
  crossBorder: "constant_gross",
  reverseCharge: false,
  rounding: "half_up",
  currencies: [],
  locale: "en",
  languages: [],
  country: "US",
  timeZone: "UTC",
  holidays: [],
  reservationMinutes: 15,
  authorizationNoticeHours: 24,
  cartDays: 30,
  draftDays: 90,
  cartLines: 100,
  lineQuantity: 999,
  lowStockThreshold: 5,
  storefrontUrl: null,
  storefrontPaths: defaultStorefrontPaths,
  redirectHosts: [],
  contactEmail: null,
  legalName: null,
  legalAddress: null,
  taxId: null,
  invoices: "when_asked",
  cancelMinutes: null,
  returnDays: 30,
  claimDays: 60,
  exchangeDays: 21,
  exchangeSends: "after_return",
  returnLabels: "by_hand",
  fraud: defaultFraudSettings,
  reviews: defaultReviewSettings,
  giftCards: defaultGiftCardSettings,
  apiUrl: null,
  welcome: false,
  cartReminderHours: 4,
  reviewRequestDays: 7,
  marketing: defaultMarketingSettings
}

/** A short name for configuration and addresses: `main`, `eu-outlet`. */
export const StoreCode = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]{0,39}$/, {
  identifier: "StoreCode",
  expected: "a lower-case letter, then lower-case letters, digits and hyphens"
}))

export const Store = Schema.Struct({
  id: StoreId,
  code: StoreCode,
  name: name(200),
  /** The currency of the store's catalog, and what it sells in unless its buyers choose another of its `currencies`. */
  currency: Currency.Currency,
  settings: StoreSettings,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Store" })
export interface Store extends Schema.Schema.Type<typeof Store> {}

/** The currencies that a store sells in, its own first. */
export const currenciesOf = ({ currency, settings: { currencies } }: Pick<Store, "currency" | "settings">): ReadonlyArray<Currency.Currency> => [
  currency,
  ...currencies.filter((other) => other !== currency)
]

/** A new store. What is left out of the settings takes its default. */
export const CreateStore = Schema.Struct({
  code: StoreCode,
  name: Store.fields.name,
  currency: Currency.Currency,
  settings: Schema.optionalKey(StoreSettings.mapFields(Struct.map(Schema.optionalKey)))
})
export interface CreateStore extends Schema.Schema.Type<typeof CreateStore> {}

/** Changes to a store. The currency stays: prices and books are kept in it. */
export const UpdateStore = Schema.Struct({
  name: Schema.optionalKey(Store.fields.name),
  settings: Schema.optionalKey(StoreSettings.mapFields(Struct.map(Schema.optionalKey))),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
})
export interface UpdateStore extends Schema.Schema.Type<typeof UpdateStore> {}
