/**
 * What is shared by a link: a cart, and a wish list. Whoever has the link sees goods and prices, and nothing of whose they are.
 */
import type { SharedCart } from "@stoa/core/cart/SharedCart"
import type { SharedWish } from "@stoa/core/wishes/SharedWishList"
import { html, type Part } from "./Html.ts"
import { language, money, picture, variantOf } from "./Views.ts"

/** No search engine finds what a link is the key of. */
export const unlisted: Part = html`<meta name="robots" content="noindex">`

const until = (at: string): string => new Date(at).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" })

/** What links lead to, in words and by the address of its forms. */
export interface Linked {
  readonly at: string
  readonly shows: string
  readonly make: string
}

export const toCart: Linked = {
  at: "/cart",
  shows: "A link shows what is in your cart, and nothing of who you are.",
  make: "Make a link to this cart"
}

/** The links to what is one's own. */
export const links = (shares: ReadonlyArray<{ readonly id: string; readonly expiresAt: string }>, { at, make, shows }: Linked): Part =>
  html`<h2>Show it to others</h2>
<p>${shows}</p>
<form method="post" action="${at}/share"><button class="quiet">${make}</button></form>
${shares.length === 0 ? null : html`<ul class="lines">
${shares.map(({ expiresAt, id }, index) => html`<li><div>Link ${index + 1}, good until ${until(expiresAt)}</div>
<form method="post" action="${at}/shares/${id}"><button class="quiet" aria-label="Take back: link ${index + 1}">Take back</button></form></li>`)}
</ul>`}`

/** @param token of the link, of which the address of this page is made */
export const cart = (shared: SharedCart, token: string): Part => html`
<p>This is a cart that somebody shows you, as it is now. The address of this page is the link to it, good until ${until(shared.expiresAt)}.</p>
${shared.lines.length === 0 ? html`<p>There is nothing in it.</p>` : html`<ul class="lines">
${shared.lines.map((line) => html`<li>
  ${picture(line.image, "small")}
  <div>${line.quantity} × <a href="/products/${encodeURIComponent(line.slug)}">${line.title}</a> ${variantOf(line)}</div>
  <strong>${line.isForSale ? money(line.subtotal) : "not for sale any more"}</strong>
</li>`)}
</ul>
<dl class="sums"><div class="total"><dt>Goods</dt><dd>${money(shared.subtotal)}</dd></div></dl>
<form method="post" action="/shared-carts/${encodeURIComponent(token)}"><button>Put all of it into my cart</button></form>`}`

/** @param next the address of more of it */
export const wishes = (items: ReadonlyArray<SharedWish>, next: string | undefined): Part =>
  items.length === 0 ? html`<p>There is nothing on it.</p>` : html`
<p>These are the wishes of somebody who shows them to you.</p>
<ul class="lines">
${items.map((wish) => html`<li>
  ${picture(wish.image, "small")}
  <div><a href="/products/${encodeURIComponent(wish.slug)}">${wish.title}</a> ${variantOf(wish)}
  ${!wish.isForSale || wish.available === 0 ? html`<span class="muted each">${wish.isForSale ? "sold out" : "not for sale any more"}</span>` : null}</div>
  <strong>${money(wish.price)}</strong>
</li>`)}
</ul>
${next === undefined ? null : html`<p><a href="${next}">More wishes</a></p>`}`
