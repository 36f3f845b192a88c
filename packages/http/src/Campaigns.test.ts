import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("campaigns over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      store: {
        settings: {
          apiUrl: "https://shop.example.com/api/v1",
          marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } }
        }
      },
      templates: { en: { news: { subject: "{{ code }}", text: "{{ code }}" } } }
    })
  })
  afterAll(() => server.close())

  it("are written, counted, sent and followed by staff", async () => {
    const ada = await server.signIn("ada@example.com")
    await ada.as.me.updatePreferences({ payload: { marketing: { email: true } } })
    const owner = await server.signInOwner()
    const { campaigns } = owner.as
    const draft = await campaigns.create({ payload: { name: "News", template: "news", data: { code: "ONE" } } })
    const params = { id: draft.id }
    assert.strictEqual((await campaigns.update({ params, payload: { data: { code: "TWO" } } }, { ifMatch: "\"v1\"" })).version, 2)
    assert.deepStrictEqual(await problem(campaigns.send({ params, payload: {} }, { ifMatch: "\"v1\"" })), [412, "version_conflict"])
    assert.deepStrictEqual(await campaigns.reach({ params }), { people: 1 })
    assert.deepStrictEqual(await problem(ada.as.campaigns.send({ params, payload: {} })), [403, "forbidden"])
    assert.strictEqual((await campaigns.send({ params, payload: {} })).status, "sending")
    await server.shop.jobs.drain()
    assert.deepStrictEqual(server.mailbox.mails.slice(-1).map(({ subject, to }) => [to, subject]), [["ada@example.com", "TWO"]])
    assert.deepInclude(await campaigns.progress({ params }), { complete: true, messages: 1, released: 1 })
    assert.strictEqual((await campaigns.cancel({ params })).status, "cancelled")
    assert.deepStrictEqual(await problem(campaigns.delete({ params })), [409, "campaign_not_allowed"])
    assert.deepStrictEqual((await campaigns.list()).items.map(({ id }) => id), [draft.id])
    const other = await campaigns.create({ payload: { name: "None", template: "none" } })
    assert.deepStrictEqual(await problem(campaigns.send({ params: { id: other.id }, payload: {} })), [404, "template_not_found"])
    await campaigns.delete({ params: { id: other.id } })
    assert.deepStrictEqual(await problem(campaigns.get({ params: { id: other.id } })), [404, "campaign_not_found"])
  })
})
