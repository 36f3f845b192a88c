/**
 * Webhook endpoints and what was sent to them in SQL.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { WebhookDelivery, WebhookDeliveryId, WebhookEndpoint } from "@stoa/core/webhooks/WebhookEndpoint"
import { type StoredDelivery, type StoredEndpoint, WebhookRepository } from "@stoa/core/webhooks/WebhookRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface EndpointRow {
  readonly id: string
  readonly url: string
  readonly description: string | null
  readonly events: string
  readonly contact: string | null
  readonly status: string
  readonly disabled_reason: string | null
  readonly failing_since: string | null
  readonly secret: string
  readonly previous_secret: string | null
  readonly previous_until: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface DeliveryRow {
  readonly id: string
  readonly endpoint_id: string
  readonly event_id: string
  readonly type: string
  readonly body: string
  readonly status: string
  readonly attempts: string
  readonly tried: number
  readonly round: number
  readonly next_attempt_at: string | null
  readonly created_at: string
  readonly delivered_at: string | null
}

const toEndpoint = (row: EndpointRow): StoredEndpoint => ({
  endpoint: {
    id: row.id,
    url: row.url,
    description: row.description,
    events: Row.json(row.events),
    contact: row.contact,
    status: row.status,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  } as WebhookEndpoint,
  secrets: {
    current: row.secret,
    previous: row.previous_secret === null || row.previous_until === null
      ? null
      : { sealed: row.previous_secret, until: row.previous_until as WebhookEndpoint["createdAt"] }
  }
})

const toDelivery = (row: DeliveryRow): StoredDelivery => ({
  delivery: {
    id: row.id,
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    type: row.type,
    body: row.body,
    status: row.status,
    attempts: Row.json(row.attempts),
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at
  } as WebhookDelivery,
  tried: row.tried,
  round: row.round
})

/** What of an endpoint an edit may change. */
const changing = ({ endpoint, secrets }: StoredEndpoint) => ({
  url: endpoint.url,
  description: endpoint.description,
  events: JSON.stringify(endpoint.events),
  contact: endpoint.contact,
  status: endpoint.status,
  disabled_reason: endpoint.disabledReason,
  failing_since: endpoint.failingSince,
  secret: secrets.current,
  previous_secret: secrets.previous?.sealed ?? null,
  previous_until: secrets.previous?.until ?? null,
  version: endpoint.version,
  updated_at: endpoint.updatedAt
})

const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const endpointColumns = sql.literal(
    "id, url, description, events, contact, status, disabled_reason, failing_since, secret, previous_secret, "
      + "previous_until, version, created_at, updated_at"
  )
  const deliveryColumns = sql.literal(
    "id, endpoint_id, event_id, type, body, status, attempts, tried, round, next_attempt_at, created_at, delivered_at"
  )

  return WebhookRepository.of({
    insert: Effect.fnUntraced(function*(stored, maximum) {
      const storeId = yield* CurrentStore
      const there = yield* sql`SELECT id FROM webhook_endpoints WHERE store_id = ${storeId} LIMIT ${maximum}`
      if (there.length >= maximum) return false
      yield* sql`INSERT INTO webhook_endpoints ${
        sql.insert({ id: stored.endpoint.id, store_id: storeId, created_at: stored.endpoint.createdAt, ...changing(stored) })
      }`
      return true
    }, storage("Webhooks.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<EndpointRow>`
        SELECT ${endpointColumns} FROM webhook_endpoints WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toEndpoint)
    }, storage("Webhooks.find")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<EndpointRow>`
        SELECT ${endpointColumns} FROM webhook_endpoints WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map((row) => toEndpoint(row).endpoint), limit, newestFirst, ({ id }) => [id])
    }, storage("Webhooks.list")),

    update: Effect.fnUntraced(function*(stored) {
      const { id, version } = stored.endpoint
      const rows = yield* sql`
        UPDATE webhook_endpoints SET ${sql.update(changing(stored))}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version - 1}
        RETURNING id`
      return rows.length > 0
    }, storage("Webhooks.update")),

    remove: Effect.fnUntraced(function*(id) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM webhook_deliveries WHERE endpoint_id = ${id} AND store_id = ${storeId}`
      const rows = yield* sql`DELETE FROM webhook_endpoints WHERE id = ${id} AND store_id = ${storeId} RETURNING id`
      return rows.length > 0
    }, storage("Webhooks.remove")),

    enabled: Effect.gen(function*() {
      const rows = yield* sql<EndpointRow>`
        SELECT ${endpointColumns} FROM webhook_endpoints
        WHERE store_id = ${yield* CurrentStore} AND status = 'enabled' ORDER BY id`
      return rows.map(toEndpoint)
    }).pipe(storage("Webhooks.enabled")),

    listeningStores: acrossStores(
      sql<{ readonly store_id: StoreId }>`SELECT DISTINCT store_id FROM webhook_endpoints WHERE status = 'enabled'`
    ).pipe(
      Effect.map((rows): ReadonlySet<StoreId> => new Set(rows.map(({ store_id }) => store_id))),
      storage("Webhooks.listeningStores")
    ),

    markFailing: Effect.fnUntraced(function*(id, since) {
      yield* sql`
        UPDATE webhook_endpoints SET failing_since = ${since} WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
    }, storage("Webhooks.markFailing")),

    insertDeliveries: Effect.fnUntraced(function*(deliveries) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: string }>`
        INSERT INTO webhook_deliveries
          (id, store_id, endpoint_id, event_id, type, body, status, attempts, tried, round, next_attempt_at, created_at)
        SELECT id, ${storeId}, endpoint_id, event_id, type, body, status, '[]', 0, 0, next_attempt_at, created_at
        FROM ${
        Dialect.jsonRows(
          sql,
          deliveries.map((delivery) => ({
            id: delivery.id,
            endpoint_id: delivery.endpointId,
            event_id: delivery.eventId,
            type: delivery.type,
            body: delivery.body,
            status: delivery.status,
            next_attempt_at: delivery.nextAttemptAt,
            created_at: delivery.createdAt
          })),
          {
            id: "text",
            endpoint_id: "text",
            event_id: "text",
            type: "text",
            body: "text",
            status: "text",
            next_attempt_at: "text",
            created_at: "text"
          }
        )
      }
        WHERE true
        ON CONFLICT (store_id, endpoint_id, event_id) DO NOTHING
        RETURNING id`
      return rows.map(({ id }) => id)
    }, storage("Webhooks.insertDeliveries")),

    findDelivery: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<DeliveryRow>`
        SELECT ${deliveryColumns} FROM webhook_deliveries WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toDelivery)
    }, storage("Webhooks.findDelivery")),

    listDeliveries: Effect.fnUntraced(function*(endpointId, query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`endpoint_id = ${endpointId}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.type !== undefined) conditions.push(sql`type = ${query.type}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<DeliveryRow>`
        SELECT ${deliveryColumns} FROM webhook_deliveries WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map((row) => toDelivery(row).delivery), limit, newestFirst, ({ id }) => [id])
    }, storage("Webhooks.listDeliveries")),

    updateDelivery: Effect.fnUntraced(function*({ delivery, round, tried }, from) {
      const rows = yield* sql`
        UPDATE webhook_deliveries SET status = ${delivery.status}, attempts = ${JSON.stringify(delivery.attempts)},
          tried = ${tried}, round = ${round}, next_attempt_at = ${delivery.nextAttemptAt},
          delivered_at = ${delivery.deliveredAt}
        WHERE id = ${delivery.id} AND store_id = ${yield* CurrentStore} AND tried = ${from}
        RETURNING id`
      return rows.length > 0
    }, storage("Webhooks.updateDelivery")),

    due: (now, limit) =>
      acrossStores(sql<{ readonly store_id: StoreId; readonly id: WebhookDeliveryId; readonly tried: number }>`
        SELECT store_id, id, tried FROM webhook_deliveries
        WHERE status = 'pending' AND tried > 0 AND next_attempt_at <= ${now} ORDER BY next_attempt_at LIMIT ${limit}`).pipe(
        Effect.map((rows) => rows.map(({ id, store_id, tried }) => ({ storeId: store_id, deliveryId: id, tried }))),
        storage("Webhooks.due")
      ),

    failedDeliveries: Effect.fnUntraced(function*(endpointId, since, limit) {
      const rows = yield* sql<DeliveryRow>`
        SELECT ${deliveryColumns} FROM webhook_deliveries
        WHERE store_id = ${yield* CurrentStore} AND endpoint_id = ${endpointId} AND status = 'failed'
          AND created_at >= ${since}
        ORDER BY id LIMIT ${limit}`
      return rows.map(toDelivery)
    }, storage("Webhooks.failedDeliveries")),

    deleteDeliveries: (before) =>
      acrossStores(sql`
        DELETE FROM webhook_deliveries WHERE id IN (
          SELECT id FROM webhook_deliveries WHERE created_at < ${before} AND status <> 'pending' LIMIT 10000
        ) RETURNING id`).pipe(
        Effect.map((rows) => rows.length),
        storage("Webhooks.deleteDeliveries")
      )
  })
})

export const layer: Layer.Layer<WebhookRepository, never, SqlClient.SqlClient> = Layer.effect(WebhookRepository, make)
