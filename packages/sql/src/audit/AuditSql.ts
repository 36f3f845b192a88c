/**
 * The audit log in SQL.
 */
import type { AuditEntry } from "@stoa/core/audit/AuditEntry"
import { AuditRepository } from "@stoa/core/audit/AuditRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
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
    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.subject !== undefined) conditions.push(sql`subject = ${query.subject}`)
      if (query.action !== undefined) conditions.push(sql`action = ${query.action}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor("-id", 1, query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<AuditRow>`
        SELECT id, action, subject, actor, request_id, details, at FROM audit_log
        WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, "-id", (entry) => [entry.id])
    }, storage("AuditLog.list"))
  })
})

export const layer: Layer.Layer<AuditRepository, never, SqlClient.SqlClient> = Layer.effect(AuditRepository, make)
