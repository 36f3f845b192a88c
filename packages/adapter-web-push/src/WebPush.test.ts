import { assert, describe, it } from "@effect/vitest"
import type { PushTarget } from "@stoa/core/notifications/PushSender"
import * as LocalServer from "@stoa/core/testing/LocalServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createDecipheriv, createECDH, createPublicKey, createVerify, type ECDH, hkdfSync } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { encrypt } from "./PushEncryption.ts"
import { generateKeys } from "./VapidKeys.ts"
import { webPush } from "./WebPush.ts"

const base64url = (text: string) => Buffer.from(text, "base64url")

/** A browser: its keys, and how it reads what it gets, written down apart from what encrypts. */
const browser = () => {
  const keys = createECDH("prime256v1")
  keys.generateKeys()
  const auth = Buffer.alloc(16, 7)
  return {
    keys: { p256dh: keys.getPublicKey("base64url"), auth: auth.toString("base64url") },
    read: (body: Buffer) => decrypt(body, keys, auth)
  }
}

const decrypt = (body: Buffer, keys: ECDH, auth: Buffer): string => {
  const salt = body.subarray(0, 16)
  const idLength = body[20] ?? 0
  const sender = body.subarray(21, 21 + idLength)
  const derive = (key: Uint8Array, from: Uint8Array, info: Buffer, length: number) =>
    Buffer.from(hkdfSync("sha256", key, from, info, length))
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender])
  const secret = derive(keys.computeSecret(sender), auth, info, 32)
  const record = body.subarray(21 + idLength)
  const decipher = createDecipheriv(
    "aes-128-gcm",
    derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16),
    derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12)
  ).setAuthTag(record.subarray(-16))
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  assert.strictEqual(plain.at(-1), 2)
  return plain.subarray(0, -1).toString()
}

/** A push service on this machine. */
const pushService = Effect.fnUntraced(function*(answer: { status: number; location?: string }) {
  const taken: Array<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> = []
  const { url: origin } = yield* LocalServer.open(({ headers, socket }, response, body) => {
    if (answer.status === 0) return void socket.destroy()
    if (answer.status < 300) taken.push({ headers, body })
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end()
  })
  return { taken, origin }
})

const contact = "mailto:hello@example.com"
const vapid = generateKeys()
const sender = (insecure = true) => webPush({ contact, ...vapid, privateKey: Redacted.make(vapid.privateKey), insecure })

describe("pushes to browsers", () => {
  it("are encrypted as the example of RFC 8291 is", () => {
    const keys = createECDH("prime256v1")
    keys.setPrivateKey(base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    const body = encrypt(
      Buffer.from("When I grow up, I want to be a watermelon"),
      {
        p256dh: base64url("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        auth: base64url("BTBZMqHH6r4Tts7J_aSIgg")
      },
      { keys, salt: base64url("DGv6ra1nlYgDCS1FRnbzlw") }
    )
    assert.strictEqual(
      body.toString("base64url"),
      "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        + "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
  })

  it.live("arrive readable for the browser alone, signed for the push service, the same one under the same topic", () =>
    Effect.gen(function*() {
      const { origin, taken } = yield* pushService({ status: 201 })
      const { keys, read } = browser()
      const push = { id: "msg_1", target: { endpoint: `${origin}/p/1`, ...keys }, payload: "{\"title\":\"Łódź — 東京\"}" }
      yield* sender().send(push)
      yield* sender().send(push)
      yield* sender().send({ ...push, id: "msg_2" })
      assert.deepStrictEqual(taken.map(({ body }) => read(body)), [push.payload, push.payload, push.payload])
      const [first, second, third] = taken
      assert.notDeepEqual(first?.body, second?.body)
      assert.strictEqual(first?.headers["topic"], second?.headers["topic"])
      assert.notStrictEqual(first?.headers["topic"], third?.headers["topic"])
      assert.match(String(first?.headers["topic"]), /^[\w-]{1,32}$/)
      assert.strictEqual(first?.headers["ttl"], "86400")
      assert.strictEqual(first?.headers["content-encoding"], "aes128gcm")
      const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(first?.headers.authorization ?? "") ?? []
      assert.strictEqual(key, vapid.publicKey)
      const [header = "", claims = "", signature = ""] = token.split(".")
      const { aud, exp, sub } = JSON.parse(base64url(claims).toString())
      assert.deepStrictEqual([aud, sub], [origin, contact])
      assert.isAtMost(exp, Date.now() / 1_000 + 86_400)
      assert.isAbove(exp, Date.now() / 1_000)
      const point = base64url(vapid.publicKey)
      const publicKey = createPublicKey({
        format: "jwk",
        key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") }
      })
      assert.isTrue(
        createVerify("sha256").update(`${header}.${claims}`).verify({ key: publicKey, dsaEncoding: "ieee-p1363" }, base64url(signature))
      )
    }).pipe(Effect.scoped))

  it.live("say what became of them: gone for good, refused, or to be tried again, and follow no redirect", () =>
    Effect.gen(function*() {
      // a server that would take what is sent on to it
      const elsewhere = yield* pushService({ status: 201 })
      const answer = { status: 201, location: `${elsewhere.origin}/taken` }
      const { origin } = yield* pushService(answer)
      const push = { id: "msg_1", target: { endpoint: `${origin}/secret-path`, ...browser().keys }, payload: "{}" }
      for (
        const [status, expected] of [
          [404, "PushGone"],
          [410, "PushGone"],
          [413, true],
          [400, true],
          [403, false],
          [429, false],
          [503, false],
          [302, false],
          [0, false]
        ] as const
      ) {
        answer.status = status
        const error = yield* Effect.flip(sender().send(push))
        assert.strictEqual(error._tag === "PushGone" ? error._tag : error.permanent, expected, String(status))
        assert.notInclude(JSON.stringify(error), "secret-path")
      }
      assert.lengthOf(elsewhere.taken, 0)
    }).pipe(Effect.scoped))

  it.live("attack 59, requests to places of the attacker's choice: nothing but public addresses over HTTPS", () =>
    Effect.gen(function*() {
      const { keys } = browser()
      const { refusal, send } = sender(false)
      assert.isUndefined(refusal({ endpoint: "https://updates.push.services.mozilla.com/wpush/v2/x", ...keys }))
      for (
        const endpoint of [
          "http://push.example.com/1",
          "https://127.0.0.1/1",
          "https://[::1]/1",
          "https://169.254.169.254/latest/meta-data",
          "https://10.0.0.1/1",
          "https://localhost/1",
          "https://user:password@push.example.com/1",
          "file:///etc/passwd",
          "x"
        ]
      ) {
        assert.isString(refusal({ endpoint, ...keys }), endpoint)
        const error = yield* Effect.flip(send({ id: "msg_1", target: { endpoint, ...keys }, payload: "{}" }))
        assert.deepInclude(error, { _tag: "DeliveryFailed", permanent: true }, endpoint)
      }
    }))

  it("need keys that are some", () => {
    const { keys } = browser()
    const endpoint = "https://push.example.com/1"
    const point = base64url(keys.p256dh)
    point[40] = (point[40] ?? 0) ^ 1
    const wrong: ReadonlyArray<Omit<PushTarget, "endpoint">> = [
      { ...keys, auth: "" },
      { ...keys, auth: "x".repeat(30) },
      { ...keys, p256dh: "BA" },
      { ...keys, p256dh: "!".repeat(87) },
      { ...keys, p256dh: point.toString("base64url") }
    ]
    for (const one of wrong) assert.strictEqual(sender().refusal({ endpoint, ...one }), "Expected the keys of a browser")
    for (const pair of [{ ...vapid, privateKey: "hunter2" }, { ...vapid, publicKey: "hunter2" }, { ...vapid, publicKey: generateKeys().publicKey }]) {
      try {
        webPush({ contact, ...pair })
        assert.fail("taken")
      } catch (error) {
        assert.match(String(error), /generateKeys/)
        assert.notInclude(String(error), "hunter2")
      }
    }
    assert.throws(() => webPush({ contact: "hello@example.com", ...vapid }), /mailto/)
  })
})
