/**
 * The demo shop: a catalogue, a way to ship, tax rates, and a key for its staff.
 */
import type { Stoa } from "@stoa/core"
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const catalogue = fileURLToPath(new URL("../demo/products.csv", import.meta.url))

export interface Seeded {
  readonly products: number
}

/** Puts the demo catalogue, shipping methods and tax rates into a store that has none. Again: nothing happens. */
export const seed = async (shop: Stoa.Stoa, currency: string): Promise<Seeded> => {
  const { products } = await shop.catalog.importProducts(createReadStream(catalogue), { format: "csv" })
  if ((await shop.shipping.list()).length === 0) {
    await shop.shipping.create({ name: "Standard", price: { amount: 590, currency }, position: 0 })
    await shop.shipping.create({ name: "Express", price: { amount: 1490, currency }, position: 1 })
  }
  if ((await shop.taxes.list()).length === 0) {
    await shop.taxes.create({ name: "Sales tax", taxClass: "standard", ratePpm: 80_000 })
    await shop.taxes.create({ name: "Reduced sales tax", taxClass: "reduced", ratePpm: 20_000 })
  }
  return { products: products.created }
}

/**
 * A key with every permission for playing with the demo. Only its hash is in the database, so the key itself is kept
 * beside it, readable by its owner only.
 */
export const staffKey = async (shop: Stoa.Stoa, database: string): Promise<string> => {
  const file = `${database}.demo-key`
  if (existsSync(file)) {
    const key = readFileSync(file, "utf8").trim()
    if (await shop.apiKeys.authenticate(key).then(() => true, () => false)) return key
  }
  const { secret } = await shop.apiKeys.create({ name: "Demo staff", permissions: ["*"] })
  if (database !== ":memory:") writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  return secret
}
