/**
 * Measures the engine beside the same operations written by hand on `node:sqlite`, in one run and on equal files.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, SandboxGateway } from "@stoa/core"
import { spawn } from "node:child_process"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Compare from "./Compare.ts"
import * as Fixture from "./Fixture.ts"
import * as RawShop from "./RawShop.ts"

const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"))
const here = dirname(fileURLToPath(import.meta.url))

/** Every operation on both sides, with commits that survive a power cut (FULL) or may not (NORMAL). */
const operations = async (original: string, synchronous: "FULL" | "NORMAL") => {
  const engineFile = join(folder, `engine-${synchronous}.db`)
  const rawFile = join(folder, `raw-${synchronous}.db`)
  copyFileSync(original, engineFile)
  copyFileSync(original, rawFile)
  const shop = await createStoa({
    storage: sqlite({ filename: engineFile, synchronous }),
    // the bank is not what is measured: its books are in memory, and the other side has none
    gateways: [SandboxGateway.make()],
    workers: false
  })
  const raw = RawShop.open(rawFile, synchronous)
  const address = { name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" }

  let turn = 0
  const variantOf = new Map<number, string>()
  for (let index = 0; index < 200; index++) {
    variantOf.set(index, (await shop.catalog.getProduct(`thing-${index}`)).variants[0]?.id ?? "")
  }
  const variant = () => variantOf.get(turn++ % 200) ?? ""

  const rows: Array<Compare.Comparison> = []
  rows.push(await Compare.compare("list of 20 products", () => shop.catalog.listProducts(), () => raw.list()))
  rows.push(
    await Compare.compare(
      "product page",
      () => shop.catalog.getProduct(`thing-${turn++ % 200}`),
      () => raw.product(`thing-${turn++ % 200}`)
    )
  )
  const { cart } = await shop.carts.create()
  const rawCart = raw.newCart()
  const one = variant()
  await shop.carts.addItem(cart.id, { variantId: one, quantity: 1 })
  raw.addItem(rawCart, one, 1)
  const lineId = (await shop.carts.get(cart.id)).lines[0]?.id ?? ""
  let engineQuantity = 1
  rows.push(
    await Compare.compare(
      "add to cart",
      // the limit of pieces of one variant would be reached in no time
      async () => {
        engineQuantity += 1
        if (engineQuantity > 900) {
          await shop.carts.updateItem(cart.id, lineId, { quantity: 1 })
          engineQuantity = 2
        }
        return shop.carts.addItem(cart.id, { variantId: one, quantity: 1 })
      },
      () => raw.addItem(rawCart, one, 1)
    )
  )
  rows.push(
    await Compare.compare(
      "cart with 2 lines, placed and paid",
      async () => {
        const { cart } = await shop.carts.create()
        await shop.carts.addItem(cart.id, { variantId: variant(), quantity: 1 })
        await shop.carts.addItem(cart.id, { variantId: variant(), quantity: 1 })
        await shop.checkout.place({
          cartId: cart.id,
          email: "ada@example.com",
          shippingAddress: address,
          payment: { gateway: "sandbox" }
        })
      },
      () => {
        const id = raw.newCart()
        raw.addItem(id, variant(), 1)
        raw.addItem(id, variant(), 1)
        raw.checkout(id)
      },
      300
    )
  )
  // placing alone: carts are filled beforehand
  const filled: Array<string> = []
  const rawFilled: Array<string> = []
  const fill = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const { cart } = await shop.carts.create()
      await shop.carts.addItem(cart.id, { variantId: variant(), quantity: 1 })
      await shop.carts.addItem(cart.id, { variantId: variant(), quantity: 1 })
      filled.push(cart.id)
      const id = raw.newCart()
      raw.addItem(id, variant(), 1)
      raw.addItem(id, variant(), 1)
      rawFilled.push(id)
    }
  }
  const place: Array<number> = []
  const rawPlace: Array<number> = []
  for (let round = 0; round < 9; round++) {
    await fill(100)
    let began = performance.now()
    for (const cartId of filled.splice(0)) {
      await shop.checkout.place({
        cartId,
        email: "ada@example.com",
        shippingAddress: address,
        payment: { gateway: "sandbox" }
      })
    }
    place.push((performance.now() - began) * 10)
    began = performance.now()
    for (const cartId of rawFilled.splice(0)) raw.checkout(cartId)
    rawPlace.push((performance.now() - began) * 10)
  }
  const middle = (values: ReadonlyArray<number>) => [...values].sort((a, b) => a - b)[4] ?? Number.NaN
  rows.push({
    name: "place and pay an order of 2 lines",
    engineMicros: middle(place),
    rawMicros: middle(rawPlace),
    ratio: middle(place) / middle(rawPlace)
  })
  await shop.close()
  raw.close()
  return rows
}

interface Boot {
  readonly loadMillis: number
  readonly bootMillis: number
}

/** From `createStoa` on an existing file to the first product read, in processes of their own; medians. */
const boot = async (database: string): Promise<Boot> => {
  const times: Array<Boot> = []
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [join(here, "boot.ts"), database], { stdio: ["ignore", "pipe", "inherit"] })
    let text = ""
    for await (const chunk of child.stdout) text += String(chunk)
    times.push(JSON.parse(text) as Boot)
  }
  const middle = (values: ReadonlyArray<number>) => [...values].sort((a, b) => a - b)[2] ?? Number.NaN
  return { loadMillis: middle(times.map((one) => one.loadMillis)), bootMillis: middle(times.map((one) => one.bootMillis)) }
}

/** Resident memory of the bundled server when it has started and nobody asks anything; megabytes. */
const memory = async (database: string): Promise<number> => {
  const cli = join(dirname(createRequire(import.meta.url).resolve("@stoa/cli/package.json")), "src/main.ts")
  const server = spawn(process.execPath, [cli, "serve", "--database", database, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  try {
    for await (const chunk of server.stdout) if (String(chunk).includes("http://")) break
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8")
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
  } finally {
    server.kill("SIGTERM")
  }
}

try {
  const original = join(folder, "original.db")
  await Fixture.create(original)
  const full = await operations(original, "FULL")
  process.stdout.write(Compare.table("SQLite file, synchronous FULL (the default), 10,000 products", full))
  const normal = await operations(original, "NORMAL")
  process.stdout.write(`\n${Compare.table("SQLite file, synchronous NORMAL", normal)}`)
  const { bootMillis, loadMillis } = await boot(original)
  process.stdout.write(
    `\nboot: ${bootMillis.toFixed(0)} ms from createStoa on an existing file to the first product read`
      + ` (loading the modules from source before that: ${loadMillis.toFixed(0)} ms)\n`
  )
  const memoryMegabytes = process.platform === "linux" ? await memory(original) : undefined
  if (memoryMegabytes !== undefined) process.stdout.write(`idle server: ${memoryMegabytes.toFixed(0)} MB resident\n`)
  writeFileSync(
    join(here, "results.json"),
    `${JSON.stringify({ node: process.version, full, normal, bootMillis, loadMillis, memoryMegabytes }, null, 2)}\n`
  )
} finally {
  rmSync(folder, { recursive: true })
}
