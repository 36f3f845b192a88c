/**
 * What files are called: in their storage, and in addresses. Names are made from ids, which nobody can guess, and from
 * nothing else.
 */
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { RenditionFormat } from "./ImageProcessor.ts"
import { type ContentType, MediaId, type UploadId } from "./Media.ts"
import * as Schema from "effect/Schema"

const extensions: Readonly<Record<ContentType, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "application/epub+zip": "epub",
  "audio/mpeg": "mp3",
  "video/mp4": "mp4"
}

const suffix = (id: string): string => id.slice(id.indexOf("_") + 1)

/** What a file is called in addresses: `01jd5m8x2vf6grc1x7e9w0b3qk.jpg`. */
export const fileName = (id: MediaId, contentType: ContentType): string => `${suffix(id)}.${extensions[contentType]}`

/** What one of its sizes is called: `01jd5m8x2vf6grc1x7e9w0b3qk-640.avif`. */
export const renditionName = (id: MediaId, width: number, format: RenditionFormat): string =>
  `${suffix(id)}-${width}.${format}`

const name = /^([0-9a-z]{26})(?:-[1-9]\d{0,4})?\.[a-z0-9]{2,5}$/
const isMediaId = Schema.is(MediaId)

/** The file that a name would be of, whether it is there or not. */
export const idOf = (fileName: string): MediaId | undefined => {
  const id = `${MediaId.prefix}_${name.exec(fileName)?.[1] ?? ""}`
  return isMediaId(id) ? id : undefined
}

/** Where a file lies in its storage. Each store has a folder of its own. */
export const storageKey = (storeId: StoreId, fileName: string): string => `${storeId}/${fileName}`

/** Where a file lies that has been sent and not been looked at. */
export const incomingKey = (storeId: StoreId, id: UploadId): string => `${storeId}/incoming/${suffix(id)}`
