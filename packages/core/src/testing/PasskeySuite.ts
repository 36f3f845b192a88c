import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { AuthenticatorEmulator } from "nid-webauthn-emulator"
import { Accounts } from "../identity/Accounts.ts"
import { Auth } from "../identity/Auth.ts"
import { FactorRepository } from "../identity/FactorRepository.ts"
import { Passkeys } from "../identity/Passkeys.ts"
import type { PasskeyOptions } from "../identity/SecondFactor.ts"
import { SecondFactors } from "../identity/SecondFactors.ts"
import * as Throttle from "../identity/Throttle.ts"
import { ThrottleRepository } from "../identity/ThrottleRepository.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  ada,
  asStaff,
  bearing,
  bob,
  customer,
  elsewhere,
  failure,
  from,
  home,
  type IdentityServices,
  otherStore,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const origin = "https://shop.example"

const passkeys = { rpId: "shop.example", rpName: "The shop", origins: [origin] }

/** As it arrives: what is not there is left out. */
const sent = (response: unknown): Readonly<Record<string, never>> => JSON.parse(JSON.stringify(response))

/**
 * An authenticator in software, as a browser at an origin would use it. It is loaded here, so that whoever runs other suites need not
 * install it.
 */
const device = Effect.fnUntraced(function*(options: ConstructorParameters<typeof AuthenticatorEmulator>[0] = {}) {
  const { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } = yield* Effect.promise(() =>
    import("nid-webauthn-emulator")
  )
  // one of its own, or every device would hold the passkeys of all
  const credentialsRepository = new PasskeysCredentialsMemoryRepository()
  const emulator = new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository, ...options }))
  return {
    create: ({ options }: PasskeyOptions, at = origin) => sent(emulator.createJSON(at, options as never)),
    get: ({ options }: PasskeyOptions, at = origin) => sent(emulator.getJSON(at, options as never))
  }
})

type Device = Effect.Success<ReturnType<typeof device>>

/** A customer with a passkey on a device. */
const withPasskey = Effect.fnUntraced(function*(who: typeof ada | typeof bob, on: Device) {
  const service = yield* Passkeys
  const { tokens, user } = yield* customer(who)
  const options = yield* bearing(tokens)(service.startPasskeyRegistration)
  const added = yield* bearing(tokens)(
    service.registerPasskey({ challengeId: options.challengeId, response: on.create(options), name: "Telephone" })
  )
  return { tokens, user, ...added }
})

/** Signs in with nothing but the passkey. */
const enter = Effect.fnUntraced(function*(on: Device, at?: string) {
  const service = yield* Passkeys
  const options = yield* service.startPasskey()
  return yield* service.verifyPasskey({ challengeId: options.challengeId, response: on.get(options, at) })
})

/** Passkeys, with an authenticator in software. */
export const passkeySuite = (harness: StorageHarness) =>
  describe(`passkeys, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness, { passkeys })))

    test(
      "a passkey signs in by itself, without a name or a password, and counts as two factors",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const telephone = yield* device()
        const { passkey, recoveryCodes, user } = yield* withPasskey(ada, telephone)
        assert.deepInclude(passkey, { name: "Telephone", lastUsedAt: null })
        assert.strictEqual(recoveryCodes?.length, 10)
        yield* TestClock.adjust("1 minute")
        const tokens = yield* enter(telephone)
        assert.strictEqual(tokens.user.id, user.id)
        const session = yield* storedSession(tokens.refreshToken)
        assert.deepStrictEqual([session?.methods, session?.secondFactorAt], [["passkey"], session?.createdAt])
        const [listed] = yield* bearing(tokens)(service.passkeys)
        assert.strictEqual(listed?.lastUsedAt, "1970-01-01T00:01:00.000Z")
        assert.notInclude(JSON.stringify(listed), "key\":\"")
        yield* bearing(tokens)(service.removePasskey(passkey.id))
        assert.strictEqual(yield* failure(enter(telephone)), "InvalidPasskey")
      })
    )

    test(
      "a passkey is the second factor after a password, of whom the sign-in waits for",
      Effect.gen(function*() {
        const auth = yield* Auth
        const service = yield* Passkeys
        const hers = yield* device()
        const his = yield* device()
        const { user } = yield* withPasskey(ada, hers)
        yield* withPasskey(bob, his)
        const required = yield* Effect.flip(auth.login(ada))
        if (required._tag !== "SecondFactorRequired") return assert.fail(required._tag)
        assert.deepStrictEqual(required.methods, ["passkey", "recovery_code"])
        const ask = service.startPasskey({ secondFactorFor: required.challengeId })
        const wrong = yield* ask
        // his authenticator finds none of her passkeys, and his own does not count
        const stranger = his.get(yield* service.startPasskey())
        const refused = service.verifyPasskey({ challengeId: wrong.challengeId, response: stranger })
        assert.strictEqual(yield* failure(refused), "InvalidPasskey")
        const options = yield* ask
        const tokens = yield* service.verifyPasskey({ challengeId: options.challengeId, response: hers.get(options) })
        assert.strictEqual(tokens.user.id, user.id)
        assert.deepStrictEqual((yield* storedSession(tokens.refreshToken))?.methods, ["password", "passkey"])
        assert.strictEqual(yield* failure(ask), "InvalidPasskey")
      })
    )

    test(
      "attack 56, step-up: adding a passkey proves nothing, and using it does",
      Effect.gen(function*() {
        const auth = yield* Auth
        const service = yield* Passkeys
        const telephone = yield* device()
        const { passkey, tokens } = yield* withPasskey(ada, telephone)
        assert.strictEqual(yield* failure(bearing(tokens)(service.removePasskey(passkey.id))), "StepUpRequired")
        const options = yield* bearing(tokens)(service.startPasskey())
        const proof = { challengeId: options.challengeId, response: telephone.get(options) }
        const fresh = yield* bearing(tokens)(service.verifyPasskey(proof))
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        yield* bearing(fresh)(service.removePasskey(passkey.id))
        assert.strictEqual(yield* failure(bearing(fresh)(service.removePasskey(passkey.id))), "FactorNotFound")
        yield* TestClock.adjust("10 minutes")
        const stale = yield* auth.login(ada)
        yield* TestClock.adjust("10 minutes")
        const old = yield* auth.refresh({ refreshToken: stale.refreshToken })
        assert.strictEqual(yield* failure(bearing(old)(service.startPasskeyRegistration)), "StepUpRequired")
      })
    )

    test(
      "attack 54, another origin: what a page that looks like the shop got is worth nothing",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const telephone = yield* device()
        yield* withPasskey(ada, telephone)
        const options = yield* service.startPasskey()
        const evil = "https://login.shop.example"
        const response = telephone.get(options, evil)
        const phished = service.verifyPasskey({ challengeId: options.challengeId, response })
        assert.strictEqual(yield* failure(phished), "InvalidPasskey")
        const { tokens } = yield* customer(bob)
        const registration = yield* bearing(tokens)(service.startPasskeyRegistration)
        const made = { challengeId: registration.challengeId, response: (yield* device()).create(registration, evil) }
        assert.strictEqual(yield* failure(bearing(tokens)(service.registerPasskey(made))), "InvalidPasskey")
      })
    )

    test(
      "attack 54, replay: a challenge is good once, for ten minutes, in its store and for its purpose",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const telephone = yield* device()
        const { tokens } = yield* withPasskey(ada, telephone)
        const options = yield* service.startPasskey()
        const proof = { challengeId: options.challengeId, response: telephone.get(options) }
        assert.strictEqual(yield* failure(within(otherStore)(service.verifyPasskey(proof))), "InvalidPasskey")
        const outcomes = yield* Effect.forEach([proof, proof, proof], (proof) => Effect.result(service.verifyPasskey(proof)), {
          concurrency: "unbounded"
        })
        assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Success").length, 1)
        // an answer to another challenge
        const other = yield* service.startPasskey()
        const mixed = service.verifyPasskey({ challengeId: other.challengeId, response: proof.response })
        assert.strictEqual(yield* failure(mixed), "InvalidPasskey")
        const registration = yield* bearing(yield* enter(telephone))(service.startPasskeyRegistration)
        const crossed = service.verifyPasskey({ challengeId: registration.challengeId, response: proof.response })
        assert.strictEqual(yield* failure(crossed), "InvalidPasskey")
        const late = yield* service.startPasskey()
        const signed = { challengeId: late.challengeId, response: telephone.get(late) }
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* failure(service.verifyPasskey(signed)), "InvalidPasskey")
        assert.notStrictEqual(tokens.accessToken, "")
      })
    )

    test(
      "attack 53, guessing: a passkey that signs in gives back what its own sign-in took, to the network that it took it from",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const throttles = yield* ThrottleRepository
        const mine = yield* device()
        yield* withPasskey(ada, mine)
        const six = "2001:db8:1:2::7"
        const left = (address: string) => {
          const counter = Throttle.ofCode({ address })
          if (counter === undefined) return Effect.die(new Error("no network"))
          // how many of the free ones are left
          return Effect.gen(function*() {
            const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
            let count = 0
            while ((yield* throttles.attempt(counter.key, counter.policy, at)) === 0) count++
            yield* throttles.clear(counter.key)
            return count
          })
        }
        const everything = yield* left(home)
        for (const [asking, proving] of [[home, home], [six, elsewhere], [elsewhere, six]] as const) {
          // a guess of each, which stays counted
          for (const address of new Set([asking, proving])) yield* from(address)(service.startPasskey())
          const options = yield* from(asking)(service.startPasskey())
          yield* from(proving)(service.verifyPasskey({ challengeId: options.challengeId, response: mine.get(options) }))
          for (const address of new Set([asking, proving])) assert.strictEqual(yield* left(address), everything - 1)
        }
      })
    )

    test(
      "attack 54, a copy: a passkey whose counter goes back is refused",
      Effect.gen(function*() {
        const factors = yield* FactorRepository
        const telephone = yield* device()
        const { user } = yield* withPasskey(ada, telephone)
        yield* enter(telephone)
        const [stored] = yield* factors.passkeys(user.id)
        assert.isAbove(stored?.counter ?? 0, 0)
        const at = stored?.createdAt ?? ("" as never)
        assert.isTrue(yield* factors.usePasskey(stored?.id ?? ("" as never), { counter: 1_000, backedUp: false, at }))
        assert.strictEqual(yield* failure(enter(telephone)), "InvalidPasskey")
        assert.isFalse(yield* factors.usePasskey(stored?.id ?? ("" as never), { counter: 1_000, backedUp: false, at }))
        assert.strictEqual((yield* factors.passkeys(user.id))[0]?.counter, 1_000)
      })
    )

    test(
      "a passkey that does not know its user by itself is a second factor, and no sign-in of its own",
      Effect.gen(function*() {
        const auth = yield* Auth
        const service = yield* Passkeys
        const key = yield* device({ userGetAssertionInteraction: () => ({ options: { uv: false, up: true } }) })
        const { user } = yield* withPasskey(ada, key)
        const alone = Effect.gen(function*() {
          const options = yield* service.startPasskey()
          const lax = { ...options, options: { ...options.options, userVerification: "discouraged" } }
          return yield* service.verifyPasskey({ challengeId: options.challengeId, response: key.get(lax) })
        })
        assert.strictEqual(yield* failure(alone), "InvalidPasskey")
        const required = yield* Effect.flip(auth.login(ada))
        if (required._tag !== "SecondFactorRequired") return assert.fail(required._tag)
        const options = yield* service.startPasskey({ secondFactorFor: required.challengeId })
        const tokens = yield* service.verifyPasskey({ challengeId: options.challengeId, response: key.get(options) })
        assert.strictEqual(tokens.user.id, user.id)
      })
    )

    test(
      "a credential belongs to one account, and nonsense is refused without harm",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const telephone = yield* device()
        const { tokens } = yield* withPasskey(ada, telephone)
        const { tokens: other } = yield* customer(bob)
        const hers = yield* enter(telephone)
        const options = yield* bearing(other)(service.startPasskeyRegistration)
        const response = telephone.create(options)
        const theft = service.registerPasskey({ challengeId: options.challengeId, response })
        assert.strictEqual(yield* failure(bearing(hers)(theft)), "InvalidPasskey")
        for (const response of [{}, { id: 5 }, { id: "x".repeat(5_000) }, { id: "x", response: null }, { id: "x", response: {} }]) {
          const ask = yield* service.startPasskey()
          const verify = service.verifyPasskey({ challengeId: ask.challengeId, response: response as never })
          assert.strictEqual(yield* failure(verify), "InvalidPasskey")
          const begun = yield* bearing(other)(service.startPasskeyRegistration)
          const register = service.registerPasskey({ challengeId: begun.challengeId, response: response as never })
          assert.strictEqual(yield* failure(bearing(other)(register)), "InvalidPasskey")
        }
        assert.strictEqual(yield* failure(service.verifyPasskey({} as never)), "InvalidInput")
        assert.strictEqual(yield* failure(service.passkeys), "Unauthenticated")
        assert.strictEqual((yield* bearing(other)(service.passkeys)).length, 0)
        assert.notStrictEqual(tokens.accessToken, "")
      })
    )

    test(
      "a suspended user's passkey signs nobody in",
      Effect.gen(function*() {
        const telephone = yield* device()
        const { user } = yield* withPasskey(ada, telephone)
        yield* asStaff("customers:write")((yield* Accounts).suspend(user.id))
        assert.strictEqual(yield* failure(enter(telephone)), "InvalidPasskey")
      })
    )

    test(
      "the last factor takes the recovery codes with it, and not before",
      Effect.gen(function*() {
        const service = yield* Passkeys
        const telephone = yield* device()
        const laptop = yield* device()
        const { passkey } = yield* withPasskey(ada, telephone)
        const tokens = yield* enter(telephone)
        const options = yield* bearing(tokens)(service.startPasskeyRegistration)
        const response = laptop.create(options)
        const second = yield* bearing(tokens)(service.registerPasskey({ challengeId: options.challengeId, response }))
        assert.isNull(second.recoveryCodes)
        yield* bearing(tokens)(service.removePasskey(passkey.id))
        const factors = Effect.flatMap(SecondFactors, ({ factors }) => bearing(tokens)(factors))
        assert.deepStrictEqual(yield* factors, { totp: false, passkeys: 1, recoveryCodes: 10 })
        yield* bearing(tokens)(service.removePasskey(second.passkey.id))
        assert.deepStrictEqual(yield* factors, { totp: false, passkeys: 0, recoveryCodes: 0 })
      })
    )
  })
