/**
 * How a store gets its first owner without anybody who could make one: whoever runs the server is handed a secret, and makes
 * their own account with it.
 *
 * **Details**
 *
 * A secret is good once, for half an hour, and only while the store has no owner; a new one voids the one before. It is stored
 * as a hash. The address of the account counts as confirmed, as whoever may read what the server prints vouches for it.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { Entropy } from "../kernel/Entropy.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { User } from "./Account.ts"
import { ChallengeId } from "./Challenge.ts"
import { ChallengeRepository } from "./ChallengeRepository.ts"
import { Challenges } from "./Challenges.ts"
import * as Enrolment from "./Enrolment.ts"
import { BecomeFirstOwner, type FirstOwnerInvitation } from "./FirstOwnerInvitation.ts"
import { type EmailTaken, InvalidCode, type TooManyAttempts, type WeakPassword } from "./IdentityErrors.ts"
import type { Passwords } from "./Passwords.ts"
import { owner } from "./Role.ts"
import { RoleRepository } from "./RoleRepository.ts"
import type { UserRepository } from "./UserRepository.ts"

/** How long whoever runs the server has to make their account. */
export const invitationLifetime = Duration.minutes(30)

export class FirstOwner extends Context.Service<FirstOwner, {
  /** A secret that makes the first owner, and voids the one before; `null` where the store has an owner. Needs `*`. */
  readonly invite: Effect.Effect<FirstOwnerInvitation | null, StorageError | Denied>
  /**
   * Makes the account of the first owner. Signs nobody in. A secret that is wrong, used, too old, or of a store that got its
   * owner otherwise meanwhile is `InvalidCode`.
   */
  readonly become: (
    input: typeof BecomeFirstOwner.Encoded
  ) => Effect.Effect<User, InvalidInput | WeakPassword | InvalidCode | EmailTaken | TooManyAttempts | StorageError>
}>()("@stoa/core/identity/FirstOwner") {}

const decode = Input.decoder(BecomeFirstOwner)

export const make = Effect.gen(function*() {
  const repository = yield* ChallengeRepository
  const challenges = yield* Challenges
  const roles = yield* RoleRepository
  const transactor = yield* Transactor
  const enrolment = yield* Enrolment.make

  const isOwned = Effect.map(roles.someOwners, (owners) => owners.length > 0)

  return FirstOwner.of({
    invite: Effect.gen(function*() {
      yield* Permission.require("*")
      const token = Buffer.from((yield* Entropy).bytes(32)).toString("base64url")
      const now = yield* Timestamp.now
      const expiresAt = Timestamp.plus(now, invitationLifetime)
      const id = yield* ChallengeId.generate
      return yield* transactor.transaction(Effect.gen(function*() {
        if (yield* isOwned) return null
        yield* repository.open({
          id,
          purpose: "first_owner",
          subject: Secret.hash("first_owner:"),
          userId: null,
          channel: "email",
          // nothing is sent: whoever asks is handed the secret
          address: "",
          data: {},
          codeHash: null,
          tokenHash: Secret.hash(token),
          attempts: 0,
          createdAt: now,
          expiresAt,
          closedAt: null,
          outcome: null
        })
        return { token, expiresAt }
      }))
    }).pipe(Effect.withSpan("FirstOwner.invite")),

    become: Effect.fn("FirstOwner.become")(function*(input) {
      const { token, ...account } = yield* decode(input)
      // whoever lacks the secret learns nothing of what makes a good password or of who has an account
      const challenge = yield* challenges.prove(["first_owner"], { token })
      const ready = yield* enrolment.prepare(account)
      const user = yield* transactor.transaction(Effect.gen(function*() {
        if (yield* isOwned) return undefined
        if (!(yield* challenges.close(challenge))) return undefined
        return yield* enrolment.enrol(ready, [owner])
      })).pipe(Actor.as(Actor.system("first-owner")))
      return user ?? (yield* new InvalidCode())
    })
  })
})

export const layer: Layer.Layer<
  FirstOwner,
  never,
  ChallengeRepository | Challenges | RoleRepository | UserRepository | Passwords | Transactor | Events | AuditLog
> = Layer.effect(FirstOwner, make)
