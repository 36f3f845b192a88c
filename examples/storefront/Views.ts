/**
 * The pages of the shop.
 */
import type { CartView } from "@stoa/core/cart/Cart"
import type { Order } from "@stoa/core/orders/Order"
import type { ProductSummary, ProductView } from "@stoa/core/catalog/Product"
import type * as Money from "@stoa/core/kernel/Money"
import type { ShippingOption } from "@stoa/core/shipping/ShippingQuote"
import * as StorefrontAddress from "@stoa/core/stores/StorefrontAddress"
import type { StorefrontPaths } from "@stoa/core/stores/StorefrontAddress"
import { Html, html, type Part } from "./Html.ts"

const language = "en-US"

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

/** What every page has. `pieces` is what is in the cart, and `head` what search engines are told. */
export const page = (title: string, shop: string, pieces: number, content: Part, head: Part = null): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${shop}</title>
${head}
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
  <p class="name"><a href="/">${shop}</a></p>
  <form role="search" action="/"><label><span>Search</span><input type="search" name="q" maxlength="200"></label><button>Search</button></form>
  <nav aria-label="Shop"><a href="/cart">Cart (${pieces})</a></nav>
</header>
<main id="content">
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`

/** What went wrong, above a page. */
export const notice = (text: string | undefined): Part => text === undefined ? null : html`<p class="notice" role="alert">${text}</p>`

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
    description: details.seo.description ?? details.description,
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

const picture = (image: { readonly url: string; readonly alt: string } | null, size: string): Part =>
  image === null ? html`<span class="picture ${size}" aria-hidden="true"></span>` : html`<img class="picture ${size}" src="${image.url}" alt="${image.alt}">`

export const products = (items: ReadonlyArray<ProductSummary>, next: string | undefined): Part =>
  items.length === 0 ? html`<p>There is no product like that.</p>` : html`
<ul class="products">
${items.map((product) => html`<li>
  ${picture(product.image, "large")}
  <h2><a href="/products/${encodeURIComponent(product.slug)}">${product.title}</a></h2>
  <p>${product.priceFrom.amount === product.priceTo.amount ? "" : "from "}${money(product.priceFrom)}
  ${product.compareAtPrice === null ? null : html`<s>${money(product.compareAtPrice)}</s>`}
  ${product.available ? null : html`<span class="muted">sold out</span>`}</p>
</li>`)}
</ul>
${next === undefined ? null : html`<p><a href="${next}">More products</a></p>`}`

export const product = (details: ProductView): Part => {
  const sold = details.variants.filter(({ available }) => available === null || available > 0)
  return html`
<div class="product">
${picture(details.images[0] ?? null, "whole")}
<div>
<p class="description">${details.description}</p>
${sold.length === 0 ? html`<p>Sold out.</p>` : html`
<form method="post" action="/cart/items">
<fieldset><legend>${sold.length === 1 ? "Price" : "Which one"}</legend>
${sold.map((variant, index) => html`<label class="choice"><input type="radio" name="variantId" value="${variant.id}"${index === 0 ? html` checked` : null}>
  <span>${variant.title === "" ? details.title : variant.title}</span> <strong>${money(variant.price)}</strong></label>`)}
</fieldset>
<label><span>How many</span><input name="quantity" value="1" inputmode="numeric" maxlength="4"></label>
<button>Put into the cart</button>
</form>`}
</div>
</div>`
}

/** Which variant it is, where the title alone does not say it. */
const variantOf = ({ title, variantTitle }: { readonly title: string; readonly variantTitle: string }): Part =>
  variantTitle === "" || variantTitle === title ? null : html`<span class="muted">${variantTitle}</span>`

const notices = (cart: CartView): Part =>
  cart.notices.map((notice) => {
    switch (notice._tag) {
      case "price_changed":
        return html`<p class="notice">A price has changed: ${money(notice.before)} before, ${money(notice.now)} now.</p>`
      case "short_of_stock":
        return html`<p class="notice">There are only ${notice.available} left of something in your cart.</p>`
      case "unavailable":
        return html`<p class="notice">Something in your cart is not for sale any more.</p>`
      case "shipping_choice_lapsed":
        return html`<p class="notice">Some of your goods go by another way than you chose: look at the shipping again.</p>`
      case "shipping_unavailable":
        return html`<p class="notice">This way of shipping is not offered any more.</p>`
      case "coupon_not_applied":
        return html`<p class="notice">${notice.code}: ${notice.message}</p>`
    }
  })

const sums = ({ pricing, total }: CartView): Part => {
  const rows: ReadonlyArray<readonly [string, Money.Money]> = [
    ["Goods", pricing.subtotal],
    ["Discount", pricing.discount],
    ["Shipping", pricing.shippingTotal],
    [pricing.pricesIncludeTax ? "Tax, in the prices" : "Tax", pricing.tax]
  ]
  return html`<dl class="sums">
${rows.filter(([, amount]) => amount.amount !== 0).map(([text, amount]) => html`<div><dt>${text}</dt><dd>${money(amount)}</dd></div>`)}
<div class="total"><dt>Total</dt><dd>${money(total)}</dd></div>
</dl>`
}

export const cart = (view: CartView | undefined): Part =>
  view === undefined || view.lines.length === 0 ? html`<p>Your cart is empty. <a href="/">Look around</a></p>` : html`
${notices(view)}
<ul class="lines">
${view.lines.map((line) => html`<li>
  ${picture(line.image, "small")}
  <div><a href="/products/${encodeURIComponent(line.slug ?? "")}">${line.title}</a> ${variantOf(line)}</div>
  <form method="post" action="/cart/items/${line.id}">
    <label><span>Pieces of ${line.title}</span><input name="quantity" value="${line.quantity}" inputmode="numeric" maxlength="4"></label>
    <button class="quiet" aria-label="Change ${line.title}">Change</button>
  </form>
  <strong>${money(line.total)}</strong>
</li>`)}
</ul>
<form class="coupon" method="post" action="/cart/coupons">
  <label><span>Code of an offer</span><input name="code" maxlength="64"></label><button class="quiet">Use</button>
</form>
${sums(view)}
<p class="next"><a class="button" href="/checkout">Check out</a></p>`

/** What was written into the form of the checkout, and what is wrong with it. */
export interface CheckoutForm {
  readonly values: Readonly<Record<string, string>>
  readonly faults: Readonly<Record<string, string>>
}

const fields = [
  ["email", "E-mail address", "email", true],
  ["name", "Name", "name", true],
  ["line1", "Street and number", "address-line1", true],
  ["line2", "Flat, floor", "address-line2", false],
  ["city", "City", "address-level2", true],
  ["region", "State or region", "address-level1", false],
  ["postalCode", "Postal code", "postal-code", false],
  ["country", "Country, in two letters", "country", true]
] as const

const field = ({ faults, values }: CheckoutForm, [name, label, autocomplete, required]: (typeof fields)[number]): Html => {
  const fault = faults[name]
  return html`<div class="field">
<label for="${name}">${label}${required ? null : html` <span class="muted">(optional)</span>`}</label>
<input id="${name}" name="${name}" value="${values[name] ?? ""}" autocomplete="${autocomplete}" maxlength="200"
  ${fault === undefined ? null : html`aria-invalid="true" aria-describedby="${name}-fault"`}>
${fault === undefined ? null : html`<p class="fault" id="${name}-fault">${fault}</p>`}
</div>`
}

const payment = html`<fieldset><legend>How it is paid</legend>
<label class="choice"><input type="radio" name="method" value="sandbox_success" checked><span>A card of the sandbox bank</span></label>
<label class="choice"><input type="radio" name="method" value="sandbox_decline"><span>A card that the bank declines</span></label>
</fieldset>`

export const checkout = (view: CartView, options: ReadonlyArray<ShippingOption>, form: CheckoutForm): Part =>
  html`${notices(view)}
<form class="checkout" method="post" action="/checkout" novalidate>
<input type="hidden" name="amount" value="${view.total.amount}"><input type="hidden" name="currency" value="${view.total.currency}">
<fieldset><legend>Where it goes</legend>${fields.map((one) => field(form, one))}</fieldset>
${options.length < 2 ? null : html`<fieldset><legend>How it gets there</legend>
${options.map(({ id, name, price }) => html`<label class="choice">
<input type="radio" name="shippingMethodId" value="${id}"${(form.values["shippingMethodId"] ?? view.shippingMethodId ?? options[0]?.id) === id ? html` checked` : null}>
<span>${name}</span> <strong>${money(price)}</strong></label>`)}
</fieldset>`}
${payment}
${sums(view)}
<button>Order and pay</button>
</form>`

export const order = (placed: Order): Part =>
  html`${placed.paid.amount < placed.total.amount
    ? html`<p class="notice" role="alert">It is not paid yet.</p>
<form method="post" action="/orders/${placed.id}/payments">${payment}<button>Pay</button></form>`
    : html`<p>Thank you. It is paid, and we have written to ${placed.email}.</p>`}
<ul class="lines">
${placed.lines.map((line) => html`<li><div>${line.quantity} × ${line.title} ${variantOf(line)}</div><strong>${money(line.total)}</strong></li>`)}
</ul>
<dl class="sums"><div class="total"><dt>Total</dt><dd>${money(placed.total)}</dd></div><div><dt>Paid</dt><dd>${money(placed.paid)}</dd></div></dl>
<p><a href="/">Look around</a></p>`
