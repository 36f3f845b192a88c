/**
 * The browsers that a person has subscribed, and what is pushed to them.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { PushSubscriptionNotFound } from "./PushErrors.ts"
import { PushRepository } from "./PushRepository.ts"
import * as PushSender from "./PushSender.ts"
import { type PushKey, type PushSubscription, PushSubscriptionId, SubscribeToPushes } from "./PushSubscription.ts"

/** What is shown of a message on the screen of a device. */
export interface Notice {
  readonly title: string
  readonly text: string
  readonly link: string | null
}

export class Pushes extends Context.Service<Pushes, {
  /** What browsers subscribe with. */
  readonly key: Effect.Effect<typeof PushKey.Type>
  /** Tells a browser of the calling person what happens from now on. The same browser again is the same subscription. */
  readonly subscribe: (
    input: typeof SubscribeToPushes.Encoded
  ) => Effect.Effect<PushSubscription, InvalidInput | StorageError | Denied>
  /** The calling person's browsers, the last that subscribed first. */
  readonly listMine: Effect.Effect<ReadonlyArray<PushSubscription>, StorageError | Denied>
  /** Tells a browser of the calling person no more. */
  readonly unsubscribe: (
    id: string
  ) => Effect.Effect<void, InvalidInput | PushSubscriptionNotFound | StorageError | Denied>
  /**
   * Writes down, in the current transaction, what a person's browsers are told; each is told once of the same `source`. For
   * the engine's own use: it asks for no permission.
   */
  readonly tell: (userId: string, source: string, notice: Notice) => Effect.Effect<void, StorageError>
}>()("@stoa/core/notifications/Pushes") {}

const jobName = "notifications.push"

const decodeSubscribe = Input.decoder(SubscribeToPushes)

const checked = Input.textParameters<Pick<Pushes["Service"], "key" | "listMine" | "subscribe" | "unsubscribe">>({
  unsubscribe: ["id"]
})

const purposeOf = (id: string) => `push_subscription:${id}`

/** How much of a text fits on the screen of a device. */
const shownLength = 300

/** Bytes of a payload that every push service takes, after it is encrypted. */
const payloadLength = 3_000

/** The first so many signs of a text, none of them cut in two. */
const first = (text: string, length: number): string => 
  Array.from(text.slice(0, length * 2)).slice(0, length).join("").toWellFormed()

/** The payload of a notice, without its link where that is too long, and without a half of a sign. */
const payloadOf = ({ link, text, title }: Notice, id: string): string => {
  const write = (shown: string | null) =>
    JSON.stringify({ id, title: first(title, 120), text: first(text, shownLength), link: shown })
  const whole = write(link)
  return Buffer.byteLength(whole) <= payloadLength ? whole : write(null)
}

const caller = Effect.flatMap(Actor.CurrentActor, (actor) => {
  const userId = Actor.userId(actor)
  return userId === undefined
    ? Effect.fail(new Permission.Unauthenticated({ reason: "Only who is signed in is told of by push" }))
    : Effect.succeed(userId)
})

export const make = Effect.gen(function*() {
  const repository = yield* PushRepository
  const transactor = yield* Transactor
  const jobs = yield* Jobs
  const secrets = yield* Secrets
  const sender = yield* PushSender.PushSender

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ subscriptionId: Schema.String, title: Schema.String, text: Schema.String, link: Schema.NullOr(Schema.String) }),
    timeLimit: "1 minute",
    run: Effect.fnUntraced(function*({ subscriptionId, ...notice }, { id }) {
      const stored = yield* repository.find(subscriptionId)
      // taken back meanwhile
      if (stored === undefined) return
      const [p256dh = "", auth = ""] = (yield* secrets.decrypt(stored.keys, purposeOf(subscriptionId))).split(" ")
      const target = { endpoint: stored.endpoint, p256dh, auth }
      yield* sender.send({ id, target, payload: payloadOf(notice, id) }).pipe(
        Effect.catchTag("PushGone", () => Effect.asVoid(repository.remove(subscriptionId))),
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`A push cannot be sent: ${error.message}`) : Effect.fail(error))
      )
    })
  })

  const service = checked({
    key: Effect.succeed({ publicKey: sender === PushSender.missing ? null : sender.publicKey }),

    subscribe: Effect.fn("Pushes.subscribe")(function*(input) {
      const userId = yield* caller
      const { endpoint, keys } = yield* decodeSubscribe(input)
      const refused = sender.refusal({ endpoint, ...keys })
      if (refused !== undefined) return yield* InvalidInput.at(["endpoint"], refused, "not_valid")
      const id = yield* PushSubscriptionId.generate
      const { userAgent } = yield* CurrentClient
      const subscription: PushSubscription = {
        id,
        service: new URL(endpoint).origin,
        device: userAgent === null ? null : first(userAgent, 300),
        createdAt: yield* Timestamp.now
      }
      const sealed = yield* secrets.encrypt(`${keys.p256dh} ${keys.auth}`, purposeOf(id))
      yield* transactor.transaction(repository.save({ subscription, userId, endpoint, keys: sealed }))
      return subscription
    }),

    listMine: Effect.flatMap(caller, repository.ofUser),

    unsubscribe: Effect.fn("Pushes.unsubscribe")(function*(id) {
      if (!(yield* repository.remove(id, yield* caller))) {
        return yield* new PushSubscriptionNotFound({ pushSubscriptionId: id })
      }
    })
  })

  return Pushes.of({
    ...service,
    tell: Effect.fnUntraced(function*(userId, source, { link, text, title }) {
      if (sender === PushSender.missing) return
      const subscriptions = yield* repository.ofUser(userId)
      yield* jobs.enqueueAll(subscriptions.map(({ id }) => ({
        name: jobName,
        id: `push:${source}:${id}`,
        payload: { subscriptionId: id, title, text: first(text, shownLength), link }
      })))
    })
  })
})

export const layer: Layer.Layer<Pushes, never, Jobs | PushRepository | Transactor> = Layer.effect(Pushes, make)
