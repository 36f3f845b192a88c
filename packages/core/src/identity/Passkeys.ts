/**
 * Passkeys (WebAuthn level 3): as the only thing that signs in, as a second factor, and as a fresh proof.
 *
 * **Details**
 *
 * A passkey that signs in alone has to verify its user by itself (a PIN, a finger), so it counts as two factors. What a
 * browser sends is checked with `@simplewebauthn/server`: type, challenge, origin, the hash of the relying party, flags,
 * signature, algorithm and counter. A challenge is good once, for ten minutes, and for who asked.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server"
import type { AuditLog } from "../audit/AuditLog.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import { Entropy } from "../kernel/Entropy.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Tokens, User } from "./Account.ts"
import * as Admission from "./Admission.ts"
import { CeremonyRepository, FactorRepository, type StoredCeremony, type StoredPasskey } from "./FactorRepository.ts"
import { FactorNotFound, InvalidPasskey, type TooManyAttempts } from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import {
  CeremonyId,
  type Passkey,
  type PasskeyAdded,
  PasskeyId,
  type PasskeyOptions,
  RegisterPasskey,
  StartPasskey,
  VerifyPasskey
} from "./SecondFactor.ts"
import { ceremonyLifetime, SecondFactors } from "./SecondFactors.ts"
import { signedIn } from "./SignedIn.ts"
import { SignIns } from "./SignIns.ts"
import * as Throttle from "./Throttle.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import { UserRepository } from "./UserRepository.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"

export class Passkeys extends Context.Service<Passkeys, {
  /** What to ask the browser for a new passkey with. Needs a fresh proof. */
  readonly startPasskeyRegistration: Effect.Effect<PasskeyOptions, StepUpRequired | Unauthenticated | StorageError>
  /**
   * Adds the passkey that the browser made. It proves nothing yet: a session stays what it was. Other sessions end.
   * Gives recovery codes where it is the first second factor.
   */
  readonly registerPasskey: (
    input: typeof RegisterPasskey.Encoded
  ) => Effect.Effect<
    PasskeyAdded,
    InvalidInput | InvalidPasskey | StepUpRequired | Unauthenticated | StorageError
  >
  /**
   * What to ask the browser for a passkey with: any of this shop for a guest, those of whom a sign-in waits for, or
   * those of the signed-in user for a fresh proof.
   */
  readonly startPasskey: (
    input?: typeof StartPasskey.Encoded
  ) => Effect.Effect<PasskeyOptions, InvalidInput | InvalidPasskey | TooManyAttempts | StorageError>
  /** Signs in, or ends a sign-in that waits, or proves again, with what the browser's passkey signed. */
  readonly verifyPasskey: (
    input: typeof VerifyPasskey.Encoded
  ) => Effect.Effect<
    Tokens,
    InvalidInput | InvalidPasskey | TooManyAttempts | SecretUnreadable | StorageError
  >
  /** The signed-in user's passkeys. */
  readonly passkeys: Effect.Effect<ReadonlyArray<Passkey>, Unauthenticated | StorageError>
  /** Removes a passkey. Needs a fresh proof. Other sessions end. */
  readonly removePasskey: (
    id: string
  ) => Effect.Effect<void, InvalidInput | FactorNotFound | StepUpRequired | Unauthenticated | StorageError>
}>()("@stoa/core/identity/Passkeys") {}

const decodeRegister = Input.decoder(RegisterPasskey)
const decodeStart = Input.decoder(StartPasskey)
const decodeVerify = Input.decoder(VerifyPasskey)

const checked = Input.textParameters<Passkeys["Service"]>({ removePasskey: ["id"] })

/** EdDSA, ES256 and RS256; none else. */
const algorithms = [-8, -7, -257]

const maximumPasskeys = 20

/** Some megabytes of code, which a process that sees no passkey never needs. */
const library = Effect.promise(() => import("@simplewebauthn/server"))

const shown = ({ backedUp, createdAt, id, lastUsedAt, name }: StoredPasskey): Passkey => ({
  id,
  name,
  backedUp,
  createdAt,
  lastUsedAt
})

const textOf = ({ data }: StoredCeremony, name: string): string => {
  const value = data[name]
  return typeof value === "string" ? value : ""
}

/** Options as the JSON that they are. */
const json = (options: unknown) => JSON.parse(JSON.stringify(options)) as PasskeyOptions["options"]

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const users = yield* UserRepository
  const factors = yield* FactorRepository
  const ceremonies = yield* CeremonyRepository
  const secondFactors = yield* SecondFactors
  const signIns = yield* SignIns
  const admission = yield* Admission.make
  const transactor = yield* Transactor
  const { passkeys: { origins, rpId, rpName } } = yield* IdentitySettings

  const me = Effect.gen(function*() {
    const { sessionId, userId } = yield* signedIn
    const user = yield* users.find(userId)
    return user === undefined ? yield* new Unauthenticated({ reason: "Sign in first" }) : { sessionId, user }
  })

  const begin = Effect.fnUntraced(function*(
    kind: StoredCeremony["kind"],
    userId: string | null,
    data: Readonly<Record<string, Schema.Json>>
  ) {
    const now = yield* Timestamp.now
    const id = yield* CeremonyId.generate
    yield* ceremonies.open({
      id,
      kind,
      userId,
      data,
      attempts: 0,
      createdAt: now,
      expiresAt: Timestamp.plus(now, ceremonyLifetime),
      closedAt: null
    })
    return id
  })

  const challenge = Effect.map(Entropy, (entropy) => Buffer.from(entropy.bytes(32)).toString("base64url"))

  const described = (passkeys: ReadonlyArray<StoredPasskey>) =>
    passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] as Array<never> }))

  /** The ceremony of a call, used up by it. */
  const take = Effect.fnUntraced(function*(id: string, kind: StoredCeremony["kind"]) {
    const now = yield* Timestamp.now
    const ceremony = yield* ceremonies.find(id, now)
    // one try: whoever fails asks for another challenge
    if (ceremony === undefined || ceremony.kind !== kind || !(yield* ceremonies.close(id, now))) {
      return yield* new InvalidPasskey()
    }
    return ceremony
  })

  /** Of whom a passkey is asked, and what for. */
  const asked = Effect.fnUntraced(function*(secondFactorFor: string | undefined) {
    if (secondFactorFor !== undefined) {
      const waiting = yield* ceremonies.find(secondFactorFor, yield* Timestamp.now)
      if (waiting?.kind !== "second_factor") return yield* new InvalidPasskey()
      return { userId: waiting.userId, data: { for: waiting.id } }
    }
    const actor = yield* CurrentActor
    return actor._tag === "customer" && actor.sessionId !== undefined
      ? { userId: actor.customerId, data: { sessionId: actor.sessionId } }
      : { userId: null, data: {} }
  })

  /** The passkey that signed a challenge, and its user. */
  const proved = Effect.fnUntraced(function*(ceremony: StoredCeremony, response: Readonly<Record<string, Schema.Json>>) {
    const credentialId = response["id"]
    const passkey = typeof credentialId === "string" && credentialId.length <= 1_400
      ? yield* factors.passkey(credentialId)
      : undefined
    if (passkey === undefined || (ceremony.userId !== null && passkey.userId !== ceremony.userId)) {
      return yield* new InvalidPasskey()
    }
    const given = response as unknown as AuthenticationResponseJSON
    const { verifyAuthenticationResponse } = yield* library
    const { authenticationInfo, verified } = yield* Effect.tryPromise({
      try: () =>
        verifyAuthenticationResponse({
          response: given,
          expectedChallenge: textOf(ceremony, "challenge"),
          expectedOrigin: [...origins],
          expectedRPID: rpId,
          requireUserVerification: ceremony.userId === null,
          credential: {
            id: passkey.credentialId,
            publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, "base64url")),
            counter: passkey.counter
          }
        }),
      catch: () => new InvalidPasskey()
    })
    const handle = given.response.userHandle
    if (!verified || (handle !== undefined && Buffer.from(handle, "base64url").toString() !== passkey.userId)) {
      return yield* new InvalidPasskey()
    }
    const user = yield* users.find(passkey.userId)
    if (user === undefined || user.status !== "active") return yield* new InvalidPasskey()
    return { passkey, user, counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp }
  })

  /** The session that a proof leads to: a new one, the one that waited, or one in place of the caller's. */
  const sessionOf = Effect.fnUntraced(function*(ceremony: StoredCeremony, user: User) {
    const waitingFor = textOf(ceremony, "for")
    const replaced = textOf(ceremony, "sessionId")
    if (replaced !== "") {
      const prepared = yield* signIns.renew(user, "passkey")
      return { prepared, begin: signIns.replace(replaced, prepared) }
    }
    if (waitingFor === "") {
      const prepared = yield* signIns.prepareProven(user, "passkey")
      return { prepared, begin: signIns.start(prepared) }
    }
    const now = yield* Timestamp.now
    const waiting = yield* ceremonies.find(waitingFor, now)
    if (waiting === undefined || waiting.userId !== user.id) return yield* new InvalidPasskey()
    const prepared = yield* signIns.resume(user, waiting, "passkey")
    return {
      prepared,
      begin: Effect.flatMap(ceremonies.close(waiting.id, now), (closed) =>
        closed ? signIns.start(prepared) : Effect.succeed(false))
    }
  })

  return watched(checked(Passkeys.of({
    startPasskeyRegistration: Effect.gen(function*() {
      const { user } = yield* me
      yield* StepUp.require
      const { generateRegistrationOptions } = yield* library
      const random = yield* challenge
      const known = yield* factors.passkeys(user.id)
      const options = yield* Effect.promise(() =>
        generateRegistrationOptions({
          rpName,
          rpID: rpId,
          userName: user.email,
          userDisplayName: user.name ?? user.email,
          userID: Uint8Array.from(Buffer.from(user.id)),
          challenge: Uint8Array.from(Buffer.from(random, "base64url")),
          attestationType: "none",
          excludeCredentials: described(known),
          supportedAlgorithmIDs: [...algorithms],
          authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" }
        })
      )
      return {
        challengeId: yield* begin("passkey_registration", user.id, { challenge: options.challenge }),
        options: json(options)
      }
    }).pipe(Effect.withSpan("Passkeys.startPasskeyRegistration")),

    registerPasskey: Effect.fn("Passkeys.registerPasskey")(function*(input) {
      const { sessionId, user } = yield* me
      yield* StepUp.require
      const { challengeId, name, response } = yield* decodeRegister(input)
      const ceremony = yield* take(challengeId, "passkey_registration")
      if (ceremony.userId !== user.id) return yield* new InvalidPasskey()
      const given = response as unknown as RegistrationResponseJSON
      const { verifyRegistrationResponse } = yield* library
      const { registrationInfo, verified } = yield* Effect.tryPromise({
        try: () =>
          verifyRegistrationResponse({
            response: given,
            expectedChallenge: textOf(ceremony, "challenge"),
            expectedOrigin: [...origins],
            expectedRPID: rpId,
            requireUserVerification: false,
            supportedAlgorithmIDs: [...algorithms]
          }),
        catch: () => new InvalidPasskey()
      })
      if (!verified || registrationInfo === undefined) return yield* new InvalidPasskey()
      const { credential, credentialBackedUp } = registrationInfo
      const now = yield* Timestamp.now
      const passkey: StoredPasskey = {
        id: yield* PasskeyId.generate,
        userId: user.id,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString("base64url"),
        counter: credential.counter,
        transports: (credential.transports ?? []).slice(0, 10).map(String),
        name: name ?? "Passkey",
        backedUp: credentialBackedUp,
        createdAt: now,
        lastUsedAt: null
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        // somebody who is known already, or too many
        if ((yield* factors.of(user.id)).passkeys >= maximumPasskeys || !(yield* factors.addPasskey(passkey))) {
          return yield* new InvalidPasskey()
        }
        const recoveryCodes = yield* secondFactors.firstCodes(user.id)
        yield* secondFactors.changed(user, { sessionId, action: "add-passkey", what: "A passkey was added." })
        return { passkey: shown(passkey), recoveryCodes }
      }))
    }),

    startPasskey: Effect.fn("Passkeys.startPasskey")(function*(input = {}) {
      const { secondFactorFor } = yield* decodeStart(input)
      const { address } = yield* CurrentClient
      const admitted = yield* admission.admit([Throttle.ofCode({ address })])
      const { data, userId } = yield* asked(secondFactorFor)
      const { generateAuthenticationOptions } = yield* library
      const random = yield* challenge
      const known = userId === null ? [] : yield* factors.passkeys(userId)
      const options = yield* Effect.promise(() =>
        generateAuthenticationOptions({
          rpID: rpId,
          challenge: Uint8Array.from(Buffer.from(random, "base64url")),
          allowCredentials: described(known),
          userVerification: userId === null ? "required" : "preferred"
        })
      )
      return {
        challengeId: yield* begin("passkey", userId, {
          ...data,
          challenge: options.challenge,
          askedFrom: Throttle.networkOf(address)?.replace(/\/64$/, "") ?? null,
          admitted
        }),
        options: json(options)
      }
    }),

    verifyPasskey: Effect.fn("Passkeys.verifyPasskey")(function*(input) {
      const { challengeId, response } = yield* decodeVerify(input)
      const network = Throttle.ofCode(yield* CurrentClient)
      const admitted = yield* admission.admit([network])
      const ceremony = yield* take(challengeId, "passkey")
      const { backedUp, counter, passkey, user } = yield* proved(ceremony, response)
      const { begin, prepared } = yield* sessionOf(ceremony, user)
      const done = yield* transactor.transaction(Effect.gen(function*() {
        const at = yield* Timestamp.now
        if (!(yield* factors.usePasskey(passkey.id, { counter, backedUp, at }))) return false
        yield* admission.succeeded({ network, admitted })
        // and the one for the options, which another network may have asked for
        const asked = Throttle.ofCode({ address: textOf(ceremony, "askedFrom") })
        yield* admission.succeeded({ network: asked, admitted: Number(ceremony.data["admitted"]) })
        return yield* begin
      }))
      return done && prepared._tag === "session" ? prepared.tokens : yield* new InvalidPasskey()
    }),

    passkeys: Effect.gen(function*() {
      const { userId } = yield* signedIn
      return (yield* factors.passkeys(userId)).map(shown)
    }).pipe(Effect.withSpan("Passkeys.passkeys")),

    removePasskey: Effect.fn("Passkeys.removePasskey")(function*(id) {
      const { sessionId, user } = yield* me
      yield* StepUp.require
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* factors.removePasskey(user.id, id))) return yield* new FactorNotFound()
        const { passkeys, totp } = yield* factors.of(user.id)
        if (passkeys === 0 && !totp) yield* factors.setRecoveryCodes(user.id, [], yield* Timestamp.now)
        yield* secondFactors.changed(user, { sessionId, action: "remove-passkey", what: "A passkey was removed." })
      }))
    })
  })))
})

export const layer: Layer.Layer<
  Passkeys,
  never,
  | UserRepository
  | FactorRepository
  | CeremonyRepository
  | SecondFactors
  | SignIns
  | ThrottleRepository
  | Transactor
  | AuditLog
> = Layer.effect(Passkeys, make)
