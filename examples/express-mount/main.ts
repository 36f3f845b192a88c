import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { toNodeHandler } from "@stoa/http"
import express from "express"
import type { AddressInfo } from "node:net"

await using shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), store: { currency: "USD" } })
await shop.catalog.createProduct({
  title: "Enamel Mug",
  status: "active",
  variants: [{ price: { amount: 1450, currency: "USD" }, stock: 40 }]
})

// The shop answers under /shop, the rest of the app stays as it was. Mount it before body parsers.
const app = express()
app.use("/shop", toNodeHandler(shop, { accessLog: false, publicUrl: "/shop" }))
app.get("/", async (_request, response) => {
  // the same engine, called directly
  const { items } = await shop.catalog.listProducts()
  response.type("text").send(`We sell ${items.map((item) => item.title).join(", ")}\n`)
})

const server = app.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1")
await new Promise((listening) => server.once("listening", listening))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

console.log(await (await fetch(address)).text())
const products = await fetch(`${address}/shop/api/v1/products`)
console.log(products.status, await products.text())

await new Promise((closed) => server.close(closed))
