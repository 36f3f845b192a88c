import { sqlite } from "@stoa/adapter-sqlite"
import { Marketing } from "@stoa/core/marketing/Marketing"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { toFetchHandler } from "./FetchHandler.ts"
import { open } from "./testing/People.ts"

describe("unsubscribing over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      store: { settings: { apiUrl: "http://shop.test/api/v1", marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } } } },
      templates: { en: { offer: { subject: "{{ title }}", text: "Half price" } } }
    })
  })
  afterAll(() => server.close())

  const send = async (userId: string, title: string) => {
    server.mailbox.mails.length = 0
    await server.shop.use(Marketing).queue([{
      recipient: { channel: "email", address: "ada@example.com" },
      userId,
      kind: "news",
      requested: false,
      template: "offer",
      id: title,
      data: { title }
    }])
    await server.shop.jobs.drain()
    return server.mailbox.mails
  }

  it("is a POST of the mail program without a sign-in; a scanner that opens the link changes nothing", async () => {
    const ada = await server.signIn("ada@example.com")
    const before = await ada.as.me.updatePreferences({ payload: { marketing: { email: true }, timeZone: "Europe/Berlin" } })
    assert.deepStrictEqual(before.choices.news, { email: true, sms: true, push: true })
    const [mail] = await send(ada.user.id, "first")
    const link = mail?.unsubscribe ?? ""
    const page = await server.handler(new Request(link))
    assert.strictEqual(page.status, 200)
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/)
    assert.include(page.headers.get("content-security-policy") ?? "", "default-src 'none'")
    assert.strictEqual(page.headers.get("referrer-policy"), "no-referrer")
    assert.include(await page.text(), "<form method=\"post\">")
    assert.lengthOf(await send(ada.user.id, "second"), 1)
    const post = () =>
      server.handler(new Request(link, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "List-Unsubscribe=One-Click"
      }))
    for (const answer of [await post(), await post()]) {
      assert.strictEqual(answer.status, 200)
      assert.include(await answer.text(), "no more news and offers from Main store")
    }
    assert.lengthOf(await send(ada.user.id, "third"), 0)
    assert.strictEqual((await ada.as.me.preferences()).choices.news.email, false)
    for (const method of ["GET", "POST"]) {
      const wrong = await server.handler(new Request(`${link}x`, { method }))
      assert.strictEqual(wrong.status, 404)
      assert.deepInclude(await wrong.json(), { code: "unsubscribe_link_invalid" })
    }
  })

  it("shows its page in the store's language, as far as there are words", async () => {
    const eve = await server.signIn("eve@example.com")
    await eve.as.me.updatePreferences({ payload: { marketing: { email: true }, timeZone: "Europe/Berlin" } })
    await server.shop.stores.update({ settings: { locale: "de-AT" } })
    const [mail] = await send(eve.user.id, "fourth")
    const words = { de: { unsubscribeText: "Nichts mehr von {shop} über {kind}?", unsubscribeNews: "Neues & Angebote" } }
    const handler = toFetchHandler(server.shop, { accessLog: false, rateLimits: false, links: { continueTo: "/", words } })
    const page = await (await handler(new Request(mail?.unsubscribe ?? ""))).text()
    await handler.close()
    assert.include(page, "<html lang=\"de\"")
    assert.include(page, "<p>Nichts mehr von Main store über Neues &#38; Angebote?</p>")
    assert.include(page, ">Unsubscribe</button>")
  })
})
