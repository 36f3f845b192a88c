/**
 * The inboxes: everybody who is signed in has one, and those who work for the shop share another.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { InboxMessageNotFound } from "./InboxErrors.ts"
import { type InboxMessage, ListInbox, shopInbox, type UnreadCount } from "./InboxMessage.ts"
import { InboxRepository } from "./InboxRepository.ts"

export class Inbox extends Context.Service<Inbox, {
  /** What the calling person was told, the newest first. */
  readonly listMine: (
    input?: typeof ListInbox.Encoded
  ) => Effect.Effect<Page<InboxMessage>, InvalidInput | StorageError | Denied>
  /** How many messages the calling person has not read. */
  readonly unreadMine: Effect.Effect<typeof UnreadCount.Type, StorageError | Denied>
  /** Answers with the message. One that was read stays as it is. */
  readonly readMine: (
    id: string
  ) => Effect.Effect<InboxMessage, InvalidInput | InboxMessageNotFound | StorageError | Denied>
  /** Marks all messages to the calling person as read. */
  readonly readAllMine: Effect.Effect<void, StorageError | Denied>
  /** What those who work for the shop were told, the newest first. Needs `notifications:read`. */
  readonly listShop: (
    input?: typeof ListInbox.Encoded
  ) => Effect.Effect<Page<InboxMessage>, InvalidInput | StorageError | Denied>
  /** How many messages to those who work for the shop were not read. Needs `notifications:read`. */
  readonly unreadShop: Effect.Effect<typeof UnreadCount.Type, StorageError | Denied>
  /** Read for all who share it. Needs `notifications:read`. */
  readonly readShop: (
    id: string
  ) => Effect.Effect<InboxMessage, InvalidInput | InboxMessageNotFound | StorageError | Denied>
  /** Marks all messages to those who work for the shop as read, for all who share them. Needs `notifications:read`. */
  readonly readAllShop: Effect.Effect<void, StorageError | Denied>
}>()("@stoa/core/notifications/Inbox") {}

/** For how long messages are kept, read or not. */
const keptFor = "180 days"

const decodeList = Input.decoder(ListInbox)

const checked = Input.textParameters<Inbox["Service"]>({ readMine: ["id"], readShop: ["id"] })

const mine = Effect.flatMap(Actor.CurrentActor, (actor) => {
  const userId = Actor.userId(actor)
  return userId === undefined
    ? Effect.fail(new Permission.Unauthenticated({ reason: "Only who is signed in has an inbox" }))
    : Effect.succeed(userId)
})

const shop = Effect.as(Permission.require("notifications:read"), shopInbox)

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* InboxRepository
  const jobs = yield* Jobs

  const list = (inbox: Effect.Effect<string, Denied>) =>
    Effect.fn("Inbox.list")(function*(input: typeof ListInbox.Encoded = {}) {
      const name = yield* inbox
      return yield* repository.list(name, yield* decodeList(input))
    })

  const unread = (inbox: Effect.Effect<string, Denied>) =>
    Effect.gen(function*() {
      return { unread: yield* repository.unread(yield* inbox) }
    }).pipe(Effect.withSpan("Inbox.unread"))

  const read = (inbox: Effect.Effect<string, Denied>) =>
    Effect.fn("Inbox.read")(function*(id: string) {
      const name = yield* inbox
      yield* repository.markRead(name, id, yield* Timestamp.now)
      return (yield* repository.find(name, id)) ?? (yield* new InboxMessageNotFound({ notificationId: id }))
    })

  const readAll = (inbox: Effect.Effect<string, Denied>) =>
    Effect.gen(function*() {
      yield* repository.markRead(yield* inbox, undefined, yield* Timestamp.now)
    }).pipe(Effect.withSpan("Inbox.readAll"))

  yield* jobs.cron({
    name: "inbox.forget",
    cron: "41 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => repository.deleteBefore(Timestamp.minus(now, keptFor)))
  })

  return watched(checked(Inbox.of({
    listMine: list(mine),
    unreadMine: unread(mine),
    readMine: read(mine),
    readAllMine: readAll(mine),
    listShop: list(shop),
    unreadShop: unread(shop),
    readShop: read(shop),
    readAllShop: readAll(shop)
  })))
})

export const layer: Layer.Layer<Inbox, never, InboxRepository | Jobs> = Layer.effect(Inbox, make)
