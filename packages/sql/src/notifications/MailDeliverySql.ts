/**
 * What became of mails in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { MailDelivery, Suppression } from "@stoa/core/notifications/MailDelivery"
import { MailDeliveryRepository } from "@stoa/core/notifications/MailDeliveryRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface DeliveryRow {
  readonly id: string
  readonly sender: string
  readonly reference: string
  readonly address: string
  readonly template: string
  readonly status: string
  readonly reason: string | null
  readonly sent_at: string
  readonly at: string
}

interface SuppressionRow {
  readonly id: string
  readonly address: string
  readonly reason: string
  readonly created_at: string
}

const toDelivery = ({ sent_at, ...row }: DeliveryRow): MailDelivery => ({ ...row, sentAt: sent_at }) as MailDelivery

const toSuppression = ({ created_at, ...row }: SuppressionRow): Suppression =>
  ({ ...row, createdAt: created_at }) as Suppression

const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, sender, reference, address, template, status, reason, sent_at, at")
  const suppressed = sql.literal("id, address, reason, created_at")

  return MailDeliveryRepository.of({
    insert: Effect.fnUntraced(function*({ sentAt, ...delivery }, userId) {
      yield* sql`INSERT INTO mail_deliveries ${
        sql.insert({ ...delivery, store_id: yield* CurrentStore, user_id: userId, sent_at: sentAt })
      } ON CONFLICT (store_id, sender, reference) DO NOTHING`
    }, storage("MailDeliveries.insert")),

    findForUpdate: Effect.fnUntraced(function*(sender, reference) {
      const rows = yield* sql<DeliveryRow>`
        SELECT ${columns} FROM mail_deliveries
        WHERE store_id = ${yield* CurrentStore} AND sender = ${sender} AND reference = ${reference}${Dialect.forUpdate(sql)}`
      return Row.first(rows, toDelivery)
    }, storage("MailDeliveries.findForUpdate")),

    update: Effect.fnUntraced(function*({ at, id, reason, status }) {
      yield* sql`
        UPDATE mail_deliveries SET status = ${status}, reason = ${reason}, at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
    }, storage("MailDeliveries.update")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.address !== undefined) conditions.push(sql`address = ${query.address}`)
      if (query.template !== undefined) conditions.push(sql`template = ${query.template}`)
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<DeliveryRow>`
        SELECT ${columns} FROM mail_deliveries WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toDelivery), limit, newestFirst, ({ id }) => [id])
    }, storage("MailDeliveries.list")),

    suppression: Effect.fnUntraced(function*(address) {
      const rows = yield* sql<SuppressionRow>`
        SELECT ${suppressed} FROM mail_suppressions WHERE store_id = ${yield* CurrentStore} AND address = ${address}`
      return Row.first(rows, toSuppression)
    }, storage("MailDeliveries.suppression")),

    suppress: Effect.fnUntraced(function*({ createdAt, ...suppression }) {
      yield* sql`INSERT INTO mail_suppressions ${
        sql.insert({ ...suppression, store_id: yield* CurrentStore, created_at: createdAt })
      } ON CONFLICT (store_id, address) DO UPDATE SET reason = excluded.reason
        WHERE excluded.reason = 'bounced'`
    }, storage("MailDeliveries.suppress")),

    suppressions: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.address !== undefined) conditions.push(sql`address = ${query.address}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<SuppressionRow>`
        SELECT ${suppressed} FROM mail_suppressions WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toSuppression), limit, newestFirst, ({ id }) => [id])
    }, storage("MailDeliveries.suppressions")),

    unsuppress: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<SuppressionRow>`
        DELETE FROM mail_suppressions WHERE id = ${id} AND store_id = ${yield* CurrentStore} RETURNING ${suppressed}`
      return Row.first(rows, toSuppression)
    }, storage("MailDeliveries.unsuppress")),

    forget: Effect.fnUntraced(function*(userId) {
      yield* sql`DELETE FROM mail_deliveries WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}`
    }, storage("MailDeliveries.forget")),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM mail_deliveries WHERE id IN (
          SELECT id FROM mail_deliveries WHERE sent_at < ${before} ORDER BY sent_at LIMIT 10000)`).pipe(
        Effect.asVoid,
        storage("MailDeliveries.deleteBefore")
      )
  })
})

export const layer: Layer.Layer<MailDeliveryRepository, never, SqlClient.SqlClient> = Layer.effect(
  MailDeliveryRepository,
  make
)
