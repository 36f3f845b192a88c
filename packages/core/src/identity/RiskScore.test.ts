import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Timestamp from "../kernel/Timestamp.ts"
import { isDisposable } from "./DisposableAddress.ts"
import { distance } from "../kernel/PlaceLocator.ts"
import { deviceOf, neighbourhoodOf } from "./Risk.ts"
import type { SignInSignals } from "./RiskAssessor.ts"
import * as RiskScore from "./RiskScore.ts"

const usual: SignInSignals = {
  userId: "user_1",
  email: "ada@example.com",
  method: "password",
  client: { address: "203.0.113.7", userAgent: "Browser/1" },
  at: Timestamp.fromMillis(0),
  newDevice: false,
  newNetwork: false,
  recentFailures: 0,
  disposableAddress: false,
  place: null,
  travel: null
}

const far = { kilometres: 5_000, hours: 1 }

describe("the score of a sign-in", () => {
  for (
    const [what, signals, verdict, score] of [
      ["nothing unusual", {}, "allow", 0],
      ["nothing to compare with", { newDevice: null, newNetwork: null }, "allow", 0],
      ["a new device in a new network", { newDevice: true, newNetwork: true }, "allow", 40],
      ["a disposable address and a new device", { newDevice: true, disposableAddress: true }, "allow", 40],
      ["four failures and a new device", { newDevice: true, recentFailures: 4 }, "allow", 25],
      ["five failures and a new device", { newDevice: true, recentFailures: 5 }, "challenge", 55],
      ["very many failures where all is as always", { recentFailures: 100 }, "allow", 0],
      ["very many failures and a new network", { recentFailures: 20, newNetwork: true }, "challenge", 65],
      ["very many failures, a new device, a new network", { recentFailures: 20, newDevice: true, newNetwork: true }, "deny", 90],
      ["impossible travel", { travel: far }, "challenge", 50],
      ["impossible travel with all that is new", { travel: far, newDevice: true, newNetwork: true }, "deny", 90],
      ["a flight", { travel: { kilometres: 5_000, hours: 6 } }, "allow", 0],
      ["a place that is a little wrong", { travel: { kilometres: 400, hours: 0 } }, "allow", 0],
      [
        "a code by e-mail with all that is new",
        { method: "email_code", travel: far, newDevice: true, newNetwork: true },
        "challenge",
        90
      ],
      ["a passkey with all that is new", { method: "passkey", travel: far, newDevice: true, newNetwork: true }, "challenge", 90]
    ] as const
  ) {
    it.effect(`of ${what} is ${score}: ${verdict}`, () =>
      Effect.gen(function*() {
        const assessment = yield* RiskScore.make().assess({ ...usual, ...signals })
        assert.deepStrictEqual([assessment.verdict, assessment.score], [verdict, score])
      }))
  }

  it.effect("is counted as a shop wants it", () =>
    Effect.gen(function*() {
      const strict = RiskScore.make({ challengeAt: 10, denyAt: 30, points: { new_network: 30 } })
      const verdict = (signals: Partial<SignInSignals>) =>
        Effect.map(strict.assess({ ...usual, ...signals }), (assessment) => assessment.verdict)
      assert.strictEqual(yield* verdict({ newDevice: true }), "challenge")
      assert.strictEqual(yield* verdict({ newNetwork: true }), "deny")
    }))
})

describe("signs of risk", () => {
  it("a device is its program without versions", () => {
    assert.strictEqual(deviceOf("Mozilla/5.0 (Android 14) Browser/130.0.1"), deviceOf("Mozilla/5.0 (Android 15) Browser/131.2"))
    assert.notStrictEqual(deviceOf("Mozilla/5.0 (Android 14)"), deviceOf("Mozilla/5.0 (Windows 11)"))
    assert.isNull(deviceOf(null))
  })

  it("a network is near its neighbours", () => {
    assert.strictEqual(neighbourhoodOf("203.0.113.7"), neighbourhoodOf("::ffff:203.0.113.200"))
    assert.notStrictEqual(neighbourhoodOf("203.0.113.7"), neighbourhoodOf("203.0.114.7"))
    assert.strictEqual(neighbourhoodOf("2001:db8:1:2::1"), neighbourhoodOf("2001:db8:1:ffff::1"))
    assert.notStrictEqual(neighbourhoodOf("2001:db8:1::1"), neighbourhoodOf("2001:db8:2::1"))
    assert.isNull(neighbourhoodOf("not an address"))
  })

  it("distances are those of the globe", () => {
    const berlin = { name: "Berlin, DE", latitude: 52.52, longitude: 13.405 }
    assert.approximately(distance(berlin, { name: "Paris, FR", latitude: 48.857, longitude: 2.352 }) ?? 0, 878, 5)
    assert.approximately(distance({ name: "a", latitude: 0, longitude: 179.9 }, { name: "b", latitude: 0, longitude: -179.9 }) ?? 0, 22, 1)
    assert.strictEqual(distance(berlin, berlin), 0)
    assert.isUndefined(distance(berlin, { name: "somewhere" }))
  })

  it("disposable addresses are known by their domain and what is below it", () => {
    for (const email of ["a@mailinator.com", "a@MAILINATOR.com", "a@sub.mailinator.com"]) assert.isTrue(isDisposable(email), email)
    for (const email of ["a@example.com", "a@gmail.com", "a@notmailinator.example", "mailinator.com@example.com", ""]) {
      assert.isFalse(isDisposable(email), email)
    }
  })
})
