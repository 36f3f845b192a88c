/**
 * Which address shows what, and what is done with the forms that buyers send.
 *
 * The engine knows a guest by the token of their cart, and of an order that they placed, and whoever has signed in by the tokens of
 * their session. All stand in cookies that no script can read. A form that another site made a browser send is refused; a form that was done leads on to a page (303), so that
 * loading it again sends nothing twice.
 */
import type { Stoa } from "@stoa/core"
import type { CartView } from "@stoa/core/cart/Cart"
import * as Actor from "@stoa/core/kernel/Actor"
import { readFileSync } from "node:fs"
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import * as AccountViews from "./AccountViews.ts"
import * as BuyingViews from "./BuyingViews.ts"
import { type Html, html, type Part } from "./Html.ts"
import { faultsOf, inWords, isRefusal, unlessRefused } from "./Refusals.ts"
import * as SharedViews from "./SharedViews.ts"
import { signIn, wantedOf, wish } from "./SignIn.ts"
import * as Views from "./Views.ts"

const style = readFileSync(new URL("style.css", import.meta.url))

const security = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin"
}

const formBytes = 20_000

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

const quantityOf = (form: URLSearchParams): number => Number(/^\d{1,4}$/.exec(form.get("quantity")?.trim() ?? "")?.[0] ?? NaN)

/** An order that is being placed, and the token of it. */
type Placed = Awaited<ReturnType<Stoa.Stoa["checkout"]["place"]>>

/** Serves the pages of a shop. */
export const storefront = (shop: Stoa.Stoa): RequestListener => {
  /** By the token of its cart: whoever presses the button twice gets the one order both times. */
  const placing = new Map<string, Promise<Placed>>()

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
    const keep = (name: string, value: string, path = "/") =>
      response.appendHeader("set-cookie", `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${value === "" ? 0 : 2_592_000}`)
    /** Whoever has signed in. Their tokens are good for minutes, and are made anew by one that is good once. */
    const signedIn = async (): Promise<Actor.Actor | undefined> => {
      const session = cookies.get("session")
      const refreshToken = cookies.get("refresh")
      const known = session === undefined ? undefined : await unlessRefused(shop.auth.authenticate(session))
      if (known !== undefined || refreshToken === undefined) return known
      const fresh = await unlessRefused(shop.auth.refresh({ refreshToken }))
      keep("session", fresh?.accessToken ?? "")
      keep("refresh", fresh?.refreshToken ?? "")
      return fresh === undefined ? undefined : shop.auth.authenticate(fresh.accessToken)
    }
    const customer = await signedIn()
    const customerId = customer === undefined ? undefined : Actor.userId(customer)
    const guest = shop.as(customer ?? Actor.guest(cartToken === undefined ? {} : { cartToken })).speaking(spoken)
    /** The cart that the buyer's token is of, even if it is an order by now, or that of whoever has signed in. */
    const anyCart = (): Promise<CartView | undefined> =>
      cartToken === undefined && customer === undefined ? Promise.resolve(undefined) : guest.carts.get("mine").catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
    /** The open cart, if there is one. */
    const cartOf = async (): Promise<CartView | undefined> => {
      const cart = await anyCart()
      return cart === undefined || cart.orderId !== null ? undefined : cart
    }

    const send = (status: number, body: Html) => {
      response.writeHead(status, { ...security, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" })
      response.end(request.method === "HEAD" ? undefined : body.text)
    }
    const show = async (title: string, content: Part, { retryAfter, status = 200, ...frame }: {
      readonly status?: number
      /** In how many seconds it may be tried again. */
      readonly retryAfter?: number
      readonly problem?: Part
      readonly search?: string
      /** What search engines are told. */
      readonly head?: Part
    } = {}) => {
      const [{ name }, cart] = await Promise.all([shop.stores.current(), cartOf()])
      const pieces = (cart?.lines ?? []).reduce((sum, { quantity }) => sum + quantity, 0)
      if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter)
      send(status, Views.page({ title, shop: name, pieces, isSignedIn: customer !== undefined, ...frame }, content))
    }
    const lead = (to: string) => {
      response.writeHead(303, { ...security, location: to })
      response.end()
    }
    // a host behind a proxy takes the address that the proxy names
    const client = { address: request.socket.remoteAddress ?? null, userAgent: request.headers["user-agent"] ?? null }
    const entrance = signIn({ shop: shop.calledFrom(client), cartToken, keep, show, lead })

    const showCart = async (problem?: Part) => {
      const cart = await cartOf()
      const saved = cart === undefined ? [] : await guest.savedForLater.list("mine")
      const links = cart === undefined ? null : SharedViews.links(await guest.sharedCarts.shares("mine"), SharedViews.toCart)
      await show("Cart", BuyingViews.cart(cart, saved, links), problem === undefined ? {} : { problem, status: 409 })
    }

    const showCheckout = async (written?: BuyingViews.CheckoutForm, problem?: Part) => {
      const cart = await cartOf()
      if (cart === undefined || cart.lines.length === 0) return problem === undefined ? lead("/cart") : showCart(problem)
      const form = written ?? { values: await knownOf(cart), faults: {} }
      const content = BuyingViews.checkout(cart, await guest.carts.shippingOptions("mine"), form)
      return show("Check out", content, problem === undefined ? {} : { problem, status: 400 })
    }

    const showProduct = async (slug: string, problem?: Part, chosen?: Views.Choice): Promise<boolean> => {
      const product = await guest.catalog.getProduct(slug).catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
      if (product === undefined) return false
      const { settings: { locale, storefrontPaths, storefrontUrl } } = await shop.stores.current()
      const head = storefrontUrl === null ? null : Views.aboutProduct(product, storefrontUrl, storefrontPaths, locale)
      await show(product.title, Views.product(product, chosen, spoken), { head, ...(problem === undefined ? {} : { problem, status: 409 }) })
      return true
    }

    const checkoutOf = (form: URLSearchParams) => {
      const written = (name: string) => form.get(name)?.trim() ?? ""
      const optional = (name: string) => written(name) === "" ? {} : { [name]: written(name) }
      return {
        email: written("email"),
        shippingAddress: {
          name: written("name"),
          line1: written("line1"),
          city: written("city"),
          country: written("country"),
          ...optional("line2"),
          ...optional("region"),
          ...optional("postalCode")
        },
        way: optional("shippingMethodId")
      }
    }

    const refused = async (form: URLSearchParams, error: unknown) => {
      if (!isRefusal(error)) throw error
      const values = Object.fromEntries(form)
      const faults = faultsOf(error, form)
      const cart = await anyCart()
      if (cart !== undefined && cart.orderId !== null) return lead(`/orders/${cart.orderId}`)
      return Object.keys(faults).length === 0
        ? showCheckout({ values, faults }, inWords(error, cart))
        : showCheckout({ values, faults }, BuyingViews.faulty({ values, faults }))
    }

    /** Says what it costs by the way that was chosen, and orders nothing. */
    const showTotal = async (form: URLSearchParams) => {
      try {
        await guest.carts.update("mine", checkoutOf(form).way)
        return await showCheckout({ values: Object.fromEntries(form), faults: {} })
      } catch (error) {
        return refused(form, error)
      }
    }

    const place = async (form: URLSearchParams): Promise<Placed> => {
      const { email, shippingAddress, way } = checkoutOf(form)
      // from here on shipping and tax are those of the address: if the total is another by that, it is shown before it is paid
      const cart = await guest.carts.update("mine", { email, shippingAddress, ...way })
      return guest.checkout.place({
        cartId: cart.id,
        // what the buyer was shown is what they pay, or nothing is ordered
        expectedTotal: { amount: Number(form.get("amount")), currency: (form.get("currency") ?? "") as never },
        payment: { gateway: "sandbox", method: form.get("method") ?? "" }
      })
    }

    const placeOrder = async (form: URLSearchParams) => {
      const mine = customerId ?? cartToken ?? ""
      const running = placing.get(mine) ?? place(form)
      placing.set(mine, running)
      try {
        const { order, token } = await running
        // whoever has signed in sees it by that, and whoever comes after them at this machine does not
        if (customer === undefined) keep("order", token, `/orders/${order.id}`)
        return lead(`/orders/${order.id}`)
      } catch (error) {
        return refused(form, error)
      } finally {
        placing.delete(mine)
      }
    }

    const buyer = () => {
      const orderToken = cookies.get("order")
      return orderToken === undefined ? guest : shop.as(Actor.guest({ orderToken }))
    }

    const showOrders = async () => {
      if (customer === undefined) return entrance.askForAddress()
      const after = url.searchParams.get("after")
      const page = await unlessRefused(guest.orders.listMine({ limit: 24, ...(after === null ? {} : { after }) }))
      if (page === undefined) return lead("/orders")
      const { items, nextCursor } = page
      const next = nextCursor === null ? undefined : `/orders?${new URLSearchParams({ after: nextCursor })}`
      return show("My orders", BuyingViews.orders(items, next))
    }

    /** What is known of where a buyer wants it: what they have written before, or else what their account says. */
    const knownOf = async (cart: CartView): Promise<Readonly<Record<string, string>>> => {
      const [{ settings: { country } }, account, addresses] = await Promise.all([
        shop.stores.current(),
        customer === undefined ? undefined : guest.accounts.me(),
        customer === undefined ? [] : guest.addresses.list()
      ])
      const address = cart.shippingAddress ?? addresses.find(({ defaultShipping }) => defaultShipping)?.address ?? {}
      const known = Object.entries({ country, email: cart.email ?? account?.email, ...address })
      return Object.fromEntries(known.filter((field): field is [string, string] => typeof field[1] === "string"))
    }

    const showOrder = async (id: string, problem?: Part): Promise<boolean> => {
      const found = await Promise.all([buyer().orders.get(id), buyer().fulfilments.ofOrder(id)]).catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
      if (found === undefined) return false
      const [order, parcels] = found
      await show(`Order ${order.number}`, BuyingViews.order(order, parcels), problem === undefined ? {} : { problem, status: 409 })
      return true
    }

    /** What stands behind a link that somebody was given, or that there is nothing. */
    const showShared = async (title: string, content: () => Promise<Part>) => {
      try {
        return await show(title, await content(), { head: SharedViews.unlisted })
      } catch (error) {
        if (!isRefusal(error)) throw error
        return show(title, html`<p><a href="/">Look around</a></p>`, { status: 404, problem: inWords(error, undefined) })
      }
    }

    /** Begins a cart for whoever has none, and says who they are from now on. */
    const beginCart = async () => {
      if (customer !== undefined) {
        await guest.carts.create()
        return guest
      }
      const { token } = await shop.as(Actor.guest()).carts.create()
      keep("cart", token)
      return shop.as(Actor.guest({ cartToken: token }))
    }

    const showWishes = async (problem?: Part) => {
      if (customer === undefined) return entrance.askForAddress()
      const after = url.searchParams.get("after")
      const [page, shares] = await Promise.all([
        unlessRefused(guest.wishList.list(after === null ? {} : { after })),
        guest.sharedWishLists.shares()
      ])
      if (page === undefined) return lead("/wishes")
      const { items, nextCursor } = page
      const next = nextCursor === null ? undefined : `/wishes?${new URLSearchParams({ after: nextCursor })}`
      return show("My wishes", AccountViews.wishes(items, next, shares), problem === undefined ? {} : { problem, status: 409 })
    }

    /** What is done with one's own wishes. */
    const changeWishes = async (form: URLSearchParams) => {
      const wanted = wantedOf(form)
      if (customer === undefined) return entrance.askForAddress(wanted)
      try {
        if (second === "" && wanted !== undefined) await wish(guest, wanted)
        if (second === "share") {
          const { token } = await guest.sharedWishLists.share()
          // what others see, at the address that they are sent
          return lead(`/wishes/${token}`)
        }
        if (second === "shares") await guest.sharedWishLists.revoke(third)
        else if (form.has("move")) {
          await guest.wishList.moveToCart(second)
          return lead("/cart")
        } else if (form.has("remove")) await guest.wishList.remove(second)
        return lead("/wishes")
      } catch (error) {
        if (!isRefusal(error)) throw error
        return showWishes(inWords(error, await cartOf()))
      }
    }

    /** Puts what is in a cart behind a link into the buyer's own, which is begun where there is none. */
    const copyCart = async (token: string) => {
      if ((await cartOf()) !== undefined) return guest.sharedCarts.copy(token)
      // there is something behind the link, or no cart is begun for it
      await guest.sharedCarts.get(token)
      return (await beginCart()).sharedCarts.copy(token)
    }

    const [, first = "", second = "", third = ""] = url.pathname.split("/")
    if (request.method === "POST") {
      if (!isOurs(request)) return show("Not from here", "", { status: 403, problem: "Another site has sent this form." })
      const form = await formOf(request)
      if (form === undefined) return show("Too much", "", { status: 413, problem: "This form is too large." })
      try {
        if (first === "cart" && second === "items" && third === "") {
          const buyer = (await cartOf()) === undefined ? await beginCart() : guest
          await buyer.carts.addItem("mine", { variantId: form.get("variantId") ?? "", quantity: quantityOf(form) })
          return lead("/cart")
        }
        if (first === "cart" && second === "share") {
          const { token } = await guest.sharedCarts.share("mine")
          // what others see, at the address that they are sent
          return lead(`/shared-carts/${token}`)
        }
        if (first === "cart" && second === "shares") {
          await guest.sharedCarts.revoke("mine", third)
          return lead("/cart")
        }
        if (first === "sign-in" && second === "") return await entrance.sendCode(form)
        if (first === "sign-in" && second === "code") return await entrance.proveMailbox(form)
        if (first === "sign-in" && second === "second-factor") return await entrance.proveFactor(form)
        if (first === "sign-out") {
          if (customer !== undefined) await unlessRefused(guest.auth.logout())
          for (const name of ["session", "refresh", "cart"]) keep(name, "")
          return lead("/")
        }
        if (first === "wishes") return await changeWishes(form)
        if (first === "shared-carts") {
          await copyCart(second)
          return lead("/cart")
        }
        if (first === "cart" && second === "saved") {
          await (form.has("remove") ? guest.savedForLater.remove("mine", third) : guest.savedForLater.takeBack("mine", third))
          return lead("/cart")
        }
        if (first === "cart" && second === "items" && form.has("save")) {
          await guest.savedForLater.save("mine", third)
          return lead("/cart")
        }
        if (first === "cart" && second === "items") {
          const quantity = form.has("remove") ? 0 : quantityOf(form)
          await (quantity === 0 ? guest.carts.removeItem("mine", third) : guest.carts.updateItem("mine", third, { quantity }))
          return lead("/cart")
        }
        if (first === "cart" && second === "coupons" && third === "remove") {
          await guest.coupons.remove("mine", form.get("code") ?? "")
          return lead("/cart")
        }
        if (first === "cart" && second === "coupons") {
          await guest.coupons.add("mine", { code: form.get("code") ?? "" })
          return lead("/cart")
        }
        if (first === "checkout" && second === "") return await placeOrder(form)
        if (first === "checkout" && second === "total") return await showTotal(form)
        if (first === "orders" && third === "payments") {
          await buyer().payments.initialize({ orderId: second, gateway: "sandbox", method: form.get("method") ?? "" })
          return lead(`/orders/${second}`)
        }
      } catch (error) {
        if (!isRefusal(error)) throw error
        const problem = inWords(error, await cartOf())
        const chosen = { variantId: form.get("variantId") ?? "", quantity: form.get("quantity") ?? "" }
        if (form.has("slug") && await showProduct(form.get("slug") ?? "", problem, chosen)) return undefined
        if (first === "orders" && await showOrder(second, problem)) return undefined
        return showCart(problem)
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
        return show(search === "" ? "Everything" : `Found for “${search}”`, Views.products(items, next), { search })
      }
      if (first === "products" && second !== "" && await showProduct(second)) return undefined
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
      if (first === "shared-carts") {
        return showShared("A cart for you to see", async () => SharedViews.cart(await guest.sharedCarts.get(second), second))
      }
      if (first === "sign-in") return entrance.askForAddress()
      if (url.pathname === "/wishes") return showWishes()
      if (first === "wishes") {
        const after = url.searchParams.get("after")
        return showShared("Wishes", async () => {
          const { items, nextCursor } = await guest.sharedWishLists.get(second, after === null ? {} : { after })
          return SharedViews.wishes(items, nextCursor === null ? undefined : `/wishes/${second}?after=${nextCursor}`)
        })
      }
      if (url.pathname === "/cart") return showCart()
      if (url.pathname === "/checkout") return showCheckout()
      if (url.pathname === "/orders") return showOrders()
      if (first === "orders" && third === "" && await showOrder(second)) return undefined
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
    return show(
      "Not found",
      html`${first === "orders" && customer === undefined ? html`<p>If it is an order of yours: <a href="/orders">sign in to see it</a>.</p>` : null}
<p><a href="/">Look around</a></p>`,
      { status: 404, problem: "There is nothing here." }
    )
  }

  return (request, response) => {
    visit(request, response).catch((error: unknown) => {
      console.error(error)
      if (response.headersSent) return response.destroy()
      response.writeHead(500, { ...security, "content-type": "text/html; charset=utf-8" })
      return response.end(Views.page({ title: "Something went wrong", shop: "", pieces: 0 }, html`<p>Try again in a while. <a href="/">Look around</a></p>`).text)
    })
  }
}
