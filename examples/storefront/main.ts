import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { Effect } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { furnish } from "./Catalogue.ts"
import { storefront } from "./Storefront.ts"

const port = Number(process.env["PORT"] ?? 0)

await using shop = await createStoa({
  storage: sqlite({ filename: ":memory:" }),
  store: { name: "Walnut & Co", currency: "USD" },
  // the code to sign in with is read here, and not in a mailbox
  ...(port === 0 ? {} : { mailer: { name: "terminal", send: ({ subject, text }) => Effect.sync(() => console.log(`${subject}\n${text}\n`)) } })
})
await furnish(shop)

const server = createServer(storefront(shop))
await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
// search engines are told where it is
await shop.stores.update({ settings: { storefrontUrl: address } })
console.log(`Walnut & Co is open`)

if (port !== 0) {
  console.log(`on ${address}. Ctrl-C ends it.`)
  await new Promise((stopped) => process.once("SIGINT", stopped))
} else {
  // a buyer without a browser: they follow links, fill in forms, and keep cookies
  const cookies = new Map<string, string>()
  const visit = async (path: string, form?: Record<string, string>): Promise<string> => {
    const response = await fetch(new URL(path, address), {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) })
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^(\w+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const to = response.headers.get("location")
    return to === null ? response.text() : visit(to)
  }
  const found = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? ""

  const product = await visit(found(await visit("/?q=bowl"), /href="(\/products\/[^"]+)"/))
  console.log(`looks at ${found(product, /<h1>(.*?)<\/h1>/)}`)
  const cart = await visit("/cart/items", { variantId: found(product, /name="variantId" value="([^"]+)"/), quantity: "2" })
  console.log(`has ${found(cart, /(Cart \(\d+\))/)} for ${found(cart, /Total<\/dt><dd>(.*?)</)}`)
  const checkout = await visit("/checkout")
  const placed = await visit("/checkout", {
    email: "ada@example.com",
    name: "Ada Lovelace",
    line1: "12 Analytical Row",
    city: "Portland",
    region: "OR",
    postalCode: "97201",
    country: "US",
    amount: found(checkout, /name="amount" value="(\d+)"/),
    currency: found(checkout, /name="currency" value="(\w+)"/),
    method: "sandbox_success"
  })
  console.log(`${found(placed, /<h1>(.*?)<\/h1>/)} of ${found(placed, /Total<\/dt><dd>(.*?)</)} is paid: ${found(placed, /Paid<\/dt><dd>(.*?)</)}`)
}

server.closeAllConnections()
await new Promise((closed) => server.close(closed))
