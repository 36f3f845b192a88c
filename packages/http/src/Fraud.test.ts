import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("fraud rules over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are for staff: lists that are kept, and reviews that there are not", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["finance"] })
    const { fraud } = clerk.as
    const entry = await fraud.addEntry({ payload: { list: "block", kind: "domain", value: "example.org" } })
    assert.deepStrictEqual((await fraud.entries({ query: { list: "block" } })).items, [entry])
    assert.deepStrictEqual(
      await problem(fraud.addEntry({ payload: { list: "block", kind: "domain", value: "example.org" } })),
      [409, "fraud_entry_taken"]
    )
    const payment = "pay_00000000000000000000000000"
    assert.deepStrictEqual(
      await problem(fraud.addEntry({ payload: { list: "block", kind: "card", value: payment } })),
      [404, "fraud_card_unknown"]
    )
    assert.deepStrictEqual(await fraud.cards({ params: { id: "ord_1" } }), { items: [], nextCursor: null })
    assert.deepStrictEqual(await problem(server.guest.fraud.cards({ params: { id: "ord_1" } })), [401, "unauthenticated"])
    await fraud.removeEntry({ params: { id: entry.id } })
    assert.deepStrictEqual((await fraud.entries({ query: {} })).items, [])
    assert.deepStrictEqual((await fraud.reviews({ query: { status: "open" } })).items, [])
    const params = { id: "frv_00000000000000000000000000" }
    assert.deepStrictEqual(await problem(fraud.review({ params })), [404, "fraud_review_not_found"])
    assert.deepStrictEqual(await problem(fraud.approve({ params, payload: {} })), [404, "fraud_review_not_found"])
    assert.deepStrictEqual(await problem(fraud.reject({ params, payload: {} })), [404, "fraud_review_not_found"])
    assert.deepStrictEqual(await problem(server.guest.fraud.reviews({ query: {} })), [401, "unauthenticated"])
  })
})
