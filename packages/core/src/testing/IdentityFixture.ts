/**
 * A shop with identity, and the people that the identity suites are about.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AuditLog from "../audit/AuditLog.ts"
import type { StoragePorts } from "../engine/Storage.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Events from "../events/Events.ts"
import type { Tokens } from "../identity/Account.ts"
import { Accounts } from "../identity/Accounts.ts"
import type { ApiKeys } from "../identity/ApiKeys.ts"
import { Auth } from "../identity/Auth.ts"
import * as Identity from "../identity/Identity.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import * as RefreshToken from "../identity/RefreshToken.ts"
import { SessionRepository } from "../identity/SessionRepository.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { StoreId } from "../kernel/CurrentStore.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export type IdentityServices = Accounts | ApiKeys | Auth | AuditLog.AuditLog | Events.Events | StoragePorts

/** Hashes that cost next to nothing; everything else as in a shop. */
export const settings: Partial<IdentitySettings.IdentitySettings> = {
  argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 }
}

/** What identity is built on. */
export const foundation = (storage: Layer.Layer<StoragePorts, unknown>) =>
  Layer.mergeAll(Events.layer, AuditLog.layer).pipe(
    Layer.provideMerge(JobRegistry.layer),
    Layer.provideMerge(storage)
  )

/** A new shop at every call. */
export const shop = (
  harness: StorageHarness,
  more: Partial<IdentitySettings.IdentitySettings> = {}
): Layer.Layer<IdentityServices, unknown> =>
  Identity.layer.pipe(
    Layer.provideMerge(foundation(harness.storage())),
    Layer.provideMerge(IdentitySettings.layer({ ...settings, ...more }))
  )

export const ada = { email: "ada@example.com", password: "tulip lamp seven" } as const
export const bob = { email: "bob@example.com", password: "river stone eight" } as const

/** Another store than the default one. */
export const otherStore = StoreId.make("store_01jd5m8x2vf6grc1x7e9w0b3qk")

export const time = (text: string): Timestamp => Timestamp.make(text)

export const home = "203.0.113.7"
export const elsewhere = "198.51.100.23"

/** Runs a call that comes from an address. */
export const from = (address: string, userAgent: string | null = null) =>
  Effect.provideService(CurrentClient, { address, userAgent })

export const asStaff = (...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff("user_staff", permissions))

/** A customer who has registered and signed in. */
export const customer = Effect.fnUntraced(function*(who: { readonly email: string; readonly password: string }) {
  const accounts = yield* Accounts
  const auth = yield* Auth
  const user = yield* accounts.register(who)
  return { user, tokens: yield* auth.login(who) }
})

/** Runs a call as whoever an access token speaks for. */
export const bearing = (tokens: Tokens) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const auth = yield* Auth
    return yield* Actor.as(yield* auth.authenticate(tokens.accessToken))(effect)
  })

/** The tag of the error that an effect fails with. A success or a defect fails the test. */
export const failure = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<E["_tag"], A, R> => Effect.map(Effect.flip(effect), (error) => error._tag)

/** What is stored of the session that a refresh token belongs to. */
export const storedSession = Effect.fnUntraced(function*(refreshToken: string) {
  const sessions = yield* SessionRepository
  const token = RefreshToken.parse(refreshToken)
  const found = token === undefined ? undefined : yield* sessions.findByFamily(RefreshToken.familyHash(token))
  return found?.session
})

/** Types of the events about a thing, oldest first. */
export const eventsOf = (subject: string) =>
  Effect.gen(function*() {
    const events = yield* EventRepository
    return (yield* events.ofSubject(subject)).map((event) => event.type)
  })

/** Actions in the audit log about a thing, newest first. */
export const auditOf = (subject: string) =>
  Effect.gen(function*() {
    const audit = yield* AuditLog.AuditLog
    return (yield* Actor.as(Actor.system())(audit.list({ subject }))).items.map((entry) => entry.action)
  })
