/**
 * Those who really meet: all have read what they want to use up before anybody uses it, many times over.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { TOTP } from "otpauth"
import type { Tokens } from "../identity/Account.ts"
import { Auth } from "../identity/Auth.ts"
import { ChallengeRepository } from "../identity/ChallengeRepository.ts"
import { Entry } from "../identity/Entry.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { PlaceLocator } from "../kernel/PlaceLocator.ts"
import * as RefreshToken from "../identity/RefreshToken.ts"
import { SecondFactors } from "../identity/SecondFactors.ts"
import * as Barrier from "./Barrier.ts"
import {
  account,
  ada,
  bearing,
  codeIn,
  customer,
  delivered,
  failure,
  from,
  home,
  type IdentityServices,
  shop,
  storedSession,
  tokenIn
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** A shop whose challenges, factors and refreshes meet at a barrier after they were read, outside of transactions. */
const meeting = (harness: StorageHarness) => {
  const barrier = Barrier.make()
  const storage = harness.storage()
  const challenges = Layer.effect(
    ChallengeRepository,
    Effect.map(ChallengeRepository, (challenges) =>
      ChallengeRepository.of({
        ...challenges,
        attempt: (id, input) => Effect.tap(challenges.attempt(id, input), barrier.arrive),
        findByToken: (hash, at) => Effect.tap(challenges.findByToken(hash, at), barrier.arrive)
      }))
  )
  const factors = Layer.effect(
    FactorRepository,
    Effect.map(FactorRepository, (factors) =>
      FactorRepository.of({ ...factors, totp: (userId) => Effect.tap(factors.totp(userId), barrier.arrive) }))
  )
  // asked by each refresh, right before its transaction
  const locator = Layer.succeed(PlaceLocator, { locate: () => Effect.as(barrier.arrive, undefined) })
  const met = Layer.merge(storage, Layer.provide(Layer.merge(challenges, factors), storage))
  return {
    barrier,
    layer: Layer.provide(
      shop({ name: harness.name, storage: () => met }, { links: { signIn: "https://shop.example/in" } }),
      locator
    )
  }
}

const many = <A, E, R>(count: number, one: (index: number) => Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: count }, (_, index) => index), one, { concurrency: "unbounded" })

const successes = <A, E>(results: ReadonlyArray<{ readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E }>) =>
  results.flatMap((result) => result._tag === "Success" ? [result.success] : [])

const leafHashOf = ({ refreshToken }: Tokens) => {
  const token = RefreshToken.parse(refreshToken)
  return token === undefined ? undefined : RefreshToken.leafHash(token)
}

/** Races of sign-in, played so many times each. */
export const identityRaceSuite = (harness: StorageHarness, { rounds = 20 }: { readonly rounds?: number } = {}): void => {
  describe(`races of identity, on ${harness.name}`, () => {
    const test = (
      name: string,
      body: (barrier: Barrier.Barrier) => Effect.Effect<unknown, unknown, IdentityServices>
    ) =>
      it.effect(name, () => {
        const { barrier, layer } = meeting(harness)
        return Effect.provide(body(barrier), layer)
      }, 300_000)

    test("attack 53, single use: of verifications of one code and its link at once one gives a session, every time", (barrier) =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const entry = yield* Entry
        yield* account(ada)
        for (let round = 0; round < rounds; round++) {
          const { challengeId } = yield* entry.startPasswordless({ email: ada.email })
          const [mail] = (yield* delivered).mails
          const byCode = { challengeId, code: codeIn(mail) }
          const byLink = { token: tokenIn(mail) }
          const proofs = [byCode, byLink, byCode, byLink]
          barrier.closeFor(proofs.length)
          const won = successes(yield* many(proofs.length, (index) =>
            Effect.result(entry.verifyPasswordless(proofs[index] ?? byCode))))
          const [winner] = won
          if (winner === undefined) return assert.fail(`nobody in round ${round}`)
          assert.lengthOf(won, 1, `round ${round}`)
          assert.lengthOf(yield* bearing(winner)(auth.sessions), round + 1)
          // messages to one address are slowed down
          yield* TestClock.adjust("7 hours")
        }
      }))

    test("attack 53, brute force: of fifty guesses at once never more than five are compared", (barrier) =>
      Effect.gen(function*() {
        const entry = yield* Entry
        const challenges = yield* ChallengeRepository
        yield* account(ada)
        for (let round = 0; round < Math.ceil(rounds / 5); round++) {
          const { challengeId } = yield* entry.startPasswordless({ email: ada.email })
          const code = codeIn((yield* delivered).mails[0])
          const guess = String((Number(code) + 1) % 1_000_000).padStart(6, "0")
          barrier.closeFor(50)
          // the right one is among the first that come, or it is not
          const answers = yield* many(50, (index) =>
            Effect.result(entry.verifyPasswordless({ challengeId, code: index === 25 ? code : guess })))
          assert.isAtMost(successes(answers).length, 1)
          assert.isAtMost((yield* challenges.find(challengeId))?.attempts ?? 99, 5)
          yield* TestClock.adjust("7 hours")
        }
      }))

    test("attack 53, brute force: fifty passwords at once never exceed the budget", () =>
      Effect.gen(function*() {
        const auth = yield* Auth
        yield* account(ada)
        for (let round = 0; round < Math.ceil(rounds / 5); round++) {
          const answers = yield* many(50, (index) =>
            failure(from(home)(auth.login({ email: ada.email, password: `not the password ${index}` }))))
          assert.lengthOf(answers.filter((tag) => tag === "InvalidCredentials"), 5)
          yield* TestClock.adjust("2 days")
        }
      }))

    test("attack 53, replay: one code of an authenticator ends one sign-in of many that wait for it", (barrier) =>
      Effect.gen(function*() {
        const auth = yield* Auth
        const factors = yield* SecondFactors
        const { tokens } = yield* customer(ada)
        const { secret } = yield* bearing(tokens)(factors.enrollTotp)
        const shown = Effect.map(
          Effect.clockWith((clock) => clock.currentTimeMillis),
          (timestamp) => new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp })
        )
        yield* bearing(tokens)(factors.confirmTotp({ code: yield* shown }))
        for (let round = 0; round < rounds; round++) {
          yield* TestClock.adjust("1 minute")
          const waiting = yield* Effect.forEach([1, 2, 3, 4], () =>
            Effect.flatMap(Effect.flip(auth.login(ada)), (error) =>
              error._tag === "SecondFactorRequired" ? Effect.succeed(error.challengeId) : Effect.die(error)))
          const code = yield* shown
          barrier.closeFor(waiting.length)
          const won = successes(yield* many(waiting.length, (index) =>
            Effect.result(factors.verifyMfa({ challengeId: waiting[index] as never, method: "totp", code }))))
          assert.lengthOf(won, 1, `round ${round}`)
        }
      }))

    test("attack 51, parallel refreshes: within the grace nobody is thrown out, and one live token is left", (barrier) =>
      Effect.gen(function*() {
        const auth = yield* Auth
        let { tokens } = yield* from(home)(customer(ada))
        for (let round = 0; round < rounds; round++) {
          const { refreshToken } = tokens
          barrier.closeFor(8)
          const all = yield* many(8, () => from(home)(auth.refresh({ refreshToken })))
          const stored = yield* storedSession(refreshToken)
          assert.isNull(stored?.revokedAt ?? null)
          const live = all.filter((given) => leafHashOf(given) === stored?.tokenHash)
          assert.lengthOf(live, 1, `round ${round}`)
          for (const { accessToken } of all) yield* auth.authenticate(accessToken)
          tokens = live[0] ?? tokens
          yield* TestClock.adjust("1 minute")
        }
      }))
  })
}
