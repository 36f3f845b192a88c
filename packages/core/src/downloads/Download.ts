/**
 * Digital goods: files that belong to a variant, and what buyers of it may download.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/VariantId.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { MediaId } from "../media/Media.ts"

export const DownloadId = Id.define("dl", "DownloadId")
export type DownloadId = typeof DownloadId.Type

/** How many files a variant has at most. */
export const maximumFiles = 20

const times = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }))
const days = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3_650 }))

/** A private file of the shop that whoever buys a variant gets. */
export const DigitalFile = Schema.Struct({
  mediaId: MediaId,
  /** What buyers see. */
  name: name(200),
  contentType: Schema.String,
  bytes: Schema.Int
})
export interface DigitalFile extends Schema.Schema.Type<typeof DigitalFile> {}

/** The files of a variant, and how they may be downloaded by who buys it from now on. */
export const DigitalGoods = Schema.Struct({
  variantId: VariantId,
  files: Schema.Array(DigitalFile),
  /** How often each file may be downloaded for each piece that is bought; `null`: as often as they like. */
  downloads: Schema.NullOr(times),
  /** For how many days after the order is paid; `null`: for ever. */
  days: Schema.NullOr(days)
}).annotate({ identifier: "DigitalGoods" })
export interface DigitalGoods extends Schema.Schema.Type<typeof DigitalGoods> {}

/** Says all files of a variant, in the order in which they are shown; none makes it no digital goods. */
export const SetDigitalGoods = Schema.Struct({
  files: Schema.Array(Schema.Struct({
    mediaId: MediaId,
    /** What the file is called if it is left out. */
    name: Schema.optionalKey(name(200))
  })).check(Schema.isMaxLength(maximumFiles)),
  /** 5 if it is left out. */
  downloads: Schema.optionalKey(Schema.NullOr(times)),
  /** 365 if it is left out. */
  days: Schema.optionalKey(Schema.NullOr(days))
}).annotate({ identifier: "SetDigitalGoods" })

/**
 * Whether a file can be downloaded: `used_up` as often as it may be, `expired` its time is over, `revoked` staff or a dispute took
 * it back, `closed` its order was cancelled, refunded or rests, or its pieces were cancelled.
 */
export const DownloadState = Schema.Literals(["ready", "used_up", "expired", "revoked", "closed"])
export type DownloadState = typeof DownloadState.Type

/** A file that somebody has bought. */
export const Download = Schema.Struct({
  id: DownloadId,
  orderId: Schema.String,
  lineId: Schema.String,
  name: Schema.String,
  contentType: Schema.String,
  bytes: Schema.Int,
  state: DownloadState,
  used: Schema.Int,
  /** `null`: as often as they like. */
  maximum: Schema.NullOr(Schema.Int),
  /** `null`: for ever. */
  expiresAt: Schema.NullOr(Timestamp),
  createdAt: Timestamp
}).annotate({ identifier: "Download" })
export interface Download extends Schema.Schema.Type<typeof Download> {}

/** An address that reads the file for some minutes. It counts as one download, however often it is read until then. */
export const DownloadLink = Schema.Struct({ url: Schema.String, expiresAt: Timestamp, download: Download })
  .annotate({ identifier: "DownloadLink" })
export interface DownloadLink extends Schema.Schema.Type<typeof DownloadLink> {}

/** Lets a buyer download a file again. */
export const GrantDownload = Schema.Struct({
  /** So many times more; once if it is left out. */
  downloads: Schema.optionalKey(times),
  /** For so many days from now; what was said before if it is left out, and a week where that is over. */
  days: Schema.optionalKey(days)
}).annotate({ identifier: "GrantDownload" })
