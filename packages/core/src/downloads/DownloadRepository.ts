import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { MediaId } from "../media/Media.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { OrderStatus } from "../orders/Order.ts"
import type { DigitalGoods, Download, DownloadId } from "./Download.ts"

/** In which states of an order its files can be downloaded. */
export const openStatuses: ReadonlyArray<OrderStatus> = ["paid", "processing", "shipped", "delivered"]

/** A download with the file that it reads. */
export interface StoredDownload extends Download {
  readonly mediaId: MediaId
}

/** A file that a line of an order is to have. */
export interface NewDownload {
  readonly id: DownloadId
  readonly lineId: string
  /** Of which variant files are looked up: that of the line, or a part of the bundle that it is. */
  readonly variantId: string
  /** Pieces of the variant. */
  readonly pieces: number
}

/** Files of variants, and what buyers may download. */
export class DownloadRepository extends Context.Service<DownloadRepository, {
  /** The files of a variant, in their order; `undefined` if there is no such variant. */
  readonly goods: (variantId: string) => Effect.Effect<DigitalGoods | undefined, StorageError>
  /** Replaces the files of a variant. In a transaction. */
  readonly setGoods: (goods: DigitalGoods) => Effect.Effect<void, StorageError>
  /** Whether the store sells any files. One statement. */
  readonly sells: Effect.Effect<boolean, StorageError>
  /** Which of these variants have files, with how many each. One statement. */
  readonly sold: (variantIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, number>, StorageError>
  /**
   * Lets buyers download the files of what they have paid: each file of a line once, however often it is asked for. `ids` has one for
   * each file. Answers with how many are new. One statement.
   */
  readonly issue: (
    orderId: string,
    downloads: ReadonlyArray<Omit<NewDownload, "id">>,
    ids: ReadonlyArray<DownloadId>,
    at: Timestamp
  ) => Effect.Effect<number, StorageError>
  /** The files of an order as they are at a moment. One statement. */
  readonly ofOrder: (orderId: string, at: Timestamp) => Effect.Effect<ReadonlyArray<StoredDownload>, StorageError>
  /**
   * Counts one download, if it may be at that moment: the check and the count are one statement. Answers whether it was counted. In a
   * transaction, until whose end nobody changes the order: its cancellation sees the download, or is seen by it.
   */
  readonly count: (orderId: string, id: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Lets somebody download a file so many times more, until a moment where one is said, and lifts what took it back. */
  readonly grant: (
    orderId: string,
    id: string,
    more: number,
    expiresAt: Timestamp | null | undefined
  ) => Effect.Effect<boolean, StorageError>
  /** Lets nobody else change what may be downloaded of an order until the current transaction ends. */
  readonly hold: (orderId: string) => Effect.Effect<void, StorageError>
  /** Takes files of an order back, one or all that are not; `by` is who or what does. */
  readonly revoke: (orderId: string, by: "staff" | "dispute", id?: string) => Effect.Effect<boolean, StorageError>
  /** Gives back what a dispute took. */
  readonly restore: (orderId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/downloads/DownloadRepository") {}
