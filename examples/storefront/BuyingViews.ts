/**
 * The cart, the checkout, and an order that was placed.
 */
import * as Countries from "@stoa/core/addresses/Countries"
import type { CartView } from "@stoa/core/cart/Cart"
import type { SavedLine } from "@stoa/core/cart/SavedLine"
import type { Fulfilment } from "@stoa/core/fulfilment/Fulfilment"
import type * as Money from "@stoa/core/kernel/Money"
import type { Order, OrderSummary } from "@stoa/core/orders/Order"
import type { ShippingOption } from "@stoa/core/shipping/ShippingQuote"
import { type Html, html, type Part } from "./Html.ts"
import { language, money, picture, variantOf } from "./Views.ts"

const notices = (cart: CartView): Part => {
  const titles = new Map(cart.lines.map(({ id, title }) => [String(id), title]))
  const titleOf = (lineId: string): string => titles.get(lineId) ?? "something in your cart"
  return cart.notices.map((notice) => {
    switch (notice._tag) {
      case "price_changed":
        return html`<p class="notice">The price of “${titleOf(notice.lineId)}” has changed: ${money(notice.before)} before, ${money(notice.now)} now.</p>`
      case "short_of_stock":
        return html`<p class="notice">${
          notice.available <= 0 ? `“${titleOf(notice.lineId)}” is sold out.` : `There are only ${notice.available} left of “${titleOf(notice.lineId)}”.`
        }</p>`
      case "unavailable":
        return html`<p class="notice">“${titleOf(notice.lineId)}” is not for sale any more.</p>`
      case "shipping_choice_lapsed":
        return html`<p class="notice">Some of your goods go by another way than you chose: look at the shipping again.</p>`
      case "shipping_unavailable":
        return html`<p class="notice">This way of shipping is not offered any more.</p>`
      case "coupon_not_applied":
        return html`<p class="notice">${notice.code}: ${notice.message}</p>`
    }
  })
}

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

/** What a buyer has set aside. */
const aside = (saved: ReadonlyArray<SavedLine>): Part =>
  saved.length === 0 ? "" : html`<h2>Saved for later</h2>
<ul class="lines">
${saved.map((line) => html`<li>
  ${picture(line.image, "small")}
  <div><a href="/products/${encodeURIComponent(line.slug)}">${line.title}</a> ${variantOf(line)}
  <span class="muted each">${line.quantity} × ${money(line.price)}</span></div>
  <form method="post" action="/cart/saved/${line.id}">
    <button class="quiet" aria-label="Put ${line.title} back into the cart">Back into the cart</button>
    <button class="quiet" name="remove" value="yes" aria-label="Remove ${line.title} for good">Remove</button>
  </form>
</li>`)}
</ul>`

/** @param beside what stands below a cart that has something in it */
export const cart = (view: CartView | undefined, saved: ReadonlyArray<SavedLine>, beside: Part = null): Part =>
  view === undefined || view.lines.length === 0 ? html`<p>Your cart is empty. <a href="/">Look around</a></p>${aside(saved)}` : html`
${notices(view)}
<ul class="lines">
${view.lines.map((line) => html`<li>
  ${picture(line.image, "small")}
  <div>${line.slug === null ? line.title : html`<a href="/products/${encodeURIComponent(line.slug)}">${line.title}</a>`} ${variantOf(line)}
  <span class="muted each">${money(line.unitPrice)} each</span></div>
  <form method="post" action="/cart/items/${line.id}">
    <label><span>Pieces of ${line.title}</span><input name="quantity" value="${line.quantity}" inputmode="numeric" maxlength="4"></label>
    <button class="quiet" aria-label="Change ${line.title}">Change</button>
    <button class="quiet" name="save" value="yes" aria-label="Save for later: ${line.title}">Save for later</button>
    <button class="quiet" name="remove" value="yes" aria-label="Remove ${line.title}">Remove</button>
  </form>
  <strong>${money(line.total)}</strong>
</li>`)}
</ul>
${view.codes.map((code) => html`<form class="coupon" method="post" action="/cart/coupons/remove">
  <input type="hidden" name="code" value="${code}"><span>Offer <strong>${code}</strong></span> <button class="quiet" aria-label="Remove ${code}">Remove</button>
</form>`)}
<form class="coupon" method="post" action="/cart/coupons">
  <label><span>Code of an offer</span><input name="code" maxlength="64" autocomplete="off"></label><button class="quiet">Use</button>
</form>
${sums(view)}
<p class="next"><a href="/">Look around</a> <a class="button" href="/checkout">Check out</a></p>
${beside}
${aside(saved)}`

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
  ["postalCode", "Postal code", "postal-code", false]
] as const

const around = ({ faults }: CheckoutForm, name: string, label: string, required: boolean, field: Html): Html =>
  html`<div class="field">
<label for="${name}">${label}${required ? null : html` <span class="muted">(optional)</span>`}</label>
${field}
${faults[name] === undefined ? null : html`<p class="fault" id="${name}-fault">${faults[name]}</p>`}
</div>`

const marks = ({ faults }: CheckoutForm, name: string): Part =>
  faults[name] === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-fault"`

const field = (form: CheckoutForm, [name, label, autocomplete, required]: (typeof fields)[number]): Html =>
  around(form, name, label, required, html`<input id="${name}" name="${name}" type="${name === "email" ? "email" : "text"}" value="${
    form.values[name] ?? ""
  }" autocomplete="${autocomplete}" maxlength="200"${required ? html` required` : null}${marks(form, name)}>`)

const regionNames = new Intl.DisplayNames(language, { type: "region" })

const countries: ReadonlyArray<readonly [string, string]> = [...Countries.all().keys()]
  .map((code) => [code, regionNames.of(code) ?? code] as const)
  .sort(([, one], [, other]) => one.localeCompare(other, language))

const country = (form: CheckoutForm): Html =>
  around(form, "country", "Country", true, html`<select id="country" name="country" autocomplete="country"${marks(form, "country")}>
${countries.map(([code, name]) => html`<option value="${code}"${form.values["country"] === code ? html` selected` : null}>${name}</option>`)}
</select>`)

/** What the fields are called whose values are not right, each a way to it. */
export const faulty = ({ faults }: CheckoutForm): Part => {
  const names: ReadonlyArray<readonly [string, string]> = [...fields.map(([name, label]) => [name, label] as const), ["country", "Country"]]
  return html`<p>Some of this is not right yet.</p>
<ul>${names.filter(([name]) => faults[name] !== undefined).map(([name, label]) => html`<li><a href="#${name}">${label}: ${faults[name] ?? ""}</a></li>`)}</ul>`
}

const payment = html`<fieldset><legend>How it is paid</legend>
<label class="choice"><input type="radio" name="method" value="sandbox_success" checked><span>A card of the sandbox bank</span></label>
<label class="choice"><input type="radio" name="method" value="sandbox_decline"><span>A card that the bank declines</span></label>
</fieldset>`

const ways = (view: CartView, options: ReadonlyArray<ShippingOption>): Part => {
  const chosen = view.shippingMethodId ?? options[0]?.id
  return options.length < 2 ? null : html`<fieldset><legend>How it gets there</legend>
${options.map(({ id, name, price }) => html`<label class="choice">
<input type="radio" name="shippingMethodId" value="${id}"${id === chosen ? html` checked` : null}>
<span>${name}</span> <strong>${money(price)}</strong></label>`)}
<button class="quiet" formaction="/checkout/total">See the new total</button>
</fieldset>`
}

export const checkout = (view: CartView, options: ReadonlyArray<ShippingOption>, form: CheckoutForm): Part =>
  html`${notices(view)}
<ul class="lines">
${view.lines.map((line) => html`<li><div>${line.quantity} × ${line.title} ${variantOf(line)}</div><strong>${money(line.total)}</strong></li>`)}
</ul>
<p class="after"><a href="/cart">Change the cart</a></p>
<form class="checkout" method="post" action="/checkout" novalidate>
<button class="first" tabindex="-1" aria-hidden="true">Order and pay</button>
<input type="hidden" name="amount" value="${view.total.amount}"><input type="hidden" name="currency" value="${view.total.currency}">
<fieldset><legend>Where it goes</legend>${fields.map((one) => field(form, one))}${country(form)}</fieldset>
${ways(view, options)}
${payment}
${sums(view)}
<button>Order and pay</button>
</form>`

const states: Readonly<Record<Order["status"], string>> = {
  pending: "waits for your payment",
  failed: "waits for your payment",
  paid: "is paid and about to be packed",
  processing: "is being packed",
  on_hold: "is on hold; we will write to you",
  shipped: "is on its way",
  delivered: "has arrived",
  cancelled: "was cancelled",
  refunded: "was given back"
}

const placedOn = (at: string): string => new Date(at).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" })

/** Everything that somebody has ordered, the newest first. @param next the address of more of it */
export const orders = (items: ReadonlyArray<OrderSummary>, next: string | undefined): Part => html`
${items.length === 0 ? html`<p>You have not ordered anything yet. <a href="/">Look around</a></p>` : html`<ul class="lines">
${items.map(({ id, itemCount, number, placedAt, status, total }) => html`<li>
  <div><a href="/orders/${id}">Order ${number}</a>, which ${states[status]}
  <span class="muted each">${placedOn(placedAt)}, ${itemCount === 1 ? "one piece" : `${itemCount} pieces`}</span></div>
  <strong>${money(total)}</strong>
</li>`)}
</ul>`}
${next === undefined ? null : html`<p><a href="${next}">Earlier orders</a></p>`}`

const parcels: Readonly<Record<Fulfilment["status"], string>> = {
  pending: "is being packed",
  picked: "is being packed",
  packed: "is packed",
  ready: "is ready for you",
  shipped: "is on its way",
  out_for_delivery: "comes today",
  failed: "could not be delivered",
  delivered: "has arrived",
  returned: "came back",
  cancelled: "was called off"
}

/** Only addresses of the web are led to. */
const isWeb = (url: string | null): url is string => url !== null && /^https?:\/\//.test(url)

const parcelOf = (placed: Order, { lines, status, tracking }: Fulfilment): Html => {
  const titles = new Map(placed.lines.map(({ id, title }) => [String(id), title]))
  return html`<li><div>
<p>A parcel with ${lines.map(({ lineId, quantity }) => `${quantity} × ${titles.get(String(lineId)) ?? ""}`).join(", ")} ${parcels[status]}.</p>
${tracking.map(({ carrier, number, url }) =>
    html`<p class="muted">${carrier ?? "Parcel"}: ${isWeb(url) ? html`<a href="${url}" rel="noreferrer">${number}</a>` : number}</p>`)}
</div></li>`
}

export const order = (placed: Order, sent: ReadonlyArray<Fulfilment>): Part => {
  const owes = placed.status === "pending" || placed.status === "failed"
  const address = placed.shippingAddress
  return html`${owes
    ? html`<div class="notice" role="alert" tabindex="-1" autofocus><p>${
      placed.status === "failed" ? "The bank has declined, and took nothing. Try another card: your order is kept until then." : "It is not paid yet."
    }</p></div>
<form method="post" action="/orders/${placed.id}/payments">${payment}<button>Pay</button></form>`
    : html`<p>Thank you. We have written to ${placed.email}.</p>`}
<p>Your order <strong>${states[placed.status]}</strong>.</p>
${sent.length === 0 ? null : html`<h2>Parcels</h2><ul class="lines">${sent.map((parcel) => parcelOf(placed, parcel))}</ul>`}
<h2>What you bought</h2>
<ul class="lines">
${placed.lines.map((line) => html`<li><div>${line.quantity} × ${line.title} ${variantOf(line)}</div><strong>${money(line.total)}</strong></li>`)}
</ul>
<dl class="sums">${
    ([["Goods", placed.subtotal], ["Discount", placed.discount], ["Shipping", placed.shippingTotal], [
      placed.pricesIncludeTax ? "Tax, in the prices" : "Tax",
      placed.tax
    ]] as const)
      .filter(([, { amount }]) => amount !== 0).map(([text, amount]) => html`<div><dt>${text}</dt><dd>${money(amount)}</dd></div>`)
  }<div class="total"><dt>Total</dt><dd>${money(placed.total)}</dd></div><div><dt>Paid</dt><dd>${money(placed.paid)}</dd></div></dl>
${address === null ? null : html`<h2>Where it goes</h2>
<address>${[address.name, address.line1, address.line2, [address.postalCode, address.city, address.region].filter(Boolean).join(" "), regionNames.of(address.country) ?? address.country]
    .filter(Boolean).map((line) => html`<span>${line ?? ""}</span>`)}</address>`}
<p><a href="/">Look around</a></p>`
}
