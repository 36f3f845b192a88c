/**
 * Ways in that begin with a message: registering, and signing in without a password.
 *
 * **Details**
 *
 * An account is made when its address is confirmed, never before: nobody can prepare one for somebody else's mailbox.
 * What is answered, and how long it takes, is the same whether there is an account or not.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type Tokens, type User, UserId } from "./Account.ts"
import { type Challenge, Register, StartPasswordless, VerifyPasswordless } from "./Challenge.ts"
import type { StoredChallenge } from "./ChallengeRepository.ts"
import { Challenges } from "./Challenges.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import type { FactorRepository } from "./FactorRepository.ts"
import * as FirstProof from "./FirstProof.ts"
import { EmailTaken, InvalidCode, type SecondFactorRequired, type TooManyAttempts, type WeakPassword } from "./IdentityErrors.ts"
import { CustomerRegistered } from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import * as NewPassword from "./NewPassword.ts"
import type { OAuthRepository } from "./OAuthRepository.ts"
import { Passwords } from "./Passwords.ts"
import { SignIns } from "./SignIns.ts"
import { UserRepository } from "./UserRepository.ts"

export class Entry extends Context.Service<Entry, {
  /**
   * Registers an address with a password: a code goes to it, and `verifyEmail` makes the account. Where the address
   * has an account, its owner is written to instead, and the answer is the same.
   */
  readonly register: (
    input: typeof Register.Encoded
  ) => Effect.Effect<Challenge, InvalidInput | WeakPassword | TooManyAttempts | StorageError>
  /**
   * Sends a code, and a link where the shop has a page for it, to an e-mail address or to the number of an account. The
   * answer is the same whether there is an account or not.
   */
  readonly startPasswordless: (
    input: typeof StartPasswordless.Encoded
  ) => Effect.Effect<Challenge, InvalidInput | TooManyAttempts | StorageError>
  /**
   * Signs in with the code of a message and the id of its challenge, or with the token of its link. Both are good once.
   * An address without an account gets one.
   */
  readonly verifyPasswordless: (
    input: typeof VerifyPasswordless.Encoded
  ) => Effect.Effect<
    Tokens,
    InvalidInput | InvalidCode | SecondFactorRequired | TooManyAttempts | SecretUnreadable | StorageError
  >
  /** Signs in whoever has proved a challenge that is about an address. For the engine itself. */
  readonly enter: (
    challenge: StoredChallenge,
    account: { readonly name: string | null; readonly passwordHash: string | null }
  ) => Effect.Effect<Tokens, InvalidCode | SecondFactorRequired | TooManyAttempts | SecretUnreadable | StorageError>
}>()("@stoa/core/identity/Entry") {}

const decodeRegister = Input.decoder(Register)
const decodeStart = Input.decoder(StartPasswordless)
const decodeVerify = Input.decoder(VerifyPasswordless)

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const credentials = yield* CredentialRepository
  const challenges = yield* Challenges
  const passwords = yield* Passwords
  const signIns = yield* SignIns
  const firstProof = yield* FirstProof.make
  const transactor = yield* Transactor
  const events = yield* Events
  const { acceptable } = yield* NewPassword.make
  const { links, passwordlessSignUp } = yield* IdentitySettings

  const knownByEmail = (email: string) => Effect.map(users.findByEmail(email), (found) => found?.user)

  yield* challenges.letters("sign_in", ({ address, channel }) =>
    Effect.map(
      channel === "email" ? knownByEmail(address) : credentials.findByPhone(address),
      (user) =>
        user === undefined ? channel === "email" && passwordlessSignUp : user.status === "active"
    ).pipe(Effect.map((writes) =>
      writes
        ? { template: "sign-in-code", link: channel === "email" ? links.signIn : undefined }
        : undefined
    )))

  yield* challenges.letters("registration", ({ address }) =>
    Effect.map(knownByEmail(address), (user) => {
      if (user === undefined) return { template: "confirm-registration", link: links.confirmEmail }
      return user.status === "active" ? { template: "already-registered", link: links.confirmEmail } : undefined
    }))

  /** The account of somebody who has proved an address, as it is going to be. */
  const ownerOf = Effect.fnUntraced(function*(
    { address, channel }: StoredChallenge,
    name: string | null
  ) {
    const found = yield* channel === "email" ? knownByEmail(address) : credentials.findByPhone(address)
    const now = yield* Timestamp.now
    if (found !== undefined) {
      if (found.status !== "active") return undefined
      const confirms = channel === "email" && !found.emailVerified
      const user: User = confirms ? { ...found, emailVerified: true, version: found.version + 1, updatedAt: now } : found
      return { user, is: confirms ? "unconfirmed" as const : "known" as const }
    }
    if (channel === "sms") return undefined
    const user: User = {
      id: yield* UserId.generate,
      email: address,
      emailVerified: true,
      name,
      roles: ["customer"],
      status: "active",
      version: 1,
      createdAt: now,
      updatedAt: now
    }
    return { user, is: "new" as const }
  })

  const enterOnce = Effect.fnUntraced(function*(
    challenge: StoredChallenge,
    account: { readonly name: string | null; readonly passwordHash: string | null }
  ) {
    const owner = yield* ownerOf(challenge, account.name)
    if (owner === undefined) return yield* new InvalidCode()
    const { is, user } = owner
    if (is === "new" && challenge.purpose === "sign_in" && !passwordlessSignUp) return yield* new InvalidCode()
    const method = challenge.channel === "email" ? "email_code" : "sms_code"
    // second factors from before the address was confirmed may be somebody else's, and are not asked for
    const prepared = yield* is === "unconfirmed" ? signIns.session(user, [method]) : signIns.prepare(user, method)
    const started = yield* transactor.transaction(Effect.gen(function*() {
      // confirmed a moment ago, so there may be second factors by now that are its owner's
      if (is === "unconfirmed" && (yield* users.findForUpdate(user.id))?.emailVerified !== false) {
        return yield* new EmailTaken()
      }
      if (!(yield* challenges.close(challenge))) return false
      if (is === "new") {
        yield* users.insert(user, account.passwordHash)
        yield* events.publish([CustomerRegistered.make(user.id, { customerId: user.id })])
      }
      if (is === "unconfirmed") yield* firstProof(user.id, user.updatedAt)
      return yield* signIns.start(prepared)
    }))
    return started ? yield* signIns.finish(prepared) : yield* new InvalidCode()
  })

  const enter: Entry["Service"]["enter"] = (challenge, account) =>
    enterOnce(challenge, account).pipe(
      // somebody made or confirmed the account a moment ago; it is the same mailbox, so its owner is who has proved it
      Effect.catchTag("EmailTaken", () => enterOnce(challenge, account)),
      Effect.catchTag("EmailTaken", Effect.die)
    )

  return Entry.of({
    register: Effect.fn("Entry.register")(function*(input) {
      const { email, name, password } = yield* decodeRegister(input)
      yield* acceptable(password, name === undefined ? [email] : [email, name])
      yield* challenges.admit(email)
      // hashed whether the address has an account or not
      const passwordHash = yield* passwords.hash(password)
      return yield* transactor.transaction(
        challenges.open({
          purpose: "registration",
          subject: email,
          channel: "email",
          address: email,
          data: { passwordHash, name: name ?? null }
        })
      )
    }),

    startPasswordless: Effect.fn("Entry.startPasswordless")(function*(input) {
      const { email, phone } = yield* decodeStart(input)
      const address = email ?? phone ?? ""
      yield* challenges.admit(address)
      return yield* transactor.transaction(
        challenges.open({ purpose: "sign_in", subject: address, channel: email === undefined ? "sms" : "email", address })
      )
    }),

    verifyPasswordless: Effect.fn("Entry.verifyPasswordless")(function*(input) {
      const challenge = yield* challenges.prove(["sign_in"], yield* decodeVerify(input))
      return yield* enter(challenge, { name: null, passwordHash: null })
    }),

    enter
  })
})

export const layer: Layer.Layer<
  Entry,
  never,
  | UserRepository
  | CredentialRepository
  | FactorRepository
  | OAuthRepository
  | Challenges
  | Passwords
  | SignIns
  | Transactor
  | Events
> = Layer.effect(Entry, make)
