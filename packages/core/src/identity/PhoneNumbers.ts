/**
 * The telephone number of an account, for codes by text message.
 *
 * **Gotchas**
 *
 * Text messages are the weakest of the ways in: numbers are taken over by talking to a telephone company. A shop that
 * gives no sender of text messages has none of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Unauthenticated } from "../kernel/Permission.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type Challenge, ChangePhone, type PhoneNumber, VerifyPhone } from "./Challenge.ts"
import { Challenges } from "./Challenges.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { InvalidCode, PhoneNotFound, type TooManyAttempts } from "./IdentityErrors.ts"
import { signedIn } from "./SignedIn.ts"

export class PhoneNumbers extends Context.Service<PhoneNumbers, {
  /** The signed-in user's number. */
  readonly phone: Effect.Effect<PhoneNumber, PhoneNotFound | Unauthenticated | StorageError>
  /** Sends a code to a number that shall be the signed-in user's. Needs a fresh proof, as it becomes a way in. */
  readonly changePhone: (
    input: typeof ChangePhone.Encoded
  ) => Effect.Effect<Challenge, InvalidInput | TooManyAttempts | StepUpRequired | Unauthenticated | StorageError>
  /** Gives the signed-in user the number that the code went to. Whoever had it before has none any more. */
  readonly verifyPhone: (
    input: typeof VerifyPhone.Encoded
  ) => Effect.Effect<PhoneNumber, InvalidInput | InvalidCode | TooManyAttempts | Unauthenticated | StorageError>
  /** Removes the telephone number of the caller. */
  readonly removePhone: Effect.Effect<void, PhoneNotFound | Unauthenticated | StorageError>
}>()("@stoa/core/identity/PhoneNumbers") {}

const decodeChange = Input.decoder(ChangePhone)
const decodeVerify = Input.decoder(VerifyPhone)

export const make = Effect.gen(function*() {
  const credentials = yield* CredentialRepository
  const challenges = yield* Challenges
  const transactor = yield* Transactor
  const audit = yield* AuditLog

  yield* challenges.letters("phone_change", () => Effect.succeed({ template: "sign-in-code" }))

  return PhoneNumbers.of({
    phone: Effect.gen(function*() {
      const { userId } = yield* signedIn
      return (yield* credentials.phone(userId)) ?? (yield* new PhoneNotFound())
    }).pipe(Effect.withSpan("PhoneNumbers.phone")),

    changePhone: Effect.fn("PhoneNumbers.changePhone")(function*(input) {
      const { userId } = yield* signedIn
      yield* StepUp.require
      const { phone } = yield* decodeChange(input)
      yield* challenges.admit(phone)
      return yield* transactor.transaction(
        challenges.open({ purpose: "phone_change", subject: userId, channel: "sms", address: phone, userId })
      )
    }),

    verifyPhone: Effect.fn("PhoneNumbers.verifyPhone")(function*(input) {
      const { userId } = yield* signedIn
      const challenge = yield* challenges.prove(["phone_change"], yield* decodeVerify(input))
      if (challenge.userId !== userId) return yield* new InvalidCode()
      const number: PhoneNumber = { phone: challenge.address, verifiedAt: yield* Timestamp.now }
      const done = yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* challenges.close(challenge))) return false
        yield* credentials.setPhone(userId, number)
        yield* audit.record({ action: "user.change-phone", subject: userId })
        return true
      }))
      return done ? number : yield* new InvalidCode()
    }),

    removePhone: Effect.gen(function*() {
      const { userId } = yield* signedIn
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* credentials.removePhone(userId))) return yield* new PhoneNotFound()
        yield* audit.record({ action: "user.remove-phone", subject: userId })
      }))
    }).pipe(Effect.withSpan("PhoneNumbers.removePhone"))
  })
})

export const layer: Layer.Layer<PhoneNumbers, never, CredentialRepository | Challenges | Transactor | AuditLog> = Layer
  .effect(PhoneNumbers, make)
