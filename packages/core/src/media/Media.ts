/**
 * Files of a shop: pictures of its products, documents, videos.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const MediaId = Id.define("media", "MediaId")
export type MediaId = typeof MediaId.Type

export const UploadId = Id.define("upl", "UploadId")
export type UploadId = typeof UploadId.Type

/** Public: whoever knows the address reads it. Private: whoever has a signed address that has not expired. */
export const Visibility = Schema.Literals(["public", "private"])
export type Visibility = typeof Visibility.Type

/** What a file was found to be by its bytes. */
export const ContentType = Schema.Literals([
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "application/pdf",
  "application/zip",
  "application/epub+zip",
  "audio/mpeg",
  "video/mp4"
])
export type ContentType = typeof ContentType.Type

const privateOnly: ReadonlySet<ContentType> = new Set<ContentType>(["application/zip", "application/epub+zip", "audio/mpeg"])

/** Whether files of a type are kept as private ones only: goods that are sold, which no page shows. */
export const isPrivateOnly = (contentType: ContentType): boolean => privateOnly.has(contentType)

const Alt = text(500)

/** Alternative texts by language: `{ "de": "Ein Brett aus Nussbaum" }`. */
export const AltTexts = Schema.Record(
  Schema.String.check(Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, {
    identifier: "LanguageTag",
    expected: "a language tag such as de or pt-BR"
  })),
  Alt
).check(Schema.isMaxProperties(50))
export type AltTexts = typeof AltTexts.Type

/** A picture in one size and format, made from the original. */
export const Rendition = Schema.Struct({
  contentType: Schema.Literals(["image/avif", "image/webp"]),
  width: Schema.Int,
  height: Schema.Int,
  bytes: Schema.Int,
  /** `null` where the picture is private. */
  url: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Rendition" })
export interface Rendition extends Schema.Schema.Type<typeof Rendition> {}

/** Whether the sizes of a picture are still being made. `none`: it has only its original. */
export const RenditionState = Schema.Literals(["none", "waiting", "ready", "failed"])
export type RenditionState = typeof RenditionState.Type

export const Media = Schema.Struct({
  id: MediaId,
  contentType: ContentType,
  visibility: Visibility,
  /** What whoever uploaded it calls it. Shown to people, and used for nothing else. */
  name: Schema.NullOr(Schema.String),
  bytes: Schema.Int,
  /** In pixels as it is shown; `null` where it is no picture. */
  width: Schema.NullOr(Schema.Int),
  height: Schema.NullOr(Schema.Int),
  animated: Schema.Boolean,
  /** What the picture shows, in the store's own language. */
  alt: Schema.String,
  /** The same in others. */
  altTexts: AltTexts,
  /** Where the original is; `null` for private files, which have signed addresses. */
  url: Schema.NullOr(Schema.String),
  renditionState: RenditionState,
  /** By format, the narrowest first. */
  renditions: Schema.Array(Rendition),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Media" })
export interface Media extends Schema.Schema.Type<typeof Media> {}

/** What is said of a file when it comes. */
export const DescribeMedia = Schema.Struct({
  name: Schema.optionalKey(name(200)),
  alt: Schema.optionalKey(Alt),
  visibility: Schema.optionalKey(Visibility)
}).annotate({ identifier: "DescribeMedia" })
export interface DescribeMedia extends Schema.Schema.Type<typeof DescribeMedia> {}

/** Changes to what is said of a file; what is left out stays. */
export const UpdateMedia = Schema.Struct({
  name: Schema.optionalKey(Schema.NullOr(name(200))),
  alt: Schema.optionalKey(Alt),
  /** Replaces all of them. */
  altTexts: Schema.optionalKey(AltTexts),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateMedia" })
export interface UpdateMedia extends Schema.Schema.Type<typeof UpdateMedia> {}

/** What to list, the newest first. */
export const ListMedia = Schema.Struct({
  ...Page.PageRequest,
  visibility: Schema.optionalKey(Visibility),
  contentType: Schema.optionalKey(ContentType),
  /** Only what no product shows. */
  unused: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ListMedia" })
export interface ListMedia extends Schema.Schema.Type<typeof ListMedia> {}

/** Asks for an address to send a file to. `bytes` is how large it is, exactly. */
export const RequestUpload = Schema.Struct({
  ...DescribeMedia.fields,
  bytes: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
}).annotate({ identifier: "RequestUpload" })
export interface RequestUpload extends Schema.Schema.Type<typeof RequestUpload> {}

/**
 * Where to send a file: its bytes by `method` to `url` with `headers`. Afterwards `completeUpload(id)` looks at it and
 * makes it a file of the shop.
 */
export const UploadTicket = Schema.Struct({
  id: UploadId,
  method: Schema.Literal("PUT"),
  url: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  expiresAt: Timestamp
}).annotate({ identifier: "UploadTicket" })
export interface UploadTicket extends Schema.Schema.Type<typeof UploadTicket> {}

const week = 604_800

/** For how long a signed address is good: an hour if nothing is said, at most a week. */
export const SignDownload = Schema.Struct({
  expiresInSeconds: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: week })))
}).annotate({ identifier: "SignDownload" })

export const SignedUrl = Schema.Struct({ url: Schema.String, expiresAt: Timestamp }).annotate({ identifier: "SignedUrl" })
export interface SignedUrl extends Schema.Schema.Type<typeof SignedUrl> {}

/** Says that a private file may be read: the parameters of a signed address. */
export const DownloadProof = Schema.Struct({
  /** Seconds since 1970. */
  expires: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999_999_999 }))),
  signature: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(100)))
}).annotate({ identifier: "DownloadProof" })
export interface DownloadProof extends Schema.Schema.Type<typeof DownloadProof> {}

/** Which part of a file to read: `length` bytes from `offset` on, and the proof of a private one. */
export const ReadMedia = Schema.Struct({
  ...DownloadProof.fields,
  offset: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  length: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
})
