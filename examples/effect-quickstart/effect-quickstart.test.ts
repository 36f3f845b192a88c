import { expect, it } from "vitest"
import { run } from "../run.ts"

it("sells the last piece to exactly one of two buyers and takes it back", async () => {
  const lines = await run(import.meta.url)
  expect(lines[0]).toMatch(/^(Ada|Grace) was told: insufficient_stock$/)
  expect(lines[1]).toMatch(/^order 1001 of (ada|grace)@example\.com is paid$/)
  expect(lines.slice(2)).toEqual(["refund of 9390 EUR succeeded", "gateway:sandbox: 0", "sales: 0"])
})
