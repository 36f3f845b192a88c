import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { CarrierNews } from "../shipping/Carrier.ts"
import type { ShippingLabel } from "./ShippingLabel.ts"

/** A label as it is kept. */
export interface StoredLabel {
  readonly label: ShippingLabel
  /** How often the carrier was asked for what it is to do now. */
  readonly tries: number
  /** Since when the carrier is asked for it. */
  readonly askedSince: Timestamp
  /** When the last of its news happened that was taken up, by the carrier's clock. */
  readonly lastNewsAt: Timestamp | null
}

/** Where labels are kept, and what carriers tell. */
export class ShippingLabelRepository extends Context.Service<ShippingLabelRepository, {
  /** `false`, and nothing is written, if the fulfilment has a label that is pending, bought or being given back. */
  readonly insert: (stored: StoredLabel) => Effect.Effect<boolean, StorageError>
  /** Writes a label whose stored version is the one before; returns whether it was. */
  readonly update: (stored: StoredLabel) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredLabel | undefined, StorageError>
  /** The labels of a carrier's shipments. One statement. */
  readonly findByReferences: (
    carrier: string,
    references: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<StoredLabel>, StorageError>
  /** Lets nobody else into what concerns these shipments until the transaction is over. One statement. */
  readonly lock: (carrier: string, references: ReadonlyArray<string>) => Effect.Effect<void, StorageError>
  /** The labels of a fulfilment, oldest first. */
  readonly ofFulfilment: (fulfilmentId: string) => Effect.Effect<ReadonlyArray<ShippingLabel>, StorageError>
  /** Keeps the file of a label. */
  readonly keepFile: (
    label: ShippingLabel,
    file: { readonly mediaType: string; readonly data: Uint8Array }
  ) => Effect.Effect<void, StorageError>
  readonly file: (id: string) => Effect.Effect<{ readonly mediaType: string; readonly data: Uint8Array } | undefined, StorageError>
  /** Deletes the files of a customer's labels, which hold their address. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /**
   * Labels of all stores whose carrier is to be asked again, the longest overdue. They are due again at another moment,
   * unless they are written until then, so that none of them keeps the others waiting.
   */
  readonly claim: (
    now: Timestamp,
    again: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly storeId: StoreId; readonly labelId: string; readonly version: number }>, StorageError>
  /** Writes news down; the keys of those that were not known. */
  readonly receive: (
    carrier: string,
    news: ReadonlyArray<CarrierNews>,
    at: Timestamp
  ) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** What a carrier has told of a shipment, in the order in which it happened. At most 1,000. */
  readonly newsOf: (carrier: string, reference: string) => Effect.Effect<ReadonlyArray<CarrierNews>, StorageError>
  /** Throws away the files of labels that were made before a moment, of every store, and news that came before another. */
  readonly deleteBefore: (before: { readonly files: Timestamp; readonly news: Timestamp }) => Effect.Effect<void, StorageError>
}>()("@stoa/core/labels/ShippingLabelRepository") {}
