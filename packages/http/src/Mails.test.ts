import { sqlite } from "@stoa/adapter-sqlite"
import { MailWebhookRejected } from "@stoa/core/notifications/MailDeliveryErrors"
import * as Mailer from "@stoa/core/notifications/Mailer"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createClient } from "./client/index.ts"
import { open, problem } from "./testing/People.ts"

describe("mails over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  const mailbox = Mailbox.make()
  beforeAll(async () => {
    const mailer = Mailer.make({
      name: "provider",
      send: (mail) => Effect.as(mailbox.mailer.send(mail), { reference: mail.id }),
      readWebhook: ({ body, headers }) =>
        headers["signature"] !== "good" ? Effect.fail(new MailWebhookRejected({ reason: "its signature is wrong" })) : Effect.sync(() => ({
          status: "bounced" as const,
          reference: new TextDecoder().decode(body),
          address: "",
          permanent: true,
          reason: "no such mailbox",
          at: Timestamp.fromMillis(Date.now())
        }))
    })
    server = await open(sqlite({ filename: ":memory:" }), { mailer })
  })
  afterAll(() => server.close())

  const tell = (body: string, signature: string) =>
    server.handler(new Request("http://shop.test/api/v1/mail-webhooks", { method: "POST", body, headers: { signature } }))

  it("that bounced are told by a signed webhook, listed for staff, and their address taken off again", async () => {
    await server.guest.auth.register({ payload: { email: "ada@example.com", password: "tulip lamp seven" } })
    await server.shop.jobs.drain()
    const [mail] = mailbox.mails
    assert.strictEqual((await tell(mail?.id ?? "", "bad")).status, 401)
    assert.strictEqual((await tell("unheard of", "good")).status, 503)
    assert.strictEqual((await tell(mail?.id ?? "", "good")).status, 204)
    const { secret: apiKey } = await server.shop.apiKeys.create({ name: "desk", permissions: ["notifications:*"] })
    const fetch = ((input: string | URL, init?: RequestInit) => server.handler(new Request(input, init))) as typeof globalThis.fetch
    const desk = createClient({ baseUrl: "http://shop.test", fetch, retries: 0, apiKey })
    const { items: [delivery] } = await desk.mails.list({ query: { status: "bounced" } })
    assert.deepInclude(delivery, { address: "ada@example.com", reason: "no such mailbox", template: "confirm-registration" })
    const { items: [suppression] } = await desk.mails.listSuppressions({ query: {} })
    assert.strictEqual(suppression?.reason, "bounced")
    const params = { id: suppression?.id ?? "" }
    await desk.mails.removeSuppression({ params })
    assert.deepStrictEqual(await problem(desk.mails.removeSuppression({ params })), [404, "suppression_not_found"])
    assert.deepStrictEqual(await problem(server.guest.mails.list({ query: {} })), [401, "unauthenticated"])
  })
})
