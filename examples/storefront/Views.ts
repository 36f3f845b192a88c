/**
 * What every page of the shop has, and the pages on which buyers look around.
 */
import type { ProductSummary, ProductView } from "@stoa/core/catalog/Product"
import * as RichText from "@stoa/core/kernel/RichText"
import type * as Money from "@stoa/core/kernel/Money"
import * as StorefrontAddress from "@stoa/core/stores/StorefrontAddress"
import type { StorefrontPaths } from "@stoa/core/stores/StorefrontAddress"
import { Html, html, type Part, rich } from "./Html.ts"

export const language = "en-US"

export const money = ({ amount, currency }: Money.Money): string => {
  const format = new Intl.NumberFormat(language, { style: "currency", currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount / 10 ** digits)
}

/** An amount as programs read it: `"19.99"`. */
const decimal = ({ amount, currency }: Money.Money): string => {
  const digits = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  return (amount / 10 ** digits).toFixed(digits)
}

export interface Frame {
  readonly title: string
  readonly shop: string
  /** How many are in the cart. */
  readonly pieces: number
  /** Whether whoever looks at it has signed in, and so has orders of their own. */
  readonly isSignedIn?: boolean
  /** What was searched for. */
  readonly search?: string
  /** What went wrong, said before everything else. */
  readonly problem?: Part
  /** What search engines are told. */
  readonly head?: Part
}

/** What every page has. */
export const page = ({ head = null, isSignedIn = false, pieces, problem = null, search = "", shop, title }: Frame, content: Part): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${problem === null ? null : "Not done: "}${title} · ${shop}</title>
${head}
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
  <p class="name"><a href="/">${shop}</a></p>
  <nav aria-label="Shop">${isSignedIn ? html`<a class="button quiet" href="/orders">Orders</a> ` : null}<a class="button quiet" href="/wishes">Wishes</a> <a class="button quiet" href="/cart">Cart (${pieces})</a></nav>
  <form role="search" action="/"><label><span>Search</span><input type="search" name="q" value="${search}" maxlength="200"></label><button>Search</button></form>
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${problem === null ? null : notice(problem)}
${content}
</main>
</body>
</html>
`

/** What went wrong, above a page. It has the focus when the page comes, so that whoever hears pages hears it first. */
const notice = (problem: Part): Part => html`<div class="notice" role="alert" tabindex="-1" autofocus>${problem}</div>`

/** JSON that stands in a page, where nothing in it can end its element. */
const json = (value: unknown): Html => new Html(JSON.stringify(value).replace(/</g, "\\u003c"))

/**
 * What search engines are told of a product: the one address that it is known under, its pages in other languages, and what it
 * costs, in the words of schema.org.
 *
 * @param at where the shop is, `"https://shop.example.com"`
 */
export const aboutProduct = (details: ProductView, at: string, paths: StorefrontPaths, locale: string): Part => {
  const [own = { language: null, slug: details.slug }, ...others] = details.alternates ?? []
  const address = (slug: string, language: string | null) => new URL(StorefrontAddress.of(paths, "product", slug, language) ?? "/", at).href
  const canonical = new URL(details.seo.canonical ?? StorefrontAddress.of(paths, "product", own.slug) ?? "/", at).href
  const product = {
    "@context": "https://schema.org",
    "@type": "Product",
    name: details.title,
    description: details.seo.description ?? RichText.plain(details.description).trim(),
    url: canonical,
    image: details.images.map(({ url }) => new URL(url, at).href),
    offers: details.variants.map((variant) => ({
      "@type": "Offer",
      ...(variant.sku === null ? {} : { sku: variant.sku }),
      price: decimal(variant.price),
      priceCurrency: variant.price.currency,
      availability: `https://schema.org/${variant.available === null || variant.available > 0 ? "InStock" : "OutOfStock"}`
    }))
  }
  return html`${details.seo.description === null ? null : html`<meta name="description" content="${details.seo.description}">`}
<link rel="canonical" href="${canonical}">
${others.length === 0 ? null : [
  html`<link rel="alternate" hreflang="${locale}" href="${address(own.slug, null)}">`,
  ...others.map(({ language, slug }) => html`<link rel="alternate" hreflang="${language ?? locale}" href="${address(slug, language)}">`)
]}
<script type="application/ld+json">${json(product)}</script>`
}

export const picture = (image: { readonly url: string; readonly alt: string } | null, size: string): Part =>
  image === null ? html`<span class="picture ${size}" aria-hidden="true"></span>` : html`<img class="picture ${size}" src="${image.url}" alt="${image.alt}" decoding="async">`

/** Which variant it is, where the title alone does not say it. */
export const variantOf = ({ title, variantTitle }: { readonly title: string; readonly variantTitle: string }): Part =>
  variantTitle === "" || variantTitle === title ? null : html`<span class="muted">${variantTitle}</span>`

export const products = (items: ReadonlyArray<ProductSummary>, next: string | undefined): Part =>
  items.length === 0 ? html`<p>There is no product like that. <a href="/">See everything</a></p>` : html`
<ul class="products">
${items.map((product) => html`<li>
  ${picture(product.image, "large")}
  <h2><a href="/products/${encodeURIComponent(product.slug)}">${product.title}</a></h2>
  <p class="price">${product.priceFrom.amount === product.priceTo.amount ? "" : "from "}${money(product.priceFrom)}
  ${product.compareAtPrice === null ? null : html`<s>${money(product.compareAtPrice)}</s>`}
  ${product.available ? null : html`<span class="muted">sold out</span>`}</p>
</li>`)}
</ul>
${next === undefined ? null : html`<p><a href="${next}">More products</a></p>`}`

/** What a buyer has chosen already, where it could not be done. */
export interface Choice {
  readonly variantId: string
  readonly quantity: string
}

const isSold = ({ available }: ProductView["variants"][number]): boolean => available === null || available > 0

/** How many are left, where they are few. */
const left = ({ available }: ProductView["variants"][number]): Part =>
  available === null || available > 5 ? null : html`<span class="muted">${available === 0 ? "sold out" : `only ${available} left`}</span>`

const variants = (details: ProductView, chosen: Choice | undefined): Part => {
  const [only] = details.variants
  if (details.variants.length === 1 && only !== undefined) {
    return html`<p class="price"><input type="hidden" name="variantId" value="${only.id}"><strong>${money(only.price)}</strong>
${only.compareAtPrice === null ? null : html`<s class="muted">${money(only.compareAtPrice)}</s>`} ${left(only)}</p>`
  }
  const first = details.variants.find(isSold)?.id
  const marked = details.variants.some((variant) => variant.id === chosen?.variantId && isSold(variant)) ? chosen?.variantId : first
  return html`<fieldset><legend>Which one</legend>
${details.variants.map((variant) => html`<div class="option"><label class="choice"><input type="radio" name="variantId" value="${variant.id}"${
    variant.id === marked ? html` checked` : null
  }${isSold(variant) ? null : html` disabled`}>
  <span>${variant.title === "" ? details.title : variant.title} ${left(variant)}</span> <strong>${money(variant.price)}</strong></label>
  ${variant.image === undefined ? null : picture(variant.image, "whole")}</div>`)}
</fieldset>`
}

/**
 * A product.
 *
 * @param spoken the language of its texts, where that is another than the page's
 */
export const product = (details: ProductView, chosen?: Choice, spoken: string | null = null): Part => html`
<div class="product">
${picture(details.images[0] ?? null, "whole")}
<div>
<div class="description"${spoken === null ? null : html` lang="${spoken}"`}>${rich(details.description)}</div>
${details.variants.some(isSold) ? html`<form method="post" action="/cart/items">
<input type="hidden" name="slug" value="${details.slug}">
${variants(details, chosen)}
<label class="few"><span>How many</span><input name="quantity" value="${chosen?.quantity ?? "1"}" inputmode="numeric" maxlength="4"></label>
<button>Put into the cart</button>
<button class="quiet" formaction="/wishes">Put on my wish list</button>
</form>` : html`<p><strong>Sold out.</strong></p>
<form method="post" action="/wishes">
<input type="hidden" name="slug" value="${details.slug}">
<input type="hidden" name="variantId" value="${details.variants[0]?.id}">
<input type="hidden" name="tell" value="yes">
<button class="quiet">Put on my wish list, and tell me when it is there again</button>
</form>`}
</div>
</div>`
