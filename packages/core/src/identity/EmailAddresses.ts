/**
 * Confirming e-mail addresses: that of a new account, and both of an account that moves to another.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { ChallengeId, ChangeEmail, type EmailChange, type EmailVerified, VerifyEmail } from "./Challenge.ts"
import type { StoredChallenge } from "./ChallengeRepository.ts"
import { Challenges } from "./Challenges.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { Entry } from "./Entry.ts"
import { type EmailTaken, InvalidCode, type SecondFactorRequired, type TooManyAttempts } from "./IdentityErrors.ts"
import { CustomerEmailChanged } from "./IdentityEvents.ts"
import { signedIn } from "./SignedIn.ts"
import { SignIns } from "./SignIns.ts"
import { UserRepository } from "./UserRepository.ts"

export class EmailAddresses extends Context.Service<EmailAddresses, {
  /**
   * Confirms an address with the code of a message and the id of its challenge, or with the token of its link. Ends a
   * registration, or makes a change of address once both addresses are confirmed. A password that was given at
   * registration counts only with the id of the challenge: the link alone shows whose the mailbox is, and not who chose
   * the password.
   */
  readonly verifyEmail: (
    input: typeof VerifyEmail.Encoded
  ) => Effect.Effect<
    EmailVerified,
    InvalidInput | InvalidCode | EmailTaken | SecondFactorRequired | TooManyAttempts | SecretUnreadable | StorageError
  >
  /**
   * Begins to move the signed-in user's account to another address: codes go to both. That the new one has an account
   * is not told. Needs a fresh proof.
   */
  readonly changeEmail: (
    input: typeof ChangeEmail.Encoded
  ) => Effect.Effect<EmailChange, InvalidInput | TooManyAttempts | StepUpRequired | Unauthenticated | StorageError>
}>()("@stoa/core/identity/EmailAddresses") {}

const decodeVerify = Input.decoder(VerifyEmail)
const decodeChange = Input.decoder(ChangeEmail)

/** A text of what a challenge holds. */
const held = ({ data }: StoredChallenge, name: string): string | null => {
  const value = data[name]
  return typeof value === "string" ? value : null
}

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const credentials = yield* CredentialRepository
  const challenges = yield* Challenges
  const entry = yield* Entry
  const signIns = yield* SignIns
  const notifications = yield* Notifications
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  yield* challenges.letters("email_change", Effect.fnUntraced(function*(challenge) {
    const data = { from: held(challenge, "from"), to: held(challenge, "to"), old: challenge.data["old"] === true }
    // whose address it is already is written to by nobody
    if (!data.old && (yield* users.findByEmail(challenge.address)) !== undefined) return undefined
    return { template: "confirm-email-change", data }
  }))

  const change = Effect.fnUntraced(function*(challenge: StoredChallenge) {
    const now = yield* Timestamp.now
    const other = yield* challenges.find(held(challenge, "other") ?? "")
    const to = held(challenge, "to") ?? ""
    const from = held(challenge, "from") ?? ""
    // one after the other, so that one of two confirmations side by side sees the other
    const user = yield* users.findForUpdate(challenge.userId ?? "")
    if (user === undefined || user.status !== "active" || user.email !== from) return undefined
    if (!(yield* challenges.close(challenge))) return undefined
    if (other === undefined || (yield* challenges.find(other.id))?.outcome !== "met") return "waiting" as const
    yield* credentials.changeEmail(user.id, to, now)
    const asked = held(challenge, "sessionId")
    yield* signIns.revoke({
      userId: user.id,
      reason: "email_changed",
      ...(asked === null ? {} : { exceptSessionId: asked })
    })
    yield* events.publish([CustomerEmailChanged.make(user.id, { customerId: user.id })])
    yield* audit.record({ action: "user.change-email", subject: user.id })
    yield* notifications.queue([
      { recipient: { channel: "email", address: from }, inbox: user.id, template: "email-changed", data: { from, to } }
    ])
    return "changed" as const
  })

  return EmailAddresses.of({
    verifyEmail: Effect.fn("EmailAddresses.verifyEmail")(function*(input) {
      const proof = yield* decodeVerify(input)
      const challenge = yield* challenges.prove(["registration", "email_change"], proof)
      if (challenge.purpose === "registration") {
        const own = proof.challengeId !== undefined
        const tokens = yield* entry.enter(challenge, {
          name: own ? held(challenge, "name") : null,
          passwordHash: own ? held(challenge, "passwordHash") : null
        })
        return { state: "registered" as const, tokens }
      }
      const state = yield* transactor.transaction(change(challenge))
      return state === undefined ? yield* new InvalidCode() : { state, tokens: null }
    }),

    changeEmail: Effect.fn("EmailAddresses.changeEmail")(function*(input) {
      const { sessionId, userId } = yield* signedIn
      yield* StepUp.require
      const { email } = yield* decodeChange(input)
      const user = yield* users.find(userId)
      if (user === undefined) return yield* new Unauthenticated({ reason: "Sign in first" })
      if (user.email === email) return yield* Input.InvalidInput.at(["email"], "is the address of the account", "unchanged")
      yield* challenges.admit(email)
      return yield* transactor.transaction(Effect.gen(function*() {
        const [current, next] = yield* ChallengeId.generateMany(2) as Effect.Effect<readonly [ChallengeId, ChallengeId]>
        const shared = { purpose: "email_change", channel: "email", userId } as const
        const data = { from: user.email, to: email, sessionId }
        return {
          current: yield* challenges.open({
            ...shared,
            id: current,
            subject: `${userId}:current`,
            address: user.email,
            data: { ...data, other: next, old: true }
          }),
          next: yield* challenges.open({
            ...shared,
            id: next,
            subject: `${userId}:next`,
            address: email,
            data: { ...data, other: current, old: false }
          })
        }
      }))
    })
  })
})

export const layer: Layer.Layer<
  EmailAddresses,
  never,
  | UserRepository
  | CredentialRepository
  | Challenges
  | Entry
  | SignIns
  | Notifications
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(EmailAddresses, make)
