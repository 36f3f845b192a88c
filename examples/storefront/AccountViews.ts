/**
 * Signing in by a code that is mailed and by a second factor, and what somebody has who has signed in: their wish list.
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
<p id="help">If the address is right, a mail with six digits is on its way to it. They are good for ten minutes.</p>
<form method="post" action="/sign-in/code">
${carried(wanted)}
<input type="hidden" name="challengeId" value="${challengeId}">
<div class="field few"><label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" aria-describedby="help" autofocus required></div>
<button>Sign in</button>
</form>
<p class="after"><a href="/sign-in">Send it again, or to another address</a></p>`

/** What a second factor is proved by where no script can ask for a passkey: what it is called, and where it is found. */
const factors = {
  totp: {
    label: "Code of your authenticator app",
    help: "Your account asks for one more proof. The app shows six digits, and others every half minute.",
    instead: "Use the code of my app"
  },
  recovery_code: {
    label: "Recovery code",
    help: "You were given ten of them with your second factor. Each is good once.",
    instead: "Use a recovery code"
  },
  email_code: {
    label: "Code from the mail",
    help: "This sign-in does not look like you, so a mail with six more digits is on its way to you.",
    instead: "Use the code from the mail"
  }
} as const

type Factor = keyof typeof factors

const isFactor = (name: string): name is Factor => Object.hasOwn(factors, name)

/** What is said of a code that is not right. The engine does not say what is wrong with it. */
export const wrongCode: Readonly<Record<Factor, string>> = {
  totp: "This code is not right, or was used before. Wait for the next one of your app. After five tries, sign in anew.",
  recovery_code: "This recovery code is not right, or was used before. After five tries, sign in anew.",
  email_code: "This code is not right, or not good any more. After five tries, sign in anew."
}

/** A sign-in that waits for a second factor. */
export interface Waiting {
  readonly challengeId: string
  /** What it can be proved by here. */
  readonly methods: ReadonlyArray<Factor>
  /** What is asked for now; nothing where only a passkey would do. */
  readonly method: Factor | undefined
}

/** @param chosen what the buyer wants to prove it by */
export const waitingFor = (challengeId: string, all: ReadonlyArray<string>, chosen = ""): Waiting => {
  const methods = all.filter(isFactor)
  return { challengeId, methods, method: methods.find((method) => method === chosen) ?? methods[0] }
}

export const secondFactor = ({ challengeId, method, methods }: Waiting, wanted: Wanted | undefined): Part =>
  method === undefined ? html`
<p>Your account asks for a passkey, and the pages of this shop have no script that could ask for one.</p>
<p><a href="/sign-in">Sign in with another address</a></p>` : html`
<p id="help">${factors[method].help}</p>
<form method="post" action="/sign-in/second-factor">
${carried(wanted)}
<input type="hidden" name="challengeId" value="${challengeId}">
<input type="hidden" name="methods" value="${methods.join(" ")}">
<input type="hidden" name="method" value="${method}">
<div class="field${method === "recovery_code" ? "" : " few"}"><label for="code">${factors[method].label}</label>
<input id="code" name="code"${method === "recovery_code" ? html` autocapitalize="none" spellcheck="false" autocomplete="off"` : html` inputmode="numeric" autocomplete="one-time-code"`
} maxlength="60" aria-describedby="help" autofocus required></div>
<button>Sign in</button>
${methods.filter((other) => other !== method).map((other) =>
  html`<button class="quiet" name="other" value="${other}" formnovalidate>${factors[other].instead}</button>`)}
</form>
<p class="after"><a href="/sign-in">Sign in anew, or with another address</a></p>`

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
