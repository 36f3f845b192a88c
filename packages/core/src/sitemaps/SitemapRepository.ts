import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Kind } from "../stores/StorefrontAddress.ts"

/** What a sitemap says of a page. */
export interface SitemapPage {
  readonly id: string
  readonly slug: string
  /** The slugs by language, where it is described in more than that of the store. */
  readonly slugs: Readonly<Record<string, { readonly slug?: string }>>
  readonly updatedAt: Timestamp
  readonly image: string | null
}

/** A range of ids that one file of a sitemap is of: from one on and before another. */
export interface SitemapPart {
  readonly from: string
  /** `null`: to the end. */
  readonly to: string | null
  readonly updatedAt: Timestamp
}

/** What changes with a part of a sitemap: if it is the same, the part is. */
export interface SitemapState {
  readonly pages: number
  readonly opened: number
  readonly closed: number
  readonly updatedAt: string | null
}

/**
 * What sitemaps ask of storage: what everybody sees at a moment, but for pages that are to be known under another address.
 */
export class SitemapRepository extends Context.Service<SitemapRepository, {
  /** Everything of a kind by id, in parts of so many pages and of about so many bytes at most. One statement. */
  readonly parts: (kind: Kind, at: Timestamp, limits: {
    readonly pages: number
    readonly bytes: number
    /** In how many languages a page may be described. */
    readonly languages: number
  }) => Effect.Effect<ReadonlyArray<SitemapPart>, StorageError>
  readonly state: (
    kind: Kind,
    at: Timestamp,
    range: Pick<SitemapPart, "from" | "to">
  ) => Effect.Effect<SitemapState, StorageError>
  /** Some pages of a part by id, the first ones or those after one. */
  readonly pages: (kind: Kind, at: Timestamp, range: Pick<SitemapPart, "from" | "to"> & {
    readonly after: string | null
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<SitemapPage>, StorageError>
}>()("@stoa/core/sitemaps/SitemapRepository") {}
