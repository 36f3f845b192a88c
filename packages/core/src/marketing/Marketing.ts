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
import * as Exit from "effect/Exit"
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
import { type Message, Notifications, type Recipient } from "../notifications/Notifications.ts"
import type { MarketingSettings } from "../stores/MarketingSettings.ts"
import type { StoreSettings } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { UnsubscribeLinkInvalid } from "./MarketingErrors.ts"
import { MarketingUnsubscribed } from "./MarketingEvents.ts"
import * as MarketingMessage from "./MarketingMessage.ts"
import { MarketingMessageId } from "./MarketingMessage.ts"
import { MarketingRepository, type Refusal } from "./MarketingRepository.ts"
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

/** Whether what messages tell of, by their data, still holds: an answer for each, in their order. */
export type Guard = (
  messages: ReadonlyArray<Readonly<Record<string, Schema.Json>>>
) => Effect.Effect<ReadonlyArray<boolean>, StorageError>

export class Marketing extends Context.Service<Marketing, {
  /** Writes messages down in the current transaction; it is decided afterwards whether and when each is sent. */
  readonly queue: (messages: ReadonlyArray<NewMarketingMessage>) => Effect.Effect<void, StorageError>
  /**
   * Asks, when it is decided on messages of a template, whether what each of them tells of still holds: those of which it does not
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

const permitName = "marketing"

/** On how many messages one job decides, in one transaction. */
const group = 50

/** A message on which is to be decided, and how often it was. */
const Asked = Schema.Struct({ id: MarketingMessageId, tried: Schema.Int })
interface Asked extends Schema.Schema.Type<typeof Asked> {}

/** Jobs that decide on messages. The same state of a message is decided on once at a time. */
const jobsOf = (asked: ReadonlyArray<Asked>, at: Timestamp.Timestamp) =>
  Array.from({ length: Math.ceil(asked.length / group) }, (_, index) => {
    const messages = asked.slice(index * group, (index + 1) * group)
    return { name: jobName, id: `marketing:${messages[0]?.id}:${messages[0]?.tried}:${at}`, payload: { messages: messages.map(({ id, tried }) => ({ id, tried })) } }
  })

/** A message that may be sent as far as its reader and the hour are concerned. */
interface Released {
  readonly id: MarketingMessageId
  readonly channel: MarketingChannel
  /** By whom messages of a day are counted: the account, or the address of who has none. */
  readonly reader: string
  readonly day: string
}

/** Whoever has moved to another address is written to there. */
const whereTheyAre = (message: MarketingMessage.AddressedMessage): MarketingMessage.AddressedMessage =>
  message.channel === "email" && message.account !== null ? { ...message, address: message.account.email } : message

/** A message as it is sent. */
const letterOf = ({ message, reader, unsubscribe }: {
  readonly message: MarketingMessage.MarketingMessage
  readonly reader: MarketingMessage.Reader
  readonly unsubscribe: string | undefined
}): Message => {
  const locale = reader.preferences?.language ?? message.locale ?? undefined
  return {
    recipient: { channel: message.channel, address: message.address },
    ...(message.inbox === null ? {} : { inbox: message.inbox }),
    link: message.link,
    // by the consent and the limits of its own channel only
    push: false,
    permit: { by: permitName, of: message.id },
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
    ...(locale === undefined ? {} : { locale }),
    template: message.template,
    id: message.source,
    data: message.data
  }
}

const refusalOf = ({ address, channel, kind }: MarketingMessage.MarketingMessage): Refusal => ({ address: address.toLowerCase(), channel, kind })

const refusalKey = ({ address, channel, kind }: Refusal): string => `${channel} ${kind} ${address}`

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
  const linkFor = Effect.fnUntraced(function*(
    { address, channel, kind, userId }: MarketingMessage.MarketingMessage,
    { apiUrl, contactEmail }: StoreSettings
  ) {
    const storeId = yield* CurrentStore
    if (apiUrl !== null) {
      return `${apiUrl}/unsubscribe?token=${yield* UnsubscribeToken.make(yield* keyOf(storeId), storeId, { address, channel, kind, userId })}`
    }
    return contactEmail === null ? undefined : `mailto:${contactEmail}?subject=unsubscribe`
  })

  /** Who is to read messages, as they are now. */
  const readersOf = Effect.fnUntraced(function*(messages: ReadonlyArray<MarketingMessage.AddressedMessage>) {
    const said = yield* preferences.ofUsers([...new Set(messages.flatMap(({ userId }) => userId ?? []))])
    const refusals = yield* repository.refused(messages.flatMap((message) => message.userId === null ? [refusalOf(message)] : []))
    const refused = new Set(refusals.map(refusalKey))
    return messages.map((message): MarketingMessage.Reader => {
      const { account, userId } = message
      return {
        isOpen: userId === null || account?.status === "active",
        preferences: userId === null ? undefined : said.get(userId) ?? UserPreferences.defaults,
        refused: userId === null && refused.has(refusalKey(refusalOf(message)))
      }
    })
  })

  /** Messages of which what they tell of does not hold any more. */
  const outdated = Effect.fnUntraced(function*(messages: ReadonlyArray<MarketingMessage.MarketingMessage>) {
    const found = new Set<string>()
    for (const [template, all] of Map.groupBy(messages, ({ template }) => template)) {
      const holds = yield* guards.get(template)?.(all.map(({ data }) => data)) ?? Effect.succeed([])
      all.forEach(({ id }, index) => {
        if (holds[index] === false) found.add(id)
      })
    }
    return found
  })

  /** Those of messages that are released of which their readers get no more than the day allows; each is counted. */
  const withinDay = Effect.fnUntraced(function*(released: ReadonlyArray<Released>, perDay: MarketingSettings["perDay"]) {
    const allowed = new Set<string>()
    for (const [channel, all] of Map.groupBy(released.toSorted((a, b) => a.channel < b.channel ? -1 : 1), ({ channel }) => channel)) {
      const maximum = perDay[channel]
      if (maximum === null) {
        for (const { id } of all) allowed.add(id)
        continue
      }
      // the first one of each reader, then the second one of whoever has one
      let rest = all
      while (rest.length > 0) {
        const firsts = new Map<string, Released>()
        for (const one of rest) if (!firsts.has(one.reader)) firsts.set(one.reader, one)
        const counted = yield* repository.count(channel, [...firsts.values()], maximum)
        for (const one of firsts.values()) if (counted.has(one.reader)) allowed.add(one.id)
        rest = rest.filter((one) => firsts.get(one.reader) !== one && counted.has(one.reader))
      }
    }
    return allowed
  })

  const decideOn = Effect.fnUntraced(function*(messages: ReadonlyArray<MarketingMessage.AddressedMessage>) {
    const now = yield* Timestamp.now
    const { settings } = yield* stores.current
    const { perDay, quietHours } = settings.marketing
    const readers = yield* readersOf(messages)
    const judged = yield* Effect.forEach(messages, Effect.fnUntraced(function*(message, index) {
      const reader = readers[index] as MarketingMessage.Reader
      const unsubscribe = yield* linkFor(message, settings)
      return {
        message,
        reader,
        unsubscribe,
        timeZone: reader.preferences?.timeZone ?? settings.timeZone,
        dropped: MarketingMessage.objection(message, reader)
          ?? (message.channel === "email" && unsubscribe === undefined ? "no_way_to_unsubscribe" as const : undefined)
      }
    }))
    const old = yield* outdated(judged.filter(({ dropped }) => dropped === undefined).map(({ message }) => message))
    const decisions = judged.map(({ dropped, message: { id, tried }, timeZone }): MarketingMessage.Decision => {
      const reason = dropped ?? (old.has(id) ? "outdated" as const : undefined)
      if (reason !== undefined) return { id, from: tried, status: "dropped", dropped: reason, nextAttemptAt: null }
      const quiet = MarketingMessage.quietUntil(now, timeZone, quietHours)
      return { id, from: tried, status: quiet === undefined ? "released" : "waiting", dropped: null, nextAttemptAt: quiet ?? null }
    })
    // first, so that of two who decide at once one goes on
    const decided = yield* repository.decide(decisions, now)
    const released = judged.filter(({ message: { id } }, index) => decisions[index]?.status === "released" && decided.has(id))
    const allowed = yield* withinDay(
      released.map(({ message: { address, channel, id, userId }, timeZone }) =>
        ({ id, channel, reader: userId ?? address.toLowerCase(), day: MarketingMessage.dayOf(now, timeZone) })),
      perDay
    )
    yield* repository.decide(
      released.filter(({ message: { id } }) => !allowed.has(id)).map(({ message: { id, tried }, timeZone }) => {
        const tomorrow = MarketingMessage.tomorrow(now, timeZone)
        const nextAttemptAt = MarketingMessage.quietUntil(tomorrow, timeZone, quietHours) ?? tomorrow
        return { id, from: tried + 1, status: "waiting" as const, dropped: null, nextAttemptAt }
      }),
      now
    )
    yield* notifications.queue(released.filter(({ message: { id } }) => allowed.has(id)).map(letterOf))
  })

  yield* notifications.permits(permitName, Effect.fnUntraced(function*(id) {
    const [message] = yield* repository.read([id])
    // forgotten with its account, or dropped at a try before
    if (message === undefined || message.status !== "released") return false
    const [reader] = yield* readersOf([message])
    const dropped = reader === undefined ? undefined : MarketingMessage.objection(message, reader)
    if (dropped === undefined) return true
    yield* repository.decide([{ id: message.id, from: message.tried, status: "dropped", dropped, nextAttemptAt: null }], yield* Timestamp.now)
    return false
  }))

  /** Decides on messages that nobody has decided on meanwhile, and that are still there. */
  const decide = (asked: ReadonlyArray<Asked>) =>
    transactor.transaction(Effect.gen(function*() {
      const tries = new Map(asked.map(({ id, tried }) => [id, tried]))
      const messages = yield* repository.read([...tries.keys()])
      const waiting = messages.filter(({ id, status, tried }) => status === "waiting" && tried === tries.get(id))
      if (waiting.length > 0) yield* decideOn(waiting.map(whereTheyAre))
    }))

  yield* jobs.handle({
    name: jobName,
    // jobs that are older than groups are of one message
    payload: Schema.Union([Schema.Struct({ messages: Schema.Array(Asked) }), Asked]),
    timeLimit: "1 minute",
    run: (payload, { attempt }) =>
      Effect.gen(function*() {
        const asked = "messages" in payload ? payload.messages : [payload]
        if (attempt === 1) return yield* decide(asked)
        // one that cannot be decided on keeps none of the others waiting
        const exits = yield* Effect.forEach(asked, (one) => Effect.exit(decide([one])))
        return yield* exits.find(Exit.isFailure) ?? Effect.void
      })
  })

  yield* jobs.cron({
    name: "marketing.due",
    cron: "* * * * *",
    run: Effect.gen(function*() {
      const now = yield* Timestamp.now
      const due = yield* repository.claim(now, Timestamp.plus(now, again), 1_000)
      yield* Effect.forEach(
        Map.groupBy(due, ({ storeId }) => storeId),
        ([storeId, all]) => within(storeId)(jobs.enqueueAll(jobsOf(all, now))),
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
      yield* jobs.enqueueAll(jobsOf(added.filter((id) => !later.has(id)).map((id) => ({ id, tried: 0 })), createdAt))
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
        if ((yield* repository.refused([refusal])).length > 0) return
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
