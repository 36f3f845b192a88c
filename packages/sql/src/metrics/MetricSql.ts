/**
 * Metrics in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Metric } from "@stoa/core/metrics/Metric"
import { MetricRepository } from "@stoa/core/metrics/MetricRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface MetricRow {
  readonly id: Metric["id"]
  readonly name: string
  readonly formula: string
  readonly unit: Metric["unit"]
  readonly created_by: string
  readonly version: number
  readonly created_at: Metric["createdAt"]
  readonly updated_at: Metric["updatedAt"]
}

const fromRow = (row: MetricRow): Metric => ({
  id: row.id,
  name: row.name,
  formula: row.formula,
  unit: row.unit,
  createdBy: row.created_by,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return MetricRepository.of({
    save: Effect.fnUntraced(function*(metric, maximum) {
      const storeId = yield* CurrentStore
      // whoever saves one at the same time counts this one
      yield* Dialect.lockTransaction(sql, `stoa:metrics:${storeId}`)
      const rows = yield* sql`
        INSERT INTO metrics (id, store_id, name, formula, unit, created_by, version, created_at, updated_at)
        SELECT ${metric.id}, ${storeId}, ${metric.name}, ${metric.formula}, ${metric.unit}, ${metric.createdBy}, ${metric.version},
          ${metric.createdAt}, ${metric.updatedAt}
        WHERE (SELECT count(*) FROM metrics WHERE store_id = ${storeId}) < ${maximum} RETURNING id`
      return rows.length > 0
    }, transactionOf(sql), storage("Metrics.save")),

    list: Effect.gen(function*() {
      const rows = yield* sql<MetricRow>`SELECT * FROM metrics WHERE store_id = ${yield* CurrentStore} ORDER BY name, id LIMIT 1000`
      return rows.map(fromRow)
    }).pipe(storage("Metrics.list")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<MetricRow>`SELECT * FROM metrics WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Metrics.find")),

    replace: Effect.fnUntraced(function*(metric) {
      const rows = yield* sql`
        UPDATE metrics SET name = ${metric.name}, formula = ${metric.formula}, unit = ${metric.unit}, version = ${metric.version},
          updated_at = ${metric.updatedAt}
        WHERE id = ${metric.id} AND store_id = ${yield* CurrentStore} AND version = ${metric.version - 1} RETURNING id`
      return rows.length > 0
    }, storage("Metrics.replace")),

    remove: Effect.fnUntraced(function*({ id, version }) {
      const rows = yield* sql`
        DELETE FROM metrics WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} RETURNING id`
      return rows.length > 0
    }, storage("Metrics.remove"))
  })
})

export const layer: Layer.Layer<MetricRepository, never, SqlClient.SqlClient> = Layer.effect(MetricRepository, make)
