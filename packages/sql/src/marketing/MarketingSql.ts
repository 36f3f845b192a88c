/**
 * Messages that people can do without in SQL.
 */
import type { User } from "@stoa/core/identity/Account"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import type { MarketingMessage, MarketingMessageId } from "@stoa/core/marketing/MarketingMessage"
import { MarketingRepository, type Refusal } from "@stoa/core/marketing/MarketingRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface MessageRow {
  readonly id: string
  readonly source: string
  readonly channel: string
  readonly address: string
  readonly user_id: string | null
  readonly kind: string
  readonly requested: number
  readonly template: string
  readonly locale: string | null
  readonly inbox: string | null
  readonly link: string | null
  readonly campaign_id: string | null
  readonly data: string
  readonly status: string
  readonly dropped: string | null
  readonly tried: number
  readonly next_attempt_at: string | null
  readonly created_at: string
}

const fromRow = (row: MessageRow): MarketingMessage => ({
  id: row.id,
  source: row.source,
  channel: row.channel,
  address: row.address,
  userId: row.user_id,
  kind: row.kind,
  requested: row.requested === 1,
  template: row.template,
  locale: row.locale,
  inbox: row.inbox,
  link: row.link,
  campaignId: row.campaign_id,
  data: Row.json(row.data),
  status: row.status,
  dropped: row.dropped,
  tried: row.tried,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at
} as MarketingMessage)

const columns = {
  id: "text",
  source: "text",
  channel: "text",
  address: "text",
  user_id: "text",
  kind: "text",
  requested: "bool",
  template: "text",
  locale: "text",
  inbox: "text",
  link: "text",
  campaign_id: "text",
  data: "json",
  status: "text",
  dropped: "text",
  tried: "int",
  next_attempt_at: "text",
  created_at: "text"
} as const

/** How many rows are thrown away at a time. */
const sweep = 10_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const names = sql.literal(Object.keys(columns).join(", "))

  return MarketingRepository.of({
    insert: Effect.fnUntraced(function*(messages) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: MarketingMessageId }>`
        INSERT INTO marketing_messages (store_id, ${names})
        SELECT ${storeId}, ${names} FROM ${
        Dialect.jsonRows(
          sql,
          messages.map((message) => ({
            id: message.id,
            source: message.source,
            channel: message.channel,
            address: message.address,
            user_id: message.userId ?? undefined,
            kind: message.kind,
            requested: message.requested,
            template: message.template,
            locale: message.locale ?? undefined,
            inbox: message.inbox ?? undefined,
            link: message.link ?? undefined,
            campaign_id: message.campaignId ?? undefined,
            data: message.data,
            status: message.status,
            dropped: message.dropped ?? undefined,
            tried: message.tried,
            next_attempt_at: message.nextAttemptAt ?? undefined,
            created_at: message.createdAt
          })),
          columns
        )
      }
        WHERE true
        ON CONFLICT (store_id, source) DO NOTHING
        RETURNING id`
      return rows.map(({ id }) => id)
    }, storage("Marketing.insert")),

    read: Effect.fnUntraced(function*(ids) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<MessageRow & { readonly account_email: string | null; readonly account_status: User["status"] | null }>`
        SELECT ${sql.literal(Object.keys(columns).map((name) => `m.${name}`).join(", "))},
          u.email AS account_email, u.status AS account_status
        FROM marketing_messages AS m LEFT JOIN users AS u ON u.id = m.user_id AND u.store_id = m.store_id
        WHERE ${Dialect.oneOf(sql, "m.id", ids)} AND ${Dialect.unindexed(sql, "m.store_id")} = ${storeId}`
      const found = new Map(rows.map((row) => [row.id, row]))
      return ids.flatMap((id) => {
        const row = found.get(id)
        if (row === undefined) return []
        const { account_email: email, account_status: status } = row
        return [{ ...fromRow(row), account: email === null || status === null ? null : { email, status } }]
      })
    }, storage("Marketing.read")),

    decide: Effect.fnUntraced(function*(decisions, at) {
      if (decisions.length === 0) return new Set<string>()
      const given = decisions.map(({ dropped, from, id, nextAttemptAt, status }) =>
        ({ message: id, becomes: status, reason: dropped ?? undefined, due: nextAttemptAt ?? undefined, before: from }))
      const rows = yield* sql<{ readonly id: string }>`
        UPDATE marketing_messages SET status = input.becomes, dropped = input.reason, tried = input.before + 1,
          next_attempt_at = input.due, decided_at = ${at}
        FROM ${Dialect.jsonRows(sql, given, { message: "text", becomes: "text", reason: "text", due: "text", before: "int" })}
        WHERE id = input.message AND store_id = ${yield* CurrentStore} AND tried = input.before
        RETURNING id`
      return new Set(rows.map(({ id }) => id))
    }, storage("Marketing.decide")),

    claim: (now, again, limit) =>
      acrossStores(sql<{ readonly store_id: StoreId; readonly id: MarketingMessageId; readonly tried: number }>`
        WITH due AS MATERIALIZED (
          SELECT id FROM marketing_messages WHERE status = 'waiting' AND next_attempt_at <= ${now}
          ORDER BY next_attempt_at LIMIT ${limit}${Dialect.forUpdate(sql, { skipLocked: true })}
        )
        UPDATE marketing_messages SET next_attempt_at = ${again} WHERE id IN (SELECT id FROM due)
        RETURNING store_id, id, tried`).pipe(
        Effect.map((rows) => rows.map(({ id, store_id, tried }) => ({ storeId: store_id, id, tried }))),
        storage("Marketing.claim")
      ),

    count: Effect.fnUntraced(function*(channel, readers, maximum) {
      if (readers.length === 0) return new Set<string>()
      // in one order, so that two who count at once wait for each other at the first row that they share
      const given = readers.toSorted((a, b) => a.reader < b.reader ? -1 : 1).map(({ day, reader }) => ({ who: reader, date: day }))
      const rows = yield* sql<{ readonly reader: string }>`
        INSERT INTO marketing_counts (store_id, channel, reader, day, sent)
        SELECT CAST(${yield* CurrentStore} AS TEXT), CAST(${channel} AS TEXT), input.who, input.date, 1
        FROM ${Dialect.jsonRows(sql, given, { who: "text", date: "text" })}
        WHERE true
        ON CONFLICT (store_id, channel, reader, day) DO UPDATE SET sent = marketing_counts.sent + 1
        WHERE marketing_counts.sent < ${maximum}
        RETURNING reader`
      return new Set(rows.map(({ reader }) => reader))
    }, storage("Marketing.count")),

    refuse: Effect.fnUntraced(function*({ address, channel, kind }, at) {
      yield* sql`INSERT INTO marketing_refusals ${
        sql.insert({ store_id: yield* CurrentStore, channel, address, kind, at })
      } ON CONFLICT (store_id, channel, address, kind) DO NOTHING`
    }, storage("Marketing.refuse")),

    refused: Effect.fnUntraced(function*(refusals) {
      if (refusals.length === 0) return []
      const columns = { channel: "text", address: "text", kind: "text" } as const
      return yield* sql<Refusal>`
        SELECT r.channel, r.address, r.kind FROM ${Dialect.jsonRows(sql, refusals, columns)} CROSS JOIN marketing_refusals AS r
        WHERE r.store_id = ${yield* CurrentStore} AND r.channel = input.channel AND r.address = input.address AND r.kind = input.kind`
    }, storage("Marketing.refused")),

    key: Effect.fnUntraced(function*(sealed) {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO marketing_keys ${sql.insert({ store_id: storeId, sealed })} ON CONFLICT (store_id) DO NOTHING`
      const rows = yield* sql<{ readonly sealed: string }>`
        SELECT sealed FROM marketing_keys WHERE store_id = ${storeId}`
      return rows[0]?.sealed ?? sealed
    }, storage("Marketing.key")),

    ofUser: Effect.fnUntraced(function*(userId, limit) {
      const rows = yield* sql<MessageRow>`
        SELECT ${names} FROM marketing_messages WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}
        ORDER BY id DESC LIMIT ${limit}`
      return rows.map(fromRow)
    }, storage("Marketing.ofUser")),

    forget: Effect.fnUntraced(function*(userId) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM marketing_messages WHERE store_id = ${storeId} AND user_id = ${userId}`
      yield* sql`DELETE FROM marketing_counts WHERE store_id = ${storeId} AND reader = ${userId}`
    }, storage("Marketing.forget")),

    deleteBefore: (before) =>
      acrossStores(Effect.gen(function*() {
        yield* sql`
          DELETE FROM marketing_messages WHERE id IN (
            SELECT id FROM marketing_messages WHERE created_at < ${before} AND status <> 'waiting'
            ORDER BY created_at LIMIT ${sweep})`
        yield* sql`DELETE FROM marketing_counts WHERE day < ${before.slice(0, 10)}`
      })).pipe(storage("Marketing.deleteBefore"))
  })
})

export const layer: Layer.Layer<MarketingRepository, never, SqlClient.SqlClient> = Layer.effect(MarketingRepository, make)
