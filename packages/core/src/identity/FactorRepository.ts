import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { UserId } from "./Account.ts"
import type { CeremonyId, Factors, PasskeyId } from "./SecondFactor.ts"

export interface StoredTotp {
  /** Encrypted by `Secrets`. */
  readonly secret: string
  /** The last step of time that a code was taken for. */
  readonly lastStep: number
  readonly confirmedAt: Timestamp | null
}

export interface StoredPasskey {
  readonly id: PasskeyId
  readonly userId: UserId
  readonly credentialId: string
  /** COSE, in base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: ReadonlyArray<string>
  readonly name: string
  readonly backedUp: boolean
  readonly createdAt: Timestamp
  readonly lastUsedAt: Timestamp | null
}

/** Something that was begun. */
export interface StoredCeremony {
  readonly id: CeremonyId
  readonly kind: "second_factor" | "passkey_registration" | "passkey"
  readonly userId: string | null
  readonly data: Readonly<Record<string, Schema.Json>>
  readonly attempts: number
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
  readonly closedAt: Timestamp | null
}

/** Where second factors are kept. */
export class FactorRepository extends Context.Service<FactorRepository, {
  /** One statement. */
  readonly of: (userId: string) => Effect.Effect<Factors, StorageError>
  readonly totp: (userId: string) => Effect.Effect<StoredTotp | undefined, StorageError>
  /** Keeps a secret that is not confirmed; a confirmed one stays until it is removed. Says whether it was kept. */
  readonly offerTotp: (userId: UserId, secret: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Confirms the secret by a code of a step; `false` if another one or none is there by now. */
  readonly confirmTotp: (
    userId: UserId,
    input: { readonly secret: string; readonly step: number; readonly at: Timestamp }
  ) => Effect.Effect<boolean, StorageError>
  /** Notes the step of a code, in one statement; `false` if that step or a later one was used. */
  readonly useStep: (userId: UserId, step: number) => Effect.Effect<boolean, StorageError>
  readonly removeTotp: (userId: UserId) => Effect.Effect<boolean, StorageError>
  /** Replaces all recovery codes of a user. */
  readonly setRecoveryCodes: (
    userId: UserId,
    hashes: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<void, StorageError>
  /** Uses a recovery code; of many at once, one hears `true`. */
  readonly useRecoveryCode: (userId: UserId, hash: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  readonly passkeys: (userId: string) => Effect.Effect<ReadonlyArray<StoredPasskey>, StorageError>
  /** A passkey by the id of its credential, whoever's it is. */
  readonly passkey: (credentialId: string) => Effect.Effect<StoredPasskey | undefined, StorageError>
  /** Adds a passkey; `false` if its credential is known. */
  readonly addPasskey: (passkey: StoredPasskey) => Effect.Effect<boolean, StorageError>
  /** Notes a use; `false` if its counter has been used, which says that there is a copy of the passkey. */
  readonly usePasskey: (
    id: PasskeyId,
    input: { readonly counter: number; readonly backedUp: boolean; readonly at: Timestamp }
  ) => Effect.Effect<boolean, StorageError>
  readonly removePasskey: (userId: UserId, id: string) => Effect.Effect<boolean, StorageError>
  /** Deletes all of this of a user, with the telephone number, the sign-ins and whatever waits for them to prove something. */
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/FactorRepository") {}

/** Where what was begun is kept. */
export class CeremonyRepository extends Context.Service<CeremonyRepository, {
  readonly open: (ceremony: StoredCeremony) => Effect.Effect<void, StorageError>
  /** An open ceremony. */
  readonly find: (id: string, at: Timestamp) => Effect.Effect<StoredCeremony | undefined, StorageError>
  /** Counts an attempt before it is compared; returns the ceremony if it is open and had attempts left. */
  readonly attempt: (
    id: string,
    input: { readonly maximum: number; readonly at: Timestamp }
  ) => Effect.Effect<StoredCeremony | undefined, StorageError>
  /** Closes an open ceremony; of many at once, one hears `true`. */
  readonly close: (id: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Deletes ceremonies of every store that expired before a moment; returns how many. */
  readonly deleteExpired: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/CeremonyRepository") {}
