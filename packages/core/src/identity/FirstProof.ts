/**
 * The first proof that the address of an account is somebody's.
 *
 * **Details**
 *
 * Whoever set up the account until then had not shown that the mailbox is theirs. So nothing that could let them in
 * again is kept: the password, the sessions, the second factors and passkeys, the telephone number, the accounts at
 * others that are linked, and what was begun. Known as pre-hijacking (GHSA-qq9h).
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type * as Timestamp from "../kernel/Timestamp.ts"
import type { UserId } from "./Account.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { FactorRepository } from "./FactorRepository.ts"
import { CustomerEmailChanged } from "./IdentityEvents.ts"
import { OAuthRepository } from "./OAuthRepository.ts"
import { SignIns } from "./SignIns.ts"

/**
 * Confirms the address of an account in the current transaction, and forgets everything that it could be entered with.
 * Call it for a user who is locked (`findForUpdate`) and not confirmed.
 */
export type FirstProof = (userId: UserId, at: Timestamp.Timestamp) => Effect.Effect<void, StorageError>

export const make: Effect.Effect<
  FirstProof,
  never,
  CredentialRepository | FactorRepository | OAuthRepository | SignIns | Events
> = Effect.gen(function*() {
  const credentials = yield* CredentialRepository
  const factors = yield* FactorRepository
  const linked = yield* OAuthRepository
  const signIns = yield* SignIns
  const events = yield* Events
  return Effect.fnUntraced(function*(userId, at) {
    yield* credentials.removePassword(userId)
    yield* factors.forget(userId)
    yield* linked.deleteIdentities(userId)
    yield* signIns.revoke({ userId, reason: "email_changed" })
    yield* credentials.confirmEmail(userId, at)
    yield* events.publish([CustomerEmailChanged.make(userId, { customerId: userId })])
  })
})
