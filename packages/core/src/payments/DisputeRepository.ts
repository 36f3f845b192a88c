import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Dispute, ListDisputes } from "./Dispute.ts"
import type { ListUnmatchedDisputes, UnmatchedDispute } from "./UnmatchedDispute.ts"

/** How the disputes of a payment stand, in minor units. */
export interface DisputeStanding {
  readonly paymentId: string
  /** What the bank has given to the buyer. */
  readonly lost: number
  /** What is neither won nor lost. */
  readonly undecided: number
  /** Whether all of its disputes are lost. */
  readonly isLost: boolean
}

/** What banks have given to the buyer of an order, in minor units. */
export const lostOf = (all: ReadonlyArray<DisputeStanding>): number => all.reduce((sum, { lost }) => sum + lost, 0)

/** What disputes ask of storage. */
export class DisputeRepository extends Context.Service<DisputeRepository, {
  /** Fails with a retryable `StorageError` if the gateway's reference is there already. */
  readonly insert: (dispute: Dispute) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<Dispute | undefined, StorageError>
  readonly findByReference: (gateway: string, reference: string) => Effect.Effect<Dispute | undefined, StorageError>
  /**
   * Those of a gateway's references that it has to be asked about: neither known, nor waiting for a later time or a person.
   * One statement.
   */
  readonly toAsk: (
    gateway: string,
    references: ReadonlyArray<string>,
    now: Timestamp
  ) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly unmatched: (gateway: string, reference: string) => Effect.Effect<UnmatchedDispute | undefined, StorageError>
  /** Writes down one that could not be placed, again if it is there already. */
  readonly noteUnmatched: (dispute: UnmatchedDispute) => Effect.Effect<void, StorageError>
  readonly forgetUnmatched: (gateway: string, reference: string) => Effect.Effect<void, StorageError>
  /** Those that could not be placed, by gateway and reference. */
  readonly listUnmatched: (
    query: ListUnmatchedDisputes
  ) => Effect.Effect<Page<UnmatchedDispute>, StorageError | InvalidInput>
  /** Writes what changes of a dispute, if it still has the version before. */
  readonly update: (dispute: Dispute) => Effect.Effect<void, StorageError | VersionConflict>
  /** Disputes, the newest first. */
  readonly list: (query: ListDisputes) => Effect.Effect<Page<Dispute>, StorageError | InvalidInput>
  /** How all disputes of an order stand, for each of its payments that has any. One statement. */
  readonly standing: (orderId: string) => Effect.Effect<ReadonlyArray<DisputeStanding>, StorageError>
  /** Undecided disputes of a gateway that were not touched since a moment, the longest untouched first. */
  readonly undecided: (
    gateway: string,
    before: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Dispute>, StorageError>
  /** Notes that the gateway was asked, so that others have their turn. */
  readonly touch: (id: string, at: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/payments/DisputeRepository") {}
