/**
 * The sitemap of the shop: what everybody sees, for search engines (sitemaps.org).
 */
import { Buffer } from "node:buffer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { text } from "../kernel/Text.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Stores } from "../stores/Stores.ts"
import { SitemapNotFound } from "./SitemapErrors.ts"
import { type SitemapPart, SitemapRepository } from "./SitemapRepository.ts"
import * as SitemapXml from "./SitemapXml.ts"
import type { Kind } from "../stores/StorefrontAddress.ts"

/** What the protocol allows in one file. */
const maximumUrls = 50_000
const maximumBytes = 50_000_000

/** Parts are made a little smaller, as what comes later goes into the last one. */
const fullBytes = 40_000_000
const fullShare = 0.9

/** So many pages are read at once. */
const batch = 1_000

/** For how long the parts that were found are taken for those that there are; of so many stores. */
const keptMillis = 300_000
const maximumStores = 50

const kinds: Readonly<Record<string, Kind>> = {
  products: "product",
  categories: "category",
  collections: "collection",
  brands: "brand"
}

/** Which part of a sitemap is meant, as the index says it. */
export const SitemapRange = Schema.Struct({
  from: Schema.optionalKey(text(100)),
  to: Schema.optionalKey(text(100))
}).annotate({ identifier: "SitemapRange" })

export class Sitemaps extends Context.Service<Sitemaps, {
  /** The list of all parts, which may be up to five minutes old; what came since is in the last part of its kind. */
  readonly index: Effect.Effect<string, SitemapNotFound | StorageError>
  /**
   * A part: of products, categories, collections or brands, what everybody sees now. Memory does not grow with its length; what would
   * be more than 50,000 addresses or 50 MB is left out.
   */
  readonly part: (
    name: string,
    range?: typeof SitemapRange.Encoded
  ) => Stream.Stream<string, InvalidInput | SitemapNotFound | StorageError>
  /** Names the state of a part: if it is the same, so is the part. */
  readonly tag: (
    name: string,
    range?: typeof SitemapRange.Encoded
  ) => Effect.Effect<string, InvalidInput | SitemapNotFound | StorageError>
  /** What robots are told: that they may read everything, and where the sitemap is. */
  readonly robots: Effect.Effect<string, StorageError>
}>()("@stoa/core/sitemaps/Sitemaps") {}

const decodeRange = Input.decoder(SitemapRange)

export const make = Effect.gen(function*() {
  const repository = yield* SitemapRepository
  const stores = yield* Stores
  const kept = new Map<string, { readonly xml: string; readonly version: number; readonly until: number }>()

  const surroundings = Effect.gen(function*() {
    const { settings: { languages, locale, storefrontPaths: paths, storefrontUrl: url }, version } = yield* stores.current
    return url === null ? yield* new SitemapNotFound({ part: null }) : { url, paths, locale, languages, version }
  })

  const open = Effect.fnUntraced(function*(name: string, input: typeof SitemapRange.Encoded) {
    const { from = "", to = null } = yield* decodeRange(input)
    const around = yield* surroundings
    const kind = typeof name === "string" && Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined || around.paths[kind] === null) return yield* new SitemapNotFound({ part: String(name).slice(0, 100) })
    return { around, at: yield* Timestamp.now, kind, range: { from, to } }
  })

  return Sitemaps.of({
    index: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      const { languages, paths, url, version } = yield* surroundings
      const at = yield* Timestamp.now
      const now = Timestamp.toMillis(at)
      const known = kept.get(storeId)
      if (known !== undefined && known.version === version && now < known.until) return known.xml
      const inLanguages = languages.length + 1
      const limits = { pages: Math.floor(maximumUrls * fullShare / inLanguages), bytes: fullBytes, languages: inLanguages }
      const parts: Array<SitemapPart & { readonly kind: string }> = []
      for (const [name, kind] of Object.entries(kinds)) {
        if (paths[kind] === null) continue
        for (const part of yield* repository.parts(kind, at, limits)) parts.push({ ...part, kind: name })
      }
      const xml = SitemapXml.index(url, parts.slice(0, maximumUrls))
      kept.delete(storeId)
      for (const oldest of kept.keys()) {
        if (kept.size < maximumStores) break
        kept.delete(oldest)
      }
      kept.set(storeId, { xml, version, until: now + keptMillis })
      return xml
    }).pipe(Effect.withSpan("Sitemaps.index")),

    tag: Effect.fn("Sitemaps.tag")(function*(name, input = {}) {
      const { around, at, kind, range } = yield* open(name, input)
      const state = yield* repository.state(kind, at, range)
      return Secret.hash(JSON.stringify([yield* CurrentStore, around.version, name, range, state])).slice(0, 22)
    }),

    part: (name, input = {}) =>
      Stream.unwrap(Effect.map(open(name, input), ({ around, at, kind, range }) => {
        let urls = 0
        let bytes = SitemapXml.opening.length + SitemapXml.closing.length
        const fits = (entry: string): boolean => {
          urls += 1
          bytes += Buffer.byteLength(entry)
          return urls <= maximumUrls && bytes <= maximumBytes
        }
        const pages = Stream.paginate(null as string | null, (after) =>
          Effect.map(repository.pages(kind, at, { ...range, after, limit: batch }), (found) => {
            const entries = found.flatMap((page) => SitemapXml.entries(around, kind, page))
            const fitting = entries.filter(fits)
            const last = found[batch - 1]
            const goesOn = last !== undefined && fitting.length === entries.length
            return [[fitting.join("")], goesOn ? Option.some(last.id) : Option.none()] as const
          }))
        return Stream.concat(Stream.concat(Stream.succeed(SitemapXml.opening), pages), Stream.succeed(SitemapXml.closing))
      })),

    robots: Effect.map(stores.current, ({ settings: { storefrontUrl } }) =>
      `User-agent: *\nAllow: /\n${storefrontUrl === null ? "" : `\nSitemap: ${storefrontUrl}/sitemap.xml\n`}`)
  })
})

export const layer: Layer.Layer<Sitemaps, never, SitemapRepository | Stores> = Layer.effect(Sitemaps, make)
