/**
 * A shop that is served with its administration page, and the browser of somebody who runs it.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, type Stoa } from "@stoa/core"
import type { StoaOptions } from "@stoa/core/engine/Options"
import type { Plugin } from "@stoa/core/engine/Plugin"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import { address } from "@stoa/core/testing/Shop"
import { type RunningServer, serve } from "@stoa/http"
import type { BrowserContextOptions, Page } from "playwright-core"
import { adminPage } from "../AdminPage.ts"
import * as Chromium from "./Chromium.ts"
import { type Visitor, visit } from "./Visitor.ts"

export const owner = { email: "owner@example.com", password: "tulip lamp seven" }

type Options = Omit<Partial<StoaOptions<never, never, ReadonlyArray<Plugin>>>, "storage">

const open = async (options: Options): Promise<{ readonly shop: Stoa.Stoa; readonly mailbox: Mailbox.Mailbox; readonly server: RunningServer }> => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } },
    media: { storage: MemoryMedia.make().storage },
    secret: "a secret of more than 32 characters",
    ...options
  })
  const server = await serve(shop, { port: 0, accessLog: false, rateLimits: false, admin: adminPage() })
  return { shop, mailbox, server }
}

/** Opens a shop with its owner, a browser, and what both need. Whoever opens one closes it. */
export const make = async (options: Options = {}) => {
  const { mailbox, server, shop } = await open(options)
  const browser = await Chromium.shared()
  const visitors: Array<Visitor> = []
  const person = async (email: string, roles: ReadonlyArray<string>) => {
    const { challengeId } = await shop.auth.register({ email, password: owner.password })
    await shop.jobs.drain()
    await shop.auth.verifyEmail({ challengeId, code: Mailbox.takeCode(mailbox) })
    const { user } = await shop.auth.login({ email, password: owner.password })
    if (roles.length > 0) await shop.users.assignRoles(user.id, { roles })
    return user
  }
  await person(owner.email, ["owner"])
  const url = `${server.url}/admin`

  /** Opens the page as nobody. */
  const visitor = async (options: BrowserContextOptions = {}, at = url): Promise<Visitor> => {
    const visitor = await visit(browser, options)
    visitors.push(visitor)
    await visitor.page.goto(at)
    return visitor
  }

  return {
    shop,
    server,
    mailbox,
    browser,
    url,
    person,
    visitor,
    /** Opens the page as somebody who has signed in, the owner if nobody else is named. */
    signedIn: async (options: BrowserContextOptions = {}, at = url, who = owner): Promise<Visitor> => {
      const somebody = await visit(browser, options)
      visitors.push(somebody)
      const api = at.replace(/\/admin\/?(?:#.*)?$/, "/api/v1")
      const answer = await somebody.context.request.post(`${api}/auth/login`, { data: who, headers: { "stoa-session": "cookie", origin: new URL(api).origin } })
      if (!answer.ok()) throw new Error(`Nobody signs in: ${await answer.text()}`)
      await somebody.page.goto(at)
      await entered(somebody.page)
      return somebody
    },
    /** What went wrong in any browser since it was opened. */
    complaints: () => visitors.flatMap(({ complaints }) => complaints),
    close: async () => {
      await Promise.all(visitors.map(({ context }) => context.close()))
      await server.close()
    }
  }
}

export type AdminShop = Awaited<ReturnType<typeof make>>

/** Waits until whoever has signed in is shown the page. */
const entered = (page: Page, signOut = "Sign out"): Promise<void> =>
  page.getByRole("button", { name: signOut }).or(page.getByRole("button", { name: "Menu" })).first().waitFor()

/** Signs in with the password, as far as that leads: to a page that may speak another language by then. */
export const signIn = async (page: Page, { email, password } = owner, signOut = "Sign out"): Promise<void> => {
  await page.getByLabel("E-mail address").fill(email)
  await page.getByLabel("Password").fill(password)
  await page.getByRole("button", { name: "Sign in" }).click()
  await entered(page, signOut)
}

/** Puts a product up for sale and lets a guest buy some of it. */
export const sell = async (shop: Stoa.Stoa, { buyer = "ada@example.com", price = 9_000, quantity = 2, stock = 10, title = "Walnut lamp" } = {}) => {
  const currency = (await shop.stores.current()).currency
  if ((await shop.shipping.list()).length === 0) await shop.shipping.create({ name: "Post", price: { amount: 500, currency } })
  const product = await shop.catalog.createProduct({ title, variants: [{ price: { amount: price, currency }, sku: title.toUpperCase().replace(/\W+/g, "-").slice(0, 40), stock }] })
  const order = await buy(shop, product.variants[0]?.id ?? "", { buyer, quantity })
  return { product, order }
}

/** Lets a guest buy something. */
export const buy = async (shop: Stoa.Stoa, variantId: string, { buyer = "ada@example.com", quantity = 1 } = {}) => {
  const { cart, token: cartToken } = await shop.as(Actor.guest()).carts.create()
  const guest = shop.as(Actor.guest({ cartToken }))
  await guest.carts.addItem(cart.id, { variantId, quantity })
  const { order } = await guest.checkout.place({
    cartId: cart.id,
    email: buyer,
    shippingAddress: address,
    payment: { gateway: "sandbox", method: "sandbox_success" }
  })
  await shop.jobs.drain()
  return order
}
