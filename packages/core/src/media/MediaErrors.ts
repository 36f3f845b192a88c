import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such file, or it is not for this caller to see. */
export class MediaNotFound extends StoaError<MediaNotFound>()("MediaNotFound", {
  code: "media_not_found",
  kind: "not_found"
}, { media: Schema.String }) {
  override get message(): string {
    return `There is no file ${this.media}`
  }
}

/** There is no such upload, it has expired, or it is completed. */
export class UploadNotFound extends StoaError<UploadNotFound>()("UploadNotFound", {
  code: "upload_not_found",
  kind: "not_found"
}, { upload: Schema.String }) {
  override get message(): string {
    return `There is no upload ${this.upload} that waits for a file`
  }
}

const reasons = {
  empty: "The file is empty",
  unknown: "The file is of no kind that this shop keeps: JPEG, PNG, WebP, GIF, AVIF, PDF and MP4, and as private files ZIP, EPUB and MP3",
  not_private: "ZIP, EPUB and MP3 files are kept as private ones only: send it with the visibility private",
  svg: "SVG is refused, for it may hold scripts; send a PNG or WebP",
  avif: "AVIF needs something that decodes it, which this shop does not have",
  damaged: "The picture is damaged, or is not what it begins like",
  incomplete: "The file broke off before its end"
} as const

/** A file is not what the shop keeps. Nothing of it was kept. */
export class MediaRefused extends StoaError<MediaRefused>()("MediaRefused", { code: "media_refused", kind: "invalid" }, {
  reason: Schema.Literals(["empty", "unknown", "not_private", "svg", "avif", "damaged", "incomplete"])
}) {
  override get message(): string {
    return reasons[this.reason]
  }
}

/** A file has more bytes, or a picture more pixels, than the shop takes. Nothing of it was kept. */
export class MediaTooLarge extends StoaError<MediaTooLarge>()("MediaTooLarge", {
  code: "media_too_large",
  kind: "too_large"
}, { measure: Schema.Literals(["bytes", "pixels", "side", "frames"]), limit: Schema.Int }) {
  override get message(): string {
    switch (this.measure) {
      case "bytes":
        return `The file has more than ${this.limit} bytes`
      case "pixels":
        return `The picture has more than ${this.limit} pixels in all its frames`
      case "side":
        return `The picture is more than ${this.limit} pixels wide or high`
      case "frames":
        return `The picture has more than ${this.limit} frames`
    }
  }
}

/** Products show this file; take it off them first. */
export class MediaInUse extends StoaError<MediaInUse>()("MediaInUse", { code: "media_in_use", kind: "conflict" }, {
  media: Schema.String
}) {
  override get message(): string {
    return `Products show the file ${this.media}; take it off them first`
  }
}

/** Nothing that keeps files is configured: see `media` in the options of the engine. */
export class MediaUnavailable extends StoaError<MediaUnavailable>()("MediaUnavailable", {
  code: "media_unavailable",
  kind: "unavailable"
}, {}) {
  override get message(): string {
    return "This shop keeps no files: it was set up without `media`"
  }
}

/** What keeps the files does not answer, or failed. */
export class MediaStorageFailed extends StoaError<MediaStorageFailed>()("MediaStorageFailed", {
  code: "media_storage_failed",
  kind: "unavailable"
}, { storage: Schema.String, operation: Schema.String, cause: Schema.optionalKey(Schema.Defect()) }) {
  override get message(): string {
    return `The storage of files (${this.storage}) failed to ${this.operation}`
  }
}

/** A storage has no file under a key. */
export class MediaFileMissing extends StoaError<MediaFileMissing>()("MediaFileMissing", {
  code: "media_file_missing",
  kind: "not_found"
}, { key: Schema.String }) {
  override get message(): string {
    return `There is no file under ${this.key}`
  }
}

/** The signed address of a private file was good until a time that has passed. */
export class DownloadExpired extends StoaError<DownloadExpired>()("DownloadExpired", {
  code: "download_expired",
  kind: "gone"
}, {}) {
  override get message(): string {
    return "This address is not good any more; ask for another"
  }
}
