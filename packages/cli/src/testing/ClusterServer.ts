/**
 * One server of several on one PostgreSQL database, with a plug-in that writes down, in the database, what this process
 * does in the background. It ends cleanly when it is told to stop. See `Cluster`.
 */
import { postgres } from "@stoa/adapter-postgres"
import { createStoa, definePlugin } from "@stoa/core"
import { serve } from "@stoa/http"
import { Migration } from "@stoa/sql"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"

const { STOA_DATABASE_URL = "", STOA_SECRET = "", SERVER_NAME = "" } = process.env

let isKeeper = false

const note = (what: string, thing: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql`INSERT INTO witness (store_id, what, thing, server) VALUES (${"store"}, ${what}, ${thing}, ${SERVER_NAME})`
  ).pipe(Effect.asVoid)

/** Work that is watched: cron jobs, jobs, a singleton, events. */
const witness = definePlugin<never, SqlClient.SqlClient, Migration.MigrationSet, readonly [string]>({
  name: "witness",
  version: "1.0.0",
  migrations: Migration.set("witness", [{
    id: 1,
    name: "witness",
    up: (d) => [
      `CREATE TABLE witness (
        sequence ${d.serial},
        store_id ${d.text} NOT NULL,
        what ${d.text} NOT NULL,
        thing ${d.text} NOT NULL,
        server ${d.text} NOT NULL
      )${d.strict}`
    ]
  }]),
  layer: Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* (yield* Jobs).singleton({
      name: "keeper",
      run: Effect.acquireUseRelease(
        Effect.sync(() => {
          isKeeper = true
        }),
        () => Effect.andThen(note("keeps", "keeper"), Effect.never),
        () =>
          Effect.sync(() => {
            isKeeper = false
          })
      ).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    })
  })),
  subscribers: [{ name: "witness.orders", types: ["order.paid"], handle: ({ subject }) => note("heard", subject) }],
  cron: [{
    name: "witness.tick",
    cron: "* * * * * *",
    run: Effect.flatMap(Clock.currentTimeMillis, (now) => note("ticked", String(Math.floor(now / 1_000))))
  }],
  jobs: [{
    name: "witness.chore",
    payload: Schema.String,
    // a chore that the keeper takes first is never done by it, for the keeper is to be killed
    run: (chore, { attempt }) =>
      isKeeper && attempt === 1 ? Effect.andThen(note("stuck", chore), Effect.never) : note("done", chore)
  }]
})

const server = await serve(
  await createStoa({
    storage: postgres({ url: STOA_DATABASE_URL, maxConnections: 8 }),
    secret: STOA_SECRET,
    plugins: [witness]
  }),
  { port: 0, accessLog: false, rateLimits: { address: false, actor: false, sensitive: { limit: 25, window: "1 hour" } } }
)

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void server.close().then(() => process.exit(0))
  })
}

process.stdout.write(`listening on ${server.url}\n`)
