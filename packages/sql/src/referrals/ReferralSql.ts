/**
 * Referrals, their codes and their terms in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Referral, ReferralProgram, ReferralReward } from "@stoa/core/referrals/Referral"
import { ReferralRepository } from "@stoa/core/referrals/ReferralRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ProgramSql from "../ProgramSql.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ReferralRow {
  readonly id: string
  readonly referrer_id: string
  readonly friend_id: string
  readonly state: string
  readonly order_id: string | null
  readonly due_at: string | null
  readonly rewarded_at: string | null
  readonly referrer_reward: string | null
  readonly friend_reward: string | null
  readonly doubt: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: ReferralRow): Referral => ({
  id: row.id,
  referrerId: row.referrer_id,
  friendId: row.friend_id,
  state: row.state,
  orderId: row.order_id,
  dueAt: row.due_at,
  rewardedAt: row.rewarded_at,
  referrerReward: Row.jsonOrNull<ReferralReward>(row.referrer_reward),
  friendReward: Row.jsonOrNull<ReferralReward>(row.friend_reward),
  doubt: row.doubt,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Referral)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`id, referrer_id, friend_id, state, order_id, due_at, rewarded_at, referrer_reward,
    friend_reward, doubt, version, created_at, updated_at`)

  const one = (name: string, where: Fragment) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<ReferralRow>`SELECT ${columns} FROM referrals WHERE store_id = ${storeId} AND ${where}`
    ).pipe(Effect.map((rows) => Row.first(rows, fromRow)), storage(`Referrals.${name}`))

  return ReferralRepository.of({
    ...ProgramSql.make<ReferralProgram>(sql, { table: "referral_programs", operation: "Referrals", id: "referrals" }),
    codeOf: Effect.fnUntraced(function*(customerId, fresh, at) {
      const storeId = yield* CurrentStore
      const known = sql<{ readonly code: string }>`
        SELECT code FROM referral_codes WHERE store_id = ${storeId} AND customer_id = ${customerId}`
      const [before] = yield* known
      if (before !== undefined) return before.code
      yield* sql`INSERT INTO referral_codes ${
        sql.insert({ store_id: storeId, customer_id: customerId, code: fresh, created_at: at })
      } ON CONFLICT DO NOTHING`
      return (yield* known)[0]?.code
    }, storage("Referrals.codeOf")),
    ownerOf: Effect.fnUntraced(function*(code) {
      const rows = yield* sql<{ readonly customer_id: string }>`
        SELECT customer_id FROM referral_codes WHERE store_id = ${yield* CurrentStore} AND code = ${code}`
      return rows[0]?.customer_id
    }, storage("Referrals.ownerOf")),
    insert: Effect.fnUntraced(function*(referral) {
      const rows = yield* sql`INSERT INTO referrals ${
        sql.insert({
          id: referral.id,
          store_id: yield* CurrentStore,
          referrer_id: referral.referrerId,
          friend_id: referral.friendId,
          state: referral.state,
          order_id: referral.orderId,
          due_at: referral.dueAt,
          rewarded_at: referral.rewardedAt,
          referrer_reward: Row.toJson(referral.referrerReward),
          friend_reward: Row.toJson(referral.friendReward),
          doubt: referral.doubt,
          version: referral.version,
          created_at: referral.createdAt,
          updated_at: referral.updatedAt
        })
      } ON CONFLICT (store_id, friend_id) DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("Referrals.insert")),
    forUpdate: (id) => one("forUpdate", sql`id = ${id}${Dialect.forUpdate(sql)}`),
    ofFriend: (friendId) => one("ofFriend", sql`friend_id = ${friendId}`),
    friendsAmong: Effect.fnUntraced(function*(customerIds) {
      const rows = yield* sql<{ readonly friend_id: string }>`
        SELECT friend_id FROM referrals
        WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "friend_id", customerIds)}`
      return rows.map(({ friend_id }) => friend_id)
    }, storage("Referrals.friendsAmong")),
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit, referrerId, state }) {
      const [last = "~"] = after === undefined ? [] : yield* Page.decodeCursor("-id", ["string"], after)
      const conditions: Array<Fragment> = [sql`store_id = ${yield* CurrentStore}`, sql`id < ${last}`]
      if (referrerId !== undefined) conditions.push(sql`referrer_id = ${referrerId}`)
      if (state !== undefined) conditions.push(sql`state = ${state}`)
      const rows = yield* sql<ReferralRow>`
        SELECT ${columns} FROM referrals WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "-id", (row) => [row.id])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("Referrals.list")),
    update: Effect.fnUntraced(function*(referral) {
      const rows = yield* sql`
        UPDATE referrals SET state = ${referral.state}, order_id = ${referral.orderId}, due_at = ${referral.dueAt},
          rewarded_at = ${referral.rewardedAt}, referrer_reward = ${Row.toJson(referral.referrerReward)},
          friend_reward = ${Row.toJson(referral.friendReward)}, doubt = ${referral.doubt}, version = ${referral.version},
          updated_at = ${referral.updatedAt}
        WHERE id = ${referral.id} AND store_id = ${yield* CurrentStore} AND version = ${referral.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: referral.id, expected: referral.version - 1 })
    }, storage("Referrals.update")),
    due: Effect.fnUntraced(function*(now, limit) {
      const rows = yield* sql<{ readonly id: string }>`
        SELECT id FROM referrals WHERE store_id = ${yield* CurrentStore} AND state = 'waiting' AND due_at <= ${now}
        ORDER BY due_at, id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    }, storage("Referrals.due")),
    rewardsSince: Effect.fnUntraced(function*(referrerId, since) {
      const storeId = yield* CurrentStore
      yield* sql`SELECT code FROM referral_codes WHERE store_id = ${storeId} AND customer_id = ${referrerId}${
        Dialect.forUpdate(sql)
      }`
      const rows = yield* sql<{ readonly count: number }>`
        SELECT CAST(count(*) AS BIGINT) AS count FROM referrals
        WHERE store_id = ${storeId} AND referrer_id = ${referrerId} AND rewarded_at > ${since}
          AND referrer_reward IS NOT NULL`
      return rows[0]?.count ?? 0
    }, storage("Referrals.rewardsSince")),
    hasOrdered: Effect.fnUntraced(function*(customerId, email) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        SELECT id FROM orders WHERE store_id = ${storeId} AND customer_id = ${customerId} AND status <> 'cancelled'
        UNION ALL
        SELECT id FROM orders WHERE store_id = ${storeId} AND email = ${email ?? ""} AND status <> 'cancelled'
        LIMIT 1`
      return rows.length > 0
    }, storage("Referrals.hasOrdered")),
    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`DELETE FROM referral_codes WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("Referrals.forget"))
  })
})

export const layer: Layer.Layer<ReferralRepository, never, SqlClient.SqlClient> = Layer.effect(ReferralRepository, make)
