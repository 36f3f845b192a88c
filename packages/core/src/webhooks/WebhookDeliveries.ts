/**
 * The background half of webhooks out: events become messages, and messages are sent until they are taken.
 *
 * **Details**
 *
 * A message is tried ten times over some three days. An endpoint that answers 410 is switched off at once, and one for
 * which messages have been given up for five days, with none that arrived, too; its contact is told. A message may
 * arrive twice, with the same `webhook-id`, and messages may overtake each other.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Secrets } from "../kernel/Secrets.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { wants, type WebhookAttempt, WebhookDeliveryId, type WebhookEndpoint } from "./WebhookEndpoint.ts"
import * as WebhookEvents from "./WebhookEvents.ts"
import * as WebhookMessage from "./WebhookMessage.ts"
import { type StoredDelivery, type StoredEndpoint, WebhookRepository } from "./WebhookRepository.ts"
import { type WebhookAnswer, WebhookSender } from "./WebhookSender.ts"
import * as WebhookSignature from "./WebhookSignature.ts"

/** How long to wait after each attempt that failed, much as Standard Webhooks advises. */
const waits = ["1 minute", "5 minutes", "30 minutes", "2 hours", "5 hours", "10 hours", "14 hours", "20 hours", "24 hours"] as const

/** After how long without any success an endpoint is switched off. */
const patience = "5 days"

/** How long the log of what was sent is kept. */
const keptFor = "30 days"

/** How many attempts of a message are kept. */
const keptAttempts = 20

/** What came of an attempt. */
type Outcome = { readonly taken: boolean; readonly gone: boolean; readonly retryAfter: number; readonly attempt: WebhookAttempt }

export const layer: Layer.Layer<never, never, WebhookRepository | Transactor | Events | Jobs | Notifications> = Layer
  .effectDiscard(Effect.gen(function*() {
    const repository = yield* WebhookRepository
    const transactor = yield* Transactor
    const events = yield* Events
    const jobs = yield* Jobs
    const notifications = yield* Notifications
    const secrets = yield* Secrets
    const sender = yield* WebhookSender

    yield* events.subscribe({
      name: "webhooks.send",
      types: "*",
      // without it every event of every store would become a job
      among: (published) =>
        Effect.map(repository.listeningStores, (stores) => published.filter(({ storeId }) => stores.has(storeId))),
      handle: (event) => begin(event)
    })

    /** Writes down what each endpoint is to be told of an event. */
    const begin = Effect.fnUntraced(function*(event: DomainEvent) {
      const listening = (yield* repository.enabled).filter(({ endpoint }) => wants(endpoint.events, event.type))
      if (listening.length === 0) return
      const ids = yield* WebhookDeliveryId.generateMany(listening.length)
      const now = yield* Timestamp.now
      yield* transactor.transaction(Effect.gen(function*() {
        const added = yield* repository.insertDeliveries(listening.map(({ endpoint }, index) =>
          WebhookMessage.deliveryOf(ids[index] as WebhookDeliveryId, endpoint.id, event, now)
        ))
        yield* jobs.enqueueAll(added.map((id) => WebhookMessage.jobOf(id as WebhookDeliveryId, 0)))
      }))
    })

    yield* jobs.handle({
      name: WebhookMessage.jobName,
      payload: Schema.Struct({ deliveryId: Schema.String, tried: Schema.Int }),
      timeLimit: "1 minute",
      run: ({ deliveryId, tried }) =>
        Effect.gen(function*() {
          const stored = yield* repository.findDelivery(deliveryId)
          // tried by another process meanwhile, or removed
          if (stored === undefined || stored.delivery.status !== "pending" || stored.tried !== tried) return
          const endpoint = yield* repository.find(stored.delivery.endpointId)
          if (endpoint === undefined) return
          if (endpoint.endpoint.status === "disabled") {
            yield* cancel(stored)
          } else {
            const outcome = yield* attempt(endpoint, stored)
            yield* transactor.transaction(record(endpoint, stored, outcome))
          }
        })
    })

    const cancel = ({ delivery, round, tried }: StoredDelivery) =>
      // counted as an attempt, for the job of this one is done
      repository.updateDelivery({ delivery: { ...delivery, status: "cancelled", nextAttemptAt: null }, round, tried: tried + 1 }, tried)

    const attempt = Effect.fnUntraced(function*({ endpoint, secrets: sealed }: StoredEndpoint, { delivery }: StoredDelivery) {
      const began = yield* Clock.currentTimeMillis
      const at = Timestamp.fromMillis(began)
      const both = sealed.previous === null || sealed.previous.until <= at
        ? [sealed.current]
        : [sealed.current, sealed.previous.sealed]
      const keys = yield* Effect.forEach(both, (one) => secrets.decrypt(one, WebhookMessage.purposeOf(endpoint.id)))
      const answer = yield* Effect.result(sender.post({
        url: endpoint.url,
        headers: {
          "content-type": "application/json",
          "user-agent": "stoa-webhooks",
          ...WebhookSignature.headers({
            id: delivery.eventId,
            timestamp: Math.floor(began / 1_000),
            body: delivery.body,
            secrets: keys
          })
        },
        body: delivery.body
      }))
      const milliseconds = (yield* Clock.currentTimeMillis) - began
      if (answer._tag === "Success") return outcomeOf(answer.success, at, milliseconds)
      return {
        taken: false,
        gone: false,
        retryAfter: 0,
        attempt: { at, status: null, milliseconds, error: answer.failure.reason, response: null }
      } satisfies Outcome
    })

    const record = Effect.fnUntraced(function*(stored: StoredEndpoint, { delivery, round, tried }: StoredDelivery, outcome: Outcome) {
      const { endpoint } = stored
      const now = yield* Timestamp.now
      const attempts = [...delivery.attempts, outcome.attempt].slice(-keptAttempts)
      const wait = outcome.taken || outcome.gone ? undefined : waits[round]
      const random = yield* Random.next
      // some apart, so that what failed together is not tried together
      const delay = wait === undefined
        ? 0
        : Math.max(Math.round(Duration.toMillis(wait) * (1 + random / 10)), Math.min(outcome.retryAfter, 86_400_000))
      const status = outcome.taken ? "delivered" : wait === undefined ? "failed" : "pending"
      const written = yield* repository.updateDelivery({
        delivery: {
          ...delivery,
          status,
          attempts,
          deliveredAt: outcome.taken ? now : null,
          nextAttemptAt: wait === undefined ? null : Timestamp.plus(now, delay)
        },
        tried: tried + 1,
        round: round + 1
      }, tried)
      if (!written) return
      if (wait !== undefined) return
      if (outcome.taken) {
        if (endpoint.failingSince !== null) yield* repository.markFailing(endpoint.id, null)
        return
      }
      const failingSince = endpoint.failingSince ?? now
      if (outcome.gone) return yield* disable(stored, "gone")
      if (Timestamp.plus(failingSince, patience) <= now) return yield* disable(stored, "failing")
      if (endpoint.failingSince === null) yield* repository.markFailing(endpoint.id, failingSince)
    })

    /** Switches an endpoint off. Whoever changed it meanwhile has looked at it, and it stays on. */
    const disable = Effect.fnUntraced(function*({ endpoint, secrets }: StoredEndpoint, reason: "gone" | "failing") {
      const disabled: WebhookEndpoint = {
        ...endpoint,
        status: "disabled",
        disabledReason: reason,
        version: endpoint.version + 1,
        updatedAt: yield* Timestamp.now
      }
      if (!(yield* repository.update({ endpoint: disabled, secrets }))) return
      yield* events.publish([WebhookEvents.WebhookEndpointDisabled.make(endpoint.id, { endpointId: endpoint.id, reason })])
      yield* notifications.queue([{
        recipient: endpoint.contact === null ? null : { channel: "email", address: endpoint.contact },
        inbox: shopInbox,
        template: "webhook-disabled",
        data: { url: new URL(endpoint.url).origin, reason }
      }])
    })

    yield* jobs.cron({
      name: "webhooks.retry",
      cron: "* * * * *",
      run: Effect.gen(function*() {
        const due = yield* repository.due(yield* Timestamp.now, 1_000)
        yield* Effect.forEach(
          Map.groupBy(due, ({ storeId }) => storeId),
          ([storeId, all]) =>
            within(storeId)(jobs.enqueueAll(all.map(({ deliveryId, tried }) => WebhookMessage.jobOf(deliveryId, tried)))),
          { discard: true }
        )
      })
    })

    yield* jobs.cron({
      name: "webhooks.forget",
      cron: "23 * * * *",
      run: Effect.flatMap(Timestamp.now, (now) => repository.deleteDeliveries(Timestamp.minus(now, keptFor)))
    })
  }))

const outcomeOf = ({ body, retryAfter, status }: WebhookAnswer, at: Timestamp.Timestamp, milliseconds: number): Outcome => {
  const taken = status >= 200 && status < 300
  return {
    taken,
    gone: status === 410,
    retryAfter: retryAfter ?? 0,
    attempt: {
      at,
      status,
      milliseconds,
      error: taken ? null : status >= 300 && status < 400 ? "a redirect is not followed" : `the answer was ${status}`,
      response: body === "" ? null : body
    }
  }
}
