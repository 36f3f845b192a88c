import { postgres, PostgresClient } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { createStoa, type Stoa } from "@stoa/core"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Scope from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Cluster from "./testing/Cluster.ts"
import * as Shopping from "./testing/Shopping.ts"
import { buyer, lawful, pause, usd } from "./testing/Shopping.ts"

const scope = Scope.makeUnsafe()

describe("three times `stoa serve` on one PostgreSQL database", () => {
  let shop: Stoa.Stoa
  let mug = ""
  let url = ""
  let sql: SqlClient.SqlClient
  const servers: Array<Cluster.Server> = []
  const balancer = Cluster.balancer(() => servers)

  const three = async () => {
    servers.push(...await Promise.all(Array.from({ length: 3 - servers.length }, () => Cluster.serve(url))))
  }

  beforeAll(async () => {
    url = await Effect.runPromise(Scope.provide(TestDatabase.empty, scope))
    // all at once on an empty database, as they are rolled out
    await three()
    shop = await createStoa({ storage: postgres({ url, maxConnections: 4 }), secret: Cluster.secret, workers: false })
    sql = await Effect.runPromise(
      PostgresClient.make({ url, maxConnections: 2 }).pipe(Effect.provide(Reactivity.layer), Scope.provide(scope))
    )
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const product = await shop.catalog.createProduct({ title: "Enamel Mug", variants: [{ price: usd(1450), stock: 1_000 }] })
    mug = product.variants[0]?.id ?? ""
  })

  afterAll(async () => {
    Cluster.hangUp()
    await Promise.all(servers.map((server) => server.stop()))
    await shop.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  /** A guest's order, from an empty cart, and what is wrong with the answers on the way. */
  const buy = async () => {
    const { body: { token = "" } } = await balancer.send("POST", "/cart")
    const cart = { "stoa-cart": token }
    const added = await balancer.send("POST", "/cart/items", { variantId: mug, quantity: 1 }, cart)
    const placed = await balancer.send("POST", "/checkout", buyer, cart)
    return placed.status === 201
      ? { order: placed.body.order?.id ?? "", wrong: undefined }
      : { order: undefined, wrong: [added.status, placed.status, placed.body] }
  }

  /** Buyers who go on until they are told to stop; `placed` and `wrong` grow meanwhile. */
  const shopping = (lost: (error: unknown) => void) => {
    const placed: Array<string> = []
    const wrong: Array<unknown> = []
    const goHome = Shopping.shopping({ buyers: 2, lookingAround: 1_000 }, async () => {
      try {
        const bought = await buy()
        if (bought.order === undefined) wrong.push(bought.wrong)
        else placed.push(bought.order)
      } catch (error) {
        lost(error)
      }
    })
    const more = async (orders: number) => {
      const enough = placed.length + orders
      while (placed.length < enough && wrong.length === 0) await pause(20)
    }
    return { placed, wrong, more, goHome }
  }

  const kept = async (placed: ReadonlyArray<string>) => {
    for (const id of placed) assert.strictEqual((await shop.orders.get(id)).status, "paid")
    await lawful(shop)
  }

  it("go on selling when one is killed, and lose nothing that it had answered or begun", async () => {
    await three()
    const { goHome, more, placed, wrong } = shopping((error) => {
      // whoever was being served by the victim does not know
      if (!(error instanceof Cluster.Unanswered)) wrong.push(error)
    })
    await more(3)
    const [victim] = servers.splice(0, 1)
    await victim?.kill()
    await more(4)
    await goHome()
    assert.deepStrictEqual(wrong, [])
    await kept(placed)
    // what happened is handed over and worked off by those who are left
    while ((await shop.jobs.counts()).waiting > 0) await pause(50)
  })

  it("are replaced one after the other while buyers are shopping, and nobody notices", async () => {
    await three()
    const { goHome, more, placed, wrong } = shopping((error) => wrong.push(error))
    for (const old of servers.slice()) {
      await more(1)
      servers.push(await Cluster.serve(url))
      const stopped = old.stop()
      await more(1)
      assert.strictEqual(await stopped, 0)
      servers.splice(servers.indexOf(old), 1)
    }
    await goHome()
    assert.deepStrictEqual(wrong, [])
    await kept(placed)
  })

  it("take a cron job over from one that is killed in the middle of it, and do it once for the time that it was due", async () => {
    await three()
    // what the job is about, and the job as it is queued when it is due
    await shop.apiKeys.create({ name: "till", permissions: ["orders:read"] })
    const due = new Date(Math.ceil((Date.now() + 1) / 60_000) * 60_000)
    const job = { name: "cron:audit.seal", id: `cron:audit.seal:${due.toISOString()}`, payload: { scheduledAt: due.getTime() } }
    const runs = () => Effect.runPromise(sql<{ readonly id: string; readonly state: string; readonly attempts: number }>`
      SELECT id, state, attempts FROM stoa_jobs WHERE id LIKE '%:cron:audit.seal:%'`)
    // those that a test before has cut off
    const before = new Map((await runs()).map(({ attempts, id }) => [id, attempts]))
    const entries = sql<{ readonly id: string }>`SELECT id FROM audit_log ORDER BY id`
    const seals = sql<{ readonly id: string }>`SELECT entry_id AS id FROM audit_seals ORDER BY entry_id`
    /** The name of whoever waits for the table. */
    const waiting = async () => {
      for (;;) {
        const [found] = await Effect.runPromise(sql<{ readonly name: string }>`
          SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
          WHERE relation = 'audit_seals'::regclass AND NOT granted`)
        if (found !== undefined) return found.name
        await pause(20)
      }
    }

    await Effect.runPromise(sql.withTransaction(Effect.gen(function*() {
      // whoever seals waits here, in the middle of it
      yield* sql`LOCK TABLE audit_seals IN ACCESS EXCLUSIVE MODE`
      yield* Effect.promise(async () => {
        await shop.run(Effect.flatMap(Jobs, (jobs) => jobs.enqueue(job)))
        const name = await waiting()
        const victim = servers.find((server) => server.name === name) ?? assert.fail(`${name} waits`)
        await victim.kill()
        servers.splice(servers.indexOf(victim), 1)
      })
    })))
    let all = await runs()
    for (; all.some(({ state }) => state === "pending"); all = await runs()) await pause(50)
    const since = all.filter(({ attempts, id }) => attempts > (before.get(id) ?? 0))
    assert.deepStrictEqual(since.filter(({ state }) => state !== "completed"), [])
    // what the victim was at was begun twice: maybe also that of the minute before, which waited for the table with it
    assert.deepStrictEqual([...new Set(since.map(({ attempts }) => attempts).filter((attempts) => attempts > 1))], [2])
    assert.deepStrictEqual(await Effect.runPromise(seals), await Effect.runPromise(entries))
  })
})
