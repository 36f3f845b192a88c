import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("notification templates over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are written, tried out, changed at their version and given up", async () => {
    const templates = owner.as.notificationTemplates
    const params = { name: "order-shipped", language: "de" }
    const written = await templates.create({ payload: { ...params, subject: "Unterwegs: {{ order.number }}", text: "Juhu" } })
    assert.deepStrictEqual([written.version, written.current], [1, true])
    const preview = await templates.preview({ payload: params })
    assert.strictEqual(preview.subject, "Unterwegs: 1001")
    assert.include(preview.html, "<p>Juhu</p>")
    const changed = await templates.update({ params, payload: { subject: "Los!", text: "Juhu" } }, { ifMatch: "\"v1\"" })
    assert.strictEqual(changed.version, 2)
    assert.deepStrictEqual(
      await problem(templates.update({ params, payload: { subject: "Los!", text: "Juhu" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(
      await problem(templates.update({ params, payload: { subject: "{{", text: "Juhu" } })),
      [400, "template_invalid"]
    )
    assert.deepStrictEqual((await templates.versions({ params })).items.map(({ version }) => version), [2, 1])
    assert.include((await templates.list()).items.map(({ language, name, origin }) => `${name}:${language}:${origin}`), "order-shipped:de:store")
    await templates.delete({ params })
    assert.strictEqual((await templates.get({ params })).createdBy, "system:stoa")
    assert.deepStrictEqual(
      await problem(templates.get({ params: { name: "order-shipped", language: "nl" } })),
      [404, "template_not_found"]
    )
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.notificationTemplates.list()), [403, "forbidden"])
  })
})
