import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("feature flags over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signInOwner>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are kept by staff, and storefronts learn of those that are for them", async () => {
    const staff = owner.as.featureFlags
    const guest = server.guest.featureFlags
    const flag = await staff.create({ payload: { key: "new-checkout", exposed: true, percentage: 50 } })
    await staff.create({ payload: { key: "inside", enabled: true, percentage: 100 } })
    assert.deepStrictEqual(await guest.exposed({ query: { visitor: "ada" } }), { "new-checkout": false })
    const on = await staff.update({ params: { key: flag.key }, payload: { enabled: true, percentage: 100 } })
    assert.deepInclude(on, { version: 2, enabled: true, percentage: 100, exposed: true })
    assert.deepStrictEqual(await guest.exposed({ query: {} }), { "new-checkout": true })
    assert.deepStrictEqual((await staff.list()).items.map(({ key }) => key), ["inside", "new-checkout"])
    assert.deepStrictEqual(await problem(staff.create({ payload: { key: "inside" } })), [409, "flag_taken"])
    assert.deepStrictEqual(await problem(guest.list()), [401, "unauthenticated"])
    assert.deepStrictEqual(
      await problem(staff.update({ params: { key: flag.key }, payload: { enabled: false, version: 1 } })),
      [412, "version_conflict"]
    )
    await staff.delete({ params: { key: flag.key } })
    assert.deepStrictEqual(await problem(staff.get({ params: { key: flag.key } })), [404, "flag_not_found"])
    assert.deepStrictEqual(await guest.exposed({ query: {} }), {})
  })
})
