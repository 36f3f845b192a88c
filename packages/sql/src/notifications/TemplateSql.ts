/**
 * The templates of stores in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { StoredTemplate } from "@stoa/core/notifications/StoredTemplate"
import { TemplateRepository } from "@stoa/core/notifications/TemplateRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

interface TemplateRow {
  readonly name: string
  readonly language: string
  readonly version: number
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly sms: string | null
  readonly is_current: number
  readonly created_at: string
  readonly created_by: string
}

const fromRow = (row: TemplateRow): StoredTemplate => ({
  name: row.name,
  language: row.language,
  version: row.version,
  subject: row.subject,
  text: row.text,
  html: row.html,
  sms: row.sms,
  current: row.is_current === 1,
  createdAt: row.created_at as StoredTemplate["createdAt"],
  createdBy: row.created_by
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("name, language, version, subject, text, html, sms, is_current, created_at, created_by")

  return TemplateRepository.of({
    current: Effect.fnUntraced(function*(name, languages) {
      const rows = yield* sql<TemplateRow>`
        SELECT ${columns} FROM notification_templates
        WHERE store_id = ${yield* CurrentStore} AND name = ${name} AND is_current = 1
          AND ${Dialect.oneOf(sql, "language", languages)}`
      return rows.map(fromRow)
    }, storage("Templates.current")),

    all: Effect.gen(function*() {
      const rows = yield* sql<TemplateRow>`
        SELECT ${columns} FROM notification_templates
        WHERE store_id = ${yield* CurrentStore} AND is_current = 1 ORDER BY name, language LIMIT 1000`
      return rows.map(fromRow)
    }).pipe(storage("Templates.all")),

    versions: Effect.fnUntraced(function*({ language, name }) {
      const rows = yield* sql<TemplateRow>`
        SELECT ${columns} FROM notification_templates
        WHERE store_id = ${yield* CurrentStore} AND name = ${name} AND language = ${language}
        ORDER BY version DESC LIMIT 100`
      return rows.map(fromRow)
    }, storage("Templates.versions")),

    add: Effect.fnUntraced(function*(template) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE notification_templates SET is_current = 0
        WHERE store_id = ${storeId} AND name = ${template.name} AND language = ${template.language} AND is_current = 1
          AND version < ${template.version}`
      const rows = yield* sql`
        INSERT INTO notification_templates ${
        sql.insert({
          store_id: storeId,
          name: template.name,
          language: template.language,
          version: template.version,
          subject: template.subject,
          text: template.text,
          html: template.html,
          sms: template.sms,
          is_current: 1,
          created_at: template.createdAt,
          created_by: template.createdBy
        })
      } ON CONFLICT DO NOTHING RETURNING version`
      return rows.length > 0
    }, storage("Templates.add")),

    retire: Effect.fnUntraced(function*({ language, name }) {
      const rows = yield* sql`
        UPDATE notification_templates SET is_current = 0
        WHERE store_id = ${yield* CurrentStore} AND name = ${name} AND language = ${language} AND is_current = 1
        RETURNING version`
      return rows.length > 0
    }, storage("Templates.retire"))
  })
})

export const layer: Layer.Layer<TemplateRepository, never, SqlClient.SqlClient> = Layer.effect(TemplateRepository, make)
