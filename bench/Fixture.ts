/**
 * A shop to measure on, made through the engine as a merchant would.
 */
import { createStoa } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import type { Sizes } from "./Options.ts"
import { storage, type Target } from "./server/Target.ts"
import type { Goods } from "./Shopper.ts"

const columns = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
  + "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Requires Shipping,"
  + "Variant Taxable\n"

/** Variants that are bought by everybody at once, each in a turn of its own. */
export const hotHandles: ReadonlyArray<string> = Array.from({ length: 8 }, (_, index) => `hot-${index}`)

/** A word that one product in twenty has. */
export const words: ReadonlyArray<string> = Array.from({ length: 20 }, (_, index) => `group${index}`)

async function* csv({ products, stock }: Sizes): AsyncGenerator<string> {
  yield columns
  for (let index = 0; index < products; index++) {
    const head = `thing-${index},Thing number ${index} of ${words[index % words.length]},<p>A thing for the shop.</p>,`
      + `Hollin,Things > Group ${index % 20},"tag ${index % 7}, thing",true,Size`
    yield `${head},Small,SKU-${index}-S,100,shopify,1000000,deny,${10 + (index % 50)}.00,true,true\n`
    yield `thing-${index},,,,,,,,Large,SKU-${index}-L,200,shopify,1000000,deny,${20 + (index % 50)}.00,true,true\n`
  }
  for (const handle of hotHandles) {
    yield `${handle},A thing that everybody wants,,Hollin,,,true,Size,One,SKU-${handle},100,shopify,${stock},deny,15.00,true,true\n`
  }
}

/** Fills a new database, the customer with many orders included. */
export const create = async (target: Target, sizes: Sizes): Promise<void> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  try {
    const report = await shop.catalog.importProducts(csv(sizes), { format: "csv" })
    if (report.failureCount > 0) throw new Error(`The fixture has faults: ${JSON.stringify(report.failures[0])}`)
    await shop.shipping.create({ name: "Parcel", price: { amount: 490, currency: "USD" } })
    await shop.taxes.create({ name: "Sales tax", taxClass: "standard", ratePpm: 80_000 })
    await shop.jobs.drain()
  } finally {
    await shop.close()
  }
  // Purchases after the orders, whose numbers go on, and the database looks at its tables once they are there: one that it finds empty it takes for
  // so until it looks again, and walks all carts of a store for each that is changed, as it does in no shop that is older than a minute.
  await Bulk.run(target, (bulk) => bulk.orders(0, sizes.orders))
  await purchases(target, Math.min(400, sizes.orders))
  await Bulk.settle(target)
}

/** Carts that were filled, of which every fourth was ordered and paid. */
const purchases = async (target: Target, count: number): Promise<void> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  try {
    for (let index = 0; index < count; index++) {
      const variantId = (await shop.catalog.getProduct(`thing-${index % 20}`)).variants[0]?.id ?? ""
      const { cart } = await shop.carts.create()
      await shop.carts.addItem(cart.id, { variantId, quantity: 1 })
      if (index % 4 !== 0) continue
      await shop.checkout.place({
        cartId: cart.id,
        email: "ada@example.com",
        shippingAddress: { name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" },
        payment: { gateway: "sandbox" }
      })
    }
    await shop.jobs.drain()
  } finally {
    await shop.close()
  }
}

/** What can be bought there, as far as a few hundred products. */
export const goods = async (target: Target, sizes: Sizes): Promise<Goods & { readonly hot: ReadonlyArray<string> }> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  try {
    const variantOf = async (slug: string) => (await shop.catalog.getProduct(slug)).variants[0]?.id ?? ""
    const slugs = Array.from({ length: Math.min(200, sizes.products) }, (_, index) => `thing-${index}`)
    const variantIds: Array<string> = []
    for (const slug of slugs) variantIds.push(await variantOf(slug))
    const hot: Array<string> = []
    for (const handle of hotHandles) hot.push(await variantOf(handle))
    const [method] = await shop.shipping.list()
    return { slugs, variantIds, hot, shippingMethodId: method?.id ?? "" }
  } finally {
    await shop.close()
  }
}
