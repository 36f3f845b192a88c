/**
 * Files as callers see them: with addresses instead of the names that they are kept by.
 */
import type { Media } from "./Media.ts"
import * as MediaKeys from "./MediaKeys.ts"
import type { StoredMedia, StoredRendition } from "./MediaRepository.ts"

/** The address of a public file; `null` for a private one. */
export const addressOf = (
  baseUrl: string,
  { id, contentType, visibility }: Pick<StoredMedia, "id" | "contentType" | "visibility">
): string | null => visibility === "public" ? `${baseUrl}/${MediaKeys.fileName(id, contentType)}` : null

/** The sizes of a picture, with their addresses. */
export const renditionsOf = (
  baseUrl: string,
  { renditions, visibility }: Pick<StoredMedia, "renditions" | "visibility">
): Media["renditions"] =>
  renditions.map(({ bytes, contentType, height, name, width }: StoredRendition) => ({
    contentType,
    width,
    height,
    bytes,
    url: visibility === "public" ? `${baseUrl}/${name}` : null
  }))

export const toMedia = (baseUrl: string, stored: StoredMedia): Media => ({
  id: stored.id,
  contentType: stored.contentType,
  visibility: stored.visibility,
  name: stored.name,
  bytes: stored.bytes,
  width: stored.width,
  height: stored.height,
  animated: stored.animated,
  alt: stored.alt,
  altTexts: stored.altTexts,
  url: addressOf(baseUrl, stored),
  renditionState: stored.renditionState,
  renditions: renditionsOf(baseUrl, stored),
  version: stored.version,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt
})

const quoted = (name: string): string => name.replace(/[^\x20-\x7e]|["\\%]/g, "_")

/** How a file is to be shown, for `Content-Disposition` (RFC 6266): only pictures are shown in their place. */
export const disposition = (contentType: string, name: string): string =>
  `${contentType.startsWith("image/") ? "inline" : "attachment"}; filename="${quoted(name)}"; filename*=UTF-8''${
    encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  }`
