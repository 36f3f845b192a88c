import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListPayoutEntries, ListPayouts, Payout, PayoutEntry } from "./Payout.ts"

/** What payouts ask of storage. */
export class PayoutRepository extends Context.Service<PayoutRepository, {
  /** Writes payouts; one whose reference is there already stays as it is. One statement. */
  readonly insert: (payouts: ReadonlyArray<Payout>) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<Payout | undefined, StorageError>
  /** The payouts of a gateway with one of these references. One statement. */
  readonly known: (gateway: string, references: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Payout>, StorageError>
  /** Writes what changes of a payout, if it still has the version before. */
  readonly update: (payout: Payout) => Effect.Effect<void, StorageError | VersionConflict>
  /** Payouts, the newest at the gateway first. */
  readonly list: (query: ListPayouts) => Effect.Effect<Page<Payout>, StorageError | InvalidInput>
  /** Writes entries of a payout; those that are there stay, but for the payment that they are about. One statement. */
  readonly addEntries: (payoutId: string, entries: ReadonlyArray<PayoutEntry>) => Effect.Effect<void, StorageError>
  /** The entries of a payout, by their names. */
  readonly entries: (
    payoutId: string,
    query: ListPayoutEntries
  ) => Effect.Effect<Page<PayoutEntry>, StorageError | InvalidInput>
}>()("@stoa/core/payments/PayoutRepository") {}
