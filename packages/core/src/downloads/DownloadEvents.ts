import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const download = { downloadId: Schema.String, orderId: Schema.String } as const

/** Files of an order that was paid can be downloaded. */
export const DownloadsReady = DomainEvent.define("downloads.ready", Schema.Struct({ orderId: Schema.String, files: Schema.Int }))
/** Somebody got an address to download a file; `used` is how many times so far. */
export const FileDownloaded = DomainEvent.define("download.opened", Schema.Struct({ ...download, used: Schema.Int }))
/** Staff let a buyer download a file again. */
export const DownloadGranted = DomainEvent.define("download.granted", Schema.Struct(download))
/** Staff took a file back. */
export const DownloadRevoked = DomainEvent.define("download.revoked", Schema.Struct(download))
