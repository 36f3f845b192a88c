import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("the books over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are read, exported and closed", async () => {
    const books = owner.as.books
    assert.deepStrictEqual((await books.entries({ query: {} })).items, [])
    assert.deepStrictEqual((await books.trialBalance({ query: {} })).totals, [])
    const period = await books.close({ payload: { until: "2026-01-01T00:00:00.000Z" as never } })
    assert.deepStrictEqual((await books.periods({ query: {} })).items, [period])
    assert.deepStrictEqual(
      await problem(books.close({ payload: { until: "2026-01-01T00:00:00.000Z" as never } })),
      [409, "period_not_closable"]
    )
  })

  it("stand beside what gateways told the shop, which is worked off again when staff say so", async () => {
    const webhooks = owner.as.gatewayWebhooks
    assert.deepStrictEqual((await webhooks.list({ query: { status: "dead" } })).items, [])
    assert.deepStrictEqual(
      await problem(webhooks.redrive({ payload: { gateway: "sandbox", key: "evt_1" } })),
      [404, "gateway_webhook_not_found"]
    )
  })

  it("and disputes are staff's", async () => {
    const { disputes } = owner.as
    assert.deepStrictEqual((await disputes.list({ query: { state: "lost" } })).items, [])
    assert.deepStrictEqual(await problem(disputes.get({ params: { id: "dsp_1" } })), [404, "dispute_not_found"])
    assert.deepStrictEqual(
      await problem(disputes.open({ payload: { paymentId: "pay_01jd0000000000000000000000" as never, reason: "never came" } })),
      [404, "payment_not_found"]
    )
    assert.deepStrictEqual(
      await problem(disputes.answer({ params: { id: "dsp_1" }, payload: { text: "it came" } })),
      [404, "dispute_not_found"]
    )
    assert.deepStrictEqual(
      await problem(disputes.close({ params: { id: "dsp_1" }, payload: { outcome: "won" } })),
      [404, "dispute_not_found"]
    )
    assert.deepStrictEqual((await disputes.unmatched({ query: { gateway: "sandbox" } })).items, [])
    assert.deepStrictEqual(
      await problem(disputes.match({ payload: { gateway: "sandbox", reference: "dp_1" } })),
      [409, "dispute_unmatched"]
    )
    const unmatched = (await disputes.unmatched({ query: {} })).items
    assert.deepStrictEqual(unmatched.map(({ attempts, reference }) => [reference, attempts]), [["dp_1", 1]])
    const pat = await server.signIn("pat.disputes@example.com")
    assert.deepStrictEqual(await problem(pat.as.disputes.unmatched({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.disputes.list({ query: {} })), [403, "forbidden"])
  })

  it("and what came to the bank is taken in and listed", async () => {
    const { payouts } = owner.as
    assert.deepStrictEqual((await payouts.collect({ payload: {} })).items, [], "the sandbox pays nobody")
    assert.deepStrictEqual((await payouts.list({ query: { differing: "true", state: "paid" } })).items, [])
    assert.deepStrictEqual(await problem(payouts.get({ params: { id: "pyo_1" } })), [404, "payout_not_found"])
    assert.deepStrictEqual(await problem(payouts.entries({ params: { id: "pyo_1" }, query: {} })), [404, "payout_not_found"])
    assert.deepStrictEqual(await problem(payouts.collect({ payload: { gateway: "nobody" } })), [404, "gateway_not_found"])
    const pat = await server.signIn("pat.payouts@example.com")
    assert.deepStrictEqual(await problem(pat.as.payouts.list({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.payouts.collect({ payload: {} })), [403, "forbidden"])
  })

  it("are not for people without the permission", async () => {
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.books.entries({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(
      await problem(pat.as.books.close({ payload: { until: "2026-01-01T00:00:00.000Z" as never } })),
      [403, "forbidden"]
    )
  })
})
