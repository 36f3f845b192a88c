/**
 * Preferences of people in SQL.
 */
import type { UserPreferences } from "@stoa/core/identity/Preferences"
import { PreferencesRepository } from "@stoa/core/identity/PreferencesRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { everything } from "@stoa/core/notifications/MarketingKind"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface PreferencesRow {
  readonly language: string | null
  readonly currency: string | null
  readonly marketing: string
  readonly time_zone: string | null
  readonly choices: string
  readonly version: number
}

const fromRow = (row: PreferencesRow): UserPreferences => ({
  language: row.language,
  currency: row.currency,
  marketing: Row.json(row.marketing),
  timeZone: row.time_zone,
  // of kinds that came later they have said nothing
  choices: { ...everything, ...Row.json<object>(row.choices) },
  version: row.version
} as UserPreferences)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return PreferencesRepository.of({
    find: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<PreferencesRow>`
        SELECT language, currency, marketing, time_zone, choices, version FROM user_preferences
        WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Preferences.find")),
    ofUsers: Effect.fnUntraced(function*(userIds) {
      if (userIds.length === 0) return new Map()
      const rows = yield* sql<PreferencesRow & { readonly user_id: string }>`
        SELECT user_id, language, currency, marketing, time_zone, choices, version FROM user_preferences
        WHERE ${Dialect.oneOf(sql, "user_id", userIds)} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`
      return new Map(rows.map((row) => [row.user_id, fromRow(row)]))
    }, storage("Preferences.ofUsers")),
    languages: Effect.fnUntraced(function*(userIds) {
      const rows = yield* sql<{ readonly user_id: string; readonly language: string }>`
        SELECT user_id, language FROM user_preferences
        WHERE ${Dialect.oneOf(sql, "user_id", userIds)} AND store_id = ${yield* CurrentStore} AND language IS NOT NULL`
      return new Map(rows.map((row) => [row.user_id, row.language]))
    }, storage("Preferences.languages")),
    save: Effect.fnUntraced(function*(userId, { choices, currency, language, marketing, timeZone, version }, at) {
      yield* sql`INSERT INTO user_preferences ${
        sql.insert({
          user_id: userId,
          store_id: yield* CurrentStore,
          language,
          currency,
          marketing: JSON.stringify(marketing),
          time_zone: timeZone,
          choices: JSON.stringify(choices),
          version,
          updated_at: at
        })
      } ON CONFLICT (user_id) DO UPDATE SET language = excluded.language, currency = excluded.currency,
          marketing = excluded.marketing, time_zone = excluded.time_zone, choices = excluded.choices, version = excluded.version, updated_at = excluded.updated_at
        WHERE user_preferences.store_id = excluded.store_id`
    }, storage("Preferences.save"))
  })
})

export const layer: Layer.Layer<PreferencesRepository, never, SqlClient.SqlClient> = Layer.effect(
  PreferencesRepository,
  make
)
