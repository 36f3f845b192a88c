import { assert, describe, it } from "@effect/vitest"
import * as WebhookSignature from "@stoa/core/webhooks/WebhookSignature"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"
import { resend } from "./ResendMailer.ts"

const key = Buffer.alloc(24, 5)
const secret = `whsec_${key.toString("base64")}`
const now = Date.parse("2026-11-26T12:00:00.000Z")

const event = (type: string, data: object = {}) =>
  JSON.stringify({
    type,
    created_at: "2026-11-26T11:59:58.126Z",
    data: { email_id: "56761188-7520-42d8-8898-ff6fc54ce618", from: "Shop <shop@example.com>", to: ["ada@example.com"], subject: "Hi", ...data }
  })

/** Signed as Svix does, written down apart from what checks it. */
const signed = (body: string, change: Record<string, string> = {}) => {
  const timestamp = String(now / 1_000)
  const signature = createHmac("sha256", key).update(`msg_1.${timestamp}.${body}`).digest("base64")
  return {
    body: new TextEncoder().encode(body),
    headers: { "svix-id": "msg_1", "svix-timestamp": timestamp, "svix-signature": `v1,AAAA v1,${signature}`, ...change }
  }
}

const read = resend({ apiKey: "re_secret", from: "shop@example.com", webhookSecret: Redacted.make(secret) }).readWebhook
  ?? (() => Effect.die("takes none"))

describe("what Resend tells of mails", () => {
  it.effect("says which mail it is and what became of it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const news = yield* read(signed(event("email.bounced", { bounce: { type: "Permanent", subType: "General", message: "no such mailbox" } })))
      assert.deepStrictEqual({ ...news }, {
        status: "bounced",
        reference: "56761188-7520-42d8-8898-ff6fc54ce618",
        address: "ada@example.com",
        permanent: true,
        reason: "no such mailbox",
        at: "2026-11-26T11:59:58.126Z"
      } as never)
      assert.isFalse((yield* read(signed(event("email.bounced", { bounce: { type: "Transient" } }))))?.permanent)
      for (
        const [type, status] of [
          ["email.delivered", "delivered"],
          ["email.delivery_delayed", "delayed"],
          ["email.opened", "opened"],
          ["email.clicked", "clicked"],
          ["email.complained", "complained"],
          ["email.failed", "failed"],
          ["email.sent", undefined],
          ["toString", undefined]
        ] as const
      ) assert.strictEqual((yield* read(signed(event(type))))?.status, status)
      assert.isUndefined(yield* read(signed("{\"type\":\"domain.created\",\"created_at\":\"\",\"data\":{}}")))
      assert.isUndefined(yield* read(signed("{")))
    }))

  it.effect("is read in the headers of Standard Webhooks as well", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const body = event("email.delivered")
      const headers = WebhookSignature.headers({ id: "msg_2", timestamp: now / 1_000, body, secrets: [secret] })
      assert.strictEqual((yield* read({ body: new TextEncoder().encode(body), headers }))?.status, "delivered")
    }))

  it.effect("is refused when it is not signed, changed, signed by another or old, and never by repeating a secret", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const body = event("email.delivered")
      const old = String(now / 1_000 - 301)
      const oldSignature = createHmac("sha256", key).update(`msg_1.${old}.${body}`).digest("base64")
      const wrong = [
        { body: new TextEncoder().encode(body), headers: {} },
        { ...signed(body), body: new TextEncoder().encode(body.replace("ada", "eve")) },
        signed(body, { "svix-id": "msg_2" }),
        signed(body, { "svix-timestamp": String(now / 1_000 + 1) }),
        signed(body, { "svix-timestamp": "soon" }),
        signed(body, { "svix-signature": "v1," }),
        signed(body, { "svix-timestamp": old, "svix-signature": `v1,${oldSignature}` })
      ]
      for (const one of wrong) {
        const error = yield* Effect.flip(read(one))
        assert.deepInclude(error, { _tag: "MailWebhookRejected" })
        assert.notInclude(JSON.stringify(error) + error.message, secret)
      }
      assert.isUndefined(resend({ apiKey: "re_secret", from: "shop@example.com" }).readWebhook)
    }))
})
