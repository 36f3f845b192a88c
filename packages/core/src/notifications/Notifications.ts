/**
 * Messages to people. `queue` writes a message down in the current transaction, and a durable job sends it; so what
 * sends them may be down for hours without anybody waiting for it. `deliver` sends at once, for jobs that make what
 * must not be written down, such as a code.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Jobs } from "../jobs/Jobs.ts"
import * as Id from "../kernel/Id.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Stores } from "../stores/Stores.ts"
import { Mailer } from "./Mailer.ts"
import { type Attachment, DeliveryFailed, isAddress } from "./Message.ts"
import { NotificationTemplates } from "./NotificationTemplates.ts"
import * as Rendering from "./Rendering.ts"
import { TextSender } from "./TextSender.ts"

export const MessageId = Id.define("msg", "MessageId")

/** To whom a message goes. */
export const Recipient = Schema.Struct({
  channel: Schema.Literals(["email", "sms"]),
  /** An e-mail address, or a number in the form of E.164. */
  address: Schema.String
})
export interface Recipient extends Schema.Schema.Type<typeof Recipient> {}

const Queued = Schema.Struct({
  recipient: Recipient,
  template: Schema.String,
  locale: Schema.NullOr(Schema.String),
  data: Schema.Record(Schema.String, Schema.Json)
})

/** A message that is not yet written. */
export interface Message {
  readonly recipient: Recipient
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
  /** Sends a message now. `id` is the same each time that the same message is sent. Never inside a transaction. */
  readonly deliver: (
    id: string,
    message: Message,
    /** Files that come with an e-mail. */
    attachments?: ReadonlyArray<Attachment>
  ) => Effect.Effect<void, DeliveryFailed | StorageError>
}>()("@stoa/core/notifications/Notifications") {}

const jobName = "notifications.send"

export const make = Effect.gen(function*() {
  const jobs = yield* Jobs
  const stores = yield* Stores
  const mailer = yield* Mailer
  const texts = yield* TextSender
  const templates = yield* NotificationTemplates
  const render = yield* Rendering.renderer

  const deliver = Effect.fn("Notifications.deliver")(function*(
    id: string,
    message: Message,
    attachments: ReadonlyArray<Attachment> = []
  ) {
    const { recipient: { address, channel } } = message
    const store = yield* stores.current
    const refused = (reason: string) =>
      new DeliveryFailed({ sender: channel === "email" ? mailer.name : texts.name, permanent: true, reason })
    const locale = message.locale ?? store.settings.locale
    const template = yield* templates.find(message.template, locale)
    if (template === undefined) return yield* refused(`there is no template ${message.template}`)
    if (!isAddress(address)) return yield* refused("the address is none")
    const rendered = yield* render(template, { ...message.data, locale, store: { name: store.name, url: store.settings.storefrontUrl } }).pipe(
      Effect.mapError((error) => refused(error.message))
    )
    if (channel === "email") {
      const { html, subject, text } = rendered
      yield* mailer.send({ id, to: address, subject, text, html, ...(attachments.length === 0 ? {} : { attachments }) })
    } else {
      if (rendered.sms === undefined) return yield* refused(`the template ${message.template} has no text message`)
      yield* texts.send({ id, to: address, text: rendered.sms })
    }
  })

  yield* jobs.handle({
    name: jobName,
    payload: Queued,
    run: ({ data, locale, recipient, template }, { id }) =>
      deliver(id, { data, recipient, template, ...(locale === null ? {} : { locale }) }).pipe(
        // trying again would change nothing, and a dead job would only repeat it
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`A message cannot be sent: ${error.message}`) : Effect.fail(error))
      ),
    timeLimit: "2 minutes"
  })

  return Notifications.of({
    queue: Effect.fnUntraced(function*(messages) {
      for (const { data, id, locale, recipient, template } of messages) {
        yield* jobs.enqueue({
          name: jobName,
          id: id === undefined ? yield* MessageId.generate : `message:${id}`,
          payload: { recipient: { ...recipient }, template, locale: locale ?? null, data }
        })
      }
    }),
    deliver
  })
})

export const layer: Layer.Layer<Notifications, never, Jobs | NotificationTemplates | Stores> = Layer.effect(Notifications, make)
