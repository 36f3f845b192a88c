import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Webhook } from "standardwebhooks"
import * as WebhookSignature from "./WebhookSignature.ts"

const message = { id: "evt_1", body: "{\"type\":\"order.paid\"}" }
const now = () => Math.floor(Date.now() / 1_000)

describe("signatures of webhooks", () => {
  it.effect("are taken by the receivers that Standard Webhooks publishes, under the old secret and the new one", () =>
    Effect.gen(function*() {
      const secrets = [yield* WebhookSignature.secret, yield* WebhookSignature.secret]
      const another = yield* WebhookSignature.secret
      const headers = WebhookSignature.headers({ ...message, timestamp: now(), secrets })
      for (const secret of secrets) {
        assert.deepStrictEqual(new Webhook(secret).verify(message.body, headers), { type: "order.paid" })
      }
      assert.throws(() => new Webhook(another).verify(message.body, headers))
      assert.throws(() => new Webhook(secrets[0] ?? "").verify(`${message.body} `, headers))
    }))

  it("are those of the example in the specification's reference library", () => {
    assert.strictEqual(
      WebhookSignature.headers({
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1_614_265_330,
        body: "{\"test\": 2432232314}",
        secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
      })["webhook-signature"],
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
  })
})
