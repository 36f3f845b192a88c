/**
 * What a server takes before anybody asks it anything, and what it has taken after many did.
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

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

const boot = async (processes: Processes, target: Target, boots: number): Promise<ReadonlyArray<Row>> => {
  const times: Array<{ readonly loadMillis: number; readonly bootMillis: number }> = []
  for (let round = 0; round < boots; round++) times.push(await processes.boot(target))
  return [
    {
      name: "boot, from createStoa to the first product read",
      figures: { ms: Spread.median(times.map(({ bootMillis }) => bootMillis)) }
    },
    { name: "loading the modules before that", figures: { ms: Spread.median(times.map(({ loadMillis }) => loadMillis)) } }
  ]
}

/** Six requests that look, three that have to do with a cart, and in one of ten visits six that order. */
const requestsOfAVisit = 9.6

const visit = (goods: Shopper.Goods, count: (requests: number) => void): Load.LoadOptions["work"] => {
  let visits = 0
  const page = Shopper.page(goods)
  const search = Shopper.search(Fixture.words)
  return async (connection) => {
    visits += 1
    for (let index = 0; index < 2; index++) {
      await Shopper.list(connection)
      await page(connection)
      await search(connection)
    }
    const cart = await Shopper.newCart(connection)
    Shopper.expect(await Shopper.addItem(connection, cart, Shopper.next(goods.variantIds)), 200)
    await Shopper.seeCart(connection, cart)
    count(9)
    if (visits % 10 !== 0) return
    await Shopper.wholeFlow(goods)(connection)
    count(6)
  }
}

interface Memory {
  readonly requests: number
  readonly resident: number
  readonly heap: number
}

const megabyte = 1_048_576

/** Sends visits until so many requests were answered, and looks at the server when it has calmed down. */
const after = async (server: Serving, goods: Shopper.Goods, from: number, to: number, rest: number): Promise<Memory> => {
  let requests = from
  const work = visit(goods, (more) => {
    requests += more
  })
  await Load.run({
    port: server.port,
    connections: 16,
    until: { times: Math.ceil((to - from) / requestsOfAVisit) },
    work
  })
  await seconds(rest)
  const resident = server.resident() ?? Number.NaN
  return { requests, resident, heap: Number(await server.ask("heap")) / megabyte }
}

export const measure = async (
  processes: Processes,
  databases: Databases,
  original: Target,
  sizes: Sizes,
  add: (table: Table) => void
): Promise<void> => {
  const goods = await Fixture.goods(original, sizes)
  const target = await databases.copy(original, "server", "FULL")
  const rows = [...await boot(processes, target, sizes.boots)]
  {
    await using idle = target.backend === "sqlite"
      ? await processes.command(target.filename)
      : await processes.serve({ target, counts: false })
    await seconds(sizes.rest)
    rows.push({ name: "idle server, resident", figures: { MB: idle.resident() ?? "unknown" } })
  }
  add({ title: `The server on ${target.backend}`, rows })
  await using server = await processes.serve({ target, counts: false })
  const before = await after(server, goods, 0, sizes.requestsBefore, sizes.rest)
  const later = await after(server, goods, before.requests, sizes.requestsAfter, sizes.rest)
  const of = ({ heap, requests, resident }: Memory): Row => ({
    name: `after ${requests.toLocaleString("en-US")} requests`,
    figures: { "resident MB": resident, "alive in the heap MB": heap }
  })
  add({
    title: `Memory of the server on ${target.backend} under load`,
    rows: [
      of(before),
      of(later),
      {
        name: "ratio",
        figures: { "resident MB": later.resident / before.resident, "alive in the heap MB": later.heap / before.heap }
      }
    ]
  })
}
