/**
 * An engine: every service on one storage, as a layer for those who use Effect and with promises for everybody else.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { AddressBook } from "../addresses/AddressBook.ts"
import { AuditChain } from "../auditing/AuditChain.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import { Carts } from "../cart/Carts.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Brands } from "../catalog/Brands.ts"
import { BulkEdits } from "../catalog/BulkEdits.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CatalogFiles } from "../catalog/CatalogFiles.ts"
import { Downloads } from "../downloads/Downloads.ts"
import { LicenseKeys } from "../licenses/LicenseKeys.ts"
import { Collections } from "../catalog/Collections.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Campaigns } from "../campaigns/Campaigns.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { FeatureFlags } from "../flags/FeatureFlags.ts"
import { ProductLinks } from "../catalog/ProductLinks.ts"
import { Redirects } from "../redirects/Redirects.ts"
import { Sitemaps } from "../sitemaps/Sitemaps.ts"
import { Documents } from "../documents/Documents.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { ReturnLabels } from "../labels/ReturnLabels.ts"
import { ShippingLabels } from "../labels/ShippingLabels.ts"
import { Forecasts } from "../forecasts/Forecasts.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { FraudLists } from "../fraud/FraudLists.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Accounts } from "../identity/Accounts.ts"
import { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import { EmailAddresses } from "../identity/EmailAddresses.ts"
import { Entry } from "../identity/Entry.ts"
import { FirstOwner } from "../identity/FirstOwner.ts"
import { Passkeys } from "../identity/Passkeys.ts"
import { OAuth } from "../identity/OAuth.ts"
import { PasswordChanges } from "../identity/PasswordChanges.ts"
import { PhoneNumbers } from "../identity/PhoneNumbers.ts"
import { Preferences } from "../identity/Preferences.ts"
import { Privacy } from "../identity/Privacy.ts"
import { Roles } from "../identity/Roles.ts"
import { Users } from "../identity/Users.ts"
import { SecondFactors } from "../identity/SecondFactors.ts"
import { Actor, CurrentActor } from "../kernel/Actor.ts"
import { Client, CurrentClient } from "../kernel/CurrentClient.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { CurrentLanguage, LanguageTag } from "../kernel/Language.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StoaError } from "../kernel/StoaError.ts"
import { Marketing } from "../marketing/Marketing.ts"
import { Pushes } from "../notifications/Pushes.ts"
import { MailDeliveries } from "../notifications/MailDeliveries.ts"
import { BackInStock } from "../restock/BackInStock.ts"
import { SavedForLater } from "../cart/SavedForLater.ts"
import { SharedCarts } from "../cart/SharedCarts.ts"
import { SharedWishLists } from "../wishes/SharedWishLists.ts"
import { WishList } from "../wishes/WishList.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { MediaLibrary } from "../media/MediaLibrary.ts"
import { NotificationTemplates } from "../notifications/NotificationTemplates.ts"
import { Claims } from "../returns/Claims.ts"
import { Dashboards } from "../dashboards/Dashboards.ts"
import { Metrics } from "../metrics/Metrics.ts"
import { Reports } from "../reports/Reports.ts"
import { Returns } from "../returns/Returns.ts"
import { Analytics } from "../analytics/Analytics.ts"
import { Questions } from "../questions/Questions.ts"
import { Search } from "../search/Search.ts"
import { Reviews } from "../reviews/Reviews.ts"
import { OrderNotes } from "../orders/OrderNotes.ts"
import { OrderViews } from "../orders/OrderViews.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import { Payouts } from "../payments/Payouts.ts"
import { SavedMethods } from "../payments/SavedMethods.ts"
import { Payments } from "../payments/Payments.ts"
import { PricePreviews } from "../cart/PricePreviews.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Coupons } from "../cart/Coupons.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { TaxExemptions } from "../tax/TaxExemptions.ts"
import { Taxes } from "../tax/Taxes.ts"
import { OrderParts } from "../marketplace/OrderParts.ts"
import { VendorDesk } from "../marketplace/VendorDesk.ts"
import { Vendors } from "../vendors/Vendors.ts"
import { Zones } from "../zones/Zones.ts"
import { WebhookEndpoints } from "../webhooks/WebhookEndpoints.ts"
import { Referrals } from "../referrals/Referrals.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import type { StoaOptions } from "./Options.ts"
import type { Plugin } from "./Plugin.ts"
import * as OptionsCheck from "./OptionsCheck.ts"
import * as Promises from "./Promises.ts"
import type { StoaServices } from "./Services.ts"
import * as Services from "./Services.ts"

/** A plug-in, whatever it needs. */
export type AnyPlugin = Plugin<never, unknown, unknown>

/** What the plug-ins of an engine provide. */
type ProvidedBy<P> = P extends Plugin<infer Provides, infer _N, infer _M> ? Provides : never

/**
 * The services that programs call, by their names on the promise face. Methods that only make sense inside a
 * transaction of the engine are left to Effect.
 */
const promisesOf = (context: Context.Context<StoaServices>) => {
  const {
    commit: _commit,
    commitAll: _commitAll,
    defaultLocation: _defaultLocation,
    extend: _extend,
    hold: _hold,
    promises: _promises,
    release: _release,
    releaseForgotten: _releaseForgotten,
    reserve: _reserve,
    reserveAgain: _reserveAgain,
    restockPart: _restockPart,
    takeBack: _takeBackStock,
    reserveAll: _reserveAll,
    reserveBeside: _reserveBeside,
    restock: _restock,
    ...inventory
  } = Context.get(context, Inventory)
  const { attempt: _attempt, carryOut: _carryOut, credit: _credit, follow: _follow, giveBack: _giveBack, prepare: _prepare, recover, record: _record, ...others } = Context
    .get(context, Payments)
  const { addLines: _addLines, deleteExpired, snapshot: _snapshot, ...buyers } = Context.get(context, Carts)
  const { draft: _draft, ...promotions } = Context.get(context, Promotions)
  const { enter: _enter, ...entry } = Context.get(context, Entry)
  const { changed: _changed, firstCodes: _firstCodes, ...secondFactors } = Context.get(context, SecondFactors)
  const { counts, dead, drain, redrive, runCron } = Context.get(context, Jobs)
  const { list } = Context.get(context, AuditLog)
  const { learn: _learn, ...disputes } = Context.get(context, Disputes)
  const { post: _post, ...books } = Context.get(context, Books)
  const { keepOwner: _keepOwner, permissionsOf: _permissionsOf, requireAll: _requireAll, ...roles } = Context.get(
    context,
    Roles
  )
  const { guard: _guard, queue: _queue, ...marketing } = Context.get(context, Marketing)
  const { tell: _tell, ...pushes } = Context.get(context, Pushes)
  const { find: _find, ...templates } = Context.get(context, NotificationTemplates)
  const { give: _give, takeBack: _takeBack, ...storeCredit } = Context.get(context, StoreCredit)
  const { grant: _grant, settle: _settle, withdraw: _withdraw, ...loyalty } = Context.get(context, LoyaltyPoints)
  const { open: _open, ...media } = Context.get(context, MediaLibrary)
  const { ensure: _ensure, ...stores } = Context.get(context, Stores)
  // what the engine does by itself it does on behalf of anybody, but a program must be allowed to
  const operator = Permission.require("jobs:write")
  const jobs = {
    counts,
    dead,
    redrive,
    drain: Effect.andThen(operator, drain),
    runCron: (name: string) => Effect.andThen(operator, runCron(name))
  }
  const payments = { ...others, recover: Effect.andThen(Permission.require("payments:write"), recover) }
  const carts = { ...buyers, deleteExpired: Effect.andThen(Permission.require("carts:write"), deleteExpired) }
  const { recheck, ...exemptions } = Context.get(context, TaxExemptions)
  const taxExemptions = { ...exemptions, recheck: Effect.andThen(Permission.require("customers:write"), recheck) }
  return {
    stores: Promises.from(stores, context),
    catalog: {
      ...Promises.from(Context.get(context, Catalog), context),
      ...Promises.from(Context.get(context, CatalogFiles), context)
    },
    search: Promises.from(Context.get(context, Search), context),
    attributes: Promises.from(Context.get(context, Attributes), context),
    bulkEdits: Promises.from(Context.get(context, BulkEdits), context),
    brands: Promises.from(Context.get(context, Brands), context),
    downloads: Promises.from(Context.get(context, Downloads), context),
    licenseKeys: Promises.from(Context.get(context, LicenseKeys), context),
    collections: Promises.from(Context.get(context, Collections), context),
    inventory: Promises.from(inventory, context),
    carts: Promises.from(carts, context),
    checkout: Promises.from(Context.get(context, Checkout), context),
    campaigns: Promises.from(Context.get(context, Campaigns), context),
    customerGroups: Promises.from(Context.get(context, CustomerGroups), context),
    cancellations: Promises.from(Context.get(context, Cancellations), context),
    returnLabels: Promises.from(Context.get(context, ReturnLabels), context),
    shippingLabels: Promises.from(Context.get(context, ShippingLabels), context),
    fulfilments: Promises.from(Context.get(context, Fulfilments), context),
    flags: Promises.from(Context.get(context, FeatureFlags), context),
    productLinks: Promises.from(Context.get(context, ProductLinks), context),
    redirects: Promises.from(Context.get(context, Redirects), context),
    sitemaps: Promises.from(Context.get(context, Sitemaps), context),
    media: Promises.from(media, context),
    documents: Promises.from(Context.get(context, Documents), context),
    coupons: Promises.from(Context.get(context, Coupons), context),
    promotions: Promises.from(promotions, context),
    claims: Promises.from(Context.get(context, Claims), context),
    returns: Promises.from(Context.get(context, Returns), context),
    analytics: Promises.from(Context.get(context, Analytics), context),
    reports: Promises.from(Context.get(context, Reports), context),
    metrics: Promises.from(Context.get(context, Metrics), context),
    dashboards: Promises.from(Context.get(context, Dashboards), context),
    forecasts: Promises.from(Context.get(context, Forecasts), context),
    questions: Promises.from(Context.get(context, Questions), context),
    reviews: Promises.from(Context.get(context, Reviews), context),
    fraud: {
      ...Promises.from(Context.get(context, FraudLists), context),
      ...Promises.from(Context.get(context, FraudReviews), context)
    },
    orders: Promises.from(Context.get(context, Orders), context),
    draftOrders: Promises.from(Context.get(context, DraftOrders), context),
    orderEdits: Promises.from(Context.get(context, OrderEdits), context),
    orderNotes: Promises.from(Context.get(context, OrderNotes), context),
    orderViews: Promises.from(Context.get(context, OrderViews), context),
    payments: Promises.from(payments, context),
    payouts: Promises.from(Context.get(context, Payouts), context),
    savedMethods: Promises.from(Context.get(context, SavedMethods), context),
    priceLists: Promises.from(Context.get(context, PriceLists), context),
    pricePreviews: Promises.from(Context.get(context, PricePreviews), context),
    books: Promises.from(books, context),
    giftCards: Promises.from(Context.get(context, GiftCards), context),
    disputes: Promises.from(disputes, context),
    storeCredit: Promises.from(storeCredit, context),
    loyalty: Promises.from(loyalty, context),
    referrals: Promises.from(Context.get(context, Referrals), context),
    taxes: Promises.from(Context.get(context, Taxes), context),
    taxExemptions: Promises.from(taxExemptions, context),
    shipping: Promises.from(Context.get(context, Shipping), context),
    orderParts: Promises.from(Context.get(context, OrderParts), context),
    vendorDesk: Promises.from(Context.get(context, VendorDesk), context),
    vendors: Promises.from(Context.get(context, Vendors), context),
    zones: Promises.from(Context.get(context, Zones), context),
    jobs: Promises.from(jobs, context),
    addresses: Promises.from(Context.get(context, AddressBook), context),
    accounts: Promises.from(Context.get(context, Accounts), context),
    auth: {
      ...Promises.from(Context.get(context, Auth), context),
      ...Promises.from(entry, context),
      ...Promises.from(Context.get(context, EmailAddresses), context),
      ...Promises.from(Context.get(context, PasswordChanges), context),
      ...Promises.from(Context.get(context, PhoneNumbers), context),
      ...Promises.from(secondFactors, context),
      ...Promises.from(Context.get(context, Passkeys), context)
    },
    oauth: Promises.from(Context.get(context, OAuth), context),
    preferences: Promises.from(Context.get(context, Preferences), context),
    privacy: Promises.from(Context.get(context, Privacy), context),
    roles: Promises.from(roles, context),
    users: Promises.from(Context.get(context, Users), context),
    firstOwner: Promises.from(Context.get(context, FirstOwner), context),
    apiKeys: Promises.from(Context.get(context, ApiKeys), context),
    marketing: Promises.from(marketing, context),
    pushes: Promises.from(pushes, context),
    mails: Promises.from(Context.get(context, MailDeliveries), context),
    backInStock: Promises.from(Context.get(context, BackInStock), context),
    savedForLater: Promises.from(Context.get(context, SavedForLater), context),
    sharedCarts: Promises.from(Context.get(context, SharedCarts), context),
    sharedWishLists: Promises.from(Context.get(context, SharedWishLists), context),
    wishList: Promises.from(Context.get(context, WishList), context),
    inbox: Promises.from(Context.get(context, Inbox), context),
    notificationTemplates: Promises.from(templates, context),
    webhooks: Promises.from(Context.get(context, WebhookEndpoints), context),
    audit: { ...Promises.from({ list }, context), ...Promises.from(Context.get(context, AuditChain), context) }
  }
}

const decodeActor = Input.decoder(Actor)
const decodeClient = Input.decoder(Client)
const decodeLanguage = Input.decoder(Schema.NullOr(LanguageTag))

/** An engine with promises. */
export interface Stoa<Provides = never> extends ReturnType<typeof promisesOf>, AsyncDisposable {
  /**
   * The same engine, called by somebody: `shop.as(Actor.customer(id)).orders.listMine()`. Throws `InvalidInput` for
   * what is no actor.
   */
  readonly as: (actor: Actor) => Stoa<Provides>
  /** The same engine, in another store of the same database, by its code. */
  readonly inStore: (code: string) => Promise<Stoa<Provides>>
  /** The same engine, for whoever is shown things in a language, by its tag, or with `null` in that of the store. */
  readonly speaking: (language: string | null) => Stoa<Provides>
  /**
   * The same engine, called by the person at a network address and with a program (`user-agent`), for hosts that serve people
   * themselves: failed sign-ins are counted by it, sign-ins that look unlike their owner are told by it, and lists of sessions
   * show it. Throws `InvalidInput` for what is none.
   */
  readonly calledFrom: (client: Client) => Stoa<Provides>
  /** A service by its tag, with promises: how a plug-in's services are reached. */
  readonly use: <Id extends Provides | StoaServices, Service extends object>(
    tag: Context.Key<Id, Service>
  ) => Promises.Promises<Service>
  /** Runs an effect with the engine's services. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Provides | StoaServices>) => Promise<A>
  /** The services themselves, for hosts such as `@stoa/http`. */
  readonly context: Context.Context<Provides | StoaServices>
  readonly plugins: ReadonlyArray<AnyPlugin>
  /** Finishes what is in work, hands back the rest, and closes the storage. Calling it again does nothing. */
  readonly close: () => Promise<void>
}

/**
 * The layer of an engine. Its output holds every service, and the store that `options.store` names as `CurrentStore`.
 *
 * The engine is built apart from everything else, so two engines in one program share nothing. It fails with what the
 * storage fails with, with `InvalidInput` for options that are none, and with `PluginFailed`.
 */
export const layer = <
  Native = never,
  Migrations = never,
  const Plugins extends ReadonlyArray<Plugin<never, Native, Migrations>> = readonly []
>(
  options: StoaOptions<Native, Migrations, Plugins>
): Layer.Layer<StoaServices | Native | ProvidedBy<Plugins[number]>, StoaError> => {
  return Layer.effectContext(Effect.gen(function*() {
    const fault = OptionsCheck.faultOf(options)
    if (fault !== undefined) return yield* fault
    const engine = Services.layer(options)
    const scope = yield* Effect.scope
    // a memo map of its own: layers of the domains are constants and would otherwise be shared between engines
    return yield* Layer.buildWithMemoMap(engine, Layer.makeMemoMapUnsafe(), scope)
  })) as Layer.Layer<StoaServices | Native | ProvidedBy<Plugins[number]>, StoaError>
}

/** Opens the storage, migrates it, creates the store if it is new, and starts the background work. */
export const createStoa = async <
  Native = never,
  Migrations = never,
  const Plugins extends ReadonlyArray<Plugin<never, Native, Migrations>> = readonly []
>(
  options: StoaOptions<Native, Migrations, Plugins>
): Promise<Stoa<ProvidedBy<Plugins[number]>>> => {
  const runtime = ManagedRuntime.make(layer(options))
  const context = await runtime.context()
  return face(context, options.plugins ?? [], () => runtime.dispose())
}

const face = <Provides>(
  context: Context.Context<StoaServices | Provides>,
  plugins: ReadonlyArray<AnyPlugin>,
  close: () => Promise<void>
): Stoa<Provides> => ({
  ...promisesOf(context),
  as: (actor) => face(Context.add(context, CurrentActor, Effect.runSync(decodeActor(actor))), plugins, close),
  speaking: (language) => face(Context.add(context, CurrentLanguage, Effect.runSync(decodeLanguage(language))), plugins, close),
  calledFrom: (client) => face(Context.add(context, CurrentClient, Effect.runSync(decodeClient(client))), plugins, close),
  inStore: async (code) => {
    const storeId = await Effect.runPromiseWith(context)(Services.storeByCode(code))
    return face(Context.add(context, CurrentStore, storeId), plugins, close)
  },
  use: (tag) => Promises.withServices(Context.getUnsafe(context, tag), context),
  run: Effect.runPromiseWith(context),
  context,
  plugins,
  close,
  [Symbol.asyncDispose]: close
})

export type { StoaOptions, StoreId }
