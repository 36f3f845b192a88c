import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import { DownloadState } from "./Download.ts"

/** There is no such file in this order. */
export class DownloadNotFound extends StoaError<DownloadNotFound>()("DownloadNotFound", {
  code: "download_not_found",
  kind: "not_found"
}, { downloadId: Schema.String }) {
  override get message(): string {
    return `The order has no file ${this.downloadId}`
  }
}

/** The file cannot be downloaded any more, or not now. */
export class DownloadRefused extends StoaError<DownloadRefused>()("DownloadRefused", {
  code: "download_refused",
  kind: "conflict"
}, { downloadId: Schema.String, reason: DownloadState }) {
  override get message(): string {
    return `The file ${this.downloadId} cannot be downloaded: it is ${this.reason.replace("_", " ")}`
  }
}
