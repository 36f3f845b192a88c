/**
 * Inboxes in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { type InboxMessage, inboxSize } from "@stoa/core/notifications/InboxMessage"
import { InboxRepository } from "@stoa/core/notifications/InboxRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface InboxRow {
  readonly id: string
  readonly template: string
  readonly title: string
  readonly text: string
  readonly link: string | null
  readonly created_at: string
  readonly read_at: string | null
}

const fromRow = (row: InboxRow): InboxMessage => ({
  id: row.id,
  template: row.template,
  title: row.title,
  text: row.text,
  link: row.link,
  createdAt: row.created_at,
  readAt: row.read_at
} as InboxMessage)

const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, template, title, text, link, created_at, read_at")

  return InboxRepository.of({
    add: Effect.fnUntraced(function*(inbox, source, message) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`INSERT INTO inbox_messages ${
        sql.insert({
          id: message.id,
          store_id: storeId,
          inbox,
          source,
          template: message.template,
          title: message.title,
          text: message.text,
          link: message.link,
          created_at: message.createdAt,
          read_at: message.readAt
        })
      } ON CONFLICT (store_id, inbox, source) DO NOTHING RETURNING id`
      if (rows.length === 0) return false
      yield* sql`
        DELETE FROM inbox_messages WHERE store_id = ${storeId} AND inbox = ${inbox} AND id <= (
          SELECT id FROM inbox_messages WHERE store_id = ${storeId} AND inbox = ${inbox}
          ORDER BY id DESC LIMIT 1 OFFSET ${inboxSize})`
      return true
    }, storage("Inbox.add")),

    list: Effect.fnUntraced(function*(inbox, query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`inbox = ${inbox}`]
      if (query.read !== undefined) conditions.push(query.read ? sql`read_at IS NOT NULL` : sql`read_at IS NULL`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<InboxRow>`
        SELECT ${columns} FROM inbox_messages WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, newestFirst, ({ id }) => [id])
    }, storage("Inbox.list")),

    unread: Effect.fnUntraced(function*(inbox) {
      const rows = yield* sql<{ readonly unread: number }>`
        SELECT count(*) AS unread FROM inbox_messages
        WHERE store_id = ${yield* CurrentStore} AND inbox = ${inbox} AND read_at IS NULL`
      return rows[0]?.unread ?? 0
    }, storage("Inbox.unread")),

    find: Effect.fnUntraced(function*(inbox, id) {
      const rows = yield* sql<InboxRow>`
        SELECT ${columns} FROM inbox_messages WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND inbox = ${inbox}`
      return Row.first(rows, fromRow)
    }, storage("Inbox.find")),

    markRead: Effect.fnUntraced(function*(inbox, id, at) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`inbox = ${inbox}`, sql`read_at IS NULL`]
      if (id !== undefined) conditions.push(sql`id = ${id}`)
      yield* sql`UPDATE inbox_messages SET read_at = ${at} WHERE ${sql.and(conditions)}`
    }, storage("Inbox.markRead")),

    empty: Effect.fnUntraced(function*(inbox) {
      yield* sql`DELETE FROM inbox_messages WHERE store_id = ${yield* CurrentStore} AND inbox = ${inbox}`
    }, storage("Inbox.empty")),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM inbox_messages WHERE id IN (
          SELECT id FROM inbox_messages WHERE created_at < ${before} ORDER BY created_at LIMIT 10000
        ) RETURNING id`).pipe(
        Effect.map((rows) => rows.length),
        storage("Inbox.deleteBefore")
      )
  })
})

export const layer: Layer.Layer<InboxRepository, never, SqlClient.SqlClient> = Layer.effect(InboxRepository, make)
