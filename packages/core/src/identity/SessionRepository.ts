import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { SessionId, User, UserId } from "./Account.ts"

/** A session and the hashes of its refresh tokens: the family is the session. */
export interface StoredSession {
  readonly id: SessionId
  readonly userId: UserId
  /** What all refresh tokens of the session have in common. */
  readonly familyHash: string
  /** The token that is good now. */
  readonly tokenHash: string
  /** The one before, and when it was exchanged. */
  readonly previousHash: string | null
  readonly rotatedAt: Timestamp | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly place: string | null
  /** How it was proved, in order. */
  readonly methods: ReadonlyArray<string>
  /** When its user last proved who they are; `null` for a session that somebody else began. */
  readonly authenticatedAt: Timestamp | null
  /** When a second factor was last proved in it. */
  readonly secondFactorAt: Timestamp | null
  readonly createdAt: Timestamp
  readonly lastUsedAt: Timestamp
  readonly expiresAt: Timestamp
  readonly revokedAt: Timestamp | null
  readonly revokedReason: string | null
}

/** A user as far as their rights go. */
export interface Standing {
  readonly userId: UserId
  readonly roles: ReadonlyArray<string>
  /** What those of the roles allow that are the store's own. */
  readonly granted: ReadonlyArray<string>
}

/** Where sessions are kept. */
export class SessionRepository extends Context.Service<SessionRepository, {
  /** Adds a session, and says whether it did: not for a user who is suspended by now. */
  readonly insert: (session: StoredSession) => Effect.Effect<boolean, StorageError>
  /** A session and its user by the family of a refresh token, locked until the transaction ends. One statement. */
  readonly findByFamily: (
    familyHash: string
  ) => Effect.Effect<{ readonly session: StoredSession; readonly user: User } | undefined, StorageError>
  /** Writes the token hashes, times and client of a session that was read in this transaction. */
  readonly rotate: (session: StoredSession) => Effect.Effect<void, StorageError>
  /**
   * The user of a session, and the staff who act as them in it, if none of these is revoked, expired or suspended. What
   * every access token is checked against: one statement by key.
   */
  readonly live: (id: string, at: Timestamp) => Effect.Effect<
    | (Standing & {
      readonly impersonator: Standing | null
      readonly authenticatedAt: Timestamp | null
      readonly secondFactorAt: Timestamp | null
      /** Whether the user has a second factor. */
      readonly secondFactor: boolean
    })
    | undefined,
    StorageError
  >
  /** Sessions of a user that have not ended, the last used first, at most 100. */
  readonly listOfUser: (userId: string, at: Timestamp) => Effect.Effect<ReadonlyArray<StoredSession>, StorageError>
  /** Ends a user's sessions, or the one given, or all but one; returns those that it ended. */
  readonly revoke: (input: {
    readonly userId: string
    readonly sessionId?: string
    readonly exceptSessionId?: string
    readonly reason: string
    readonly at: Timestamp
  }) => Effect.Effect<ReadonlyArray<SessionId>, StorageError>
  /** Deletes sessions of every store that expired before a moment; returns how many. */
  readonly deleteExpired: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/SessionRepository") {}
