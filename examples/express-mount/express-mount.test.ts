import { expect, it } from "vitest"
import { run } from "../run.ts"

it("answers for the app and for the shop on one address", async () => {
  const lines = await run(import.meta.url)
  expect(lines[0]).toBe("We sell Enamel Mug")
  const answer = lines.find((line) => line.startsWith("200 ")) ?? ""
  expect(JSON.parse(answer.slice(4))).toMatchObject({
    items: [{ title: "Enamel Mug", priceFrom: { amount: 1450, currency: "USD" }, available: true }],
    nextCursor: null
  })
})
