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
  readonly findByReference: (carrier: string, reference: string) => Effect.Effect<StoredLabel | undefined, StorageError>
  /** The labels of a fulfilment, oldest first. */
  readonly ofFulfilment: (fulfilmentId: string) => Effect.Effect<ReadonlyArray<ShippingLabel>, StorageError>
  /** Keeps the file of a label. */
  readonly keepFile: (id: string, file: { readonly mediaType: string; readonly data: Uint8Array }) => Effect.Effect<void, StorageError>
  readonly file: (id: string) => Effect.Effect<{ readonly mediaType: string; readonly data: Uint8Array } | undefined, StorageError>
  /** Deletes the files of a customer's labels, which hold their address. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /** Labels of all stores whose carrier is to be asked again, the longest overdue first. */
  readonly due: (
    now: Timestamp,
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
}>()("@stoa/core/labels/ShippingLabelRepository") {}
