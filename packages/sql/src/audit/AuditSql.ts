/**
 * The audit log in SQL.
 */
import type { AuditEntry } from "@stoa/core/audit/AuditEntry"
import type { AuditSeal } from "@stoa/core/audit/AuditSeal"
import { AuditRepository } from "@stoa/core/audit/AuditRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface AuditRow {
  readonly id: string
  readonly action: string
  readonly subject: string
  readonly actor: string
  readonly request_id: string | null
  readonly details: string
  readonly at: string
}

const fromRow = (row: AuditRow): AuditEntry => ({
  id: row.id,
  action: row.action,
  subject: row.subject,
  actor: row.actor,
  requestId: row.request_id,
  details: Row.json(row.details),
  at: row.at
} as AuditEntry)

/** What things are called, by what their ids begin with: their table, and the text that names them. */
const called: Readonly<Record<string, readonly [table: string, name: string]>> = {
  user: ["users", "COALESCE(name, email)"],
  key: ["api_keys", "name"],
  ord: ["orders", "CAST(number AS TEXT)"],
  prod: ["products", "title"],
  cat: ["categories", "name"],
  coll: ["collections", "name"],
  brand: ["brands", "name"],
  attr: ["attributes", "title"],
  media: ["media", "name"],
  promo: ["promotions", "name"],
  plist: ["price_lists", "name"],
  ship: ["shipping_methods", "name"],
  tax: ["tax_rates", "name"],
  zone: ["zones", "name"],
  loc: ["locations", "name"],
  cgrp: ["customer_groups", "name"],
  ven: ["vendors", "name"],
  hook: ["webhook_endpoints", "url"]
}

interface SealRow {
  readonly position: number
  readonly entry_id: string
  readonly hash: string
  readonly sealed_at: string
}

const toSeal = (row: SealRow): AuditSeal => ({
  position: row.position,
  entryId: row.entry_id,
  hash: row.hash,
  sealedAt: row.sealed_at
} as AuditSeal)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return AuditRepository.of({
    insert: Effect.fnUntraced(function*(entry) {
      yield* sql`INSERT INTO audit_log ${
        sql.insert({
          id: entry.id,
          store_id: yield* CurrentStore,
          action: entry.action,
          subject: entry.subject,
          actor: entry.actor,
          request_id: entry.requestId,
          details: JSON.stringify(entry.details),
          at: entry.at
        })
      }`
    }, storage("AuditLog.insert")),
    insertAll: Effect.fnUntraced(function*(entries) {
      const rows = entries.map(({ requestId, ...entry }) => ({ ...entry, request_id: requestId }))
      const input = Dialect.jsonRows(sql, rows, {
        id: "text",
        action: "text",
        subject: "text",
        actor: "text",
        request_id: "text",
        details: "json",
        at: "text"
      })
      yield* sql`
        INSERT INTO audit_log (id, store_id, action, subject, actor, request_id, details, at)
        SELECT id, ${yield* CurrentStore}, action, subject, actor, request_id, details, at FROM ${input}`
    }, storage("AuditLog.insertAll")),
    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.subject !== undefined) conditions.push(sql`subject = ${query.subject}`)
      if (query.action !== undefined) conditions.push(sql`action = ${query.action}`)
      if (query.actor !== undefined) conditions.push(sql`actor = ${query.actor}`)
      if (query.from !== undefined) conditions.push(sql`at >= ${query.from}`)
      if (query.to !== undefined) conditions.push(sql`at < ${query.to}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor("-id", ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<AuditRow>`
        SELECT id, action, subject, actor, request_id, details, at FROM audit_log
        WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, "-id", (entry) => [entry.id])
    }, storage("AuditLog.list")),

    namesOf: Effect.fnUntraced(function*(ids: ReadonlyArray<string>) {
      const storeId = yield* CurrentStore
      const kinds = Map.groupBy(ids, (id) => id.slice(0, id.indexOf("_")))
      const selects = Object.entries(called).flatMap(([prefix, [table, name]]) => {
        const wanted = kinds.get(prefix)
        return wanted === undefined ? [] : [sql`
          SELECT id, ${sql.literal(name)} AS name FROM ${sql.literal(table)}
          WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "id", wanted)}`]
      })
      if (selects.length === 0) return new Map<string, string>()
      const rows = yield* sql<{ readonly id: string; readonly name: string | null }>`${sql.join(" UNION ALL ", false)(selects)}`
      return new Map(rows.flatMap(({ id, name }) => name === null || name === "" ? [] : [[id, name] as const]))
    }, storage("AuditLog.namesOf")),

    lockChain: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `stoa:audit:${storeId}`)
      const rows = yield* sql<SealRow>`
        SELECT position, entry_id, hash, sealed_at FROM audit_seals
        WHERE store_id = ${storeId} ORDER BY position DESC LIMIT 1`
      return Row.first(rows, toSeal)
    }).pipe(storage("AuditLog.lockChain")),

    unsealed: Effect.fnUntraced(function*(limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<AuditRow>`
        SELECT a.id, a.action, a.subject, a.actor, a.request_id, a.details, a.at
        FROM audit_unsealed u JOIN audit_log a ON a.id = u.entry_id
        WHERE u.store_id = ${storeId} AND ${Dialect.unindexed(sql, "a.store_id")} = ${storeId}
        ORDER BY u.entry_id LIMIT ${limit}`
      return rows.map(fromRow)
    }, storage("AuditLog.unsealed")),

    loose: Effect.fnUntraced(function*(limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<Pick<AuditEntry, "id">>`
        SELECT a.id FROM audit_log a
        WHERE a.store_id = ${storeId}
          AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.store_id = a.store_id AND s.entry_id = a.id)
          AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.store_id = a.store_id AND u.entry_id = a.id)
        ORDER BY a.id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    }, storage("AuditLog.loose")),

    countUnsealed: Effect.gen(function*() {
      const [row] = yield* sql<{ readonly waiting: number }>`
        SELECT count(*) AS waiting FROM audit_unsealed WHERE store_id = ${yield* CurrentStore}`
      return row?.waiting ?? 0
    }).pipe(storage("AuditLog.countUnsealed")),

    addSeals: Effect.fnUntraced(function*(seals) {
      const storeId = yield* CurrentStore
      const rows = seals.map(({ entryId, hash, position, sealedAt }) => ({
        position,
        entry_id: entryId,
        hash,
        sealed_at: sealedAt
      }))
      const input = Dialect.jsonRows(sql, rows, {
        position: "int",
        entry_id: "text",
        hash: "text",
        sealed_at: "text"
      })
      yield* sql`
        INSERT INTO audit_seals (store_id, position, entry_id, hash, sealed_at)
        SELECT ${storeId}, position, entry_id, hash, sealed_at FROM ${input}`
      yield* sql`
        DELETE FROM audit_unsealed
        WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "entry_id", seals.map(({ entryId }) => entryId))}`
    }, storage("AuditLog.addSeals")),

    sealed: Effect.fnUntraced(function*(after, limit) {
      const rows = yield* sql<SealRow & { readonly [K in keyof AuditRow]: AuditRow[K] | null }>`
        SELECT s.position, s.entry_id, s.hash, s.sealed_at,
          a.id, a.action, a.subject, a.actor, a.request_id, a.details, a.at
        FROM audit_seals s LEFT JOIN audit_log a ON a.id = s.entry_id AND a.store_id = s.store_id
        WHERE s.store_id = ${yield* CurrentStore} AND s.position > ${after} ORDER BY s.position LIMIT ${limit}`
      return rows.map((row) => ({ seal: toSeal(row), entry: row.id === null ? null : fromRow(row as AuditRow) }))
    }, storage("AuditLog.sealed"))
  })
})

export const layer: Layer.Layer<AuditRepository, never, SqlClient.SqlClient> = Layer.effect(AuditRepository, make)
