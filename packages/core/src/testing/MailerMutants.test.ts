/**
 * Mailers that would lose mails, send them twice or believe strangers, each with one mistake, and the test of the suite that finds it.
 * The suite's tests are gathered here, and are not vitest's, as one that fails is what is looked for.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { createHmac } from "node:crypto"
import * as Timestamp from "../kernel/Timestamp.ts"
import { MailWebhookRejected } from "../notifications/MailDeliveryErrors.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { DeliveryFailed, listHeaders, type Mail } from "../notifications/Message.ts"
import { type MailerHarness, mailerConformance, type ReceivedMail } from "./MailerConformance.ts"

const key = "owl_key"
const ownSecret = "owl_secret"
const macOf = (body: Uint8Array, at: string, secret: string) => createHmac("sha256", secret).update(`${at}.`).update(body).digest("hex")

/** A mailer without mistakes, whose server is in this process. */
const owl: MailerHarness = {
  name: "Owl Post",
  open: () =>
    Effect.sync(() => {
      const received: Array<ReceivedMail> = []
      let how = "normally"
      const failed = (permanent: boolean, reason: string) => Effect.fail(new DeliveryFailed({ sender: "owl", permanent, reason }))
      const take = ({ attachments = [], html, id, subject, text, to, unsubscribe }: Mail) => {
        received.push({
          to,
          from: ["shop@example.com"],
          subject,
          text,
          html,
          headers: ["from", "to", "subject"],
          list: Object.values(listHeaders(unsubscribe)),
          attachments: attachments.map(({ content, contentType, name }) => ({ name, contentType, text: new TextDecoder().decode(content) })),
          repetitionKey: id
        })
        return { reference: `owl-${id}` }
      }
      const sign = (body: Uint8Array, { atSeconds = Math.floor(Date.now() / 1_000), secret = ownSecret } = {}) =>
        Effect.succeed({ body, headers: { "owl-time": String(atSeconds), "owl-mac": macOf(body, String(atSeconds), secret) } })
      return {
        mailer: Mailer.make({
          name: "owl",
          send: (mail) => {
            if (how === "refuse") return failed(true, "refused")
            if (how === "silent") return Effect.delay(failed(false, "no answer in time"), "100 millis")
            return how === "normally" ? Effect.sync(() => take(mail)) : failed(false, how)
          },
          readWebhook: Effect.fnUntraced(function*({ body, headers: { "owl-mac": mac, "owl-time": time = "" } }) {
            if (mac !== macOf(body, time, ownSecret)) return yield* new MailWebhookRejected({ reason: "wrong signature" })
            if (!(Math.abs((yield* Clock.currentTimeMillis) / 1_000 - Number(time)) < 300)) {
              return yield* new MailWebhookRejected({ reason: "too old" })
            }
            const [owl, status, reference, address] = new TextDecoder().decode(body).split(" ")
            if (owl !== "owl" || reference === undefined || address === undefined) return undefined
            return { status: status as "bounced", reference, address, permanent: status === "bounced", reason: null, at: Timestamp.fromMillis(0) }
          })
        }),
        received: Effect.sync(() => received),
        behave: (wanted) => Effect.sync(() => void (how = wanted)),
        webhooks: {
          sign,
          about: ({ reference, to }, status) => sign(new TextEncoder().encode(`owl ${status} ${reference} ${to}`))
        },
        secrets: [key]
      }
    })
}

const withMistake = (mistake: (mailer: Required<Mailer.Mailer>) => Partial<Mailer.Mailer>): MailerHarness => ({
  ...owl,
  open: () =>
    Effect.map(owl.open(), (opened) => ({
      ...opened,
      mailer: { ...opened.mailer, ...mistake(opened.mailer as Required<Mailer.Mailer>) }
    }))
})

/** How a test of the suite ends on a mailer. */
const ends = (name: string, harness: MailerHarness) =>
  Effect.gen(function*() {
    const tests = new Map<string, () => Effect.Effect<unknown, unknown>>()
    mailerConformance(harness, { describe: (_, body) => body(), test: (name, body) => tests.set(name, body) })
    const body = tests.get(name)
    return body === undefined ? yield* Effect.die(`the suite has no test "${name}"`) : yield* Effect.exit(body())
  })

const trouble = "a server that refuses, is busy or is down: a typed failure that says whether to try again and names nobody"
const forged = "attack, forged webhooks: what is not signed by whoever carries the mails, or is old, stops no mail to anybody"
const news = "what becomes of mails is read if the harness says so, of which mail and for whom"

let made = 0

const mistakes: ReadonlyArray<readonly [string, string, (mailer: Required<Mailer.Mailer>) => Partial<Mailer.Mailer>]> = [
  ["gives up mails that a busy server would take later", trouble, (mailer) => ({
    send: (mail) => Effect.mapError(mailer.send(mail), ({ reason, sender }) => new DeliveryFailed({ sender, reason, permanent: true }))
  })],
  ["tries again for ever what is refused", trouble, (mailer) => ({
    send: (mail) => Effect.mapError(mailer.send(mail), ({ reason, sender }) => new DeliveryFailed({ sender, reason, permanent: false }))
  })],
  ["tells its key in a failure", trouble, (mailer) => ({
    send: (mail) => Effect.mapError(mailer.send(mail), ({ permanent, sender }) => new DeliveryFailed({ sender, permanent, reason: `401 for ${key}` }))
  })],
  ["takes what was not answered for sent", "a server that never answers holds nobody up, and the mail is tried again", (mailer) => ({
    send: (mail) => Effect.catchTag(mailer.send(mail), "DeliveryFailed", () => Effect.void)
  })],
  ["gives a mail another name every time", "sends the same mail with the same key, so that a provider recognises it", (mailer) => ({
    send: (mail) => mailer.send({ ...mail, id: `${mail.id}-${++made}` })
  })],
  ["believes every webhook", forged, () => ({
    readWebhook: () =>
      Effect.succeed({ status: "bounced", reference: "a mail", address: "ada@example.com", permanent: true, reason: null, at: Timestamp.fromMillis(0) })
  })],
  ["believes old webhooks", forged, (mailer) => ({
    readWebhook: (webhook) => Effect.catchTag(mailer.readWebhook(webhook), "MailWebhookRejected", (error) => error.reason === "too old" ? Effect.undefined : Effect.fail(error))
  })],
  ["does not say what the carrier calls a mail", news, (mailer) => ({ send: (mail) => Effect.asVoid(mailer.send(mail)) })],
  ["takes what is of no mail for forged, so that it comes again and again", news, (mailer) => ({
    readWebhook: (webhook) =>
      Effect.flatMap(mailer.readWebhook(webhook), (said) => said === undefined ? new MailWebhookRejected({ reason: "unknown" }) : Effect.succeed(said))
  })],
  ["takes every address for one that is gone", news, (mailer) => ({
    readWebhook: (webhook) => Effect.map(mailer.readWebhook(webhook), (said) => said && { ...said, permanent: true })
  })]
]

describe("the suite for mailers", () => {
  for (const [mistake, name, change] of mistakes) {
    it.live(`finds a mailer that ${mistake}`, () =>
      Effect.gen(function*() {
        assert.isTrue(Exit.isSuccess(yield* ends(name, owl)), "without the mistake, it passes")
        assert.isTrue(Exit.isFailure(yield* ends(name, withMistake(change))))
      }))
  }
})
