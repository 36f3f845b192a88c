/**
 * What an engine is made from.
 */
import type * as Redacted from "effect/Redacted"
import type { AddressCheck } from "../addresses/AddressCheck.ts"
import type { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import type { ReportWriter } from "../reports/ReportWriter.ts"
import type { FraudScreening } from "../fraud/FraudScreening.ts"
import type { IdentitySettings } from "../identity/IdentitySettings.ts"
import type { PasswordBreaches } from "../identity/PasswordBreaches.ts"
import type { PlaceLocator } from "../kernel/PlaceLocator.ts"
import type { RiskAssessor } from "../identity/RiskAssessor.ts"
import type { OAuthSettings } from "../identity/OAuthSettings.ts"
import type { WorkerOptions } from "../jobs/Workers.ts"
import type { MediaOptions } from "../media/MediaSettings.ts"
import type { Mailer } from "../notifications/Mailer.ts"
import type { PushSender } from "../notifications/PushSender.ts"
import type { TemplateCatalog } from "../notifications/TemplateCatalog.ts"
import type { TextSender } from "../notifications/TextSender.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import type { ReviewScreening } from "../reviews/ReviewScreening.ts"
import type { SearchIndex } from "../search/SearchIndex.ts"
import type { Carrier } from "../shipping/Carrier.ts"
import type { CreateStore } from "../stores/Store.ts"
import type { TaxEngine } from "../tax/TaxEngine.ts"
import type { VatRegister } from "../tax/VatRegister.ts"
import type { WebhookSender } from "../webhooks/WebhookSender.ts"
import type { Listeners } from "./EngineEvents.ts"
import type { Plugin } from "./Plugin.ts"
import type { Storage } from "./Storage.ts"

type Secret = string | Redacted.Redacted

export interface StoaOptions<
  Native,
  Migrations,
  Plugins extends ReadonlyArray<Plugin<never, Native, Migrations>>
> {
  /** Where everything is kept: `sqlite({ filename: "shop.db" })`. */
  readonly storage: Storage<Native, Migrations>
  /** The store that calls are about; created when the database is new. `main`, in US dollars, if not given. */
  readonly store?: Partial<typeof CreateStore.Encoded>
  /** How money comes in. The sandbox gateway alone if not given. */
  readonly gateways?: ReadonlyArray<PaymentGateway>
  /** Who is asked about orders that may be fraud. Only the store's own rules if not given. */
  readonly fraud?: FraudScreening
  /** Who is asked about reviews before they are shown. Only the engine's own rules if not given. */
  readonly reviewScreening?: ReviewScreening
  /** A search engine outside of the database: sent every product, and asked what a text finds. The database alone if not given. */
  readonly searchIndex?: SearchIndex
  /** How e-mail leaves: `smtp({ url, from })` of `@stoa/adapter-mail`. Without one, none is sent. */
  readonly mailer?: Mailer
  /** How text messages leave: `twilio({ ... })` of `@stoa/adapter-sms`. Without one, none is sent. */
  readonly texts?: TextSender
  /** How pushes leave to browsers: `webPush({ ... })` of `@stoa/adapter-web-push`. Without one, none is sent. */
  readonly pushes?: PushSender
  /** What draws invoices: `pdf()` of `@stoa/adapter-pdf`. Without one, they can be read as data only. */
  readonly documents?: DocumentRenderer
  /** What writes reports besides CSV: `pdfReports()` of `@stoa/adapter-pdf`, `xlsxReports()` of `@stoa/adapter-xlsx`. */
  readonly reports?: ReadonlyArray<ReportWriter>
  /** Where files lie, and what makes sizes of pictures: `{ storage: localDisk({ folder }) }`. Without it none are kept. */
  readonly media?: MediaOptions
  /** Who is asked for tax rates at checkout. Without one, and where it gives no answer, the store's own are charged. */
  readonly taxEngine?: TaxEngine
  /** Who carries parcels: asked for rates at checkout, for labels, and heard about what became of parcels. */
  readonly carriers?: ReadonlyArray<Carrier>
  /** Who is asked about VAT ids: `vies()`. Without one, nobody is, and none counts as valid. */
  readonly vatRegister?: VatRegister
  /** How webhooks leave for other programs: over HTTPS to public addresses if not given. */
  readonly webhooks?: WebhookSender
  /** What messages say, by language and name, before what the engine ships in English. */
  readonly templates?: TemplateCatalog
  readonly plugins?: Plugins
  /** Checks of addresses besides those of countries, their subdivisions and postal codes. */
  readonly addressChecks?: ReadonlyArray<AddressCheck>
  /**
   * What to do when events of the engine happen, by their type: `{ "order.paid": async (event) => ... }`. Told at least
   * once. A type that there is not is `InvalidInput` when the engine is made; a plug-in's events have subscribers.
   */
  readonly on?: Listeners
  /** `false`: this process leaves background work to others, or to `jobs.drain()`. */
  readonly workers?: boolean | WorkerOptions
  /** Who else people sign in with: `{ providers: [google({ ... })], callbackBase, redirects }`. */
  readonly oauth?: OAuthSettings
  /** How strictly people sign in: lifetimes of tokens, cost of passwords. */
  readonly identity?: Partial<IdentitySettings>
  /** How likely a sign-in is somebody else's: `RiskScore.make({ denyAt: 80 })`, or your own. */
  readonly riskAssessor?: RiskAssessor
  /**
   * Where network addresses are: for lists of sessions, impossible travel, and rules against fraud that compare countries.
   * Without one, places are not known.
   */
  readonly placeLocator?: PlaceLocator
  /** Who is asked whether new passwords are known from breaches: `pwnedPasswords()`. Nobody if not given. */
  readonly passwordBreaches?: PasswordBreaches
  /**
   * Encrypts what must be read back but not be read by others (signing keys), and seals the audit log. At least 32 characters. Of
   * several, the first does so and the others read what they were used for before.
   */
  readonly secret?: Secret | readonly [Secret, ...ReadonlyArray<Secret>]
}
