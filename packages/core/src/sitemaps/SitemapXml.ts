/**
 * Sitemaps as XML: the protocol of sitemaps.org, with the other languages of a page and its picture as Google reads them.
 */
import { nearest } from "../kernel/Language.ts"
import type { SitemapPage, SitemapPart } from "./SitemapRepository.ts"
import * as StorefrontAddress from "../stores/StorefrontAddress.ts"

/** An address in XML. What XML cannot hold is no part of an address. */
const escaped = (address: string): string => address.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Where pages are, and in which languages. */
export interface Surroundings {
  /** Where buyers see the shop, without a slash at its end. */
  readonly url: string
  readonly paths: StorefrontAddress.StorefrontPaths
  /** The language of the store, and the others that it speaks. */
  readonly locale: string
  readonly languages: ReadonlyArray<string>
}

const head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

export const opening = `${head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`
  + " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n"

export const closing = "</urlset>\n"

/** The entries of a thing: one for each language that it is described in, each with all of them. */
export const entries = (
  { languages, locale, paths, url }: Surroundings,
  kind: StorefrontAddress.Kind,
  { image, slug, slugs, updatedAt }: SitemapPage
): ReadonlyArray<string> => {
  const known = new Map(Object.entries(slugs).map(([tag, said]) => [tag.toLowerCase(), said.slug ?? slug]))
  const others = languages.flatMap((language) => {
    const said = nearest(language).map((tag) => known.get(tag)).find((one) => one !== undefined)
    return said === undefined ? [] : [{ language, address: StorefrontAddress.of(paths, kind, said, language) }]
  })
  const own = StorefrontAddress.of(paths, kind, slug)
  if (own === undefined) return []
  const all = [{ language: locale, address: own }, ...others]
  const link = (language: string, address: string | undefined) =>
    `<xhtml:link rel="alternate" hreflang="${language}" href="${escaped(`${url}${address}`)}"/>`
  const links = others.length === 0
    ? ""
    : [...all.map(({ address, language }) => link(language, address)), link("x-default", own)].join("")
  const picture = image === null ? null : URL.parse(image, url)
  const shown = picture === null ? "" : `<image:image><image:loc>${escaped(picture.href)}</image:loc></image:image>`
  return all.map(({ address }) =>
    `<url><loc>${escaped(`${url}${address}`)}</loc><lastmod>${updatedAt}</lastmod>${links}${shown}</url>\n`
  )
}

/** Where a part of the sitemap is. */
export const addressOf = (url: string, kind: string, { from, to }: Pick<SitemapPart, "from" | "to">): string => {
  const range = new URLSearchParams({ from, ...(to === null ? {} : { to }) })
  return `${url}/sitemaps/${kind}.xml?${range}`
}

export const index = (url: string, parts: ReadonlyArray<SitemapPart & { readonly kind: string }>): string =>
  `${head}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${
    parts.map((part) =>
      `<sitemap><loc>${escaped(addressOf(url, part.kind, part))}</loc><lastmod>${part.updatedAt}</lastmod></sitemap>\n`
    ).join("")
  }</sitemapindex>\n`
