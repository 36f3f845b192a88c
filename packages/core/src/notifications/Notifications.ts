/**
 * Messages to people. `queue` writes a message down in the current transaction, and a durable job sends it; so what
 * sends them may be down for hours without anybody waiting for it. `deliver` sends at once, for jobs that make what
 * must not be written down, such as a code.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Jobs, type NewJob } from "../jobs/Jobs.ts"
import * as Id from "../kernel/Id.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Events } from "../events/Events.ts"
import { Stores } from "../stores/Stores.ts"
import { InboxMessageArrived } from "./InboxEvents.ts"
import { InboxMessageId, shopInbox } from "./InboxMessage.ts"
import { InboxRepository } from "./InboxRepository.ts"
import { MailDeliveryId } from "./MailDelivery.ts"
import { MailDeliveryRepository } from "./MailDeliveryRepository.ts"
import * as Mailer from "./Mailer.ts"
import { type Attachment, DeliveryFailed, isAddress, type Mail } from "./Message.ts"
import { NotificationTemplates } from "./NotificationTemplates.ts"
import { Pushes } from "./Pushes.ts"
import * as Rendering from "./Rendering.ts"
import * as TemplateCatalog from "./TemplateCatalog.ts"
import { TextSender } from "./TextSender.ts"

export const MessageId = Id.define("msg", "MessageId")

/** To whom a message goes. */
export const Recipient = Schema.Struct({
  channel: Schema.Literals(["email", "sms", "push"]),
  /** An e-mail address, a number in the form of E.164, or the id of a user, whose browsers are pushed to. */
  address: Schema.String
})
export interface Recipient extends Schema.Schema.Type<typeof Recipient> {}

/** Who is asked, right before a message is sent, whether it still may be. */
export const Permit = Schema.Struct({
  /** The name that `permits` was called with. */
  by: Schema.String,
  /** What they know the message by. */
  of: Schema.String
})
export interface Permit extends Schema.Schema.Type<typeof Permit> {}

const Queued = Schema.Struct({
  recipient: Schema.NullOr(Recipient),
  /** Left out by jobs that are older than inboxes. */
  inbox: Schema.optionalKey(Schema.NullOr(Schema.String)),
  link: Schema.optionalKey(Schema.NullOr(Schema.String)),
  push: Schema.optionalKey(Schema.Boolean),
  unsubscribe: Schema.optionalKey(Schema.NullOr(Schema.String)),
  permit: Schema.optionalKey(Permit),
  template: Schema.String,
  locale: Schema.NullOr(Schema.String),
  data: Schema.Record(Schema.String, Schema.Json)
})

/** A message that is not yet written. */
export interface Message {
  /** Where it is sent; `null` for one that only lies in an inbox. */
  readonly recipient: Recipient | null
  /** Whose inbox it is put into too: the id of a user, or `shopInbox`. */
  readonly inbox?: string
  /** The page that it is about, for the inbox. */
  readonly link?: string | null
  /** `false`: what lies in a person's inbox is not pushed to their browsers. */
  readonly push?: boolean
  /** Where its reader wants no more of its kind, for messages that people can do without; see `Mail`. */
  readonly unsubscribe?: string | null
  /** Who is asked whether it still may be sent, at each try: what sends it may be down for hours. Nobody, if it is left out. */
  readonly permit?: Permit
  /** The name of its template: `"new-sign-in"`. */
  readonly template: string
  /** A language; that of the store if it is left out. */
  readonly locale?: string
  /** Of messages with the same id one is sent: `"order-shipped:evt_01..."`. If it is left out, the message is another. */
  readonly id?: string
  readonly data: Readonly<Record<string, Schema.Json>>
}

export class Notifications extends Context.Service<Notifications, {
  /** Writes a message down in the current transaction; it is sent afterwards. Nothing secret belongs into it. */
  readonly queue: (messages: ReadonlyArray<Message>) => Effect.Effect<void, StorageError>
  /** Answers for messages, by what their `permit` says of them. Call it while the engine's layers are built. */
  readonly permits: (by: string, may: (of: string) => Effect.Effect<boolean, StorageError>) => Effect.Effect<void>
  /** Sends a message now. `id` is the same each time that the same message is sent. Never inside a transaction. */
  readonly deliver: (
    id: string,
    message: Message & { readonly recipient: Recipient },
    /** Files that come with an e-mail. */
    attachments?: ReadonlyArray<Attachment>
  ) => Effect.Effect<void, DeliveryFailed | StorageError>
}>()("@stoa/core/notifications/Notifications") {}

const jobName = "notifications.send"

/** Characters of a message in an inbox at most. */
const inboxText = 4_000

export const make = Effect.gen(function*() {
  const jobs = yield* Jobs
  const stores = yield* Stores
  const inboxes = yield* InboxRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const pushes = yield* Pushes
  const deliveries = yield* MailDeliveryRepository
  const mailer = yield* Mailer.Mailer
  const texts = yield* TextSender
  const templates = yield* NotificationTemplates
  const render = yield* Rendering.renderer

  const permits = new Map<string, (of: string) => Effect.Effect<boolean, StorageError>>()

  const senderOf = (recipient: Recipient | null) =>
    recipient === null ? "inbox" : { email: mailer.name, sms: texts.name, push: "push" }[recipient.channel]

  const refused = (sender: string, reason: string) => new DeliveryFailed({ sender, permanent: true, reason })

  const write = Effect.fnUntraced(function*(message: Message, sender: string) {
    const store = yield* stores.current
    const ofStore = store.settings.locale
    const wanted = message.locale ?? ofStore
    const template = yield* templates.find(message.template, wanted, ofStore)
    if (template === undefined) return yield* refused(sender, `there is no template ${message.template}`)
    const locale = TemplateCatalog.mannerOf(template.language, wanted, ofStore)
    const seen = { ...message.data, locale, store: { name: store.name, url: store.settings.storefrontUrl } }
    const rendering = Effect.mapError((error: Rendering.TemplateBroken) => refused(sender, error.message))
    if (message.unsubscribe === undefined || message.unsubscribe === null) return yield* rendering(render(template, seen))
    const footer = yield* templates.find("unsubscribe", template.language, ofStore)
    return yield* rendering(render(template, { ...seen, unsubscribe: message.unsubscribe }, footer))
  })

  const send = Effect.fnUntraced(function*(
    id: string,
    template: string,
    { address, channel }: Recipient,
    link: string | null,
    userId: string | null,
    written: Effect.Effect<Rendering.Rendered, DeliveryFailed | StorageError>,
    more: Pick<Mail, "attachments" | "unsubscribe"> = {}
  ) {
    const sender = senderOf({ address, channel })
    if (!isAddress(address)) return yield* refused(sender, "the address is none")
    const { html, sms, subject, text } = yield* written
    if (channel === "push") {
      yield* transactor.transaction(pushes.tell(address, id, { title: subject, text: sms ?? text, link }))
    } else if (channel === "email") {
      const suppressed = yield* deliveries.suppression(address.toLowerCase())
      // what belongs to an order or an account still goes to who called something else spam
      if (suppressed?.reason === "bounced" || (suppressed !== undefined && more.unsubscribe !== undefined)) {
        return yield* refused(sender, "the address is on the list of those that are not written to")
      }
      const receipt = yield* mailer.send({ id, to: address, subject, text, html, ...more })
      if (typeof receipt !== "object") return
      const sentAt = yield* Timestamp.now
      yield* deliveries.insert({
        id: yield* MailDeliveryId.generate,
        sender,
        reference: receipt.reference,
        address: address.toLowerCase(),
        template,
        status: "sent",
        reason: null,
        sentAt,
        at: sentAt
      }, userId)
    } else {
      if (sms === undefined) return yield* refused(sender, `the template ${template} has no text message`)
      yield* texts.send({ id, to: address, text: sms })
    }
  })

  /** Puts a message into an inbox, once, and says so. */
  const put = Effect.fnUntraced(function*(
    source: string,
    inbox: string,
    { link = null, push = true, template }: Message,
    { sms, subject, text }: Rendering.Rendered
  ) {
    const id = yield* InboxMessageId.generate
    const createdAt = yield* Timestamp.now
    const message = { id, template, title: subject, text: text.slice(0, inboxText).toWellFormed(), link, createdAt, readAt: null }
    yield* transactor.transaction(Effect.gen(function*() {
      if (!(yield* inboxes.add(inbox, source, message))) return
      if (push && inbox !== shopInbox) yield* pushes.tell(inbox, source, { title: subject, text: sms ?? text, link })
      yield* events.publish([InboxMessageArrived.make(id, { notificationId: id, inbox, template })])
    }))
  })

  yield* jobs.handle({
    name: jobName,
    payload: Queued,
    run: ({ data, inbox = null, link = null, locale, permit, push = true, recipient, template, unsubscribe = null }, { id }) =>
      Effect.gen(function*() {
        if (permit !== undefined && !(yield* permits.get(permit.by)?.(permit.of) ?? Effect.succeed(false))) return
        const message = { data, recipient, template, link, push, unsubscribe, ...(locale === null ? {} : { locale }) }
        const written = yield* write(message, senderOf(recipient))
        // first, for the mail may have to wait for its server
        if (inbox !== null) yield* put(id, inbox, message, written)
        if (recipient !== null) {
          yield* send(id, template, recipient, link, inbox === shopInbox ? null : inbox, Effect.succeed(written), unsubscribe === null ? {} : { unsubscribe })
        }
      }).pipe(
        // trying again would change nothing, and a dead job would only repeat it
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`A message cannot be sent: ${error.message}`) : Effect.fail(error))
      ),
    timeLimit: "2 minutes"
  })

  /** Whether there is anything to send it by. Without a mailer no work is kept for one. */
  const reachable = (recipient: Recipient | null) =>
    recipient !== null && (recipient.channel !== "email" || mailer !== Mailer.missing)

  return Notifications.of({
    queue: Effect.fnUntraced(function*(messages) {
      const queued: Array<NewJob> = []
      for (const { data, id, inbox, link, locale, permit, push, recipient, template, unsubscribe } of messages) {
        const to = reachable(recipient) ? recipient : null
        if (to === null && inbox === undefined) continue
        queued.push({
          name: jobName,
          id: id === undefined ? yield* MessageId.generate : `message:${id}`,
          payload: {
            recipient: to === null ? null : { ...to },
            ...(inbox === undefined ? {} : { inbox }),
            ...(link === undefined ? {} : { link }),
            ...(push === undefined ? {} : { push }),
            ...(unsubscribe === undefined ? {} : { unsubscribe }),
            ...(permit === undefined ? {} : { permit: { ...permit } }),
            template,
            locale: locale ?? null,
            data
          }
        })
      }
      yield* jobs.enqueueAll(queued)
    }),
    permits: (by, may) => Effect.sync(() => void permits.set(by, may)),
    deliver: Effect.fn("Notifications.deliver")(function*(id, message, attachments = []) {
      const { inbox = null, link = null, recipient, template } = message
      const files = attachments.length === 0 ? {} : { attachments }
      yield* send(id, template, recipient, link, inbox, write(message, senderOf(recipient)), files)
    })
  })
})

export const layer: Layer.Layer<
  Notifications,
  never,
  Events | InboxRepository | Jobs | MailDeliveryRepository | NotificationTemplates | Pushes | Stores | Transactor
> = Layer.effect(Notifications, make)
