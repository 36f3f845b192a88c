/**
 * Takes the pictures of docs/admin.md: a small shop that has sold for a month, at a desk and on a telephone.
 * `pnpm docs:admin` runs it, for all or for those that are named: `pnpm docs:admin prices stock`. It needs a Chromium, as the tests of this package do.
 */
import { address } from "@stoa/core/testing/Shop"
import * as Actor from "@stoa/core/kernel/Actor"
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Page } from "playwright-core"
import sharp from "sharp"
import * as AdminShop from "./src/testing/AdminShop.ts"
import * as Visitor from "./src/testing/Visitor.ts"

const folder = fileURLToPath(new URL("../../docs/admin/", import.meta.url))

const dayMillis = 86_400_000

/** Chance that is the same in every run. */
const chance = ((state: number) => () => {
  state = (state + 0x6d2b79f5) | 0
  const mixed = Math.imul(state ^ (state >>> 15), state | 1)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296
})(7)

const pick = <A>(of: ReadonlyArray<A>): A => of[Math.floor(chance() * of.length)] as A

const goods = [
  { title: "Walnut lamp", price: 9_000, look: "#6b4a33", shape: "border-radius:50% 50% 8% 8%" },
  { title: "Stone bowl", price: 2_500, look: "#8d938f", shape: "border-radius:10% 10% 50% 50%" },
  { title: "Oak stool", price: 4_500, look: "#b98b56", shape: "border-radius:12%" },
  { title: "Linen throw", price: 3_900, look: "#c9bda5", shape: "border-radius:4%;transform:rotate(-6deg)" },
  { title: "Enamel mug", price: 1_450, look: "#2f5d62", shape: "border-radius:6% 6% 22% 22%" },
  { title: "Brass hook", price: 900, look: "#b8963e", shape: "border-radius:50% 50% 50% 0" },
  { title: "Wool rug", price: 18_000, look: "#7d3c3a", shape: "border-radius:8%" }
] as const

const buyers = ["ada", "grace", "hedy", "mary", "joan", "radia", "barbara", "katherine"]
const say = ["It lights the whole room, and the switch is where the hand looks for it.", "Smaller than I thought, and still my favourite."]

/** A picture of a thing, drawn by the browser that is there anyway. */
const drawn = async (page: Page, look: string, shape: string): Promise<Buffer> => {
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:#efe9df"><div style="width:52%;aspect-ratio:1;background:${look};${shape}"></div></body>`
  )
  return page.screenshot()
}

/** Turns the clock of this process for a while; nothing else runs in it. */
const at = async <A>(millis: number, work: () => Promise<A>): Promise<A> => {
  const { now } = Date
  const started = now()
  Date.now = () => millis + now() - started
  try {
    return await work()
  } finally {
    Date.now = now
  }
}

/** Orders that pictures are of: one that waits to be sent, and one of which some money went back. */
interface Orders {
  readonly waiting: string
  readonly refunded: string
}

/** Fills the shop. */
const furnish = async ({ browser, person, shop }: AdminShop.AdminShop): Promise<Orders> => {
  const { settings } = await shop.stores.current()
  await shop.stores.update({
    name: "Walnut & Co",
    settings: { contactEmail: "hello@walnut.example", reviews: { ...settings.reviews, writers: "customers", moderation: "all" } }
  })
  const easel = await browser.newPage({ viewport: { width: 480, height: 480 } })
  const products: Array<{ readonly id: string; readonly variantId: string }> = []
  await shop.shipping.create({ name: "Post", price: { amount: 500, currency: "USD" as never } })
  for (const { look, price, shape, title } of goods) {
    const picture = await drawn(easel, look, shape)
    const { id: mediaId } = await shop.media.upload(picture, { name: `${title}.png`, alt: title })
    const product = await shop.catalog.createProduct({
      title,
      status: "active",
      description: "Made by hand, to be used every day.",
      tags: ["home"],
      images: [{ mediaId }],
      variants: [{
        price: { amount: price, currency: "USD" as never },
        sku: title.toUpperCase().replace(" ", "-"),
        stock: title === "Wool rug" ? 28 : 80
      }]
    })
    products.push({ id: product.id, variantId: product.variants[0]?.id ?? "" })
  }
  await easel.close()
  const now = Date.now()
  for (let back = 29; back >= 0; back--) {
    for (let order = 0; order < 1 + Math.floor(chance() * 4); order++) {
      const millis = Math.min(now - back * dayMillis - Math.floor(chance() * 8) * 3_600_000, now - (order + 1) * 60_000)
      await at(millis, () => AdminShop.buy(shop, pick(products).variantId, { buyer: `${pick(buyers)}@example.com`, quantity: 1 + Math.floor(chance() * 2) }))
    }
  }
  const { items } = await shop.orders.list({ limit: 100 })
  for (const [index, { id }] of items.entries()) {
    if (index < 5) continue
    const sending = await shop.fulfilments.create(id, {})
    await shop.fulfilments.advance(sending.id, { event: "ship", tracking: [{ carrier: "Owl Post", number: `OWL ${1_000 + index}`, url: null }] })
    if (index > 12) await shop.fulfilments.advance(sending.id, { event: "deliver" })
  }
  const [newest, second] = items
  if (newest === undefined || second === undefined) throw new Error("Nobody has bought anything")
  await shop.orderNotes.write(newest.id, { text: "Wants it wrapped as a present." })
  await shop.payments.refund(second.id, { amount: { amount: 500, currency: "USD" as never }, reason: "Came late" })
  await shop.promotions.create({ name: "Spring", action: { type: "percent_off_order", args: { ratePpm: 100_000 } }, trigger: "code", code: "SPRING" })
  await shop.promotions.create({ name: "Free from 100", action: { type: "free_shipping", args: {} }, conditions: [{ type: "subtotal", args: { minimum: { amount: 10_000, currency: "USD" } } }] })
  const third = items[20]
  const [line] = third === undefined ? [] : (await shop.orders.get(third.id)).lines
  if (third !== undefined && line !== undefined) {
    const lineId = line.id
    const back = await shop.returns.request(third.id, {
      lines: [{ lineId, quantity: 1, reason: "does_not_fit", note: "Too wide for the shelf" }]
    })
    await shop.returns.approve(back.id, { label: "Put it back into its box, to Oak Street 1" })
    await shop.returns.receive(back.id, { lines: [{ lineId, restock: 1, scrap: 0 }] })
  }
  await shop.draftOrders.create({
    email: "grace@example.com",
    lines: products.slice(0, 2).map(({ variantId }) => ({ variantId: variantId as never, quantity: 1 })),
    shippingAddress: address,
    shipping: { name: "By our own van", price: { amount: 1_500, currency: "USD" as never } }
  })
  await shop.attributes.create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm" })
  await shop.attributes.create({ code: "material", title: "Material", type: "choices", choices: [{ code: "stone", label: "Stone" }, { code: "wood", label: "Wood" }, { code: "brass", label: "Brass" }] })
  await shop.attributes.create({ code: "glazed", title: "Glazed", type: "boolean" })
  await shop.catalog.updateProduct(products[1]?.id ?? "", {
    attributes: { width: { amount: 24, unit: "cm" }, material: ["stone"], glazed: false },
    translations: { de: { title: "Steinschale", description: "Von Hand gemacht." } }
  })
  await shop.productLinks.setLinked(products[1]?.id ?? "", { kind: "accessory", productIds: [products[3]?.id as never] })
  const planner = await shop.catalog.createProduct({
    title: "Room planner",
    status: "active",
    variants: [{ price: { amount: 4_900, currency: "USD" as never }, sku: "PLANNER", requiresShipping: false, trackStock: false }]
  })
  const plannerId = planner.variants[0]?.id ?? ""
  await shop.licenseKeys.import(plannerId, { keys: Array.from({ length: 40 }, (_, index) => `PLAN-${1_000 + index * 37}`).join("\n") })
  for (const buyer of buyers.slice(0, 3)) await AdminShop.buy(shop, plannerId, { buyer: `${buyer}@example.com` })
  const { endpoint: hook } = await shop.webhooks.create({ url: "https://books.example/stoa", events: ["order.paid", "order.refunded"], description: "Books" })
  await shop.webhooks.test(hook.id)
  await shop.roles.create({ name: "night-shift", title: "Night shift", description: "Packs what came in the evening", permissions: ["orders:read", "inventory:read"] })
  const trade = await shop.customerGroups.create({ name: "Trade" })
  await shop.priceLists.create({
    name: "Trade prices",
    type: "override",
    customerGroupId: trade.id,
    countries: ["AT", "DE"],
    prices: products.slice(0, 4).flatMap(({ variantId }, index) => [
      { variantId: variantId as never, price: { amount: goods[index]?.price ?? 0, currency: "USD" as never } },
      { variantId: variantId as never, minQuantity: 10, price: { amount: Math.round((goods[index]?.price ?? 0) * .8), currency: "USD" as never } }
    ])
  })
  const collection = await shop.collections.create({ name: "For the living room", status: "active" })
  await shop.collections.placeProducts(collection.id, { productIds: products.slice(0, 3).map(({ id }) => id as never) })
  for (const [amount, note] of [[5_000, "Prize of the summer"], [2_500, "For a broken bowl"]] as const) {
    await shop.giftCards.create({ amount: { amount, currency: "USD" as never }, note })
  }
  await shop.reports.save({ name: "Taxes of the month", definition: { figure: "taxes", range: { last: 1, unit: "month", current: true } } })
  await shop.reports.make({ definition: { figure: "sales", range: { last: 30, unit: "day" } }, name: "Sales" })
  const living = await shop.catalog.createCategory({ name: "Living" })
  for (const name of ["Lamps", "Rugs and throws"]) await shop.catalog.createCategory({ name, parentId: living.id })
  await shop.catalog.createCategory({ name: "Kitchen" })
  await shop.attributes.setFor(living.id, { attributes: [{ attribute: "material", required: true }, { attribute: "width", required: false }] })
  const west = await shop.zones.create("tax", { name: "California", areas: [{ country: "US", region: "CA" }] })
  await shop.taxes.create({ name: "Sales tax", taxClass: "standard", zoneId: west.id, ratePpm: 72_500 })
  await shop.taxes.create({ name: "MwSt.", taxClass: "standard", country: "DE", ratePpm: 190_000 })
  await shop.shipping.create({
    name: "Van",
    price: { amount: 1_900, currency: "USD" as never },
    countries: ["DE", "AT"],
    freeFrom: 30_000,
    delivery: { minimumDays: 2, maximumDays: 4, cutOff: "14:00", weekdays: [1, 2, 3, 4, 5] },
    rates: { by: "weight", tiers: [{ from: 0, amount: 0 }, { from: 20_000, amount: 1_500 }], maximum: null }
  })
  await shop.flags.create({ key: "new-checkout", description: "The checkout on one page", enabled: true, percentage: 20 })
  for (const [index, text] of say.entries()) {
    const { id } = await person(`${buyers[index] ?? ""}@example.com`, [])
    await shop.as(Actor.customer(id)).reviews.create({
      product: products[index]?.id ?? "",
      rating: 5 - index,
      title: ["Warm light", "Good bowl"][index] ?? null,
      text,
      authorName: ["Ada", "Grace"][index] ?? null
    })
  }
  await shop.jobs.drain()
  return { waiting: newest.id, refunded: second.id }
}

const shown = (page: Page, orders: Orders): ReadonlyArray<readonly [string, string, () => Promise<void>]> => [
  ["home", "#/", () => page.locator("canvas").waitFor()],
  ["live", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/`)
    const feed = page.getByRole("region", { name: "What happens now" })
    await feed.getByText("Live", { exact: true }).waitFor()
    await feed.getByRole("listitem").first().waitFor()
    await page.locator("canvas").waitFor()
    // what comes late makes the page longer
    await page.getByText("All orders").last().waitFor()
    await feed.getByRole("listitem").nth(3).scrollIntoViewIfNeeded()
  }],
  ["orders", "#/orders", () => page.getByRole("table").waitFor()],
  ["order", `#/orders/${orders.refunded}`, () => page.getByText("Came late").waitFor()],
  ["edit", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/orders/${orders.waiting}`)
    await page.getByRole("button", { name: "Edit", exact: true }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Add goods").fill("Wool")
    await dialog.getByRole("button", { name: "Wool rug" }).click()
    await dialog.getByRole("button", { name: "See what it would do" }).click()
    await dialog.getByText("New total").waitFor()
  }],
  ["draft", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/drafts`)
    await page.getByRole("rowheader").getByRole("link").first().click()
    await page.getByText("What it costs").waitFor()
  }],
  ["return", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/returns`)
    await page.getByRole("rowheader").getByRole("link").first().click()
    await page.getByText("Too wide for the shelf").waitFor()
  }],
  ["collection", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/collections`)
    await page.getByRole("link", { name: "For the living room" }).click()
    await page.getByRole("button", { name: /^Move up/ }).first().waitFor()
  }],
  ["prices", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/prices`)
    await page.getByRole("link", { name: "Trade prices" }).click()
    await page.getByText("from 10 on").first().waitFor()
  }],
  ["cards", "#/cards", () => page.getByRole("table").waitFor()],
  ["reports", "#/reports", () => page.getByRole("link", { name: "Sales" }).waitFor()],
  ["team", "#/team/roles", () => page.getByText("Sees to the money").waitFor()],
  ["webhook", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/engine/webhooks`)
    await page.getByRole("link", { name: "https://books.example/stoa" }).click()
    await page.getByText("The message").first().waitFor()
  }],
  ["message", "#/templates/order-shipped/en", () => page.getByRole("region", { name: "What it would be" }).waitFor()],
  ["flags", "#/engine/flags", () => page.getByRole("switch").waitFor()],
  ["products", "#/products", () => page.getByRole("table").waitFor()],
  ["product", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/products`)
    await page.getByRole("link", { name: "Stone bowl" }).click()
    await page.getByRole("img", { name: "Stone bowl" }).waitFor()
  }],
  ["more", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/products`)
    await page.getByRole("link", { name: "Stone bowl" }).click()
    await page.getByRole("link", { name: "Selling, attributes, languages" }).click()
    await page.getByLabel("Glazed").waitFor()
  }],
  ["keys", "", async () => {
    await page.goto(`${page.url().split("#", 1)[0]}#/products`)
    await page.getByRole("link", { name: "Stone bowl" }).waitFor()
    await page.goto(`${page.url().split("#", 1)[0]}#/products?search=Planner`)
    await page.getByRole("link", { name: "Room planner" }).click()
    await page.getByRole("link", { name: /^Keys/ }).click()
    await page.getByText("Free").first().waitFor()
  }],
  ["stock", "#/stock", () => page.getByRole("table").waitFor()],
  ["promotions", "#/promotions", () => page.getByRole("table").waitFor()],
  ["reviews", "#/reviews", () => page.getByRole("listitem", { name: "Warm light" }).waitFor()],
  ["categories", "#/categories", () => page.getByRole("link", { name: "Lamps" }).waitFor()],
  ["attributes", "#/attributes/sets", () => page.getByText("Material").first().waitFor()],
  ["record", "#/engine/audit", () => page.getByText("California").first().waitFor()],
  ["settings", "#/settings", () => page.getByLabel("Name of the shop").waitFor()],
  ["shipping", "#/settings/shipping", () => page.getByText("By weight").first().waitFor()],
  ["taxes", "#/settings/taxes", () => page.getByRole("rowheader", { name: "MwSt." }).waitFor()]
]

const wanted = process.argv.slice(2)
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)

const take = async (page: Page, name: string): Promise<void> => {
  // once each: what is asked again and again would be evaluated in the page, whose policy forbids that
  await page.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => {})))")
  // a third of the size
  await sharp(await page.screenshot()).png({ palette: true, colours: 64, effort: 10 }).toFile(`${folder}${name}.png`)
  process.stdout.write(`${name}\n`)
}

const s = await AdminShop.make()
try {
  mkdirSync(folder, { recursive: true })
  const orders = await furnish(s)
  for (const [screen, viewport] of Object.entries(Visitor.screens)) {
    const { page } = await s.visitor({ viewport })
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    if (screen === "desk" && isWanted("sign-in")) await take(page, "sign-in-desk")
    await AdminShop.signIn(page)
    for (const [name, place, ready] of shown(page, orders)) {
      if (!isWanted(name)) continue
      if (place !== "") await page.goto(`${s.url}${place}`)
      await ready()
      await take(page, `${name}-${screen}`)
    }
    if (screen !== "desk" || !isWanted("dark")) continue
    await page.goto(`${s.url}#/`)
    await page.emulateMedia({ colorScheme: "dark" })
    await page.locator("canvas").waitFor()
    await take(page, "home-dark")
  }
} finally {
  await s.close()
  await s.browser.close()
}
