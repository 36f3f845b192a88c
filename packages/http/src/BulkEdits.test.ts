import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("edits of many products over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are tried, begun, followed and ended by staff", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { adminBulkEdits, adminProducts } = clerk.as
    const price = { amount: 1_000, currency: "USD" }
    const mug = await adminProducts.create({ payload: { title: "Mug", tags: ["clay"], variants: [{ price }] } })
    const payload = { select: { filter: { tag: "clay" } }, changes: { price: { ppm: -100_000 }, addTags: ["sale"] } }
    const dry = await adminBulkEdits.dryRun({ payload })
    assert.deepStrictEqual([dry.total, dry.products[0]?.fields["tags"]], [1, { before: ["clay"], after: ["clay", "sale"] }])
    const { id, total } = await adminBulkEdits.start({ payload })
    assert.strictEqual(total, 1)
    await server.shop.jobs.drain()
    const done = await adminBulkEdits.get({ params: { id } })
    assert.deepStrictEqual([done.status, done.changed, done.errors], ["done", 1, []])
    const changed = await server.guest.products.get({ params: { idOrSlug: mug.slug } })
    assert.deepStrictEqual([changed.variants[0]?.price.amount, changed.tags], [900, ["clay", "sale"]])
    assert.strictEqual((await adminBulkEdits.cancel({ params: { id } })).status, "done")
    assert.deepStrictEqual((await adminBulkEdits.list()).items.map((edit) => edit.id), [id])
    assert.deepStrictEqual(await problem(adminBulkEdits.get({ params: { id: "bulk_1" } })), [404, "bulk_edit_not_found"])
    assert.deepStrictEqual(await problem(adminBulkEdits.start({ payload: { ...payload, changes: {} } })), [400, "invalid_input"])
    assert.deepStrictEqual(await problem(server.guest.adminBulkEdits.list()), [401, "unauthenticated"])
  })
})
