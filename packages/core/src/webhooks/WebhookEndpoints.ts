/**
 * The addresses that are told of the shop's events, and the log of what they were told.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { EventId } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Secrets } from "../kernel/Secrets.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { refusal } from "./HttpsSender.ts"
import {
  CreateWebhookEndpoint,
  ListWebhookDeliveries,
  ListWebhookEndpoints,
  maximumEndpoints,
  type NewWebhookEndpoint,
  RedeliverFailed,
  type Redelivered,
  RollWebhookSecret,
  UpdateWebhookEndpoint,
  type WebhookDelivery,
  WebhookDeliveryId,
  type WebhookEndpoint,
  WebhookEndpointId
} from "./WebhookEndpoint.ts"
import {
  TooManyWebhookEndpoints,
  WebhookDeliveryNotFound,
  WebhookEndpointDisabled,
  WebhookEndpointNotFound
} from "./WebhookErrors.ts"
import * as WebhookEvents from "./WebhookEvents.ts"
import * as WebhookMessage from "./WebhookMessage.ts"
import { type StoredDelivery, type StoredEndpoint, WebhookRepository } from "./WebhookRepository.ts"
import { WebhookSender } from "./WebhookSender.ts"
import * as WebhookSignature from "./WebhookSignature.ts"

export class WebhookEndpoints extends Context.Service<WebhookEndpoints, {
  /**
   * A new endpoint with its secret, which cannot be read again. A URL that is not HTTPS or leads to a private network is
   * `InvalidInput`. Needs `webhooks:write`; whoever holds it can have every event of the store sent to them.
   */
  readonly create: (
    input: typeof CreateWebhookEndpoint.Encoded
  ) => Effect.Effect<NewWebhookEndpoint, InvalidInput | TooManyWebhookEndpoints | StorageError | Denied>
  /** An endpoint by its id, without its secret. Needs `webhooks:read`. */
  readonly get: (
    id: string
  ) => Effect.Effect<WebhookEndpoint, InvalidInput | WebhookEndpointNotFound | StorageError | Denied>
  /** Endpoints, newest first. Needs `webhooks:read`. */
  readonly list: (
    input?: typeof ListWebhookEndpoints.Encoded
  ) => Effect.Effect<Page<WebhookEndpoint>, InvalidInput | StorageError | Denied>
  /**
   * Changes an endpoint; what is left out stays. Switched on again, it begins without a past: nothing is sent of what was
   * cancelled meanwhile, unless it is asked for. Needs `webhooks:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateWebhookEndpoint.Encoded
  ) => Effect.Effect<WebhookEndpoint, InvalidInput | WebhookEndpointNotFound | VersionConflict | StorageError | Denied>
  /** Removes an endpoint and the log of its deliveries. Needs `webhooks:write`. */
  readonly remove: (
    id: string,
    at?: { readonly version?: number }
  ) => Effect.Effect<void, InvalidInput | WebhookEndpointNotFound | VersionConflict | StorageError | Denied>
  /** A new secret, beside which the old one signs for a while. Needs `webhooks:write`. */
  readonly rollSecret: (
    id: string,
    input?: typeof RollWebhookSecret.Encoded
  ) => Effect.Effect<NewWebhookEndpoint, InvalidInput | WebhookEndpointNotFound | StorageError | Denied>
  /** Sends a message of the type `webhook.test`, whatever the endpoint listens to. Needs `webhooks:write`. */
  readonly test: (id: string) => Effect.Effect<
    WebhookDelivery,
    InvalidInput | WebhookEndpointNotFound | WebhookEndpointDisabled | StorageError | Denied
  >
  /** What was sent to an endpoint in the last 30 days, newest first. Needs `webhooks:read`. */
  readonly deliveries: (
    id: string,
    input?: typeof ListWebhookDeliveries.Encoded
  ) => Effect.Effect<Page<WebhookDelivery>, InvalidInput | WebhookEndpointNotFound | StorageError | Denied>
  /** Sends a message again, delivered or not, under the same id. Needs `webhooks:write`. */
  readonly redeliver: (deliveryId: string) => Effect.Effect<
    WebhookDelivery,
    InvalidInput | WebhookDeliveryNotFound | WebhookEndpointDisabled | StorageError | Denied
  >
  /** Sends again what was given up since a moment, 100 messages at a time, oldest first. Needs `webhooks:write`. */
  readonly redeliverFailed: (id: string, input: typeof RedeliverFailed.Encoded) => Effect.Effect<
    typeof Redelivered.Type,
    InvalidInput | WebhookEndpointNotFound | WebhookEndpointDisabled | StorageError | Denied
  >
}>()("@stoa/core/webhooks/WebhookEndpoints") {}

const decodeCreate = Input.decoder(CreateWebhookEndpoint)
const decodeUpdate = Input.decoder(UpdateWebhookEndpoint)
const decodeRoll = Input.decoder(RollWebhookSecret)
const decodeList = Input.decoder(ListWebhookEndpoints)
const decodeDeliveries = Input.decoder(ListWebhookDeliveries)
const decodeFailed = Input.decoder(RedeliverFailed)

const checked = Input.textParameters<WebhookEndpoints["Service"]>({
  get: ["id"],
  update: ["id"],
  remove: ["id"],
  rollSecret: ["id"],
  test: ["id"],
  deliveries: ["id"],
  redeliver: ["deliveryId"],
  redeliverFailed: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* WebhookRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const jobs = yield* Jobs
  const audit = yield* AuditLog
  const secrets = yield* Secrets
  const { insecure } = yield* WebhookSender

  const found = Effect.fnUntraced(function*(id: string) {
    const stored = yield* repository.find(id)
    return stored ?? (yield* new WebhookEndpointNotFound({ endpointId: id }))
  })

  const mustBePublic = (url: string) => {
    const reason = refusal(url, insecure)
    return reason === undefined ? Effect.void : Effect.fail(InvalidInput.at(["url"], reason, "not_valid"))
  }

  const seal = Effect.fnUntraced(function*(secret: string, id: WebhookEndpointId) {
    if (!secrets.encrypts) {
      yield* Effect.logWarning("The secret of a webhook endpoint is stored unencrypted: no encryption secret is configured")
    }
    return yield* secrets.encrypt(secret, WebhookMessage.purposeOf(id))
  })

  /** Writes a changed endpoint with its event and its line in the audit log. */
  const write = Effect.fnUntraced(function*(before: StoredEndpoint, changes: Partial<WebhookEndpoint>, what: {
    readonly action: string
    readonly secrets?: StoredEndpoint["secrets"]
  }) {
    const endpoint: WebhookEndpoint = {
      ...before.endpoint,
      ...changes,
      version: before.endpoint.version + 1,
      updatedAt: yield* Timestamp.now
    }
    if (!(yield* repository.update({ endpoint, secrets: what.secrets ?? before.secrets }))) {
      return yield* new VersionConflict({ id: endpoint.id, expected: before.endpoint.version })
    }
    const disabled = before.endpoint.status === "enabled" && endpoint.status === "disabled"
    yield* events.publish([
      WebhookEvents.WebhookEndpointUpdated.make(endpoint.id, { endpointId: endpoint.id }),
      ...(disabled
        ? [WebhookEvents.WebhookEndpointDisabled.make(endpoint.id, { endpointId: endpoint.id, reason: "staff" })]
        : [])
    ])
    yield* audit.record({ action: what.action, subject: endpoint.id, details: { url: endpoint.url, status: endpoint.status } })
    return endpoint
  })

  /** Puts a delivery on its way again. */
  const restart = Effect.fnUntraced(function*({ delivery, tried }: StoredDelivery) {
    const restarted: WebhookDelivery = {
      ...delivery,
      status: "pending",
      deliveredAt: null,
      nextAttemptAt: yield* Timestamp.now
    }
    // somebody who asks for the same at the same time has asked for it once
    if (!(yield* repository.updateDelivery({ delivery: restarted, tried, round: 0 }, tried))) return undefined
    yield* jobs.enqueue(WebhookMessage.jobOf(delivery.id, tried))
    return restarted
  })

  const requireEnabled = ({ endpoint: { id, status } }: StoredEndpoint) =>
    status === "enabled" ? Effect.void : Effect.fail(new WebhookEndpointDisabled({ endpointId: id }))

  return checked(WebhookEndpoints.of({
    create: Effect.fn("WebhookEndpoints.create")(function*(input) {
      yield* Permission.require("webhooks:write")
      const { contact, description, events: filters, url } = yield* decodeCreate(input)
      yield* mustBePublic(url)
      const now = yield* Timestamp.now
      const secret = yield* WebhookSignature.secret
      const id = yield* WebhookEndpointId.generate
      const endpoint: WebhookEndpoint = {
        id,
        url,
        description: description ?? null,
        events: filters,
        contact: contact ?? null,
        status: "enabled",
        disabledReason: null,
        failingSince: null,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      const sealed = yield* seal(secret, id)
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.insert({ endpoint, secrets: { current: sealed, previous: null } }, maximumEndpoints))) {
          return yield* new TooManyWebhookEndpoints({ maximum: maximumEndpoints })
        }
        yield* events.publish([WebhookEvents.WebhookEndpointCreated.make(id, { endpointId: id })])
        yield* audit.record({ action: "webhook_endpoint.create", subject: id, details: { url, events: filters } })
      }))
      return { endpoint, secret }
    }),

    get: Effect.fn("WebhookEndpoints.get")(function*(id) {
      yield* Permission.require("webhooks:read")
      return (yield* found(id)).endpoint
    }),

    list: Effect.fn("WebhookEndpoints.list")(function*(input = {}) {
      yield* Permission.require("webhooks:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    update: Effect.fn("WebhookEndpoints.update")(function*(id, input) {
      yield* Permission.require("webhooks:write")
      const { status, version, ...changes } = yield* decodeUpdate(input)
      if (changes.url !== undefined) yield* mustBePublic(changes.url)
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* found(id)
        const expected = version ?? before.endpoint.version
        if (expected !== before.endpoint.version) return yield* new VersionConflict({ id, expected })
        const admission: Partial<WebhookEndpoint> = status === undefined || status === before.endpoint.status
          ? {}
          : { status, disabledReason: status === "disabled" ? "staff" : null, failingSince: null }
        return yield* write(before, { ...changes, ...admission }, { action: "webhook_endpoint.update" })
      }))
    }),

    remove: Effect.fn("WebhookEndpoints.remove")(function*(id, at = {}) {
      yield* Permission.require("webhooks:write")
      const { version } = yield* decodeAtVersion(at)
      yield* transactor.transaction(Effect.gen(function*() {
        const { endpoint } = yield* found(id)
        const expected = version ?? endpoint.version
        if (expected !== endpoint.version) return yield* new VersionConflict({ id, expected })
        if (!(yield* repository.remove(id))) return yield* new WebhookEndpointNotFound({ endpointId: id })
        yield* events.publish([WebhookEvents.WebhookEndpointRemoved.make(id, { endpointId: endpoint.id })])
        yield* audit.record({ action: "webhook_endpoint.remove", subject: id, details: { url: endpoint.url } })
      }))
    }),

    rollSecret: Effect.fn("WebhookEndpoints.rollSecret")(function*(id, input = {}) {
      yield* Permission.require("webhooks:write")
      const { keepHours = 24 } = yield* decodeRoll(input)
      const secret = yield* WebhookSignature.secret
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* found(id)
        const until = Timestamp.plus(yield* Timestamp.now, `${keepHours} hours`)
        const endpoint = yield* write(before, {}, {
          action: "webhook_endpoint.roll_secret",
          secrets: {
            current: yield* seal(secret, before.endpoint.id),
            previous: keepHours === 0 ? null : { sealed: before.secrets.current, until }
          }
        })
        return { endpoint, secret }
      })).pipe(
        // nothing of the other change is undone by this one
        Effect.retry({ times: 5, while: (error) => error._tag === "VersionConflict" }),
        Effect.catchTag("VersionConflict", () =>
          Effect.fail(new StorageError({ operation: "WebhookEndpoints.rollSecret", reason: "conflict" })))
      )
    }),

    test: Effect.fn("WebhookEndpoints.test")(function*(id) {
      yield* Permission.require("webhooks:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const stored = yield* found(id)
        yield* requireEnabled(stored)
        const at = yield* Timestamp.now
        const eventId = yield* EventId.generate
        const delivery = WebhookMessage.deliveryOf(yield* WebhookDeliveryId.generate, stored.endpoint.id, {
          id: eventId,
          storeId: yield* CurrentStore,
          type: "webhook.test",
          subject: stored.endpoint.id,
          data: { endpointId: stored.endpoint.id },
          at
        }, at)
        yield* repository.insertDeliveries([delivery])
        yield* jobs.enqueue(WebhookMessage.jobOf(delivery.id, 0))
        return delivery
      }))
    }),

    deliveries: Effect.fn("WebhookEndpoints.deliveries")(function*(id, input = {}) {
      yield* Permission.require("webhooks:read")
      const query = yield* decodeDeliveries(input)
      yield* found(id)
      return yield* repository.listDeliveries(id, query)
    }),

    redeliver: Effect.fn("WebhookEndpoints.redeliver")(function*(deliveryId) {
      yield* Permission.require("webhooks:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const stored = yield* repository.findDelivery(deliveryId)
        if (stored === undefined) return yield* new WebhookDeliveryNotFound({ deliveryId })
        const endpoint = yield* repository.find(stored.delivery.endpointId)
        if (endpoint === undefined) return yield* new WebhookDeliveryNotFound({ deliveryId })
        yield* requireEnabled(endpoint)
        const delivery = (yield* restart(stored)) ?? stored.delivery
        yield* audit.record({ action: "webhook_delivery.redeliver", subject: endpoint.endpoint.id, details: { deliveryId } })
        return delivery
      }))
    }),

    redeliverFailed: Effect.fn("WebhookEndpoints.redeliverFailed")(function*(id, input) {
      yield* Permission.require("webhooks:write")
      const { since } = yield* decodeFailed(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        yield* requireEnabled(yield* found(id))
        const failed = yield* repository.failedDeliveries(id, since, 100)
        const restarted = yield* Effect.forEach(failed, restart)
        yield* audit.record({ action: "webhook_delivery.redeliver", subject: id, details: { since } })
        return { redelivered: restarted.filter((each) => each !== undefined).length }
      }))
    })
  }))
})

export const layer: Layer.Layer<
  WebhookEndpoints,
  never,
  WebhookRepository | Transactor | Events | Jobs | AuditLog
> = Layer.effect(WebhookEndpoints, make)

