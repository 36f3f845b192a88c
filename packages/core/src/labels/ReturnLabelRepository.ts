import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ReturnLabel } from "./ReturnLabel.ts"

/** A return label as it is kept. */
export interface StoredReturnLabel {
  readonly label: ReturnLabel
  /** How often the carrier was asked for what it is to do now. */
  readonly tries: number
  /** Since when the carrier is asked for it. */
  readonly askedSince: Timestamp
}

/** Where return labels are kept. */
export class ReturnLabelRepository extends Context.Service<ReturnLabelRepository, {
  /** `false`, and nothing is written, if the return has a label that is pending, bought or being given back. */
  readonly insert: (stored: StoredReturnLabel) => Effect.Effect<boolean, StorageError>
  /** Writes a label whose stored version is the one before; returns whether it was. */
  readonly update: (stored: StoredReturnLabel) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredReturnLabel | undefined, StorageError>
  /** The labels of a return, oldest first. */
  readonly ofReturn: (returnId: string) => Effect.Effect<ReadonlyArray<ReturnLabel>, StorageError>
  /**
   * What pieces weigh together, in grams, and the variants of those that are sent and of which nobody has said what they weigh. A bundle
   * weighs what its parts weigh where it says no weight.
   */
  readonly weigh: (
    pieces: ReadonlyArray<{ readonly variantId: string; readonly quantity: number }>
  ) => Effect.Effect<{ readonly grams: number; readonly unknown: ReadonlyArray<string> }, StorageError>
  /** Keeps the file of a label. */
  readonly keepFile: (
    label: ReturnLabel,
    file: { readonly mediaType: string; readonly data: Uint8Array }
  ) => Effect.Effect<void, StorageError>
  readonly file: (id: string) => Effect.Effect<{ readonly mediaType: string; readonly data: Uint8Array } | undefined, StorageError>
  /** Deletes the files of a customer's labels, which hold their address. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /**
   * Labels of all stores whose carrier is to be asked again, the longest overdue. They are due again at another moment, unless they are
   * written until then, so that none of them keeps the others waiting.
   */
  readonly claim: (
    now: Timestamp,
    again: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly storeId: StoreId; readonly labelId: string; readonly version: number }>, StorageError>
  /** Throws away the files that were made before a moment, of every store. */
  readonly deleteFilesBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/labels/ReturnLabelRepository") {}
