/**
 * Sends people what they could do without: only to those who agreed to it or asked for it, in no quiet hours, and no more
 * of it than the store allows itself in a day.
 *
 * **Details**
 *
 * A message is written down in the current transaction, and decided on afterwards: dropped, held until it may be sent, or
 * handed to `Notifications`. The decision and what is counted for the day are one transaction, so a process that dies
 * between the two neither loses a message nor sends it twice. A message that is held keeps its own time.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import * as UserPreferences from "../identity/Preferences.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore, within } from "../kernel/CurrentStore.ts"
import { Entropy } from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { MarketingChannel, MarketingKind } from "../notifications/MarketingKind.ts"
import { Notifications, type Recipient } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"
import { UnsubscribeLinkInvalid } from "./MarketingErrors.ts"
import { MarketingUnsubscribed } from "./MarketingEvents.ts"
import * as MarketingMessage from "./MarketingMessage.ts"
import { MarketingMessageId } from "./MarketingMessage.ts"
import { MarketingRepository } from "./MarketingRepository.ts"
import * as UnsubscribeToken from "./UnsubscribeToken.ts"

/** A message that somebody could do without. */
export interface NewMarketingMessage {
  readonly recipient: Recipient
  /** The account of the reader, where there is one; by its preferences it is decided. */
  readonly userId: string | null
  readonly kind: MarketingKind
  /** Whether the reader asked for this very message, and so needs no consent to marketing. */
  readonly requested: boolean
  readonly template: string
  /** A language for whoever has chosen none in their account; that of the store if it is left out. */
  readonly locale?: string | null
  /** Whose inbox it is put into too. */
  readonly inbox?: string
  readonly link?: string | null
  /** What it is sent with by hand. */
  readonly campaignId?: string
  /** When it may be sent at the earliest; at once if it is left out. */
  readonly notBefore?: Timestamp.Timestamp
  /** Of messages with the same id one is sent: `"cart-reminder:cart_01..."`. */
  readonly id: string
  readonly data: Readonly<Record<string, Schema.Json>>
}

/** Whether what a message tells of, by its data, still holds. */
export type Guard = (data: Readonly<Record<string, Schema.Json>>) => Effect.Effect<boolean, StorageError>

export class Marketing extends Context.Service<Marketing, {
  /** Writes messages down in the current transaction; it is decided afterwards whether and when each is sent. */
  readonly queue: (messages: ReadonlyArray<NewMarketingMessage>) => Effect.Effect<void, StorageError>
  /**
   * Asks, when it is decided on messages of a template, whether what they tell of still holds: those of which it does not
   * are dropped. Call it while the engine's layers are built.
   */
  readonly guard: (template: string, holds: Guard) => Effect.Effect<void>
  /** What a link of a message unsubscribes from. Changes nothing. */
  readonly linked: (
    token: string
  ) => Effect.Effect<
    { readonly channel: MarketingChannel; readonly kind: MarketingKind },
    InvalidInput | UnsubscribeLinkInvalid | StorageError
  >
  /** Sends no more messages of the kind to whoever got the link. Doing it again changes nothing. Needs no sign-in. */
  readonly unsubscribe: (token: string) => Effect.Effect<void, InvalidInput | UnsubscribeLinkInvalid | StorageError>
}>()("@stoa/core/marketing/Marketing") {}

const jobName = "marketing.decide"

/** The same state of a message is decided on once at a time. */
const jobOf = (id: MarketingMessageId, tried: number, at: Timestamp.Timestamp) => ({
  name: jobName,
  id: `marketing:${id}:${tried}:${at}`,
  payload: { id, tried }
})

/** After how long a message is due again whose job was given up. */
const again = "1 hour"

/** For how long messages are kept after they were written down. */
const keptFor = "90 days"

const keyPurpose = (storeId: string) => `unsubscribe_key:${storeId}`

const checked = Input.textParameters<Omit<Marketing["Service"], "guard">>({ linked: ["token"], unsubscribe: ["token"] })

export const make = Effect.gen(function*() {
  const repository = yield* MarketingRepository
  const preferences = yield* PreferencesRepository
  const users = yield* UserRepository
  const notifications = yield* Notifications
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events
  const jobs = yield* Jobs
  const secrets = yield* Secrets
  const entropy = yield* Entropy

  const guards = new Map<string, Guard>()

  /** The keys of stores, which never change. */
  const keys = new Map<string, Uint8Array>()

  const keyOf = Effect.fnUntraced(function*(storeId: string) {
    const known = keys.get(storeId)
    if (known !== undefined) return known
    const fresh = Buffer.from(entropy.bytes(UnsubscribeToken.keyLength)).toString("base64")
    const sealed = yield* repository.key(yield* secrets.encrypt(fresh, keyPurpose(storeId)))
    const key = Buffer.from(yield* Effect.orDie(secrets.decrypt(sealed, keyPurpose(storeId))), "base64")
    keys.set(storeId, key)
    return key
  })

  const read = Effect.fnUntraced(function*(token: string) {
    const storeId = yield* CurrentStore
    // a link of an endless length is none
    const about = token.length > 2_000 ? undefined : UnsubscribeToken.read(yield* keyOf(storeId), storeId, token)
    return about ?? (yield* new UnsubscribeLinkInvalid())
  })

  /** Where a reader unsubscribes; `undefined` where the store says no place for it. */
  const linkFor = Effect.fnUntraced(function*({ address, channel, kind, userId }: MarketingMessage.MarketingMessage) {
    const storeId = yield* CurrentStore
    const { settings: { apiUrl, contactEmail } } = yield* stores.current
    if (apiUrl !== null) {
      return `${apiUrl}/unsubscribe?token=${yield* UnsubscribeToken.make(yield* keyOf(storeId), storeId, { address, channel, kind, userId })}`
    }
    return contactEmail === null ? undefined : `mailto:${contactEmail}?subject=unsubscribe`
  })

  const decideOn = Effect.fnUntraced(function*(message: MarketingMessage.MarketingMessage) {
    const { channel, id, kind, tried, userId } = message
    const now = yield* Timestamp.now
    const { settings } = yield* stores.current
    const chosen = userId === null ? undefined : (yield* preferences.find(userId)) ?? UserPreferences.defaults
    const address = message.address.toLowerCase()
    const refused = userId === null && (yield* repository.isRefused({ channel, address, kind }))
    const unsubscribe = yield* linkFor(message)
    const dropped = MarketingMessage.objection(message, chosen, refused)
      ?? (channel === "email" && unsubscribe === undefined ? "no_way_to_unsubscribe" as const : undefined)
      ?? ((yield* guards.get(message.template)?.(message.data) ?? Effect.succeed(true)) ? undefined : "outdated" as const)
    if (dropped !== undefined) {
      yield* repository.decide({ id, status: "dropped", dropped, tried: tried + 1, nextAttemptAt: null }, tried, now)
      return
    }
    const timeZone = chosen?.timeZone ?? settings.timeZone
    const hold = (until: Timestamp.Timestamp, from: number) =>
      repository.decide({ id, status: "waiting", dropped: null, tried: from + 1, nextAttemptAt: until }, from, now)
    const { perDay, quietHours } = settings.marketing
    const quiet = MarketingMessage.quietUntil(now, timeZone, quietHours)
    if (quiet !== undefined) {
      yield* hold(quiet, tried)
      return
    }
    // first, so that of two who decide at once one goes on
    const taken = { id, status: "released", dropped: null, tried: tried + 1, nextAttemptAt: null } as const
    if (!(yield* repository.decide(taken, tried, now))) return
    const maximum = perDay[channel]
    const day = MarketingMessage.dayOf(now, timeZone)
    if (maximum !== null && !(yield* repository.count({ channel, reader: userId ?? address, day }, maximum))) {
      const tomorrow = MarketingMessage.tomorrow(now, timeZone)
      yield* hold(MarketingMessage.quietUntil(tomorrow, timeZone, quietHours) ?? tomorrow, tried + 1)
      return
    }
    const locale = chosen?.language ?? message.locale ?? undefined
    yield* notifications.queue([{
      recipient: { channel: message.channel, address: message.address },
      ...(message.inbox === null ? {} : { inbox: message.inbox }),
      link: message.link,
      // by the consent and the limits of its own channel only
      push: false,
      ...(unsubscribe === undefined ? {} : { unsubscribe }),
      ...(locale === undefined ? {} : { locale }),
      template: message.template,
      id: message.source,
      data: message.data
    }])
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ id: Schema.String, tried: Schema.Int }),
    timeLimit: "1 minute",
    run: ({ id, tried }) =>
      transactor.transaction(Effect.gen(function*() {
        const message = yield* repository.find(id)
        // decided on by another process meanwhile, or removed
        if (message === undefined || message.status !== "waiting" || message.tried !== tried) return
        yield* decideOn(message)
      }))
  })

  yield* jobs.cron({
    name: "marketing.due",
    cron: "* * * * *",
    run: Effect.gen(function*() {
      const now = yield* Timestamp.now
      const due = yield* repository.claim(now, Timestamp.plus(now, again), 1_000)
      yield* Effect.forEach(
        Map.groupBy(due, ({ storeId }) => storeId),
        ([storeId, all]) => within(storeId)(jobs.enqueueAll(all.map(({ id, tried }) => jobOf(id, tried, now)))),
        { discard: true }
      )
    })
  })

  yield* jobs.cron({
    name: "marketing.forget",
    cron: "17 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => repository.deleteBefore(Timestamp.minus(now, keptFor)))
  })

  /** The choice of somebody with an account; `false` where there is none to choose for. */
  const choose = Effect.fnUntraced(function*(userId: string, kind: MarketingKind, channel: MarketingChannel) {
    const user = yield* users.findForUpdate(userId)
    if (user === undefined) return false
    const before = (yield* preferences.find(userId)) ?? UserPreferences.defaults
    if (!before.choices[kind][channel]) return true
    const choices = { ...before.choices, [kind]: { ...before.choices[kind], [channel]: false } }
    yield* preferences.save(user.id, { ...before, choices, version: before.version + 1 }, yield* Timestamp.now)
    yield* events.publish([MarketingUnsubscribed.make(user.id, { customerId: user.id, channel, kind })])
    return true
  })

  const service = Marketing.of({
    queue: Effect.fn("Marketing.queue")(function*(messages) {
      if (messages.length === 0) return
      const ids = yield* MarketingMessageId.generateMany(messages.length)
      const createdAt = yield* Timestamp.now
      const isLater = ({ notBefore }: NewMarketingMessage) => notBefore !== undefined && notBefore > createdAt
      const added = yield* repository.insert(messages.map((message, index) => ({
        id: ids[index] as MarketingMessageId,
        source: message.id,
        channel: message.recipient.channel,
        address: message.recipient.address,
        userId: message.userId,
        kind: message.kind,
        requested: message.requested,
        template: message.template,
        locale: message.locale ?? null,
        inbox: message.inbox ?? null,
        link: message.link ?? null,
        campaignId: message.campaignId ?? null,
        data: message.data,
        status: "waiting",
        dropped: null,
        tried: 0,
        nextAttemptAt: isLater(message) ? message.notBefore ?? null : Timestamp.plus(createdAt, again),
        createdAt
      })))
      const later = new Set(messages.flatMap((message, index) => isLater(message) ? [ids[index]] : []))
      yield* jobs.enqueueAll(added.filter((id) => !later.has(id)).map((id) => jobOf(id, 0, createdAt)))
    }),
    guard: (template, holds) => Effect.sync(() => void guards.set(template, holds)),
    linked: Effect.fn("Marketing.linked")(function*(token) {
      const { channel, kind } = yield* read(token)
      return { channel, kind }
    }),
    unsubscribe: Effect.fn("Marketing.unsubscribe")(function*(token) {
      const { address, channel, kind, userId } = yield* read(token)
      yield* transactor.transaction(Effect.gen(function*() {
        if (userId !== null && (yield* choose(userId, kind, channel))) return
        const refusal = { channel, address: address.toLowerCase(), kind }
        if (yield* repository.isRefused(refusal)) return
        yield* repository.refuse(refusal, yield* Timestamp.now)
        yield* events.publish([MarketingUnsubscribed.make(channel, { customerId: null, channel, kind })])
      }))
    })
  })
  return { ...service, ...checked(service) }
})

export const layer: Layer.Layer<
  Marketing,
  never,
  Events | Jobs | MarketingRepository | Notifications | PreferencesRepository | Stores | Transactor | UserRepository
> = Layer.effect(Marketing, make)
