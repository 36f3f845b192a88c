/**
 * Which address shows what, and what is done with the forms that buyers send.
 *
 * The engine knows a guest by the token of their cart, and of an order that they placed. Both stand in cookies that no script can
 * read. A form that another site made a browser send is refused; a form that was done leads on to a page (303), so that
 * loading it again sends nothing twice.
 */
import type { Stoa } from "@stoa/core"
import type { CartView } from "@stoa/core/cart/Cart"
import type { InvalidInput } from "@stoa/core/kernel/Input"
import * as Actor from "@stoa/core/kernel/Actor"
import { readFileSync } from "node:fs"
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import type { Html, Part } from "./Html.ts"
import * as Views from "./Views.ts"

const style = readFileSync(new URL("style.css", import.meta.url))

const security = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin"
}

const formBytes = 20_000

/** What the engine refuses with, in its own words. */
interface Refusal extends Error {
  readonly code: string
}

const isRefusal = (error: unknown): error is Refusal => error instanceof Error && "code" in error && "kind" in error

const cookiesOf = ({ headers }: IncomingMessage): ReadonlyMap<string, string> =>
  new Map((headers.cookie ?? "").split(/; */).map((pair): [string, string] => {
    const at = pair.indexOf("=")
    return [pair.slice(0, at), pair.slice(at + 1)]
  }))

const formOf = async (request: IncomingMessage): Promise<URLSearchParams | undefined> => {
  let body = ""
  for await (const piece of request.setEncoding("utf8")) {
    body += piece
    if (body.length > formBytes) return undefined
  }
  return new URLSearchParams(body)
}

/** Whether a page of this shop has sent it, by what browsers say of themselves. */
const isOurs = ({ headers }: IncomingMessage): boolean => {
  const site = headers["sec-fetch-site"]
  if (typeof site === "string") return site === "same-origin"
  return headers.origin === undefined || URL.parse(headers.origin)?.host === headers.host
}

const quantityOf = (form: URLSearchParams): number => Number(/^\d{1,4}$/.exec(form.get("quantity") ?? "")?.[0] ?? NaN)

/** Serves the pages of a shop. */
export const storefront = (shop: Stoa.Stoa): RequestListener => {
  /** What robots read. */
  const sitemap = async (url: URL, known: string | undefined) => {
    const xml = { "content-type": "application/xml; charset=utf-8" }
    if (url.pathname === "/robots.txt") return { status: 200, headers: { "content-type": "text/plain" }, body: [await shop.sitemaps.robots()] }
    if (url.pathname === "/sitemap.xml") return { status: 200, headers: xml, body: [await shop.sitemaps.index()] }
    const name = /^\/sitemaps\/([a-z]+)\.xml$/.exec(url.pathname)?.[1] ?? ""
    const range = Object.fromEntries(url.searchParams)
    const etag = `"${await shop.sitemaps.tag(name, range)}"`
    return known === etag
      ? { status: 304, headers: { etag }, body: [] }
      : { status: 200, headers: { ...xml, etag }, body: shop.sitemaps.part(name, range) }
  }

  const visit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://shop")
    const cookies = cookiesOf(request)
    const cartToken = cookies.get("cart")
    // the pages that hreflang names
    const language = url.searchParams.get("language")
    const spoken = language !== null && (await shop.stores.languages()).includes(language) ? language : null
    const guest = shop.as(Actor.guest(cartToken === undefined ? {} : { cartToken })).speaking(spoken)
    /** The open cart, if there is one. */
    const cartOf = (): Promise<CartView | undefined> =>
      cartToken === undefined ? Promise.resolve(undefined) : guest.carts.get("mine").catch(() => undefined)

    const send = (status: number, body: Html) => {
      response.writeHead(status, { ...security, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" })
      response.end(request.method === "HEAD" ? undefined : body.text)
    }
    const show = async (title: string, content: Part, { head, problem, status = 200 }: {
      readonly status?: number
      readonly problem?: string
      /** What search engines are told. */
      readonly head?: Part
    } = {}) => {
      const [{ name }, cart] = await Promise.all([shop.stores.current(), cartOf()])
      const pieces = (cart?.lines ?? []).reduce((sum, { quantity }) => sum + quantity, 0)
      send(status, Views.page(title, name, pieces, [Views.notice(problem), content], head))
    }
    const keep = (name: string, value: string, path = "/") =>
      response.appendHeader("set-cookie", `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${value === "" ? 0 : 2_592_000}`)
    const lead = (to: string) => {
      response.writeHead(303, { ...security, location: to })
      response.end()
    }
    const showCart = async (problem?: string) =>
      show("Cart", Views.cart(await cartOf()), problem === undefined ? {} : { problem, status: 409 })

    const showCheckout = async (form: Views.CheckoutForm, problem?: string) => {
      const cart = await cartOf()
      if (cart === undefined || cart.lines.length === 0) return lead("/cart")
      return show("Check out", Views.checkout(cart, await guest.carts.shippingOptions("mine"), form), problem === undefined ? {} : { problem, status: 400 })
    }

    const placeOrder = async (form: URLSearchParams) => {
      const values = Object.fromEntries(form)
      const written = (name: string) => form.get(name)?.trim() ?? ""
      const optional = (name: string) => written(name) === "" ? {} : { [name]: written(name) }
      try {
        const cart = await guest.carts.get("mine")
        const { order, token } = await guest.checkout.place({
          cartId: cart.id,
          email: written("email"),
          shippingAddress: {
            name: written("name"),
            line1: written("line1"),
            city: written("city"),
            country: written("country").toUpperCase(),
            ...optional("line2"),
            ...optional("region"),
            ...optional("postalCode")
          },
          ...optional("shippingMethodId"),
          // what the buyer was shown is what they pay, or nothing is ordered
          expectedTotal: { amount: Number(written("amount")), currency: written("currency") as never },
          payment: { gateway: "sandbox", method: written("method") }
        })
        keep("order", token, `/orders/${order.id}`)
        return lead(`/orders/${order.id}`)
      } catch (error) {
        if (!isRefusal(error)) throw error
        const faults = error.code === "invalid_input" ? (error as Refusal & InvalidInput).faults : []
        return showCheckout({
          values,
          faults: Object.fromEntries(faults.map(({ message, path }) => [String(path.at(-1)), message]))
        }, faults.length > 0 ? "Some of this is not right yet." : error.message)
      }
    }

    const buyer = () => {
      const orderToken = cookies.get("order")
      return shop.as(Actor.guest(orderToken === undefined ? {} : { orderToken }))
    }

    const [, first = "", second = "", third = ""] = url.pathname.split("/")
    if (request.method === "POST") {
      if (!isOurs(request)) return show("Not from here", "", { status: 403, problem: "Another site has sent this form." })
      const form = await formOf(request)
      if (form === undefined) return show("Too much", "", { status: 413, problem: "This form is too large." })
      try {
        if (first === "cart" && second === "items" && third === "") {
          if ((await cartOf()) === undefined) {
            const { token } = await shop.as(Actor.guest()).carts.create()
            await shop.as(Actor.guest({ cartToken: token })).carts.addItem("mine", { variantId: form.get("variantId") ?? "", quantity: quantityOf(form) })
            keep("cart", token)
          } else {
            await guest.carts.addItem("mine", { variantId: form.get("variantId") ?? "", quantity: quantityOf(form) })
          }
          return lead("/cart")
        }
        if (first === "cart" && second === "items") {
          const quantity = quantityOf(form)
          await (quantity === 0 ? guest.carts.removeItem("mine", third) : guest.carts.updateItem("mine", third, { quantity }))
          return lead("/cart")
        }
        if (first === "cart" && second === "coupons") {
          await guest.coupons.add("mine", { code: form.get("code") ?? "" })
          return lead("/cart")
        }
        if (first === "checkout" && second === "") return await placeOrder(form)
        if (first === "orders" && third === "payments") {
          await buyer().payments.initialize({ orderId: second, gateway: "sandbox", method: form.get("method") ?? "" })
          return lead(`/orders/${second}`)
        }
      } catch (error) {
        if (!isRefusal(error)) throw error
        return showCart(error.message)
      }
    } else {
      if (url.pathname === "/style.css") {
        response.writeHead(200, { ...security, "content-type": "text/css; charset=utf-8", "cache-control": "max-age=60" })
        response.end(style)
        return undefined
      }
      if (url.pathname === "/") {
        const search = url.searchParams.get("q")?.trim() ?? ""
        const after = url.searchParams.get("after") ?? ""
        const page = await guest.catalog.listProducts({
          limit: 24,
          ...(search === "" ? {} : { search: search.slice(0, 200) }),
          ...(after === "" ? {} : { after })
        }).catch((error: unknown) => {
          if (isRefusal(error)) return undefined
          throw error
        })
        if (page === undefined) return show("Not found", "", { status: 400, problem: "There is no such page of products." })
        const { items, nextCursor } = page
        const next = nextCursor === null ? undefined : `/?${new URLSearchParams({ ...(search === "" ? {} : { q: search }), after: nextCursor })}`
        return show(search === "" ? "Everything" : `Found for “${search}”`, Views.products(items, next))
      }
      if (first === "products" && second !== "") {
        const product = await guest.catalog.getProduct(second).catch((error: unknown) => {
          if (isRefusal(error)) return undefined
          throw error
        })
        if (product !== undefined) {
          const { settings: { locale, storefrontPaths, storefrontUrl } } = await shop.stores.current()
          const head = storefrontUrl === null ? null : Views.aboutProduct(product, storefrontUrl, storefrontPaths, locale)
          return show(product.title, Views.product(product), { head })
        }
      }
      if (url.pathname === "/robots.txt" || url.pathname === "/sitemap.xml" || first === "sitemaps") {
        const sent = await sitemap(url, request.headers["if-none-match"]).catch((error: unknown) => {
          if (isRefusal(error)) return undefined
          throw error
        })
        if (sent !== undefined) {
          response.writeHead(sent.status, { ...security, "cache-control": "no-cache", ...sent.headers })
          // a robot that leaves in the middle ends the reading
          return pipeline(sent.body, response).catch((error: unknown) => {
            if (!(error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE")) throw error
          })
        }
      }
      if (url.pathname === "/cart") return showCart()
      if (url.pathname === "/checkout") return showCheckout({ values: { country: (await shop.stores.current()).settings.country }, faults: {} })
      if (first === "orders" && third === "") {
        const order = await buyer().orders.get(second).catch((error: unknown) => {
          if (isRefusal(error)) return undefined
          throw error
        })
        if (order !== undefined) return show(`Order ${order.number}`, Views.order(order))
      }
    }
    const moved = request.method === "POST" ? undefined : await guest.redirects.resolve(`${url.pathname}${url.search}`).catch((error: unknown) => {
      if (isRefusal(error)) return undefined
      throw error
    })
    if (moved !== undefined) {
      response.writeHead(moved.status, { ...security, location: moved.to })
      response.end()
      return undefined
    }
    return show("Not found", "", { status: 404, problem: "There is nothing here." })
  }

  return (request, response) => {
    visit(request, response).catch((error: unknown) => {
      console.error(error)
      if (response.headersSent) return response.destroy()
      response.writeHead(500, { ...security, "content-type": "text/plain" })
      return response.end("Something went wrong. Try again in a while.\n")
    })
  }
}
