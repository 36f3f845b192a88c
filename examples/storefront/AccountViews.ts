/**
 * Signing in by a code that is mailed, and what somebody has who has signed in: their wish list.
 */
import type { WishShare } from "@stoa/core/wishes/SharedWishList"
import type { Wish } from "@stoa/core/wishes/Wish"
import { html, type Part } from "./Html.ts"
import { links } from "./SharedViews.ts"
import { money, picture, variantOf } from "./Views.ts"

/** What goes onto the list of whoever signs in, so that they need not look for it again. */
export interface Wanted {
  readonly variantId: string
  /** Whether they are told when it is in stock again. */
  readonly tell: boolean
}

const carried = (wanted: Wanted | undefined): Part =>
  wanted === undefined ? null : html`<input type="hidden" name="variantId" value="${wanted.variantId}">
${wanted.tell ? html`<input type="hidden" name="tell" value="yes">` : null}`

/** @param email what was written before */
export const signIn = (wanted: Wanted | undefined, email = ""): Part => html`
<p>We send you a mail with a code. You need no password, and whoever is new here gets an account.</p>
<form method="post" action="/sign-in">
${carried(wanted)}
<div class="field"><label for="email">E-mail address</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="email" maxlength="200" required></div>
<button>Send me a code</button>
</form>`

export const code = (challengeId: string, wanted: Wanted | undefined): Part => html`
<p>If the address is right, a mail with six digits is on its way to it. They are good for ten minutes.</p>
<form method="post" action="/sign-in/code">
${carried(wanted)}
<input type="hidden" name="challengeId" value="${challengeId}">
<div class="field few"><label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required></div>
<button>Sign in</button>
</form>
<p class="after"><a href="/sign-in">Send it again, or to another address</a></p>`

/** What a piece costs, and what it did when it was put here, where that was more. */
const price = ({ price, seenPrice }: Wish): Part =>
  price.currency === seenPrice.currency && price.amount < seenPrice.amount
    ? html`${money(price)} <s class="muted" aria-label="before: ${money(seenPrice)}">${money(seenPrice)}</s>`
    : money(price)

const isHere = ({ available, isForSale }: Wish): boolean => isForSale && available !== 0

const wish = (one: Wish): Part => html`<li>
  ${picture(one.image, "small")}
  <div><a href="/products/${encodeURIComponent(one.slug)}">${one.title}</a> ${variantOf(one)}
  ${isHere(one) ? null : html`<span class="muted each">${one.isForSale ? "sold out" : "not for sale any more"}${
    one.tellWhenBack ? "; we tell you when it is there again" : ""
  }</span>`}</div>
  <form method="post" action="/wishes/${one.variantId}">
    ${isHere(one) ? html`<button class="quiet" name="move" value="yes" aria-label="Put into the cart: ${one.title}">Put into the cart</button>` : null}
    <button class="quiet" name="remove" value="yes" aria-label="Remove ${one.title}">Remove</button>
  </form>
  <strong>${price(one)}</strong>
</li>`

/** One's own wish list. @param next the address of more of it */
export const wishes = (items: ReadonlyArray<Wish>, next: string | undefined, shares: ReadonlyArray<WishShare>): Part => html`
${items.length === 0 ? html`<p>There is nothing on your list. <a href="/">Look around</a></p>` : html`<ul class="lines">
${items.map(wish)}
</ul>`}
${next === undefined ? null : html`<p><a href="${next}">More wishes</a></p>`}
${items.length === 0 && shares.length === 0 ? null : links(shares, {
  at: "/wishes",
  shows: "A link shows what you wish for and what it costs, and nothing of who you are.",
  make: "Make a link to these wishes"
})}
<form class="after" method="post" action="/sign-out"><button class="quiet">Sign out</button></form>`
