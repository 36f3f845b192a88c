/**
 * Campaigns in SQL.
 */
import type { CampaignProgress, CampaignReader, StoredCampaign } from "@stoa/core/campaigns/Campaign"
import { type AudienceQuery, CampaignRepository } from "@stoa/core/campaigns/CampaignRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Dropped, MarketingMessage } from "@stoa/core/marketing/MarketingMessage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { standing } from "../analytics/Standing.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface CampaignRow {
  readonly id: string
  readonly name: string
  readonly channel: string
  readonly template: string
  readonly data: string
  readonly link: string | null
  readonly audience: string
  readonly status: string
  readonly send_at: string | null
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly version: number
  readonly created_at: string
  readonly created_by: string
  readonly updated_at: string
  readonly reader: string
  readonly complete: number
  readonly outcome: string | null
}

const fromRow = (row: CampaignRow): StoredCampaign => ({
  id: row.id,
  name: row.name,
  channel: row.channel,
  template: row.template,
  data: Row.json(row.data),
  link: row.link,
  audience: Row.json(row.audience),
  status: row.status,
  sendAt: row.send_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  version: row.version,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  cursor: row.reader,
  complete: row.complete === 1,
  outcome: row.outcome === null ? null : Row.json(row.outcome)
} as StoredCampaign)

const toRow = (campaign: StoredCampaign) => ({
  name: campaign.name,
  channel: campaign.channel,
  template: campaign.template,
  data: JSON.stringify(campaign.data),
  link: campaign.link,
  audience: JSON.stringify(campaign.audience),
  status: campaign.status,
  send_at: campaign.sendAt,
  started_at: campaign.startedAt,
  finished_at: campaign.finishedAt,
  version: campaign.version,
  created_at: campaign.createdAt,
  created_by: campaign.createdBy,
  updated_at: campaign.updatedAt,
  reader: campaign.cursor,
  complete: campaign.complete ? 1 : 0,
  outcome: campaign.outcome === null ? null : JSON.stringify(campaign.outcome)
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(["id", ...Object.keys(toRow({} as StoredCampaign))].join(", "))

  /** Users as `u` whom messages may go to: who has agreed to news on the channel, and for whom all that is named holds. */
  const readersOf = ({ audience: { groups, languages, segments }, bounds, channel }: AudienceQuery, storeId: string) =>
    sql`users AS u JOIN user_preferences AS p ON p.user_id = u.id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId}
      WHERE ${
      sql.and([
        sql`u.store_id = ${storeId}`,
        sql`u.status = 'active'`,
        sql`u.email_verified = 1`,
        sql.onDialectOrElse({
          pg: () => sql`(p.marketing::jsonb -> ${channel} ->> 'granted') = 'true'`,
          orElse: () => sql`json_extract(p.marketing, ${`$.${channel}.granted`}) = 1`
        }),
        ...(languages === undefined ? [] : [Dialect.oneOf(sql, "p.language", languages)]),
        ...(groups === undefined ? [] : [sql`EXISTS (
          SELECT 1 FROM customer_group_members AS m
          WHERE m.store_id = ${storeId} AND m.customer_id = u.id AND ${Dialect.oneOf(sql, "m.group_id", groups)})`]),
        ...(segments === undefined ? [] : [sql`EXISTS (
          SELECT 1 FROM sales_by_buyer AS b WHERE b.store_id = ${storeId} AND b.buyer = u.email
            AND ${Dialect.oneOf(sql, standing(sql, bounds), segments)})`])
      ])
    }`

  const hold = (id: string, storeId: string, locks: boolean) =>
    sql<CampaignRow>`
      SELECT ${columns} FROM campaigns WHERE id = ${id} AND store_id = ${storeId}${locks ? Dialect.forUpdate(sql) : sql.literal("")}`

  return CampaignRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit, status }) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (status !== undefined) conditions.push(sql`status = ${status}`)
      if (after !== undefined) {
        const [id] = yield* Page.decodeCursor("-id", ["string"], after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<CampaignRow>`
        SELECT ${columns} FROM campaigns WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      const campaigns = rows.map(fromRow).map(({ complete: _complete, cursor: _cursor, outcome: _outcome, ...campaign }) => campaign)
      return Page.fromRows(campaigns, limit, "-id", ({ id }) => [id])
    }, storage("Campaigns.list")),
    find: Effect.fnUntraced(function*(id) {
      return Row.first(yield* hold(id, yield* CurrentStore, false), fromRow)
    }, storage("Campaigns.find")),
    hold: Effect.fnUntraced(function*(id) {
      return Row.first(yield* hold(id, yield* CurrentStore, true), fromRow)
    }, storage("Campaigns.hold")),
    insert: Effect.fnUntraced(function*(campaign) {
      yield* sql`INSERT INTO campaigns ${
        sql.insert({ id: campaign.id, store_id: yield* CurrentStore, ...toRow(campaign) })
      }`
    }, storage("Campaigns.insert")),
    replace: Effect.fnUntraced(function*(campaign) {
      yield* sql`
        UPDATE campaigns SET ${sql.update(toRow(campaign))} WHERE id = ${campaign.id} AND store_id = ${yield* CurrentStore}`
    }, storage("Campaigns.replace")),
    delete: Effect.fnUntraced(function*(id) {
      yield* sql`DELETE FROM campaigns WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
    }, storage("Campaigns.delete")),
    readers: Effect.fnUntraced(function*(query, after, limit) {
      return yield* sql<CampaignReader>`
        SELECT u.id, u.email FROM ${readersOf(query, yield* CurrentStore)} AND u.id > ${after} ORDER BY u.id LIMIT ${limit}`
    }, storage("Campaigns.readers")),
    countReaders: Effect.fnUntraced(function*(query) {
      const [row] = yield* sql<{ readonly people: number }>`
        SELECT count(*) AS people FROM ${readersOf(query, yield* CurrentStore)}`
      return row?.people ?? 0
    }, storage("Campaigns.countReaders")),
    progress: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<{
        readonly status: MarketingMessage["status"]
        readonly dropped: Dropped | null
        readonly messages: number
      }>`
        SELECT status, dropped, count(*) AS messages FROM marketing_messages
        WHERE store_id = ${yield* CurrentStore} AND campaign_id = ${id} GROUP BY status, dropped
        ORDER BY messages DESC, dropped`
      const sum = (status?: MarketingMessage["status"]) =>
        rows.reduce((sum, row) => (status === undefined || row.status === status ? sum + row.messages : sum), 0)
      const progress: Omit<CampaignProgress, "complete"> = {
        messages: sum(),
        waiting: sum("waiting"),
        released: sum("released"),
        dropped: sum("dropped"),
        reasons: rows.flatMap(({ dropped, messages }) => (dropped === null ? [] : [{ reason: dropped, messages }]))
      }
      return progress
    }, storage("Campaigns.progress")),
    drop: Effect.fnUntraced(function*(id, at) {
      // one try more, so that who decides on one at the moment does not
      yield* sql`
        UPDATE marketing_messages
        SET status = 'dropped', dropped = 'cancelled', tried = tried + 1, next_attempt_at = NULL, decided_at = ${at}
        WHERE store_id = ${yield* CurrentStore} AND campaign_id = ${id} AND status = 'waiting'`
    }, storage("Campaigns.drop")),
    due: Effect.fnUntraced(function*(now, limit) {
      const rows = yield* sql<{ readonly id: StoredCampaign["id"] }>`
        SELECT id FROM campaigns
        WHERE store_id = ${yield* CurrentStore} AND status IN ('scheduled', 'sending') AND (status = 'sending' OR send_at <= ${now})
        ORDER BY updated_at, id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    }, storage("Campaigns.due"))
  })
})

export const layer: Layer.Layer<CampaignRepository, never, SqlClient.SqlClient> = Layer.effect(CampaignRepository, make)
