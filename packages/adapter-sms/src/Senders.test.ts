import { assert, describe, it } from "@effect/vitest"
import * as LocalServer from "@stoa/core/testing/LocalServer"
import * as Effect from "effect/Effect"
import { consoleSender } from "./ConsoleSender.ts"
import { twilio } from "./TwilioSender.ts"

interface Request {
  readonly url: string
  readonly authorization: string
  readonly form: Record<string, string>
}

/** A server in the place of Twilio's. */
const open = Effect.fnUntraced(function*(status: { code: number }) {
  const requests: Array<Request> = []
  const { url: baseUrl } = yield* LocalServer.open((request, response, body) => {
    if (status.code === 0) return void request.socket.destroy()
    if (status.code < 300) {
      requests.push({
        url: request.url ?? "",
        authorization: request.headers.authorization ?? "",
        form: Object.fromEntries(new URLSearchParams(body.toString()))
      })
    }
    response.writeHead(status.code, { location: "http://169.254.169.254/" }).end("{\"message\":\"+14155550123\"}")
  })
  return { requests, baseUrl }
})

const message = { id: "msg_1", to: "+14155550123", text: "123456 — 東京 & more" }

describe("text messages by Twilio", () => {
  it.live("arrive with sender, number and text", () =>
    Effect.gen(function*() {
      const { baseUrl, requests } = yield* open({ code: 201 })
      yield* twilio({ accountSid: "AC1", authToken: "secret", from: "+14155550100", baseUrl }).send(message)
      yield* twilio({ accountSid: "AC1", authToken: "secret", from: "MG77", baseUrl }).send(message)
      assert.deepStrictEqual(requests[0], {
        url: "/2010-04-01/Accounts/AC1/Messages.json",
        authorization: `Basic ${Buffer.from("AC1:secret").toString("base64")}`,
        form: { From: "+14155550100", To: message.to, Body: message.text }
      })
      assert.deepStrictEqual(requests[1]?.form, { MessagingServiceSid: "MG77", To: message.to, Body: message.text })
    }).pipe(Effect.scoped))

  it.live("fail with what says whether to try again, and with nothing of the number or of the secret", () =>
    Effect.gen(function*() {
      const status = { code: 400 }
      const { baseUrl } = yield* open(status)
      const sender = twilio({ accountSid: "AC1", authToken: "secret", from: "+14155550100", baseUrl })
      for (const [code, permanent] of [[400, true], [401, false], [429, false], [503, false], [302, false], [0, false]] as const) {
        status.code = code
        const error = yield* Effect.flip(sender.send(message))
        assert.deepInclude(error, { _tag: "DeliveryFailed", sender: "twilio", permanent }, String(code))
        assert.notMatch(JSON.stringify(error) + error.message, /4155550123|secret/)
      }
      const error = yield* Effect.flip(sender.send({ ...message, to: "+1415\r\n" }))
      assert.isTrue(error.permanent)
    }).pipe(Effect.scoped))

  it.effect("appear on the console of a developer", () =>
    Effect.gen(function*() {
      const written: Array<string> = []
      yield* consoleSender({ write: (text) => void written.push(text) }).send(message)
      assert.deepStrictEqual(written, [`\n--- SMS to ${message.to}: ${message.text}\n`])
    }))
})
