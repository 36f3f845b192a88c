import { expect, it } from "vitest"
import { run } from "../run.ts"

it("prices, stamps and serves with nothing but a plug-in", async () => {
  expect(await run(import.meta.url)).toEqual([
    "Enamel Mug: $72.50",
    "Five or more: 10 % off: -$7.25",
    "to pay: $65.25",
    "stamps: 1",
    "GET /api/v1/stamps/ada@example.com: 200 {\"email\":\"ada@example.com\",\"stamps\":1}"
  ])
})
