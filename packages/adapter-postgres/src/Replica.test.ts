import { createStoa } from "@stoa/core"
import { assert, describe, it } from "@effect/vitest"
import * as Replica from "@stoa/sql/Replica"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as PostgresClient from "./PostgresClient.ts"
import { postgres } from "./PostgresStorage.ts"
import * as PostgresServer from "./testing/PostgresServer.ts"
import * as Relay from "./testing/Relay.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

const server = (start: () => Promise<PostgresServer.PostgresServer>) =>
  Effect.acquireRelease(Effect.promise(start), (running) => Effect.promise(running.stop))

const client = (url: string) =>
  PostgresClient.make({ url, maxConnections: 2 }).pipe(Effect.provide(Reactivity.layer), Effect.orDie)

/** Asks again until the answer is so. */
const until = Effect.fnUntraced(function*<A, E>(ask: Effect.Effect<A, E>, isSo: (answer: A) => boolean) {
  for (;;) {
    const answer = yield* ask
    if (isSo(answer)) return answer
    yield* Effect.sleep("20 millis")
  }
})

describe("a replica that follows by streaming replication", () => {
  it.live("answers lists as far as it has come, and everything else is as it was just written", () =>
    Effect.scoped(Effect.gen(function*() {
      const primary = yield* server(() => PostgresServer.start({ followed: true }))
      const standby = yield* server(primary.follower)
      const way = yield* Effect.acquireRelease(
        Effect.promise(() => Relay.open(standby.url)),
        (relay) => Effect.promise(relay.goAway)
      )
      const shop = yield* Effect.acquireRelease(
        Effect.promise(() =>
          createStoa({
            storage: postgres({ url: primary.url, maxConnections: 4, replica: { url: way.url, maxConnections: 2 } }),
            workers: false
          })
        ),
        (shop) => Effect.promise(shop.close)
      )
      const origin = yield* client(primary.url)
      const copy = yield* client(standby.url)

      const sell = (title: string) =>
        Effect.promise(() => shop.catalog.createProduct({ title, variants: [{ price: usd(1450), stock: 5 }] }))
      const titles = (search?: string) =>
        Effect.map(
          Effect.promise(() => shop.catalog.listProducts(search === undefined ? {} : { search })),
          ({ items }) => items.map(({ title }) => title).toSorted()
        )

      yield* sell("Enamel Mug")
      // the copy comes as far as this, and stands still
      const [written] = yield* origin<{ readonly place: string }>`SELECT pg_current_wal_insert_lsn()::text AS place`
      yield* until(
        copy<{ readonly follows: boolean }>`SELECT pg_last_wal_replay_lsn() >= ${written?.place}::pg_lsn AS follows`,
        ([row]) => row?.follows === true
      )
      assert.deepStrictEqual(yield* titles(), ["Enamel Mug"])
      yield* copy`SELECT pg_wal_replay_pause()`
      yield* until(
        copy<{ readonly state: string }>`SELECT pg_get_wal_replay_pause_state() AS state`,
        ([row]) => row?.state === "paused"
      )

      // what came with a migration that the copy has not heard of is read from the database itself
      yield* origin`CREATE TABLE came_later AS SELECT 1 AS one`
      assert.deepStrictEqual(
        yield* Replica.reading(origin, copy)((sql) => sql<{ readonly one: number }>`SELECT one FROM came_later`),
        [{ one: 1 }]
      )

      const board = yield* sell("Cutting Board")
      // lists do not know yet what the shop knows
      assert.deepStrictEqual(yield* titles(), ["Enamel Mug"])
      assert.deepStrictEqual(yield* titles("board"), [])
      yield* Effect.promise(async () => {
        assert.strictEqual((await shop.catalog.getProduct(board.id)).title, "Cutting Board")
        const { token = "" } = await shop.as({ _tag: "guest" }).carts.create()
        const guest = shop.as({ _tag: "guest", cartToken: token })
        await guest.carts.addItem("mine", { variantId: board.variants[0]?.id ?? "", quantity: 1 })
        assert.strictEqual((await guest.carts.get("mine")).lines[0]?.title, "Cutting Board")
      })

      // away: the database itself is asked, at once
      yield* Effect.promise(way.goAway)
      assert.deepStrictEqual(yield* titles(), ["Cutting Board", "Enamel Mug"])
      assert.deepStrictEqual(yield* titles("board"), ["Cutting Board"])
      // back, and still where it stood
      yield* Effect.promise(way.comeBack)
      assert.deepStrictEqual(yield* until(titles(), (found) => found.length === 1), ["Enamel Mug"])
      // it follows again
      yield* copy`SELECT pg_wal_replay_resume()`
      yield* until(titles(), (found) => found.length === 2)

      // gone for good, as when its machine dies
      yield* Effect.promise(standby.stop)
      const tray = yield* sell("Tray")
      assert.deepStrictEqual(yield* titles(), ["Cutting Board", "Enamel Mug", "Tray"])
      assert.strictEqual((yield* Effect.promise(() => shop.catalog.getProduct(tray.id))).title, "Tray")
    })))
})
