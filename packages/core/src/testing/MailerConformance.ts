/**
 * What a mailer must do, whatever it hands mails to.
 *
 * **Example**
 *
 * ```ts
 * import { mailerConformance } from "@stoa/core/testing"
 *
 * mailerConformance({ name: "my mailer", open: () => openMyMailerAndItsServer })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { inspect } from "node:util"
import type { Mailer, MailWebhook } from "../notifications/Mailer.ts"
import type { Mail } from "../notifications/Message.ts"
import type { Register } from "./Register.ts"

/** A mail as it arrived. */
export interface ReceivedMail {
  /** The mailbox that it was delivered to. */
  readonly to: string
  /** Addresses in its `From`. */
  readonly from: ReadonlyArray<string>
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Names of its headers, or of the fields that it was sent with. */
  readonly headers: ReadonlyArray<string>
  /** What its `List-Unsubscribe` and `List-Unsubscribe-Post` say, as far as it has them. */
  readonly list: ReadonlyArray<string>
  /** Files that came with it. */
  readonly attachments: ReadonlyArray<{ readonly name: string; readonly contentType: string; readonly text: string }>
  /** What repetitions are recognised by. */
  readonly repetitionKey: string
}

/** What whoever carries the mails tells by webhooks. */
export interface MailWebhooksUnderTest {
  /** The webhook about what has become of a mail, by what `send` called it, signed at this moment. `bounced` is for good. */
  readonly about: (
    mail: { readonly reference: string; readonly to: string },
    status: "delivered" | "bounced" | "complained"
  ) => Effect.Effect<MailWebhook>
  /** Signs anything as the carrier does. Its own secret and this moment, if nothing else is said. */
  readonly sign: (
    body: Uint8Array,
    options?: { readonly secret?: string; readonly atSeconds?: number }
  ) => Effect.Effect<MailWebhook>
}

/** A mailer under test and the server that it speaks with. */
export interface MailerUnderTest {
  /** One that waits for answers no longer than a second. */
  readonly mailer: Mailer
  readonly received: Effect.Effect<ReadonlyArray<ReceivedMail>>
  /** From now on the server answers like this, or never (`silent`); `null` for a mailer without a server. */
  readonly behave: ((how: "normally" | "refuse" | "busy" | "down" | "silent") => Effect.Effect<void>) | null
  /** Where it reads webhooks. */
  readonly webhooks?: MailWebhooksUnderTest
  /** What must never be seen in a failure: keys and passwords. */
  readonly secrets?: ReadonlyArray<string>
}

export interface MailerHarness {
  readonly name: string
  /** Opens a mailer that sends as `shop@example.com`, and its server, until the scope closes. */
  readonly open: () => Effect.Effect<MailerUnderTest, unknown, Scope.Scope>
}

const mail: Mail = {
  id: "msg_01jd5m8x2vf6grc1x7e9w0b3qk",
  to: "ada@example.com",
  subject: "Your order 1001",
  text: "Thank you.\n\nIt is on its way.",
  html: "<p>Thank you.</p>"
}

/** Line ends are the transport's business. */
const lines = (text: string): string => text.replaceAll("\r\n", "\n").trim()

const vitest: Register = { describe: (name, body) => describe(name, body), test: (name, body) => it.live(name, body) }

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const mailerConformance = (harness: MailerHarness, register: Register = vitest): void => {
  register.describe(`the mailer ${harness.name}`, () => {
    const test = (name: string, run: (opened: MailerUnderTest) => Effect.Effect<unknown, unknown>) =>
      register.test(name, () => Effect.scoped(Effect.flatMap(harness.open(), run)))

    /** What sending fails with, which says nothing of anybody and of no key. */
    const failure = Effect.fnUntraced(function*({ mailer, secrets = [] }: MailerUnderTest) {
      const error = yield* Effect.flip(mailer.send(mail))
      const text = `${inspect(error, { depth: 8 })} ${JSON.stringify(error)} ${error.message}`
      assert.notInclude(text, "ada@", "a failure names nobody")
      for (const secret of secrets) assert.notInclude(text, secret, "a failure holds a secret")
      return error
    })

    test("hands over sender, recipient, subject, text and HTML", ({ mailer, received }) =>
      Effect.gen(function*() {
        yield* mailer.send(mail)
        const [arrived, ...more] = yield* received
        assert.deepStrictEqual(more, [])
        assert.deepStrictEqual(
          [arrived?.to, arrived?.from, arrived?.subject, lines(arrived?.text ?? ""), lines(arrived?.html ?? "")],
          ["ada@example.com", ["shop@example.com"], mail.subject, mail.text, mail.html]
        )
      }))

    test("keeps every character and long lines", ({ mailer, received }) =>
      Effect.gen(function*() {
        const long = `${"Łódź — 東京 🛒 ".repeat(200)}.\n.\n..\nFrom me`
        yield* mailer.send({ ...mail, subject: "Réservé — 予約 🛒", text: long, html: `<p>${long}</p>` })
        const [arrived] = yield* received
        assert.strictEqual(arrived?.subject, "Réservé — 予約 🛒")
        assert.strictEqual(lines(arrived?.text ?? ""), lines(long))
        assert.strictEqual(lines(arrived?.html ?? ""), lines(`<p>${long}</p>`))
      }))

    test("hands files over with their name and every byte", ({ mailer, received }) =>
      Effect.gen(function*() {
        const text = "%PDF-1.7\r\n\u0000\u0001\u00ff – 東京\n.\n"
        yield* mailer.send({
          ...mail,
          attachments: [{ name: "INV-2026-000001.pdf", contentType: "application/pdf", content: new TextEncoder().encode(text) }]
        })
        const [arrived] = yield* received
        assert.deepStrictEqual(arrived?.attachments, [
          { name: "INV-2026-000001.pdf", contentType: "application/pdf", text }
        ])
        assert.strictEqual(lines(arrived?.text ?? ""), mail.text)
      }))

    test("lets mail programs show a button that unsubscribes, of what can be done without", ({ mailer, received }) =>
      Effect.gen(function*() {
        const unsubscribe = `https://shop.example.com/api/v1/unsubscribe?token=${"a".repeat(200)}`
        yield* mailer.send(mail)
        yield* mailer.send({ ...mail, id: "msg_01jd5m8x2vf6grc1x7e9w0b3qm", unsubscribe })
        yield* mailer.send({ ...mail, id: "msg_01jd5m8x2vf6grc1x7e9w0b3qn", unsubscribe: "mailto:shop@example.com" })
        assert.deepStrictEqual((yield* received).map(({ list }) => list), [
          [],
          [`<${unsubscribe}>`, "List-Unsubscribe=One-Click"],
          ["<mailto:shop@example.com>"]
        ])
      }))

    test("attack 60, header injection: a line break in a subject or an address adds no header and no recipient", ({ mailer, received }) =>
      Effect.gen(function*() {
        yield* mailer.send(mail)
        yield* Effect.exit(mailer.send({ ...mail, subject: "Hello\r\nBcc: eve@example.com\r\n\r\nBody" }))
        yield* Effect.exit(mailer.send({ ...mail, to: "ada@example.com\r\nBcc: eve@example.com" }))
        yield* Effect.exit(mailer.send({ ...mail, to: "ada@example.com, eve@example.com" }))
        const arrived = yield* received
        for (const { headers, to } of arrived) {
          assert.notInclude(to, "eve")
          assert.notInclude(headers.map((name) => name.toLowerCase()), "bcc")
        }
        const [plain] = arrived
        for (const { headers } of arrived) assert.deepStrictEqual([...headers].sort(), [...plain?.headers ?? []].sort())
      }))

    test("sends the same mail with the same key, so that a provider recognises it", ({ mailer, received }) =>
      Effect.gen(function*() {
        yield* mailer.send(mail)
        yield* mailer.send(mail)
        yield* mailer.send({ ...mail, id: "msg_01jd5m8x2vf6grc1x7e9w0b3qm" })
        const keys = (yield* received).map(({ repetitionKey }) => repetitionKey)
        assert.include(keys[0] ?? "", mail.id)
        assert.strictEqual(new Set(keys).size, 2)
      }))

    test("a server that refuses, is busy or is down: a typed failure that says whether to try again and names nobody", (opened) =>
      Effect.gen(function*() {
        const { behave, mailer, received } = opened
        if (behave === null) return
        for (const [how, permanent] of [["refuse", true], ["busy", false], ["down", false]] as const) {
          yield* behave(how)
          assert.deepInclude(yield* failure(opened), { _tag: "DeliveryFailed", sender: mailer.name, permanent }, how)
        }
        assert.deepStrictEqual(yield* received, [])
      }))

    test("a server that never answers holds nobody up, and the mail is tried again", (opened) =>
      Effect.gen(function*() {
        const { behave, mailer } = opened
        if (behave === null) return
        yield* behave("silent")
        const error = yield* Effect.timeoutOption(failure(opened), "15 seconds")
        if (error._tag === "None") return assert.fail("it waits for ever: it has to end by itself")
        assert.deepInclude(error.value, { _tag: "DeliveryFailed", sender: mailer.name, permanent: false })
      }))

    test("what becomes of mails is read if the harness says so, of which mail and for whom", ({ mailer, webhooks }) =>
      Effect.gen(function*() {
        assert.strictEqual(mailer.readWebhook !== undefined, webhooks !== undefined)
        if (mailer.readWebhook === undefined || webhooks === undefined) return
        const receipt = yield* mailer.send(mail)
        const reference = receipt?.reference ?? ""
        assert.isNotEmpty(reference, "what it is called when it is told of")
        for (const status of ["delivered", "bounced", "complained"] as const) {
          const news = yield* mailer.readWebhook(yield* webhooks.about({ reference, to: mail.to }, status))
          assert.deepInclude(news, { status, reference, address: mail.to, permanent: status === "bounced" })
        }
        for (const text of ["", "null", "{}", "[]", "not json", `{"__proto__":{"type":"x"}}`]) {
          assert.isUndefined(yield* mailer.readWebhook(yield* webhooks.sign(bytes(text))), `nothing of a mail: ${text}`)
        }
      }))

    test("attack, forged webhooks: what is not signed by whoever carries the mails, or is old, stops no mail to anybody", ({ mailer, webhooks }) =>
      Effect.gen(function*() {
        const { readWebhook } = mailer
        if (readWebhook === undefined || webhooks === undefined) return
        const right = yield* webhooks.about({ reference: "a mail", to: mail.to }, "bounced")
        const flipped = Uint8Array.from(right.body)
        flipped[Math.floor(flipped.length / 2)] = (flipped[Math.floor(flipped.length / 2)] ?? 0) ^ 1
        const names = Object.keys(right.headers).filter((name) => name !== "content-type")
        const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
        const forged: ReadonlyArray<readonly [string, MailWebhook]> = [
          ["without a signature", { ...right, headers: {} }],
          ["another body", { ...right, body: flipped }],
          ["another secret", yield* webhooks.sign(right.body, { secret: Buffer.alloc(24, 9).toString("base64") })],
          ["of yesterday", yield* webhooks.sign(right.body, { atSeconds: seconds - 86_400 })],
          ["of tomorrow", yield* webhooks.sign(right.body, { atSeconds: seconds + 86_400 })],
          ...names.flatMap((name) => ["", "x", "x".repeat(10_000)].map((value) =>
            [`${name}: ${value.slice(0, 5)}`, { ...right, headers: { ...right.headers, [name]: value } }] as const))
        ]
        for (const [what, webhook] of forged) {
          assert.strictEqual((yield* Effect.flip(readWebhook(webhook)))._tag, "MailWebhookRejected", what)
        }
      }))
  })
}
