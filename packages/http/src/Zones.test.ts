import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("zones and their tax rates over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { shippingAndTax, zones } = clerk.as
    const areas = [{ country: "US", region: "CA", postalCodes: ["90001..90899"] }]
    const { id } = await zones.createTaxZone({ payload: { name: "Los Angeles", areas } })
    const params = { id }
    assert.strictEqual((await zones.updateTaxZone({ params, payload: { name: "LA" } }, { ifMatch: "\"v1\"" })).version, 2)
    assert.deepStrictEqual((await zones.getTaxZone({ params })).areas, areas)
    assert.deepStrictEqual((await zones.listTaxZones()).items.map(({ name }) => name), ["LA"])
    assert.deepStrictEqual(
      await problem(zones.updateTaxZone({ params, payload: { name: "Late" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    const rate = { name: "District", taxClass: "standard", zoneId: id, component: "district", ratePpm: 25_000 }
    const { id: rateId } = await shippingAndTax.createTaxRate({ payload: rate })
    assert.deepStrictEqual(await problem(shippingAndTax.createTaxRate({ payload: rate })), [409, "tax_rate_taken"])
    assert.deepStrictEqual(await problem(zones.deleteTaxZone({ params })), [409, "zone_in_use"])
    // a change that is entered ahead, by the clock of the store
    const later = await shippingAndTax.createTaxRate({ payload: { ...rate, ratePpm: 30_000, from: "2027-01-01" } })
    assert.deepStrictEqual([later.from, later.until], ["2027-01-01T00:00:00.000Z", null])
    assert.deepStrictEqual(
      await problem(shippingAndTax.updateTaxRate({ params: { id: later.id }, payload: { from: null } })),
      [409, "tax_rate_taken"]
    )
    assert.deepStrictEqual(
      await problem(shippingAndTax.updateTaxRate({ params: { id: later.id }, payload: { until: "2026-01-01" } })),
      [400, "invalid_input"]
    )
    await shippingAndTax.deleteTaxRate({ params: { id: later.id } })
    const net = await zones.updateTaxZone({ params, payload: { pricesIncludeTax: false } })
    assert.deepStrictEqual([net.pricesIncludeTax, (await zones.getTaxZone({ params })).pricesIncludeTax], [false, false])
    await shippingAndTax.deleteTaxRate({ params: { id: rateId } })
    await zones.deleteTaxZone({ params })
    assert.deepStrictEqual(await problem(zones.getTaxZone({ params })), [404, "zone_not_found"])

    const west = await zones.createShippingZone({ payload: { name: "West", areas } })
    assert.deepStrictEqual((await zones.listShippingZones()).items.map(({ name }) => name), ["West"])
    await zones.updateShippingZone({ params: west, payload: { name: "Far west" } })
    assert.strictEqual((await zones.getShippingZone({ params: west })).name, "Far west")
    const table = { by: "volume" as const, tiers: [{ from: 0, amount: 900 }], maximum: 100_000 }
    const van = await shippingAndTax.createShippingMethod({
      payload: { name: "Van", price: { amount: 0, currency: "USD" as never }, rates: table, volumetricDivisor: 5_000 }
    })
    assert.deepStrictEqual([van.rates, van.volumetricDivisor], [table, 5_000])
    assert.deepStrictEqual(
      await problem(zones.updateShippingZone({ params: west, payload: { pricesIncludeTax: true } })),
      [400, "invalid_input"]
    )
    await zones.deleteShippingZone({ params: west })
    assert.deepStrictEqual(
      await problem(zones.createTaxZone({ payload: { name: "Nowhere", areas: [] } })),
      [400, "invalid_input"]
    )
    assert.deepStrictEqual(await problem(server.guest.zones.listTaxZones()), [401, "unauthenticated"])
  })
})
