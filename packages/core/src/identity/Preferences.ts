/**
 * What people like: their language and currency, and what they want to be told of, with when and where they said so.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Currency from "../kernel/Currency.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { TimeZone } from "../kernel/LocalTime.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { name } from "../kernel/Text.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Version, VersionConflict } from "../kernel/Version.ts"
import { change, ChangeChoices, everything, MarketingChoices } from "../notifications/MarketingKind.ts"
import { CustomerConsentChanged } from "./IdentityEvents.ts"
import { PreferencesRepository } from "./PreferencesRepository.ts"
import { UserRepository } from "./UserRepository.ts"

/** Whether somebody wants marketing on a channel. Nobody does before they have said so. */
export const Consent = Schema.Struct({
  granted: Schema.Boolean,
  /** When it was said last; `null` if never. */
  at: Schema.NullOr(Timestamp.Timestamp),
  /** Where: `"checkout"`, `"account page"`. */
  source: Schema.NullOr(Schema.String)
})
export interface Consent extends Schema.Schema.Type<typeof Consent> {}

const language = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$/, { expected: "a language tag, such as en-US" })
)

export const UserPreferences = Schema.Struct({
  /** BCP 47; `null` for the language of the store. */
  language: Schema.NullOr(language),
  /** `null` for the currency of the store. */
  currency: Schema.NullOr(Currency.Currency),
  /** IANA; `null` for that of the store. By its clock they are left in peace at night. */
  timeZone: Schema.NullOr(TimeZone),
  marketing: Schema.Struct({ email: Consent, sms: Consent, push: Consent }),
  /** Of what they agreed to, the kinds that they want. */
  choices: MarketingChoices,
  version: Version
}).annotate({ identifier: "UserPreferences" })
export interface UserPreferences extends Schema.Schema.Type<typeof UserPreferences> {}

const wanted = Schema.optionalKey(Schema.Boolean)

/** What is left out stays as it is. */
export const UpdatePreferences = Schema.Struct({
  language: Schema.optionalKey(UserPreferences.fields.language),
  currency: Schema.optionalKey(UserPreferences.fields.currency),
  timeZone: Schema.optionalKey(UserPreferences.fields.timeZone),
  marketing: Schema.optionalKey(Schema.Struct({ email: wanted, sms: wanted, push: wanted })),
  choices: Schema.optionalKey(ChangeChoices),
  /** Where it was said, kept with every consent that changes. */
  source: Schema.optionalKey(name(100)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdatePreferences" })

const unasked: Consent = { granted: false, at: null, source: null }

/** Those of somebody who has said nothing. */
export const defaults: UserPreferences = {
  language: null,
  currency: null,
  timeZone: null,
  marketing: { email: unasked, sms: unasked, push: unasked },
  choices: everything,
  version: 1
}

export class Preferences extends Context.Service<Preferences, {
  /** Those of the signed-in user. */
  readonly mine: Effect.Effect<UserPreferences, Unauthenticated | StorageError>
  /**
   * Changes the preferences of the caller. Fields that are left out stay as they are. Fails with `VersionConflict` if
   * `version` is not the current one.
   */
  readonly updateMine: (
    input: typeof UpdatePreferences.Encoded
  ) => Effect.Effect<UserPreferences, InvalidInput | VersionConflict | Unauthenticated | StorageError>
}>()("@stoa/core/identity/Preferences") {}

const decodeUpdate = Input.decoder(UpdatePreferences)

const notSignedIn = () => new Unauthenticated({ reason: "Sign in first" })

const caller = Effect.flatMap(Actor.CurrentActor, (actor) => {
  const userId = Actor.userId(actor)
  return userId === undefined ? Effect.fail(notSignedIn()) : Effect.succeed(userId)
})

const channels = ["email", "sms", "push"] as const

export const make = Effect.gen(function*() {
  const repository = yield* PreferencesRepository
  const users = yield* UserRepository
  const transactor = yield* Transactor
  const events = yield* Events

  return Preferences.of({
    mine: Effect.gen(function*() {
      return (yield* repository.find(yield* caller)) ?? defaults
    }).pipe(Effect.withSpan("Preferences.mine")),

    updateMine: Effect.fn("Preferences.updateMine")(function*(input) {
      const decoded = yield* decodeUpdate(input)
      const userId = yield* caller
      return yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* users.findForUpdate(userId)
        if (user === undefined || user.status !== "active") return yield* notSignedIn()
        const before = (yield* repository.find(userId)) ?? defaults
        const expected = decoded.version ?? before.version
        if (expected !== before.version) return yield* new VersionConflict({ id: userId, expected })
        const now = yield* Timestamp.now
        const source = decoded.source ?? "account"
        const said = (channel: typeof channels[number]): Consent => {
          const granted = decoded.marketing?.[channel]
          return granted === undefined || granted === before.marketing[channel].granted
            ? before.marketing[channel]
            : { granted, at: now, source }
        }
        const marketing = { email: said("email"), sms: said("sms"), push: said("push") }
        const changed: UserPreferences = {
          language: decoded.language === undefined ? before.language : decoded.language,
          currency: decoded.currency === undefined ? before.currency : decoded.currency,
          timeZone: decoded.timeZone === undefined ? before.timeZone : decoded.timeZone,
          marketing,
          choices: change(before.choices, decoded.choices ?? {}),
          version: before.version + 1
        }
        yield* repository.save(user.id, changed, now)
        yield* events.publish(
          channels.filter((channel) => marketing[channel] !== before.marketing[channel]).map((channel) =>
            CustomerConsentChanged.make(userId, {
              customerId: userId,
              channel,
              granted: marketing[channel].granted,
              source
            })
          )
        )
        return changed
      }))
    })
  })
})

export const layer: Layer.Layer<Preferences, never, PreferencesRepository | UserRepository | Transactor | Events> = Layer
  .effect(Preferences, make)
