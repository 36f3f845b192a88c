import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("customer groups over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff, with their members", async () => {
    const ada = await server.signIn("ada@example.com")
    const customerId = ada.user.id
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { customerGroups } = clerk.as
    const { id } = await customerGroups.create({ payload: { name: "Wholesale" } })
    const params = { id }
    assert.strictEqual((await customerGroups.update({ params, payload: { name: "Trade" } }, { ifMatch: "\"v1\"" })).version, 2)
    assert.deepStrictEqual(
      await problem(customerGroups.update({ params, payload: { name: "Late" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(await problem(customerGroups.create({ payload: { name: "Trade" } })), [409, "customer_group_taken"])
    await customerGroups.addMembers({ params, payload: { customerIds: [customerId] } })
    assert.deepStrictEqual((await customerGroups.members({ params })).items.map((member) => member.customerId), [customerId])
    await customerGroups.removeMember({ params: { id, customerId } })
    assert.deepStrictEqual((await customerGroups.members({ params })).items, [])
    assert.deepStrictEqual(await problem(server.guest.customerGroups.list()), [401, "unauthenticated"])
    await customerGroups.delete({ params })
    assert.deepStrictEqual(await problem(customerGroups.get({ params })), [404, "customer_group_not_found"])
  })
})
