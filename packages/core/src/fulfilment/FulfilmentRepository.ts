import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Fulfilment, FulfilmentLine, ListFulfilments } from "./Fulfilment.ts"

/** How many pieces of a line are in fulfilments, of those that were ordered and not cancelled. */
export interface LineProgress {
  readonly lineId: string
  readonly ordered: number
  readonly fulfilled: number
}

/** Where fulfilments are kept. */
export class FulfilmentRepository extends Context.Service<FulfilmentRepository, {
  /** How far the lines of an order are in fulfilments, in their order. */
  readonly progress: (orderId: string) => Effect.Effect<ReadonlyArray<LineProgress>, StorageError>
  /**
   * Takes pieces of an order's lines for a fulfilment, all or, where one has not as many left, none that may be kept: with
   * `false` the transaction must roll back. One conditional statement, so that of any number of callers at once no piece
   * goes to two.
   */
  readonly take: (orderId: string, lines: ReadonlyArray<FulfilmentLine>) => Effect.Effect<boolean, StorageError>
  /** Gives pieces back that a cancelled fulfilment had taken. */
  readonly giveBack: (orderId: string, lines: ReadonlyArray<FulfilmentLine>) => Effect.Effect<void, StorageError>
  /**
   * Cancels pieces that no fulfilment has taken, all or, where a line has not as many left, none that may be kept: with
   * `false` the transaction must roll back. One conditional statement.
   */
  readonly cancelPieces: (orderId: string, lines: ReadonlyArray<FulfilmentLine>) => Effect.Effect<boolean, StorageError>
  readonly insert: (fulfilment: Fulfilment) => Effect.Effect<void, StorageError>
  /** Writes status, added state, tracking, proof and times of a fulfilment whose stored version is the one before; returns whether it was. */
  readonly update: (fulfilment: Fulfilment) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<Fulfilment | undefined, StorageError>
  /** The same, of one that nobody else writes until the transaction ends. */
  readonly hold: (id: string) => Effect.Effect<Fulfilment | undefined, StorageError>
  /** The fulfilments of an order, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Fulfilment>, StorageError>
  /** Those of some orders that have what a vendor sells, oldest first. */
  readonly ofVendor: (
    vendorId: string,
    orderIds: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<Fulfilment>, StorageError>
  readonly list: (query: ListFulfilments) => Effect.Effect<Page<Fulfilment>, StorageError | InvalidInput>
}>()("@stoa/core/fulfilment/FulfilmentRepository") {}
