/**
 * What buyers who follow their orders live cost a server, and how soon they hear of a change.
 */
import { Actor, createStoa } from "@stoa/core"
import { once } from "node:events"
import { createConnection, type Socket } from "node:net"
import type { Databases } from "./Databases.ts"
import * as Load from "./Load.ts"
import type { Sizes } from "./Options.ts"
import type { Processes, Serving } from "./Processes.ts"
import type { Row, Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"
import * as Shopper from "./Shopper.ts"
import * as Spread from "./Spread.ts"

const kilobyte = 1_024

/** How many look at the same order. */
const perOrder = 10

/** How often an order changes while it is looked at. */
const changes = 20

interface Followed {
  readonly id: string
  readonly token: string
}

/** Orders that are paid, and the key of somebody who may change them. */
const prepare = async (target: Target, count: number): Promise<{ readonly orders: ReadonlyArray<Followed>; readonly key: string }> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  try {
    const { variants: [variant] } = await shop.catalog.createProduct({
      title: "Print",
      variants: [{ price: { amount: 2_500, currency: "USD" }, requiresShipping: false, trackStock: false }]
    })
    const orders: Array<Followed> = []
    for (let index = 0; index < count; index++) {
      const { cart, token: cartToken } = await shop.carts.create()
      const buyer = shop.as(Actor.guest({ cartToken }))
      await buyer.carts.addItem(cart.id, { variantId: variant?.id ?? "", quantity: 1 })
      const { order, token } = await buyer.checkout.place({
        cartId: cart.id,
        email: `buyer${index}@example.com`,
        payment: { gateway: "sandbox" }
      })
      orders.push({ id: order.id, token: token ?? "" })
    }
    const { secret } = await shop.apiKeys.create({ name: "bench", permissions: ["orders:write"] })
    return { orders, key: secret }
  } finally {
    await shop.close()
  }
}

interface Tracker {
  /** Resolves with the moment at which the reader has heard of so many changes. */
  readonly heard: (changes: number) => Promise<number>
  readonly close: () => void
}

/** Somebody who reads the events of an order. `began` resolves when the first has come. */
const follow = async (port: number, { id, token }: Followed): Promise<Tracker> => {
  const socket: Socket = createConnection({ port, host: "127.0.0.1", noDelay: true })
  await once(socket, "connect")
  let begun = false
  let seen = 0
  let waiting: { readonly changes: number; readonly resolve: (at: number) => void; readonly reject: (error: Error) => void } | undefined
  let start: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined
  const started = new Promise<void>((resolve, reject) => {
    start = { resolve, reject }
  })
  socket.on("data", (chunk: Buffer) => {
    const text = chunk.toString("latin1")
    if (!begun && !text.startsWith("HTTP/1.1 200")) start?.reject(new Error(`An order could not be followed: ${text.slice(0, 200)}`))
    begun = true
    if (text.includes("event: order.paid")) start?.resolve()
    seen += text.split("event: order.status_changed").length - 1
    if (waiting !== undefined && seen >= waiting.changes) {
      waiting.resolve(performance.now())
      waiting = undefined
    }
  })
  const gone = () => {
    const error = new Error("The server ended a live answer")
    start?.reject(error)
    waiting?.reject(error)
  }
  socket.on("close", gone)
  socket.on("error", gone)
  socket.write(`GET /api/v1/orders/${id}/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nstoa-order-token: ${token}\r\n\r\n`)
  await started
  return {
    heard: (changes) =>
      seen >= changes
        ? Promise.resolve(performance.now())
        : new Promise((resolve, reject) => {
          waiting = { changes, resolve, reject }
        }),
    close: () => {
      socket.removeListener("close", gone)
      socket.destroy()
    }
  }
}

const memory = async (server: Serving) => ({
  heap: Number(await server.ask("heap")) / kilobyte,
  resident: (server.resident() ?? Number.NaN) * kilobyte
})

export const measure = async (
  processes: Processes,
  databases: Databases,
  sizes: Sizes,
  add: (table: Table) => void
): Promise<void> => {
  const target = await databases.create("trackers", "NORMAL")
  const { key, orders } = await prepare(target, Math.ceil(sizes.trackers / perOrder))
  await using server = await processes.serve({ target, counts: false, live: sizes.trackers })
  const connection = await Load.connect(server.port)
  const before = await memory(server)
  const trackers: Array<{ readonly order: Followed; readonly tracker: Tracker }> = []
  try {
    for (const order of orders) {
      const some = Math.min(perOrder, sizes.trackers - trackers.length)
      const readers = await Promise.all(Array.from({ length: some }, () => follow(server.port, order)))
      trackers.push(...readers.map((tracker) => ({ order, tracker })))
    }
    const after = await memory(server)
    const delays: Array<number> = []
    const times = new Map<string, number>()
    for (let change = 0; change < changes; change++) {
      const order = orders[change % orders.length]
      if (order === undefined) break
      const count = (times.get(order.id) ?? 0) + 1
      times.set(order.id, count)
      const readers = trackers.filter((one) => one.order === order).map(({ tracker }) => tracker.heard(count))
      const began = performance.now()
      const answer = await connection.request(
        "PATCH",
        `/api/v1/admin/orders/${order.id}/status`,
        { authorization: `Bearer ${key}` },
        { event: count % 2 === 1 ? "hold" : "resume" }
      )
      Shopper.expect(answer, 200)
      for (const at of await Promise.all(readers)) delays.push(at - began)
    }
    const each = (one: number, other: number) => (one - other) / trackers.length
    const rows: ReadonlyArray<Row> = [
      {
        name: `${trackers.length.toLocaleString("en-US")} readers, memory for each`,
        figures: { "resident KB": each(after.resident, before.resident), "alive in the heap KB": each(after.heap, before.heap) }
      },
      {
        name: "from asking for a change to the reader, its transaction included",
        figures: { "p50 ms": Spread.median(delays), "p95 ms": Spread.p95(delays) }
      }
    ]
    add({ title: `Orders followed live on ${target.backend}`, rows })
  } finally {
    for (const { tracker } of trackers) tracker.close()
    connection.close()
  }
}
