import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { AltTexts, ContentType, ListMedia, MediaId, RenditionState, UploadId, Visibility } from "./Media.ts"

/** A size of a picture as it is kept. */
export interface StoredRendition {
  readonly contentType: "image/avif" | "image/webp"
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** What it is called in addresses. */
  readonly name: string
  readonly hash: string
}

/**
 * `arriving`: its bytes are on their way into the storage, where some may lie already. `ready`: whole.
 * `leaving`: deleted, and its bytes are to be removed.
 */
export type StoredStatus = "arriving" | "ready" | "leaving"

export interface StoredMedia {
  readonly id: MediaId
  readonly status: StoredStatus
  readonly contentType: ContentType
  readonly visibility: Visibility
  readonly name: string | null
  readonly bytes: number
  /** SHA-256 of the original in base64url; empty while it arrives. */
  readonly hash: string
  readonly width: number | null
  readonly height: number | null
  readonly animated: boolean
  readonly alt: string
  readonly altTexts: AltTexts
  readonly renditionState: RenditionState
  readonly renditions: ReadonlyArray<StoredRendition>
  readonly version: number
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

/** A file that somebody may send. */
export interface StoredUpload {
  readonly id: UploadId
  /** Of the token in its address; `null` where it is sent to the storage itself. */
  readonly tokenHash: string | null
  readonly bytes: number
  readonly visibility: Visibility
  readonly name: string | null
  readonly alt: string
  readonly expiresAt: Timestamp
}

/** What is known of files. Only those that are `ready` are found, unless it says otherwise. */
export class MediaRepository extends Context.Service<MediaRepository, {
  /** Writes a file down before its bytes are stored. */
  readonly insert: (media: StoredMedia) => Effect.Effect<void, StorageError>
  /** Makes a file that arrived `ready`; `false` if it is not `arriving` any more. */
  readonly arrive: (media: StoredMedia) => Effect.Effect<boolean, StorageError>
  readonly find: (id: MediaId) => Effect.Effect<StoredMedia | undefined, StorageError>
  /** Those of some ids that are there. */
  readonly findMany: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<StoredMedia>, StorageError>
  readonly list: (query: ListMedia) => Effect.Effect<Page<StoredMedia>, StorageError | InvalidInput>
  /** Replaces what is said of a file if it has the version before; `false` if not. */
  readonly update: (media: StoredMedia) => Effect.Effect<boolean, StorageError>
  /** Keeps what was made of a picture; `false` if it is not there any more. Its version stays. */
  readonly render: (
    id: MediaId,
    state: RenditionState,
    renditions: ReadonlyArray<StoredRendition>
  ) => Effect.Effect<boolean, StorageError>
  /** Marks a file `leaving`. `"used"` if a product shows it, `false` if it is not there or not at the version. */
  readonly leave: (id: MediaId, version?: number) => Effect.Effect<boolean | "used", StorageError>
  /** Marks files `leaving` that are not `ready`, and names them: their bytes may go. */
  readonly abandon: (ids: ReadonlyArray<MediaId>) => Effect.Effect<ReadonlyArray<MediaId>, StorageError>
  /** Removes what was known of files that are `arriving` or `leaving`. */
  readonly forget: (ids: ReadonlyArray<MediaId>) => Effect.Effect<void, StorageError>
  /** Files whose bytes nobody will ever read: `leaving`, and `arriving` since before a time. At most `limit`. */
  readonly forlorn: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<StoredMedia>, StorageError>
  readonly insertUpload: (upload: StoredUpload) => Effect.Effect<void, StorageError>
  readonly findUploadByToken: (tokenHash: string, at: Timestamp) => Effect.Effect<StoredUpload | undefined, StorageError>
  /** Takes an upload to complete it, so that nobody else does: once, unless it is given back. */
  readonly takeUpload: (id: UploadId, at: Timestamp) => Effect.Effect<StoredUpload | undefined, StorageError>
  /** Lets an upload be taken again. */
  readonly returnUpload: (id: UploadId) => Effect.Effect<void, StorageError>
  readonly deleteUploads: (ids: ReadonlyArray<UploadId>) => Effect.Effect<void, StorageError>
  /** Uploads that expired before a time, at most `limit`. */
  readonly expiredUploads: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<UploadId>, StorageError>
  /** The sealed key that addresses of the store are signed with: the one that is there, or else this one from now on. */
  readonly signingKey: (sealed: string) => Effect.Effect<string, StorageError>
}>()("@stoa/core/media/MediaRepository") {}
