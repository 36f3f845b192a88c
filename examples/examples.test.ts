/**
 * Runs each example as its reader does, and looks at what it prints.
 */
import { execFile } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const here = fileURLToPath(new URL(".", import.meta.url))

/** The examples that are looked at. */
const examples: Array<string> = []

/** Looks at the lines that an example prints. */
const example = (name: string, does: string, check: (lines: ReadonlyArray<string>) => void): void => {
  examples.push(name)
  describe(name, () => {
    it(does, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ["--run", "start"], { cwd: `${here}${name}`, timeout: 280_000 })
      check(stdout.trimEnd().split("\n"))
    })
  })
}

example("quickstart", "sells the last piece to exactly one of two buyers and takes it back", (lines) => {
  expect(lines[0]).toBe("imported 2 products")
  expect(lines[1]).toBe("one buyer was told: insufficient_stock")
  expect(lines[2]).toMatch(/^order 1001 of (ada|grace)@example\.com is paid$/)
  expect(lines.slice(3)).toEqual(["refund of 93.9 EUR succeeded", "gateway:sandbox: 0", "sales: 0"])
})

example("effect-quickstart", "does the same with layers", (lines) => {
  expect(lines[0]).toMatch(/^(Ada|Grace) was told: insufficient_stock$/)
  expect(lines[1]).toMatch(/^order 1001 of (ada|grace)@example\.com is paid$/)
  expect(lines.slice(2)).toEqual(["refund of 93.9 EUR succeeded", "gateway:sandbox: 0", "sales: 0"])
})

example("express-mount", "answers for the app and for the shop on one address", (lines) => {
  expect(lines[0]).toBe("We sell Enamel Mug")
  const answer = lines.find((line) => line.startsWith("200 ")) ?? ""
  expect(JSON.parse(answer.slice(4))).toMatchObject({
    items: [{ title: "Enamel Mug", priceFrom: { amount: 1450, currency: "USD" }, available: true }],
    nextCursor: null
  })
})

example("storefront", "sells two bowls to a buyer without a script", (lines) => {
  expect(lines).toEqual([
    "Walnut & Co is open",
    "looks at Stone bowl",
    "has Cart (2) for $55.90",
    "Order 1001 of $55.90 is paid: $55.90"
  ])
})

example("order-desk", "takes an order apart and back, and knows where every cent and every piece is", (lines) => {
  expect(lines.slice(0, 16)).toEqual([
    "order 1001 over $129.99 is paid",
    "one board is cancelled: $33.33 went back",
    "the desk found order 1001 and wrote: The mugs follow tomorrow",
    "a parcel left: the order is processing, partially_shipped",
    "a board came back and is scrapped: $33.33 refunded",
    "a parcel left: the order is shipped, shipped",
    "a bowl is held for the mug: 9 of 10 can be sold",
    "the mug is here and pays $12.50 of $16.00",
    "order 1002 is delivered: $16.00 paid",
    "a draft over $25.00 became order 1003, which is paid",
    "order 1001 is delivered: $129.99 paid, $79.16 refunded, of $129.99",
    "in stock: 8 boards, 9 mugs, 8 bowls",
    "books: gateway:gift-card 0",
    "books: gateway:outside 2500",
    "books: gateway:sandbox 6683",
    "books: sales -9183"
  ])
  expect(lines.slice(-2)).toEqual(["timeline: return.exchanged by staff", "timeline: return.status_changed by staff"])
})

example("custom-plugin", "prices, stamps and serves with nothing but a plug-in", (lines) => {
  expect(lines).toEqual([
    "Price: $72.50",
    "Five or more: 10 % off: -$7.25",
    "to pay: $65.25",
    "stamps: 1",
    "GET /api/v1/stamps/ada@example.com: 200 {\"email\":\"ada@example.com\",\"stamps\":1}",
    "not yet: An order that is processing does not allow ship; it allows hold, cancel, refund, inspected",
    "the order is processing, and inspected (Geprüft)",
    "then it is shipped",
    "refused: say what is wrong with the goods"
  ])
})

example("custom-gateway", "sells through a gateway that nobody else knows", (lines) => {
  expect(lines).toEqual([
    "order 1001 is pending; its buyer goes to /page/pocket-00001",
    "the payment is captured, the order is paid",
    "4.5 EUR went back: succeeded",
    "gateway:pocket: 1450",
    "sales: -1450"
  ])
})

example("sign-in", "lets a customer in by a code, then by a passkey alone, and not by a code alone any more", (lines) => {
  expect(lines).toEqual([
    "--- mail to ada@example.com: ...... is your code for The Tea Shop",
    "ada@example.com is in, with a code by mail",
    "the same code again: invalid_code",
    "passkey \"Telephone\" added, with 10 recovery codes to write down",
    "ada@example.com is in, with a passkey alone",
    "a code by mail alone: second_factor_required (passkey or recovery_code)",
    "succeeded: passkey",
    "succeeded: email_code"
  ])
})

it("looks at every example that can be started", () => {
  const started = globSync("*/package.json", { cwd: here }).filter((file) =>
    (JSON.parse(readFileSync(`${here}${file}`, "utf8")) as { readonly scripts?: { readonly start?: string } }).scripts?.start !== undefined)
  expect([...examples].sort()).toEqual(started.map(dirname).sort())
})
