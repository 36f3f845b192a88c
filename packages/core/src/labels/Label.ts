/**
 * What labels have in common, whether goods go out with them or come back.
 */
import * as Schema from "effect/Schema"
import { Tracking } from "../fulfilment/Fulfilment.ts"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PackedParcel } from "../shipping/Carrier.ts"

export const LabelStatus = Schema.Literals([
  /** Being bought; until the carrier has answered, nobody knows whether it was. */
  "pending",
  "bought",
  /** The carrier will not sell it, or never answered, also when it was to take it back. */
  "failed",
  /** Being given back. */
  "voiding",
  "void"
])
export type LabelStatus = typeof LabelStatus.Type

export const parcels = Schema.Array(PackedParcel).check(Schema.isMinLength(1), Schema.isMaxLength(20))

export const fields = {
  status: LabelStatus,
  carrier: Schema.String,
  service: Schema.String,
  parcels,
  /** The carrier's own id of the shipment. */
  reference: Schema.NullOr(Schema.String),
  tracking: Schema.Array(Tracking),
  /** What it costs the shop, if the carrier says so. */
  price: Schema.NullOr(Money),
  /** What kind of file it is, once there is one. */
  mediaType: Schema.NullOr(Schema.String),
  /** Why the carrier did not sell it or take it back. */
  failure: Schema.NullOr(Schema.String),
  /** When the carrier is asked again; `null` where nothing is to be asked. */
  nextAttemptAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
} as const
export type LabelFields = Schema.Struct.Type<typeof fields>

/** The file of a label. */
export interface LabelFile {
  readonly content: Uint8Array
  readonly contentType: string
  readonly name: string
}

/** What printers know files of labels by. */
const endings = new Map([["application/pdf", ".pdf"], ["application/zpl", ".zpl"], ["image/png", ".png"]])

/** A stored file of a label as it is handed out, with a name that printers understand. */
export const fileOf = (id: string, { data, mediaType }: { readonly data: Uint8Array; readonly mediaType: string }): LabelFile => ({
  content: data,
  contentType: mediaType,
  name: `${id}${endings.get(mediaType) ?? ""}`
})
