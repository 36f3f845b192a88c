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
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Mailer } from "../notifications/Mailer.ts"
import type { Mail } from "../notifications/Message.ts"

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

/** A mailer under test and the server that it speaks with. */
export interface MailerUnderTest {
  readonly mailer: Mailer
  readonly received: Effect.Effect<ReadonlyArray<ReceivedMail>>
  /** From now on the server answers like this; `null` for a mailer without a server. */
  readonly behave: ((how: "normally" | "refuse" | "busy" | "down") => Effect.Effect<void>) | null
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

export const mailerConformance = (harness: MailerHarness): void => {
  describe(`the mailer ${harness.name}`, () => {
    const test = (name: string, run: (opened: MailerUnderTest) => Effect.Effect<unknown, unknown>) =>
      it.live(name, () => Effect.scoped(Effect.flatMap(harness.open(), run)))

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

    test("a server that refuses, is busy or is down: a typed failure that says whether to try again and names nobody", ({ behave, mailer, received }) =>
      Effect.gen(function*() {
        if (behave === null) return
        for (const [how, permanent] of [["refuse", true], ["busy", false], ["down", false]] as const) {
          yield* behave(how)
          const error = yield* Effect.flip(mailer.send(mail))
          assert.deepInclude(error, { _tag: "DeliveryFailed", sender: mailer.name, permanent }, how)
          assert.notInclude(JSON.stringify(error) + error.message, "ada")
        }
        assert.deepStrictEqual(yield* received, [])
      }))
  })
}
