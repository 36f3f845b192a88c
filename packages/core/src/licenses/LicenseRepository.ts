import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { License, LicenseId, LicenseKey, LicenseKeyId, LicensePool, ListLicenseKeys } from "./License.ts"

/** A pool that the current transaction holds. */
export type HeldPool = Pick<LicensePool, "variantId" | "gives" | "lowAt" | "free">

/** A piece with its key as it is stored, that is encrypted. */
export interface StoredLicense extends Omit<License, "key" | "title"> {
  readonly piece: number
  readonly keyId: LicenseKeyId | null
  readonly sealed: string | null
  /** Whether a bank has given its money back. */
  readonly disputed: boolean
}

/** A piece that is to have a key. */
export type NewLicense = Pick<StoredLicense, "id" | "lineId" | "variantId" | "piece">

export interface SealedKey {
  readonly id: LicenseKeyId
  readonly sealed: string
  /** Of two keys with the same mark in a pool there is one. */
  readonly mark: string
}

export interface StoredKey extends Omit<LicenseKey, "key"> {
  readonly sealed: string
}

/** Keys of variants, and the pieces of orders that have them. */
export class LicenseRepository extends Context.Service<LicenseRepository, {
  /** Whether the store has any pool, or pieces with keys. One statement. */
  readonly sells: Effect.Effect<boolean, StorageError>
  /** `undefined` if there is no such variant and never was a pool of it; a pool that nobody has made gives nothing. One statement. */
  readonly pool: (variantId: string) => Effect.Effect<LicensePool | undefined, StorageError>
  /** Makes or changes a pool. */
  readonly setPool: (pool: Pick<LicensePool, "variantId" | "gives" | "lowAt">) => Effect.Effect<void, StorageError>
  /**
   * The pools of variants, which nobody else gives from or adds to until the current transaction ends; all in one order, so that no
   * two transactions wait for each other.
   */
  readonly hold: (variantIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<HeldPool>, StorageError>
  /** Adds keys to a pool that is held, but those whose mark it has; answers with the ids of those that are new. */
  readonly addKeys: (
    variantId: string,
    keys: ReadonlyArray<SealedKey>,
    at: Timestamp
  ) => Effect.Effect<ReadonlySet<LicenseKeyId>, StorageError>
  /**
   * Takes keys that nobody has out of a pool that is held, by their marks. Answers what each key was that the pool has, by its mark;
   * those that were `free` are withdrawn now.
   */
  readonly withdraw: (
    variantId: string,
    marks: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<ReadonlyMap<string, LicenseKey["state"]>, StorageError>
  readonly keys: (variantId: string, query: ListLicenseKeys) => Effect.Effect<Page<StoredKey>, StorageError | InvalidInput>
  /** The pieces of an order, by line. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<StoredLicense>, StorageError>
  /** The pieces of all orders of a customer, 100 at a time. */
  readonly ofCustomer: (
    customerId: string,
    after: string | undefined
  ) => Effect.Effect<ReadonlyArray<StoredLicense>, StorageError>
  /** Has pieces wait for a key. */
  readonly add: (orderId: string, licenses: ReadonlyArray<NewLicense>, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Takes the right to their keys from pieces of an order that have some or wait for some, for a bank has given their money back. */
  readonly lose: (orderId: string, at: Timestamp) => Effect.Effect<ReadonlyArray<LicenseId>, StorageError>
  /** Gives back what `lose` has taken. */
  readonly regain: (orderId: string) => Effect.Effect<ReadonlyArray<LicenseId>, StorageError>
  /** Takes pieces' right to their keys. */
  readonly void: (ids: ReadonlyArray<LicenseId>, at: Timestamp) => Effect.Effect<void, StorageError>
  /**
   * Gives keys of a pool that is held to pieces that wait for them in orders that are open and were not cancelled, those that have
   * waited longest first: as many as there are of both, at most so many. The pool must be held. Nobody changes these orders until the
   * transaction ends: a cancellation sees the keys, or is seen.
   */
  readonly give: (
    variantId: string,
    limit: number,
    at: Timestamp
  ) => Effect.Effect<ReadonlyArray<{ readonly id: LicenseId; readonly orderId: string }>, StorageError>
}>()("@stoa/core/licenses/LicenseRepository") {}
