import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("who pays no tax, over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("is kept by staff, and VAT ids by their owners too", async () => {
    const ada = await server.signIn("ada@example.com")
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const params = { id: ada.user.id }
    const own = ada.as.taxExemptions
    const all = clerk.as.taxExemptions
    const payload = { number: "DE 129 273 398" }
    // nobody is asked about it where no register is configured
    assert.deepInclude(await own.setOwnVatId({ payload }), { number: "DE129273398", status: "unverified" })
    assert.strictEqual((await own.getOwnVatId()).number, "DE129273398")
    assert.strictEqual((await all.getVatId({ params })).number, "DE129273398")
    assert.deepStrictEqual(await problem(own.setOwnVatId({ payload: { number: "DE1" } })), [400, "invalid_input"])
    await own.removeOwnVatId()
    assert.deepStrictEqual(await problem(all.getVatId({ params })), [404, "vat_id_not_found"])
    await all.setVatId({ params, payload })
    await all.removeVatId({ params })

    assert.strictEqual((await all.exempt({ params, payload: { reason: "Embassy" } })).reason, "Embassy")
    assert.strictEqual((await all.get({ params })).reason, "Embassy")
    assert.deepStrictEqual((await all.list({ query: {} })).items.map(({ subjectId }) => subjectId), [ada.user.id])
    assert.deepStrictEqual(await problem(own.list({ query: {} })), [403, "forbidden"])
    await all.end({ params })
    assert.deepStrictEqual(await problem(all.get({ params })), [404, "tax_exemption_not_found"])
    assert.deepStrictEqual(await problem(own.exempt({ params, payload: { reason: "Mine" } })), [403, "forbidden"])
    assert.deepStrictEqual(
      await problem(all.exempt({ params: { id: "user_00000000000000000000000000" }, payload: { reason: "Nobody" } })),
      [404, "tax_subject_not_found"]
    )
    assert.deepStrictEqual(await problem(server.guest.taxExemptions.getOwnVatId()), [401, "unauthenticated"])
  })
})
