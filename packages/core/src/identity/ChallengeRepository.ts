import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ChallengeId } from "./Challenge.ts"

/** What a challenge is for. */
export type Purpose =
  | "sign_in"
  | "sign_in_check"
  | "registration"
  | "password_reset"
  | "email_change"
  | "phone_change"
  | "first_owner"

/** A challenge as it is stored: hashes instead of what the message brings. */
export interface StoredChallenge {
  readonly id: ChallengeId
  readonly purpose: Purpose
  /** A hash of what it is about: a new one voids the open ones of the same purpose and subject. */
  readonly subject: string
  /** Whose account it is about, where that is known from the beginning. */
  readonly userId: string | null
  readonly channel: "email" | "sms"
  /** Where its message goes. */
  readonly address: string
  /** What is needed once it is met. */
  readonly data: Readonly<Record<string, Schema.Json>>
  /** Of the code; `null` until its message is made, and for good where there is nobody to send it to. */
  readonly codeHash: string | null
  /** Of the token of the link. */
  readonly tokenHash: string | null
  readonly attempts: number
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
  readonly closedAt: Timestamp | null
  /** How it was closed: somebody proved it, or a newer one took its place. */
  readonly outcome: "met" | "voided" | null
}

/** Where challenges are kept. */
export class ChallengeRepository extends Context.Service<ChallengeRepository, {
  /** Adds a challenge and voids the open ones of its purpose and subject. */
  readonly open: (challenge: StoredChallenge) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredChallenge | undefined, StorageError>
  /** Gives an open challenge the hashes of a new code and token; says whether it was open. */
  readonly arm: (
    id: string,
    hashes: { readonly codeHash: string; readonly tokenHash: string | null; readonly at: Timestamp }
  ) => Effect.Effect<boolean, StorageError>
  /**
   * Counts an attempt before it is compared, in one statement, so that attempts side by side are all counted. Returns
   * the challenge if it is open and had attempts left.
   */
  readonly attempt: (
    id: string,
    input: { readonly maximum: number; readonly at: Timestamp }
  ) => Effect.Effect<StoredChallenge | undefined, StorageError>
  /** The open challenge of a link. */
  readonly findByToken: (tokenHash: string, at: Timestamp) => Effect.Effect<StoredChallenge | undefined, StorageError>
  /** Closes an open challenge as met; of many at once, one hears `true`. */
  readonly close: (id: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Deletes challenges of every store that expired before a moment; returns how many. */
  readonly deleteExpired: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/ChallengeRepository") {}
