import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Auth } from "../identity/Auth.ts"
import { Entry } from "../identity/Entry.ts"
import type { SecondFactorRequired } from "../identity/IdentityErrors.ts"
import { type Place, PlaceLocator } from "../kernel/PlaceLocator.ts"
import { type Assessment, RiskAssessor, type SignInSignals } from "../identity/RiskAssessor.ts"
import * as RiskScore from "../identity/RiskScore.ts"
import { SecondFactors } from "../identity/SecondFactors.ts"
import {
  account,
  ada,
  auditOf,
  bearing,
  codeIn,
  customer,
  delivered,
  elsewhere,
  eventsOf,
  failure,
  from,
  home,
  type IdentityServices,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Of no known place. */
const somewhere = "198.51.100.99"

const laptop = "Browser/115.0 (X11; Linux)"
const stranger = "Robot/1.0"

const places: Readonly<Record<string, Place>> = {
  [home]: { name: "Portland, US", latitude: 45.5, longitude: -122.7 },
  [elsewhere]: { name: "Lagos, NG", latitude: 6.5, longitude: 3.4 }
}

const located = Layer.succeed(PlaceLocator, { locate: (address) => Effect.succeed(places[address]) })

const login = Effect.flatMap(Auth, (auth) => auth.login(ada))

const wrong = Effect.flatMap(Auth, (auth) => Effect.flip(auth.login({ ...ada, password: "not the password" })))

/** A customer who has signed in at home, with a laptop. */
const atHome = Effect.gen(function*() {
  const user = yield* account(ada)
  const tokens = yield* from(home, laptop)(login)
  return { user, tokens }
})

/** Failures of somebody who has not got the password, from as many networks as they like. */
const guesses = (count: number) =>
  Effect.forEach(Array.from({ length: count }), (_, index) => from(`192.0.2.${index}`, stranger)(wrong))

/** A sign-in that more is asked of. */
const challenged = Effect.gen(function*() {
  const error = yield* Effect.orDie(Effect.flip(login))
  return error._tag === "SecondFactorRequired" ? error : yield* Effect.die(error)
})

const check = ({ challengeId }: SecondFactorRequired, code: string) =>
  Effect.flatMap(SecondFactors, (factors) => factors.verifyMfa({ challengeId, method: "email_code", code }))

/** What is thought of sign-ins, and what comes of it. */
export const riskSuite = (harness: StorageHarness) =>
  describe(`adaptive risk, on ${harness.name}`, () => {
    const test = (
      name: string,
      effect: Effect.Effect<unknown, unknown, IdentityServices>,
      ports: Layer.Layer<never> = located
    ) => it.effect(name, () => Effect.provide(effect, Layer.provide(shop(harness), ports)))

    test(
      "a sign-in with a device that is new is let in, and its owner hears of it; an update makes no new device",
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* atHome
        assert.deepStrictEqual((yield* delivered).mails, [])
        yield* TestClock.adjust("1 day")
        yield* from(home, laptop.replace("115.0", "116.2.1"))(login)
        assert.deepStrictEqual((yield* delivered).mails, [])
        yield* TestClock.adjust("1 day")
        const tokens = yield* from(elsewhere, stranger)(login)
        const [mail, ...rest] = (yield* delivered).mails
        assert.deepStrictEqual(rest, [])
        assert.strictEqual(mail?.to, ada.email)
        assert.match(mail?.subject ?? "", /new sign-in/)
        assert.include(mail?.text ?? "", `from the network address ${elsewhere} (Lagos, NG) with ${stranger}.`)
        const { items } = yield* bearing(tokens)(auth.loginHistory())
        assert.deepStrictEqual(items.map(({ place, risk }) => [place, risk]), [
          ["Lagos, NG", { verdict: "allow", score: 40, reasons: ["new_device", "new_network"] }],
          ["Portland, US", { verdict: "allow", score: 0, reasons: [] }],
          ["Portland, US", { verdict: "allow", score: 0, reasons: [] }]
        ])
      })
    )

    test(
      "with failures before it, a new device has to bring a code that goes to the owner's mailbox, once",
      Effect.gen(function*() {
        const entry = yield* Entry
        const { user } = yield* atHome
        yield* guesses(5)
        const required = yield* from(somewhere, stranger)(challenged)
        assert.deepStrictEqual(required.methods, ["email_code"])
        assert.deepStrictEqual(yield* eventsOf(user.id), ["sign_in.challenged"])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.sign-in-challenged"])
        const [mail] = (yield* delivered).mails
        assert.strictEqual(mail?.to, ada.email)
        assert.include(mail?.text ?? "", "It looks unlike you")
        const code = codeIn(mail)
        assert.strictEqual(yield* failure(check(required, code === "000000" ? "000001" : "000000")), "InvalidCode")
        // it ends this sign-in, and signs in nobody by itself
        const other = yield* from(somewhere, stranger)(challenged)
        const others = codeIn((yield* delivered).mails[0])
        assert.strictEqual(yield* failure(check(required, code)), "InvalidCode")
        assert.strictEqual(
          yield* failure(entry.verifyPasswordless({ challengeId: other.challengeId, code: others } as never)),
          "InvalidInput"
        )
        const tokens = yield* check(other, others)
        const session = yield* storedSession(tokens.refreshToken)
        assert.deepStrictEqual(session?.methods, ["password", "email_code"])
        assert.isNull(session?.secondFactorAt)
        assert.strictEqual(yield* failure(check(other, others)), "InvalidCode")
        // whoever has read the code knows of it
        assert.deepStrictEqual((yield* delivered).mails, [])
      })
    )

    test(
      "attack 53, brute force: the code of such a sign-in is dead after five guesses",
      Effect.gen(function*() {
        yield* atHome
        yield* guesses(5)
        const required = yield* from(somewhere, stranger)(challenged)
        const code = codeIn((yield* delivered).mails[0])
        const guess = String((Number(code) + 1) % 1_000_000).padStart(6, "0")
        const answers = yield* Effect.forEach(
          Array.from({ length: 20 }),
          () => failure(check(required, guess)),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(new Set(answers), new Set(["InvalidCode"]))
        assert.strictEqual(yield* failure(check(required, code)), "InvalidCode")
      })
    )

    test(
      "who has a second factor is asked for it and for nothing else",
      Effect.gen(function*() {
        const factors = yield* SecondFactors
        const { tokens } = yield* customer(ada)
        yield* bearing(tokens)(factors.enrollTotp)
        const { TOTP } = yield* Effect.promise(() => import("otpauth"))
        const { secret } = yield* bearing(tokens)(factors.enrollTotp)
        const shown = Effect.map(
          Effect.clockWith((clock) => clock.currentTimeMillis),
          (timestamp) => new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp })
        )
        yield* bearing(tokens)(factors.confirmTotp({ code: yield* shown }))
        yield* TestClock.adjust("30 seconds")
        const first = yield* from(home, laptop)(challenged)
        yield* factors.verifyMfa({ challengeId: first.challengeId, method: "totp", code: yield* shown }).pipe(from(home, laptop))
        yield* delivered
        yield* guesses(5)
        const required = yield* from("203.0.113.250", stranger)(challenged)
        assert.deepStrictEqual(required.methods, ["totp", "recovery_code"])
        assert.strictEqual(yield* failure(check(required, "123456")), "InvalidCode")
        assert.deepStrictEqual((yield* delivered).mails, [])
        yield* TestClock.adjust("30 seconds")
        yield* factors.verifyMfa({ challengeId: required.challengeId, method: "totp", code: yield* shown })
        assert.match((yield* delivered).mails[0]?.subject ?? "", /new sign-in/)
      })
    )

    test(
      "a right password from a place that nobody could have come from is refused like a wrong one, and its owner is told",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { user } = yield* atHome
        yield* TestClock.adjust("1 hour")
        const refused = yield* from(elsewhere, stranger)(Effect.flip(login))
        assert.deepStrictEqual(refused, yield* from(elsewhere, stranger)(wrong))
        const [mail, ...rest] = (yield* delivered).mails
        assert.deepStrictEqual(rest, [])
        assert.match(mail?.subject ?? "", /refused a sign-in/)
        assert.include(mail?.text ?? "", `from the network address ${elsewhere} (Lagos, NG) with ${stranger}.`)
        assert.deepStrictEqual(yield* eventsOf(user.id), ["sign_in.refused"])
        assert.deepStrictEqual(yield* auditOf(user.id), ["user.sign-in-refused"])
        const tokens = yield* from(home, laptop)(login)
        const { items } = yield* bearing(tokens)(auth.loginHistory())
        assert.deepInclude(items.find(({ risk }) => risk?.verdict === "deny"), {
          outcome: "failed",
          sessionId: null,
          place: "Lagos, NG",
          risk: { verdict: "deny", score: 90, reasons: ["new_device", "new_network", "impossible_travel"] }
        })
        assert.strictEqual((yield* bearing(tokens)(auth.sessions)).length, 2)
        // and after a flight it is a journey
        yield* TestClock.adjust("13 hours")
        yield* from(elsewhere, laptop)(login)
      })
    )

    test(
      "risk is no weapon: a stranger's failures close the password and not the code by e-mail",
      Effect.gen(function*() {
        const entry = yield* Entry
        yield* atHome
        yield* guesses(25)
        const telephone = from(somewhere, "Telephone/7")
        assert.strictEqual(yield* failure(telephone(login)), "InvalidCredentials")
        yield* delivered
        const { challengeId } = yield* telephone(entry.startPasswordless({ email: ada.email }))
        const code = codeIn((yield* delivered).mails[0])
        const tokens = yield* telephone(entry.verifyPasswordless({ challengeId, code }))
        assert.strictEqual(tokens.user.email, ada.email)
        // at home nothing has changed
        yield* from(home, laptop)(login)
      })
    )

    test(
      "an owner is not flooded with mails about what was refused",
      Effect.gen(function*() {
        yield* atHome
        yield* TestClock.adjust("1 minute")
        for (let index = 0; index < 8; index++) {
          assert.strictEqual(yield* failure(from(`198.51.${index}.1`, stranger)(login)), "InvalidCredentials")
        }
        assert.strictEqual((yield* delivered).mails.length, 3)
      }),
      Layer.mergeAll(
        Layer.succeed(RiskAssessor, RiskScore.make({ denyAt: 40 })),
        located
      )
    )

    test(
      "sessions show roughly where they were used last",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* atHome
        assert.strictEqual((yield* bearing(tokens)(auth.sessions))[0]?.place, "Portland, US")
        yield* from(elsewhere, laptop)(auth.refresh({ refreshToken: tokens.refreshToken }))
        assert.strictEqual((yield* bearing(tokens)(auth.sessions))[0]?.place, "Lagos, NG")
      })
    )

    for (
      const [what, assess] of [
        ["fails", () => Effect.fail("down")],
        ["throws", () => Effect.die(new Error("a bug"))],
        ["answers nonsense", () => Effect.succeed({ verdict: "perhaps" } as unknown as Assessment)]
      ] as const
    ) {
      test(
        `fails closed: an assessor that ${what} makes sign-ins bring more, and lets nobody in`,
        Effect.gen(function*() {
          const user = yield* account(ada)
          const required = yield* from(home, laptop)(challenged)
          assert.deepStrictEqual(required.methods, ["email_code"])
          assert.deepStrictEqual(yield* eventsOf(user.id), ["sign_in.challenged"])
          const tokens = yield* check(required, codeIn((yield* delivered).mails[0]))
          assert.strictEqual(tokens.user.id, user.id)
        }),
        Layer.succeed(RiskAssessor, { assess })
      )
    }

    test(
      "a locator that fails says nothing of places, and keeps nobody out",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* atHome
        yield* from(elsewhere, laptop)(auth.refresh({ refreshToken: tokens.refreshToken }))
        assert.isNull((yield* bearing(tokens)(auth.sessions))[0]?.place)
      }),
      Layer.succeed(PlaceLocator, { locate: () => Effect.die(new Error("no file")) })
    )

    it.effect("an assessor of one's own is given what is known", () => {
      const asked: Array<SignInSignals> = []
      const assessor = Layer.succeed(RiskAssessor, {
        assess: (signals) =>
          Effect.sync(() => {
            asked.push(signals)
            return { verdict: "allow" as const, score: 0, reasons: [] }
          })
      })
      return Effect.gen(function*() {
        const user = yield* account({ ...ada, email: "ada@mailinator.com" })
        const auth = yield* Auth
        const enter = auth.login({ ...ada, email: user.email })
        yield* from(home, laptop)(enter)
        yield* from(home, laptop)(Effect.flip(auth.login({ email: user.email, password: "not the password" })))
        yield* TestClock.adjust("2 hours")
        yield* from(home, laptop)(Effect.flip(auth.login({ email: user.email, password: "not the password" })))
        yield* from(elsewhere, stranger)(enter)
        assert.deepInclude(asked[0], { newDevice: null, newNetwork: null, recentFailures: 0, travel: null })
        const { travel, ...second } = asked[1] ?? {}
        assert.deepInclude(second, {
          userId: user.id,
          method: "password",
          newDevice: true,
          newNetwork: true,
          recentFailures: 1,
          disposableAddress: true,
          place: places[elsewhere]
        })
        assert.approximately(travel?.kilometres ?? 0, 12_000, 500)
        assert.strictEqual(travel?.hours, 2)
      }).pipe(Effect.provide(Layer.provide(shop(harness), Layer.merge(assessor, located))))
    })
  })
