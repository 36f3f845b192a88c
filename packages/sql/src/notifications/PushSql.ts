/**
 * Subscriptions to pushes in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { PushRepository, type StoredSubscription } from "@stoa/core/notifications/PushRepository"
import { maximumSubscriptions, type PushSubscription } from "@stoa/core/notifications/PushSubscription"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SubscriptionRow {
  readonly id: string
  readonly user_id: string
  readonly endpoint: string
  readonly keys: string
  readonly service: string
  readonly device: string | null
  readonly created_at: string
}

const shown = ({ created_at, device, id, service }: SubscriptionRow): PushSubscription =>
  ({ id, service, device, createdAt: created_at }) as PushSubscription

const fromRow = (row: SubscriptionRow): StoredSubscription => ({
  subscription: shown(row),
  userId: row.user_id,
  endpoint: row.endpoint,
  keys: row.keys
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, user_id, endpoint, keys, service, device, created_at")

  return PushRepository.of({
    save: Effect.fnUntraced(function*({ endpoint, keys, subscription, userId }) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM push_subscriptions WHERE store_id = ${storeId} AND endpoint = ${endpoint}`
      yield* sql`INSERT INTO push_subscriptions ${
        sql.insert({
          id: subscription.id,
          store_id: storeId,
          user_id: userId,
          endpoint,
          keys,
          service: subscription.service,
          device: subscription.device,
          created_at: subscription.createdAt
        })
      } ON CONFLICT (store_id, endpoint) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, keys = excluded.keys,
          service = excluded.service, device = excluded.device, created_at = excluded.created_at`
      yield* sql`
        DELETE FROM push_subscriptions WHERE store_id = ${storeId} AND user_id = ${userId} AND id <= (
          SELECT id FROM push_subscriptions WHERE store_id = ${storeId} AND user_id = ${userId}
          ORDER BY id DESC LIMIT 1 OFFSET ${maximumSubscriptions})`
    }, storage("Pushes.save")),

    ofUser: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<SubscriptionRow>`
        SELECT ${columns} FROM push_subscriptions WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}
        ORDER BY id DESC LIMIT ${maximumSubscriptions}`
      return rows.map(shown)
    }, storage("Pushes.ofUser")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<SubscriptionRow>`
        SELECT ${columns} FROM push_subscriptions WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Pushes.find")),

    remove: Effect.fnUntraced(function*(id, userId) {
      const conditions = [sql`id = ${id}`, sql`store_id = ${yield* CurrentStore}`]
      if (userId !== undefined) conditions.push(sql`user_id = ${userId}`)
      const rows = yield* sql`DELETE FROM push_subscriptions WHERE ${sql.and(conditions)} RETURNING id`
      return rows.length > 0
    }, storage("Pushes.remove")),

    removeAll: Effect.fnUntraced(function*(userId) {
      yield* sql`DELETE FROM push_subscriptions WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}`
    }, storage("Pushes.removeAll"))
  })
})

export const layer: Layer.Layer<PushRepository, never, SqlClient.SqlClient> = Layer.effect(PushRepository, make)
