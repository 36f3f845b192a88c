/**
 * A shop with identity, and the people that the identity suites are about.
 */
import { hash } from "@node-rs/argon2"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AuditLog from "../audit/AuditLog.ts"
import type { StoragePorts } from "../engine/Storage.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Events from "../events/Events.ts"
import { type Tokens, type User, UserId } from "../identity/Account.ts"
import { Auth } from "../identity/Auth.ts"
import * as Identity from "../identity/Identity.ts"
import * as IdentitySettings from "../identity/IdentitySettings.ts"
import * as RefreshToken from "../identity/RefreshToken.ts"
import { SessionRepository } from "../identity/SessionRepository.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { defaultStoreId, StoreId } from "../kernel/CurrentStore.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Notifications from "../notifications/Notifications.ts"
import * as NotificationTemplates from "../notifications/NotificationTemplates.ts"
import * as Pushes from "../notifications/Pushes.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { defaultSettings } from "../stores/Store.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as Stores from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Where the shop sends to. */
export class Post extends Context.Service<Post, Mailbox.Mailbox>()("@stoa/core/testing/IdentityFixture/Post") {}

/** What identity is built on. */
export type Foundation =
  | AuditLog.AuditLog
  | Events.Events
  | Jobs.Jobs
  | JobRegistry.JobRegistry
  | Notifications.Notifications
  | PersonalData.PersonalData
  | Stores.Stores
  | Post
  | StoragePorts

export type IdentityServices = Identity.IdentityServices | Foundation

/** Hashes that cost next to nothing; everything else as in a shop. */
export const settings = {
  argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 }
} as const satisfies Partial<IdentitySettings.IdentitySettings>

/** The stores that the people of the suites come to. */
const stores = Layer.effectDiscard(Effect.gen(function*() {
  const repository = yield* StoreRepository
  const now = yield* Timestamp.now
  for (const [id, code] of [[defaultStoreId, "main"], [otherStore, "other"]] as const) {
    if ((yield* repository.findByCode(code)) !== undefined) continue
    yield* repository.insert({
      id,
      code,
      name: `The ${code} shop`,
      currency: Currency.Currency.make("USD"),
      settings: defaultSettings,
      version: 1,
      createdAt: now,
      updatedAt: now
    })
  }
}))

/** What identity is built on besides a storage. Two engines on one storage have one of these each. */
export const services = (post = Mailbox.make()) =>
  Notifications.layer.pipe(
    Layer.provide(Layer.mergeAll(NotificationTemplates.layer, Pushes.layer)),
    Layer.provideMerge(Layer.succeed(Post, post)),
    Layer.provide(Mailbox.layer(post)),
    Layer.provideMerge(Layer.mergeAll(stores, Stores.layer, Jobs.layer, Events.layer)),
    Layer.provideMerge(Layer.mergeAll(AuditLog.layer, JobRegistry.layer, PersonalData.layer)),
    Layer.fresh
  )

/** What identity is built on. */
export const foundation = (
  storage: Layer.Layer<StoragePorts, unknown>,
  post?: Mailbox.Mailbox
): Layer.Layer<Foundation, unknown> => Layer.provideMerge(services(post), storage)

/** Another engine on the storage in the context, as another process would have it. */
export const engine = (
  more: Partial<IdentitySettings.IdentitySettings> = {}
): Layer.Layer<Identity.IdentityServices, unknown, StoragePorts> =>
  Layer.fresh(Identity.layer).pipe(
    Layer.provide(services()),
    Layer.provide(IdentitySettings.layer({ ...settings, ...more }))
  )

/** A new shop at every call. */
export const shop = (
  harness: StorageHarness,
  more: Partial<IdentitySettings.IdentitySettings> = {},
  post?: Mailbox.Mailbox
): Layer.Layer<IdentityServices, unknown> =>
  Identity.layer.pipe(
    Layer.provideMerge(foundation(harness.storage(), post)),
    Layer.provideMerge(IdentitySettings.layer({ ...settings, ...more }))
  )

export const ada = { email: "ada@example.com", password: "tulip lamp seven" } as const
export const bob = { email: "bob@example.com", password: "river stone eight" } as const

/** Another store than the default one. */
export const otherStore = StoreId.make("store_01jd5m8x2vf6grc1x7e9w0b3qk")

export const time = (text: string): Timestamp.Timestamp => Timestamp.Timestamp.make(text)

export const home = "203.0.113.7"
export const elsewhere = "198.51.100.23"

/** Runs a call that comes from an address. */
export const from = (address: string, userAgent: string | null = null) =>
  Effect.provideService(CurrentClient, { address, userAgent })

export const asStaff = (...permissions: ReadonlyArray<string>) => Actor.as(Actor.staff("user_staff", permissions))

/** Somebody with an account, whose address is confirmed; as if they had registered. */
export const account = Effect.fnUntraced(function*(who: {
  readonly email: string
  readonly password?: string
  readonly name?: string
  readonly emailVerified?: boolean
}) {
  const users = yield* UserRepository
  const now = yield* Timestamp.now
  const user: User = {
    id: yield* UserId.generate,
    email: who.email,
    emailVerified: who.emailVerified ?? true,
    name: who.name ?? null,
    roles: ["customer"],
    status: "active",
    version: 1,
    createdAt: now,
    updatedAt: now
  }
  const { password } = who
  yield* users.insert(
    user,
    password === undefined ? null : yield* Effect.promise(() => hash(password, settings.argon2))
  )
  return user
})

/** A customer who has an account and has signed in. */
export const customer = Effect.fnUntraced(function*(who: { readonly email: string; readonly password: string }) {
  const auth = yield* Auth
  const user = yield* account(who)
  return { user, tokens: yield* auth.login(who) }
})

/** Works off what waits, and returns the mails and text messages that came since the last time. */
export const delivered = Effect.gen(function*() {
  const post = yield* Post
  yield* (yield* Jobs.Jobs).drain
  return { mails: post.mails.splice(0), messages: post.messages.splice(0) }
})

/** The code in a message. */
export const codeIn = (message: { readonly text: string } | undefined): string =>
  /\b\d{6}\b/.exec(message?.text ?? "")?.[0] ?? ""

/** The token of the link in a message. */
export const tokenIn = (message: { readonly text: string } | undefined): string =>
  /#token=([\w-]+)/.exec(message?.text ?? "")?.[1] ?? ""

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
