/**
 * Runs the suites that are asked for, one after the other, and prints each table as soon as it is known.
 */
import type * as Compare from "./Compare.ts"
import * as Databases from "./Databases.ts"
import * as Figures from "./Figures.ts"
import * as Fixture from "./Fixture.ts"
import * as Gateways from "./Gateways.ts"
import * as Growth from "./Growth.ts"
import * as Http from "./Http.ts"
import * as Mails from "./Mails.ts"
import * as Operations from "./Operations.ts"
import type { Backend, Options } from "./Options.ts"
import * as Pictures from "./Pictures.ts"
import * as Pricing from "./Pricing.ts"
import type { Processes } from "./Processes.ts"
import type { Table } from "./Report.ts"
import * as Report from "./Report.ts"
import * as Search from "./Search.ts"
import * as Server from "./Server.ts"
import * as SignIns from "./SignIns.ts"
import * as Trackers from "./Trackers.ts"

const compared = (title: string, comparisons: ReadonlyArray<Compare.Comparison>): Table => ({
  title,
  rows: comparisons.map(({ cpuRatio, engineMicros, name, ratio, rawMicros }) => ({
    name,
    figures: { "engine us": engineMicros, "raw us": rawMicros, ratio, "cpu ratio": cpuRatio }
  }))
})

export const run = async ({ backends, sizes, suites }: Options, processes: Processes): Promise<ReadonlyArray<Table>> => {
  const tables: Array<Table> = []
  const add = (table: Table) => {
    process.stdout.write(Report.text(table))
    tables.push(table)
  }
  const on = async (backend: Backend): Promise<void> => {
    const comparing = suites.has(backend)
    const serving = backends.includes(backend)
    const serves = serving && (suites.has("http") || suites.has("process"))
    const pays = serving && suites.has("gateways")
    const grows = serving && suites.has("growth")
    const searches = serving && suites.has("search")
    const counts = serving && suites.has("figures")
    const mails = serving && suites.has("mails")
    const tracks = serving && suites.has("trackers")
    const signsIn = serving && suites.has("sign-ins")
    if (!comparing && !serves && !pays && !grows && !searches && !counts && !signsIn && !mails && !tracks) return
    await using databases = await Databases.open(backend)
    if (comparing || serves || pays) {
      const original = await databases.create("original", "NORMAL")
      await Fixture.create(original, sizes)
      for (const durability of comparing ? databases.durabilities : []) {
        const engine = await databases.copy(original, `engine-${durability}`, durability)
        const raw = await databases.raw(await databases.copy(original, `raw-${durability}`, durability))
        const title = `${databases.title(durability)}, ${sizes.products} products`
        add(compared(title, await Operations.compare(engine, raw, sizes, 1)))
        // one writer at a time makes nothing of many buyers
        if (backend === "postgres") add(compared(title, await Operations.compare(engine, raw, sizes, 16)))
        await raw.close()
      }
      if (serves && suites.has("http")) await Http.measure(processes, databases, original, sizes, add)
      if (pays) {
        const target = await databases.copy(original, "gateways", "NORMAL")
        add({ title: `Gateways on ${databases.title("NORMAL")}`, rows: await Gateways.measure(target, sizes) })
      }
      if (serves && suites.has("process")) await Server.measure(processes, databases, original, sizes, add)
    }
    if (mails) await Mails.measure(processes, databases, sizes, add)
    if (tracks) await Trackers.measure(processes, databases, sizes, add)
    if (signsIn) await SignIns.measure(databases, sizes, add)
    if (grows || searches) {
      const shops = await Growth.catalogues(databases, sizes, add)
      if (grows) await Growth.measure(processes, shops, sizes, add)
      if (searches) await Search.measure(processes, shops, sizes, add)
    }
    if (grows || counts) {
      const shops = await Growth.sold(databases, sizes, add)
      if (grows) await Growth.measureOrders(processes, shops, sizes, add)
      if (counts) await Figures.measure(processes, shops, sizes, add)
    }
  }
  if (suites.has("pricing")) Pricing.measure(sizes, add)
  if (suites.has("pictures")) await Pictures.measure(sizes, add)
  await on("sqlite")
  await on("postgres")
  return tables
}
