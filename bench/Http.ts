/**
 * The API under load, with the load's own cost included: callers and server share the machine. Reads stand beside a bare
 * `node:http` server that answers the same bytes, in turns.
 */
import type { Databases } from "./Databases.ts"
import * as Fixture from "./Fixture.ts"
import * as Load from "./Load.ts"
import type { Sizes } from "./Options.ts"
import type { Processes, Serving } from "./Processes.ts"
import type { Row, Table } from "./Report.ts"
import type { Target } from "./server/Target.ts"
import * as Shopper from "./Shopper.ts"
import * as Spread from "./Spread.ts"

/** What a server did under load, and what each piece of work took of its processor time. */
interface Served extends Load.Load {
  readonly cpuMicros: number
}

const serve = async (server: Serving, connections: number, work: Load.LoadOptions["work"], seconds: number) => {
  const before = Number(await server.ask("cpu"))
  const load = await Load.run({ port: server.port, connections, until: { seconds }, work })
  return { ...load, cpuMicros: (Number(await server.ask("cpu")) - before) / load.count }
}

const medianOf = (loads: ReadonlyArray<Served>): Served => ({
  perSecond: Spread.median(loads.map((load) => load.perSecond)),
  p50: Spread.median(loads.map((load) => load.p50)),
  p95: Spread.median(loads.map((load) => load.p95)),
  cpuMicros: Spread.median(loads.map((load) => load.cpuMicros)),
  count: loads.reduce((sum, load) => sum + load.count, 0)
})

/** How often the servers take turns; each turn is a part of the seconds. */
const turns = 3

/** Headers that a server sets by itself, or that say something about the connection. */
const own = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding"])

/** A bare server that answers what the engine answers for an address. */
const bareOf = async (processes: Processes, engine: Serving, path: string): Promise<Serving> => {
  const connection = await Load.connect(engine.port)
  const answer = Shopper.expect(await connection.request("GET", path), 200)
  connection.close()
  const headers = answer.head.split("\r\n").slice(1).map((line) => line.split(": ", 2) as [string, string])
  return processes.bare({
    status: answer.status,
    headers: {
      ...Object.fromEntries(headers.filter(([name]) => !own.has(name.toLowerCase()))),
      "content-length": String(answer.body.length)
    },
    body: answer.body.toString("utf8")
  })
}

/** One kind of read, in turns with the bare server. */
const beside = async (
  processes: Processes,
  engine: Serving,
  path: string,
  name: string,
  connections: number,
  work: Load.LoadOptions["work"],
  { seconds, warm }: Sizes
): Promise<Row> => {
  await using bare = await bareOf(processes, engine, path)
  const once = (server: Serving) => serve(server, connections, work, seconds / turns)
  const engineLoads: Array<Served> = []
  const bareLoads: Array<Served> = []
  await Load.run({ port: engine.port, connections, until: { seconds: warm }, work })
  await once(bare)
  for (let turn = 0; turn < turns; turn++) {
    engineLoads.push(await once(engine))
    bareLoads.push(await once(bare))
  }
  const [load, bareLoad] = [medianOf(engineLoads), medianOf(bareLoads)]
  return {
    name,
    figures: {
      "a second": load.perSecond,
      "p50 ms": load.p50,
      "p95 ms": load.p95,
      "bare a second": bareLoad.perSecond,
      "of bare": load.perSecond / bareLoad.perSecond,
      "cpu us": load.cpuMicros,
      "bare cpu us": bareLoad.cpuMicros
    }
  }
}

const under = async (
  server: Serving,
  name: string,
  connections: number,
  work: Load.LoadOptions["work"],
  { seconds, warm }: Sizes
): Promise<Row> => {
  const once = () => serve(server, connections, work, seconds / turns)
  await Load.run({ port: server.port, connections, until: { seconds: warm }, work })
  const loads: Array<Served> = []
  for (let turn = 0; turn < turns; turn++) loads.push(await once())
  const { cpuMicros, p50, p95, perSecond } = medianOf(loads)
  return { name, figures: { "a second": perSecond, "p50 ms": p50, "p95 ms": p95, "cpu us": cpuMicros } }
}

/** Everybody wants the same variant in the same moment. */
const rush = async (
  { port }: Serving,
  hot: string,
  { buyers, stock }: Sizes,
  /** Whether carts are filled before the moment. */
  prepared: boolean
): Promise<{ readonly millis: number; readonly orders: number; readonly later: number }> => {
  const fill = async (connection: Load.Connection) => {
    const started = await Shopper.startCart(connection)
    if (started.status !== 201) return { cart: {}, status: started.status }
    const cart = Shopper.ownerOf(started)
    const added = await Shopper.addItem(connection, cart, hot)
    if (added.status !== 200) return { cart, status: added.status }
    return { cart, status: (await Shopper.sayAddress(connection, cart)).status }
  }
  const carts: Array<Awaited<ReturnType<typeof fill>>> = []
  if (prepared) {
    const work = async (connection: Load.Connection) => {
      carts.push(await fill(connection))
    }
    await Load.run({ port, connections: 16, until: { times: buyers }, work })
  }
  const connections = await Promise.all(Array.from({ length: buyers }, () => Load.connect(port)))
  try {
    const began = performance.now()
    const statuses = await Promise.all(connections.map(async (connection, index) => {
      const { cart, status } = carts[index] ?? await fill(connection)
      return status === 200 ? (await Shopper.checkout(connection, cart)).status : status
    }))
    const millis = performance.now() - began
    const orders = statuses.filter((status) => status === 201).length
    const later = statuses.filter((status) => status === 503).length
    const refused = statuses.filter((status) => status === 409).length
    if (orders > stock || orders + refused + later !== buyers) {
      throw new Error(`${buyers} buyers for ${stock} pieces made ${orders} orders; answers: ${[...new Set(statuses)].join()}`)
    }
    return { millis, orders, later }
  } finally {
    for (const connection of connections) connection.close()
  }
}

const rushes = async (engine: Serving, hot: ReadonlyArray<string>, sizes: Sizes): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const half = hot.length / 2
  const times = Math.min(half, sizes.rounds)
  for (const prepared of [true, false]) {
    const turns: Array<Awaited<ReturnType<typeof rush>>> = []
    for (const variantId of hot.slice(prepared ? 0 : half).slice(0, times)) {
      turns.push(await rush(engine, variantId, sizes, prepared))
    }
    rows.push({
      name: `${sizes.buyers} buyers, ${sizes.stock} pieces, ${prepared ? "carts filled before" : "from an empty cart"}`,
      figures: {
        orders: Spread.median(turns.map(({ orders }) => orders)),
        "told to come later": Spread.median(turns.map(({ later }) => later)),
        "ms until all are answered": Spread.median(turns.map(({ millis }) => millis))
      }
    })
  }
  return rows
}

/** Many who look, fill carts and order at once, and how long each kind of request took. */
const mixed = async ({ port }: Serving, goods: Shopper.Goods, { seconds }: Sizes): Promise<ReadonlyArray<Row>> => {
  const millis: Record<"cart" | "other" | "checkout", Array<number>> = { cart: [], other: [], checkout: [] }
  const timed = async (kind: keyof typeof millis, work: Promise<unknown>) => {
    const began = performance.now()
    await work
    millis[kind].push(performance.now() - began)
  }
  const search = Shopper.search(Fixture.words)
  const page = Shopper.page(goods)
  await Load.run({
    port,
    connections: 32,
    until: { seconds },
    work: async (connection) => {
      await timed("other", Shopper.list(connection))
      await timed("other", page(connection))
      await timed("other", search(connection))
      const began = performance.now()
      const cart = await Shopper.newCart(connection)
      millis.cart.push(performance.now() - began)
      await timed("cart", Shopper.addItem(connection, cart, Shopper.next(goods.variantIds)))
      await timed("other", page(connection))
      await timed("cart", Shopper.addItem(connection, cart, Shopper.next(goods.variantIds)))
      await timed("cart", Shopper.seeCart(connection, cart))
      await timed("cart", Shopper.sayAddress(connection, cart).then((answer) => Shopper.expect(answer, 200)))
      await timed("cart", Shopper.chooseShipping(connection, cart, goods))
      await timed("checkout", Shopper.checkout(connection, cart).then(Shopper.statusOf))
    }
  })
  return Object.entries(millis).map(([name, values]) => ({
    name: `32 connections, ${name}`,
    figures: { "a second": values.length / seconds, "p50 ms": Spread.median(values), "p95 ms": Spread.p95(values) }
  }))
}

/** How many statements the requests of a whole flow send. */
const statementsOfAFlow = async (processes: Processes, target: Target, goods: Shopper.Goods): Promise<number> => {
  await using engine = await processes.serve({ target, counts: true })
  const once = () => Load.run({ port: engine.port, connections: 1, until: { times: 1 }, work: Shopper.wholeFlow(goods) })
  // the first one may read what is remembered afterwards
  await once()
  await engine.ask("statements")
  await once()
  return ((await engine.ask("statements")) as ReadonlyArray<string>).length
}

export const measure = async (
  processes: Processes,
  databases: Databases,
  original: Target,
  sizes: Sizes,
  add: (table: Table) => void
): Promise<void> => {
  const goods = await Fixture.goods(original, sizes)
  const target = await databases.copy(original, "http", "FULL")
  const title = `HTTP on ${target.backend}, ${sizes.products} products`
  {
    await using engine = await processes.serve({ target, counts: false })
    add({
      title: `${title}, beside a bare node:http server with the same bytes`,
      rows: [
        await beside(processes, engine, `${Shopper.api}/products`, "list of 20, 16 connections", 16, Shopper.list, sizes),
        await beside(
          processes,
          engine,
          `${Shopper.api}/products/${goods.slugs[0]}`,
          "product page, 16 connections",
          16,
          Shopper.page(goods),
          sizes
        ),
        await beside(
          processes,
          engine,
          `${Shopper.api}/products/search?q=${Fixture.words[0]}`,
          "search, 16 connections",
          16,
          Shopper.search(Fixture.words),
          sizes
        )
      ]
    })
    add({
      title,
      rows: [
        await under(engine, "new cart with an item, 16 buyers", 16, Shopper.cartWithItem(goods), sizes),
        await under(engine, "whole flow, 8 buyers", 8, Shopper.wholeFlow(goods), sizes),
        ...await mixed(engine, goods, sizes)
      ]
    })
    add({ title: `${title}, everybody at once`, rows: await rushes(engine, goods.hot, sizes) })
  }
  const statements = await statementsOfAFlow(processes, target, goods)
  add({ title: `${title}, statements`, rows: [{ name: "whole flow", figures: { statements } }] })
}
