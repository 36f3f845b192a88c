import { postgres, PostgresClient } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { createStoa, type Stoa } from "@stoa/core"
import { UserId } from "@stoa/core/identity/Account"
import * as Passwords from "@stoa/core/identity/Passwords"
import { UserRepository } from "@stoa/core/identity/UserRepository"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Scope from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Cluster from "./testing/Cluster.ts"
import * as Shopping from "./testing/Shopping.ts"
import { buyer, lawful, pause, usd } from "./testing/Shopping.ts"

/** Somebody whose address is confirmed. */
const signUp = (email: string, password: string) =>
  Effect.gen(function*() {
    const id = yield* UserId.generate
    const at = yield* Timestamp.now
    const hash = yield* (yield* Passwords.Passwords).hash(password)
    yield* (yield* UserRepository).insert({
      id,
      email,
      emailVerified: true,
      name: null,
      roles: ["customer"],
      status: "active",
      version: 1,
      createdAt: at,
      updatedAt: at
    }, hash)
  }).pipe(Effect.provide(Passwords.layer))

const scope = Scope.makeUnsafe()
const inScope = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Scope.provide(effect, scope))

/** A row of what the servers have written down about themselves. */
interface Note {
  readonly thing: string
  readonly server: string
}

describe("three servers on one PostgreSQL database", () => {
  let url: string
  let shop: Stoa.Stoa
  let sql: SqlClient.SqlClient
  const servers: Array<Cluster.Server> = []
  const balancer = Cluster.balancer(() => servers)

  /** Starts what is missing, whatever a test before has ended. */
  const three = async () => {
    servers.push(...await Promise.all(Array.from({ length: 3 - servers.length }, () => Cluster.startServer(url))))
    return servers as unknown as readonly [Cluster.Server, Cluster.Server, Cluster.Server]
  }
  const remove = (server: Cluster.Server) => servers.splice(servers.indexOf(server), 1)

  const notes = (what: string) =>
    Effect.runPromise(sql<Note>`SELECT thing, server FROM witness WHERE what = ${what} ORDER BY sequence`)
  /** Waits until the servers have written down what a test waits for. */
  const until = async (what: string, enough: (notes: ReadonlyArray<Note>) => boolean) => {
    for (;;) {
      const found = await notes(what)
      if (enough(found)) return found
      await pause(50)
    }
  }

  let products = 0
  /** A product with one variant, and so many pieces of it. */
  const sell = async (stock: number) => {
    const product = await shop.catalog.createProduct({
      title: `Enamel Mug ${++products}`,
      variants: [{ price: usd(1450), stock }]
    })
    return { ...product, variantId: product.variants[0]?.id ?? "" }
  }
  const available = async (product: { readonly id: string }) =>
    (await shop.catalog.getProduct(product.id)).variants[0]?.available

  let keys = 0
  const key = () => ({ "idempotency-key": `key-${++keys}` })

  type Send = Cluster.Balancer["send"]
  /** A guest with a cart with one piece in it. */
  const filled = async (variantId: string, send: Send) => {
    const { body } = await send("POST", "/cart", undefined, key())
    const cart = { "stoa-cart": body.token ?? "" }
    const added = await send("POST", "/cart/items", { variantId, quantity: 1 }, { ...cart, ...key() })
    return { cart, added }
  }

  const homes: Array<() => Promise<unknown>> = []
  /** Some buyers who shop until they are told to go home. */
  const shopping = (shop: () => Promise<void>) => {
    const goHome = Shopping.shopping({ buyers: 4, lookingAround: 200 }, shop)
    homes.push(goHome)
    return goHome
  }
  afterEach(() => Promise.allSettled(homes.map((goHome) => goHome())))

  beforeAll(async () => {
    url = await inScope(TestDatabase.empty)
    // all at once on an empty database: they migrate it together
    await three()
    shop = await createStoa({ storage: postgres({ url, maxConnections: 4 }), secret: Cluster.secret, workers: false })
    sql = await inScope(PostgresClient.make({ url, maxConnections: 2 }).pipe(Effect.provide(Reactivity.layer)))
    await shop.shipping.create({ name: "Post", price: usd(500) })
  })

  afterAll(async () => {
    Cluster.hangUp()
    await Promise.all(servers.map((server) => server.stop()))
    await shop.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  it("share a cart and what is in the catalogue: a change is seen by the next read, wherever", async () => {
    const [first, second, third] = await three()
    const mug = await sell(5)
    const { body } = await Cluster.ask(first, "POST", "/cart")
    const cart = { "stoa-cart": body.token ?? "" }
    for (const [index, server] of [second, third, first, second].entries()) {
      await Cluster.ask(server, "POST", "/cart/items", { variantId: mug.variantId, quantity: 1 }, cart)
      for (const reader of [first, second, third]) {
        assert.deepStrictEqual((await Cluster.ask(reader, "GET", "/cart", undefined, cart)).body.lines?.[0]?.quantity, index + 1)
      }
    }
    const { secret } = await shop.apiKeys.create({ name: "staff", permissions: ["*"] })
    const staff = { "x-api-key": secret }
    for (let round = 0; round < 5; round++) {
      for (const writer of [first, second, third]) {
        const title = `Mug ${round} of ${writer.name}`
        const { headers } = await Cluster.ask(writer, "GET", `/admin/products/${mug.id}`, undefined, staff)
        const changed = await Cluster.ask(writer, "PATCH", `/admin/products/${mug.id}`, { title }, {
          ...staff,
          "if-match": headers.etag ?? ""
        })
        assert.strictEqual(changed.status, 200)
        for (const reader of [first, second, third]) {
          assert.strictEqual((await Cluster.ask(reader, "GET", `/products/${mug.id}`)).body.title, title)
        }
      }
    }
  })

  it("sell what is there, and not one piece more", async () => {
    await three()
    const mug = await sell(10)
    const carts = await Promise.all(Array.from({ length: 30 }, () => filled(mug.variantId, balancer.send)))
    const placed = await Promise.all(carts.map(({ cart }) => balancer.send("POST", "/checkout", buyer, { ...cart, ...key() })))
    assert.deepStrictEqual(
      placed.map(({ status }) => status).toSorted(),
      [...Array.from({ length: 10 }, () => 201), ...Array.from({ length: 20 }, () => 409)]
    )
    assert.strictEqual(await available(mug), 0)
    await lawful(shop)
  })

  it("do once what comes to two of them with the same idempotency key", async () => {
    await three()
    const mug = await sell(50)
    for (let round = 0; round < 5; round++) {
      const { cart } = await filled(mug.variantId, balancer.send)
      const order = { ...cart, ...key() }
      const placed = await Promise.all(servers.map((server) => Cluster.ask(server, "POST", "/checkout", buyer, order)))
      const again = await Promise.all(servers.map((server) => Cluster.ask(server, "POST", "/checkout", buyer, order)))
      const ids = new Set([...placed, ...again].filter(({ status }) => status === 201).map(({ body }) => body.order?.id))
      assert.strictEqual(ids.size, 1)
      assert.deepStrictEqual(again.map(({ status }) => status), [201, 201, 201])
      for (const { body, status } of placed) {
        if (status !== 201) assert.deepStrictEqual([status, body.code], [409, "idempotency_in_progress"])
      }
    }
    assert.strictEqual(await available(mug), 45)
  })

  it("count tries of a password together, and know at once who has signed out", async () => {
    const [first, , third] = await three()
    const email = "grace@example.com"
    const password = "correct horse battery staple"
    await shop.run(signUp(email, password))
    const { body: { accessToken = "" } } = await Cluster.ask(first, "POST", "/auth/login", { email, password })
    const signedIn = { authorization: `Bearer ${accessToken}` }
    for (const server of servers) assert.strictEqual((await Cluster.ask(server, "GET", "/me", undefined, signedIn)).status, 200)
    assert.strictEqual((await Cluster.ask(third, "POST", "/auth/logout", undefined, signedIn)).status, 204)
    for (const server of servers) assert.strictEqual((await Cluster.ask(server, "GET", "/me", undefined, signedIn)).status, 401)

    // signing in and out were two of the 25 tries of this address
    const refresh = { refreshToken: "not one of ours" }
    const tries = await Promise.all(Array.from({ length: 60 }, () => balancer.send("POST", "/auth/refresh", refresh)))
    assert.strictEqual(tries.filter(({ status }) => status === 401).length, 23)
    assert.strictEqual(tries.filter(({ status }) => status === 429).length, 37)
  })

  it("tell what happens to an order once, and a buyer of it on every server", async () => {
    await three()
    const mug = await sell(10)
    const orders = await Promise.all(Array.from({ length: 6 }, async () => {
      const { cart } = await filled(mug.variantId, balancer.send)
      return (await balancer.send("POST", "/checkout", buyer, { ...cart, ...key() })).body
    }))
    for (const { order, token = "" } of orders) {
      for (const server of servers) {
        const { body } = await Cluster.ask(server, "GET", `/orders/${order?.id}/tracking`, undefined, { "stoa-order-token": token })
        assert.deepStrictEqual(body.timeline?.map(({ type }) => type), ["order.placed", "order.paid"])
      }
    }
    const ids = orders.map(({ order }) => order?.id ?? "")
    const heard = await until("heard", (found) => ids.every((id) => found.some(({ thing }) => thing === id)))
    assert.strictEqual(heard.filter(({ thing }) => ids.includes(thing)).length, ids.length)
  })

  it("lose nothing when one is killed in the middle of its work, and the others take over", async () => {
    await three()
    const mug = await sell(1_000)
    const keeper = (await until("keeps", (found) => servers.some(({ name }) => name === found.at(-1)?.server))).at(-1)
    const victim = servers.find(({ name }) => name === keeper?.server) ?? assert.fail()

    const chores: Array<string> = []
    const stuck = () => notes("stuck")
    while ((await stuck()).length === 0) {
      const chore = `chore ${chores.length}`
      chores.push(chore)
      await shop.run(Effect.flatMap(Jobs, (jobs) => jobs.enqueue({ name: "witness.chore", payload: chore })))
    }

    const placed: Array<string> = []
    const goHome = shopping(async () => {
      try {
        const { cart } = await filled(mug.variantId, balancer.send)
        const { body, status } = await balancer.send("POST", "/checkout", buyer, { ...cart, ...key() })
        if (status === 201) placed.push(body.order?.id ?? "")
      } catch (error) {
        // whoever was being served by the victim does not know
        if (!(error instanceof Cluster.Unanswered)) throw error
      }
    })
    while (placed.length < 10) await pause(10)
    await victim.kill()
    remove(victim)
    const before = placed.length
    await until("keeps", (found) => found.at(-1)?.server !== victim.name)
    const done = await until("done", (found) => chores.every((chore) => found.some(({ thing }) => thing === chore)))
    await goHome()

    assert.strictEqual(done.length, chores.length)
    assert.isAbove(placed.length, before)
    const stored = new Set((await ordersOf()).map(({ id }) => id))
    assert.deepStrictEqual(placed.filter((id) => !stored.has(id)), [])
    await lawful(shop)
  })

  const ordersOf = () => Effect.runPromise(sql<{ readonly id: string }>`SELECT id FROM orders`)

  it("run a cron job once each time it is due", async () => {
    await three()
    const before = (await notes("ticked")).length
    const ticks = await until("ticked", (found) => found.length >= before + 3)
    const due = await Effect.runPromise(sql`SELECT id FROM stoa_jobs WHERE id LIKE '%:cron:witness.tick:%'`)
    // three servers that each did it by themselves would have done it three times as often
    assert.isAtMost(ticks.length, due.length)
  })
})
