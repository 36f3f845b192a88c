/**
 * What a call of an engine needs of its context.
 *
 * **Details**
 *
 * A service is given the services that it stands on when it is built. A call therefore needs none of them in its
 * context, only what is read while it runs: whose call it is, in which store, and settings. An engine has some 150
 * services, and whatever copies a context, as each transaction does, would copy them all for nothing.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { AreShown } from "../catalog/AttributesForStaff.ts"
import { DocumentRenderer } from "../documents/DocumentRenderer.ts"
import { ReportWriters } from "../reports/ReportWriter.ts"
import { FraudScreening } from "../fraud/FraudScreening.ts"
import { IdentitySettings } from "../identity/IdentitySettings.ts"
import { OAuthSettings } from "../identity/OAuthSettings.ts"
import { PasswordBreaches } from "../identity/PasswordBreaches.ts"
import { PlaceLocator } from "../kernel/PlaceLocator.ts"
import { RiskAssessor } from "../identity/RiskAssessor.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { WorkBell } from "../jobs/WorkBell.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import { Entropy } from "../kernel/Entropy.ts"
import { AskedLanguage, CurrentLanguage } from "../kernel/Language.ts"
import { Known } from "../kernel/Permission.ts"
import { Secrets } from "../kernel/Secrets.ts"
import { MediaSettings } from "../media/MediaSettings.ts"
import { Mailer } from "../notifications/Mailer.ts"
import { PushSender } from "../notifications/PushSender.ts"
import { TemplateCatalog } from "../notifications/TemplateCatalog.ts"
import { TextSender } from "../notifications/TextSender.ts"
import { ReviewScreening } from "../reviews/ReviewScreening.ts"
import { SearchIndex } from "../search/SearchIndex.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"
import { VatRegister } from "../tax/VatRegister.ts"
import { WebhookSender } from "../webhooks/WebhookSender.ts"

/** What is read while a call runs: every reference of the engine. */
const references: ReadonlyArray<Context.Key<never, unknown>> = [
  AreShown,
  AskedLanguage,
  Carriers,
  CurrentActor,
  CurrentClient,
  CurrentLanguage,
  CurrentRequest,
  CurrentStore,
  DeniedAccess,
  DocumentRenderer,
  ReportWriters,
  Entropy,
  FraudScreening,
  IdentitySettings,
  JobRetries,
  Known,
  Mailer,
  MediaSettings,
  OAuthSettings,
  PasswordBreaches,
  PlaceLocator,
  PushSender,
  ReviewScreening,
  RiskAssessor,
  SearchIndex,
  Secrets,
  TaxEngine,
  TemplateCatalog,
  TextSender,
  VatRegister,
  WebhookSender,
  WorkBell
]

/** The names of all references of the engine. */
export const readByCalls: ReadonlySet<string> = new Set(references.map(({ key }) => key))

/** So many things are laid over a context before all of it is copied. */
const roomFor = 32

/**
 * The context of an engine without the engine's services. What others have put there, plug-ins and who uses Effect, stays.
 * Where nobody traces, nothing is traced: spans that nobody sees cost a statement a tenth of its time.
 */
export const of = (context: Context.Context<never>): Context.Context<never> => {
  const read = new Map<string, unknown>()
  for (const [key, value] of context.mapUnsafe) {
    if (!key.startsWith("@stoa/core/") || readByCalls.has(key)) read.set(key, value)
  }
  if (!read.has(Tracer.Tracer.key) && !read.has(References.TracerEnabled.key)) {
    read.set(References.TracerEnabled.key, false)
  }
  return Context.makeUnsafe(read, { maxDepth: roomFor })
}

/** Has what services do by themselves run as their calls do. */
export const narrowed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(effect, of as unknown as (context: Context.Context<R>) => Context.Context<R>)
