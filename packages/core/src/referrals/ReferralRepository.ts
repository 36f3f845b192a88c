import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListReferrals, Referral, ReferralProgram } from "./Referral.ts"

/** Where referrals, their codes and their terms are kept. */
export class ReferralRepository extends Context.Service<ReferralRepository, {
  readonly program: Effect.Effect<ReferralProgram | undefined, StorageError>
  /** Writes the program; it must be new (version 1), or have the version before. */
  readonly setProgram: (program: ReferralProgram, at: Timestamp) => Effect.Effect<void, StorageError | VersionConflict>
  /** The code of a customer: the one that there is, or this one. `undefined` if it belongs to somebody else already. */
  readonly codeOf: (customerId: string, fresh: string, at: Timestamp) => Effect.Effect<string | undefined, StorageError>
  /** Whose code it is. */
  readonly ownerOf: (code: string) => Effect.Effect<string | undefined, StorageError>
  /** Writes a referral unless the friend has one; `false` then. */
  readonly insert: (referral: Referral) => Effect.Effect<boolean, StorageError>
  /** A referral that nobody else changes until the transaction is over: others who want the same wait. */
  readonly forUpdate: (id: string) => Effect.Effect<Referral | undefined, StorageError>
  /** The referral that made somebody a customer. */
  readonly ofFriend: (friendId: string) => Effect.Effect<Referral | undefined, StorageError>
  /** Which of these customers were referred. One statement. */
  readonly friendsAmong: (customerIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** The newest first. */
  readonly list: (query: ListReferrals) => Effect.Effect<Page<Referral>, InvalidInput | StorageError>
  /** Writes everything but the people if the referral still has the version before. */
  readonly update: (referral: Referral) => Effect.Effect<void, StorageError | VersionConflict>
  /** Referrals that wait and are due, the longest overdue first. */
  readonly due: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /**
   * How many rewards a customer has got since a moment, those that were taken back included. Whoever asks the same of the
   * same customer waits until the transaction is over.
   */
  readonly rewardsSince: (referrerId: string, since: Timestamp) => Effect.Effect<number, StorageError>
  /** Whether a customer, or somebody with this e-mail address, has an order that was not called off. */
  readonly hasOrdered: (customerId: string, email: string | null) => Effect.Effect<boolean, StorageError>
  /** Deletes the code of a customer; referrals stay without anything personal. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/referrals/ReferralRepository") {}
