/**
 * Where buyers find what the catalog has, on the pages of the shop.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"

const path = Schema.NullOr(
  text(300).check(Schema.isPattern(/^\/(?![/\\])[^\s?#]*\{slug\}[^\s?#]*$/, { expected: "a path with {slug} in it, such as /products/{slug}" }))
)

/** The paths of the shop's pages; `null` for what has no page of its own. */
export const StorefrontPaths = Schema.Struct({
  product: path,
  category: path,
  collection: path,
  brand: path,
  /** How another language than the store's is asked for: `/de/products/tasse`, or `/products/tasse?language=de`. */
  language: Schema.Literals(["prefix", "query"])
}).annotate({ identifier: "StorefrontPaths" })
export interface StorefrontPaths extends Schema.Schema.Type<typeof StorefrontPaths> {}

export const defaultStorefrontPaths: StorefrontPaths = {
  product: "/products/{slug}",
  category: "/categories/{slug}",
  collection: "/collections/{slug}",
  brand: "/brands/{slug}",
  language: "query"
}

export type Kind = Exclude<keyof StorefrontPaths, "language">

/** The path of a page in a language; `null` stands for that of the store. Nothing where there is no such page. */
export const of = (
  paths: StorefrontPaths,
  kind: Kind,
  slug: string,
  language: string | null = null
): string | undefined => {
  const plain = paths[kind]?.replace("{slug}", () => encodeURIComponent(slug))
  if (plain === undefined || language === null) return plain
  return paths.language === "prefix" ? `/${language}${plain}` : `${plain}?language=${language}`
}
