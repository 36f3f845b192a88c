/**
 * A database with products to measure on.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"

const products = 10_000

function* csv(): Generator<string> {
  yield "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
    + "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Requires Shipping,"
    + "Variant Taxable\n"
  for (let index = 0; index < products; index++) {
    const head = `thing-${index},Thing number ${index},<p>A thing for the shop.</p>,Hollin,Things > Group ${index % 20},`
      + `"tag ${index % 7}, thing",true,Size`
    yield `${head},Small,SKU-${index}-S,100,shopify,1000000,deny,${10 + (index % 50)}.00,true,true\n`
    yield `thing-${index},,,,,,,,Large,SKU-${index}-L,200,shopify,1000000,deny,${20 + (index % 50)}.00,true,true\n`
  }
}

/** Fills a new database file. */
export const create = async (filename: string): Promise<void> => {
  const shop = await createStoa({ storage: sqlite({ filename, synchronous: "NORMAL" }), workers: false })
  const bytes = (async function*() {
    for (const line of csv()) yield line
  })()
  const report = await shop.catalog.importProducts(bytes, { format: "csv" })
  if (report.failureCount > 0) throw new Error(`the fixture has faults: ${JSON.stringify(report.failures[0])}`)
  await shop.shipping.create({ name: "Parcel", price: { amount: 490, currency: "USD" } })
  await shop.taxes.create({ name: "Sales tax", taxClass: "standard", ratePpm: 80_000 })
  await shop.jobs.drain()
  await shop.close()
}
