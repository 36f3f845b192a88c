/**
 * Events in SQL: the outbox and the history in one table.
 */
import type { DomainEvent } from "@stoa/core/events/DomainEvent"
import { EventRepository } from "@stoa/core/events/EventRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { sentAtOnce, storage, transactionOf } from "../Storage.ts"

interface EventRow {
  readonly sequence: number
  readonly id: string
  readonly store_id: string
  readonly type: string
  readonly subject: string
  readonly actor: string
  readonly request_id: string | null
  readonly data: string
  readonly at: string
}

const columns = "sequence, id, store_id, type, subject, actor, request_id, data, at"

const fromRow = (row: EventRow): DomainEvent => ({
  id: row.id,
  storeId: row.store_id,
  type: row.type,
  subject: row.subject,
  actor: row.actor,
  requestId: row.request_id,
  data: Row.json(row.data),
  at: row.at
} as DomainEvent)

/** More than anything but a runaway loop makes. */
const historyLimit = 500

/** How far back events are read by their place, so that a store in which little happens costs no more than another. */
const feedWindow = 5_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** Taken in the order of their writing; those that another process is taking are left to it. */
  const take = (limit: number) =>
    Effect.map(
      sql<EventRow>`
        UPDATE events SET relayed = 1
        WHERE sequence IN (
          SELECT sequence FROM events WHERE relayed = 0 ORDER BY sequence LIMIT ${limit}${
        Dialect.forUpdate(sql, { skipLocked: true })
      }
        )
        RETURNING ${sql.literal(columns)}`.pipe(acrossStores),
      (rows) => rows.toSorted((a, b) => a.sequence - b.sequence).map(fromRow)
    )

  return EventRepository.of({
    append: Effect.fnUntraced(function*(events) {
      const storeId = yield* CurrentStore
      const insert = sql`
        INSERT INTO events (id, store_id, type, subject, actor, request_id, data, at, relayed)
        SELECT id, store_id, type, subject, actor, request_id, data, at, 0
        FROM ${
        Dialect.jsonRows(
          sql,
          events.map((event) => ({
            id: event.id,
            store_id: event.storeId,
            type: event.type,
            subject: event.subject,
            actor: event.actor,
            request_id: event.requestId,
            // `null` is a value here, not the absence of one
            data: JSON.stringify(event.data),
            at: event.at
          })),
          {
            id: "text",
            store_id: "text",
            type: "text",
            subject: "text",
            actor: "text",
            request_id: "text",
            data: "text",
            at: "text"
          }
        )
      }`
      yield* sentAtOnce(events.every((event) => event.storeId === storeId) ? insert : acrossStores(insert))
    }, storage("Events.append")),

    ofSubject: (subject) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<EventRow>`
          SELECT ${sql.literal(columns)} FROM events
          WHERE store_id = ${storeId} AND subject = ${subject} ORDER BY sequence LIMIT ${historyLimit}`
      ).pipe(
        Effect.map((rows) => rows.map(fromRow)),
        storage("Events.ofSubject")
      ),

    since: Effect.fnUntraced(function*(after, limit) {
      const newest = sql`(SELECT COALESCE(max(sequence), 0) FROM events) - ${feedWindow}`
      const from = after === null ? newest : Dialect.greatest(sql, sql`CAST(${after} AS BIGINT)`, newest)
      const rows = yield* sql<EventRow>`
        SELECT ${sql.literal(columns)} FROM events WHERE sequence > ${from} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
        ORDER BY sequence ${sql.literal(after === null ? "DESC" : "ASC")} LIMIT ${limit}`
      const placed = rows.map((row) => ({ place: row.sequence, event: fromRow(row) }))
      return after === null ? placed.toReversed() : placed
    }, storage("Events.since")),

    placeOf: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<{ readonly sequence: number }>`
        SELECT sequence FROM events WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return rows[0]?.sequence
    }, storage("Events.placeOf")),

    relay: Effect.fnUntraced(function*(limit, deliver) {
      // Most of the time there is nothing, and to find that out needs no transaction.
      const waiting = yield* acrossStores(sql`SELECT 1 FROM events WHERE relayed = 0 LIMIT 1`)
      if (waiting.length === 0) return 0
      return yield* transactionOf(sql)(Effect.gen(function*() {
        const events = yield* take(limit)
        if (events.length > 0) yield* deliver(events)
        return events.length
      }))
    }, storage("Events.relay"))
  })
})

export const layer: Layer.Layer<EventRepository, never, SqlClient.SqlClient> = Layer.effect(EventRepository, make)
