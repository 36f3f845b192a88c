import { postgres } from "@stoa/adapter-postgres"
import { TestDatabase } from "@stoa/adapter-postgres/testing"
import { createStoa, type Stoa } from "@stoa/core"
import * as Invariants from "@stoa/core/testing/Invariants"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Cluster from "./testing/Cluster.ts"
import { temporaryFolder } from "./testing/StoaCommand.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const buyer = {
  email: "ada@example.com",
  shippingAddress: { name: "Ada Lovelace", line1: "12 St James Square", city: "London", country: "GB" },
  payment: { gateway: "sandbox" }
}

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** What a buyer does between two orders, in milliseconds: all come from one address, which may ask for so much a minute. */
const lookingAround = 1_000

const scope = Scope.makeUnsafe()

describe("three times `stoa serve` on one PostgreSQL database", { timeout: 180_000 }, () => {
  let shop: Stoa.Stoa
  let mug = ""
  let url = ""
  const cache = temporaryFolder()
  const servers: Array<Cluster.Server> = []
  const balancer = Cluster.balancer(() => servers)

  const three = async () => {
    servers.push(...await Promise.all(Array.from({ length: 3 - servers.length }, () => Cluster.serve(url, cache.path))))
  }

  beforeAll(async () => {
    url = await Effect.runPromise(Scope.provide(TestDatabase.empty, scope))
    // all at once on an empty database, as they are rolled out
    await three()
    shop = await createStoa({ storage: postgres({ url, maxConnections: 4 }), secret: Cluster.secret, workers: false })
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const product = await shop.catalog.createProduct({ title: "Enamel Mug", variants: [{ price: usd(1450), stock: 1_000 }] })
    mug = product.variants[0]?.id ?? ""
  }, 120_000)

  afterAll(async () => {
    Cluster.hangUp()
    await Promise.all(servers.map((server) => server.stop()))
    await shop.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
    cache[Symbol.dispose]()
  }, 60_000)

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
    const open = { yes: true }
    const buyers = Promise.all([0, 1].map(async () => {
      while (open.yes) {
        try {
          const bought = await buy()
          if (bought.order === undefined) wrong.push(bought.wrong)
          else placed.push(bought.order)
        } catch (error) {
          lost(error)
        }
        await pause(lookingAround)
      }
    }))
    const more = async (orders: number) => {
      const enough = placed.length + orders
      while (placed.length < enough && wrong.length === 0) await pause(20)
    }
    const goHome = async () => {
      open.yes = false
      await buyers
    }
    return { placed, wrong, more, goHome }
  }

  const kept = async (placed: ReadonlyArray<string>) => {
    for (const id of placed) assert.strictEqual((await shop.orders.get(id)).status, "paid")
    let broken = await shop.run(Invariants.violations({ settled: false }))
    // orders and payments are read one after the other, and servers settle some in between: what is broken stays broken
    for (let look = 1; look < 50 && broken.length > 0; look++) broken = await shop.run(Invariants.violations({ settled: false }))
    assert.deepStrictEqual(broken, [])
    assert.deepStrictEqual(await shop.inventory.reconcile(), [])
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
      servers.push(await Cluster.serve(url, cache.path))
      const stopped = old.stop()
      await more(1)
      assert.strictEqual(await stopped, 0)
      servers.splice(servers.indexOf(old), 1)
    }
    await goHome()
    assert.deepStrictEqual(wrong, [])
    await kept(placed)
  })
})
