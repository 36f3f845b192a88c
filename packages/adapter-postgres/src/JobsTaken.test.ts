import { assert, describe, it } from "@effect/vitest"
import { JobQueue } from "@stoa/core/jobs/JobQueue"
import { defaultStoreId } from "@stoa/core/kernel/CurrentStore"
import * as JobQueueSql from "@stoa/sql/jobs/JobQueueSql"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import * as PostgresClient from "./PostgresClient.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const queue = Layer.provideMerge(
  JobQueueSql.layer,
  Layer.unwrap(Effect.map(TestDatabase.empty, (url) => PostgresClient.layer({ url })))
)

describe("a worker that takes jobs from PostgreSQL", () => {
  it.effect("leaves to others what it does not work on, however few rows the table is believed to hold", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const jobs = yield* JobQueue
      const offer = (ids: ReadonlyArray<string>) =>
        jobs.offer(ids.map((id) => ({ id, name: "note", storeId: defaultStoreId, requestId: null, payload: id })))
      for (const rows of [0, 1, 2]) {
        yield* sql`TRUNCATE stoa_jobs`
        yield* offer(Array.from({ length: rows }, (_, index) => `early ${index}`))
        yield* sql`ANALYZE stoa_jobs`.unprepared
        yield* offer(Array.from({ length: 8 }, (_, index) => `late ${index}`))
        const taken: Array<number> = []
        yield* jobs.workOff({
          maxAttempts: 1,
          retries: Schedule.recurs(0),
          grace: "1 minute",
          handle: () =>
            Effect.map(sql<{ readonly jobs: number }>`SELECT count(*) AS jobs FROM stoa_jobs WHERE acquired_by IS NOT NULL`, ([row]) => {
              taken.push(row?.jobs ?? 0)
            })
        })
        assert.deepStrictEqual(taken, Array.from({ length: rows + 8 }, () => 1), `believed to hold ${rows}`)
      }
    }).pipe(Effect.provide(queue)))
})
