/**
 * The demo shop: a catalogue, a way to ship, tax rates, and a key for its staff.
 */
import type { Stoa } from "@stoa/core"
import * as Currency from "@stoa/core/kernel/Currency"
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import type * as Database from "./Database.ts"

const catalogue = fileURLToPath(new URL("../demo/products.csv", import.meta.url))

export interface Seeded {
  /** How many products were created; `0` for a store that has products. */
  readonly products: number
  /** How many were left out, as the store's currency has no such prices. */
  readonly leftOut: number
}

/**
 * Puts the demo catalogue, shipping methods and tax rates into a store that has none. What a store has stays as it is:
 * stock that was sold is not back at the next start.
 */
export const seed = async (shop: Stoa.Stoa): Promise<Seeded> => {
  const { currency } = await shop.stores.current()
  const price = (units: number) => ({ amount: Math.round(units * 10 ** Currency.exponent(currency)), currency })
  if ((await shop.shipping.list()).length === 0) {
    await shop.shipping.create({ name: "Standard", price: price(5.9), position: 0 })
    await shop.shipping.create({ name: "Express", price: price(14.9), position: 1 })
  }
  if ((await shop.taxes.list()).length === 0) {
    await shop.taxes.create({ name: "Sales tax", taxClass: "standard", ratePpm: 80_000 })
    await shop.taxes.create({ name: "Reduced sales tax", taxClass: "reduced", ratePpm: 20_000 })
  }
  if ((await shop.catalog.listProducts({ limit: 1, status: "any" })).items.length > 0) return { products: 0, leftOut: 0 }
  const report = await shop.catalog.importProducts(createReadStream(catalogue), { format: "csv" })
  return { products: report.products.created, leftOut: report.failureCount }
}

/**
 * A key with every permission for playing with the demo, the same at every start. Only its hash is in the database, so
 * the key itself is kept beside it (for a PostgreSQL database, in .stoa), readable by its owner only.
 */
export const staffKey = async (
  shop: Stoa.Stoa,
  { database, store }: { readonly database: Database.Database; readonly store: string }
): Promise<string> => {
  const place = database._tag === "File" ? database.path : ".stoa/postgres"
  const file = `${place}${store === "main" ? "" : `.${store}`}.demo-key`
  const kept = place === ":memory:" || !existsSync(file) ? undefined : readFileSync(file, "utf8").trim()
  if (kept !== undefined && await shop.apiKeys.authenticate(kept).then(() => true, () => false)) return kept
  const { secret } = await shop.apiKeys.create({ name: "Demo staff", permissions: ["*"] })
  if (place !== ":memory:") {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  }
  return secret
}

/** Who may do everything in the demo. The account has no password: codes for it are in mails, which the terminal shows. */
export const owner = "owner@example.com"

/** Makes the owner of the demo, unless there is one. */
export const ensureOwner = async (shop: Stoa.Stoa): Promise<void> => {
  const { items } = await shop.accounts.list({ search: owner, limit: 1 })
  if (items.length === 0) await shop.users.create({ email: owner, roles: ["owner"] })
}
