/**
 * The pages behind the links by which people want no more messages. They load nothing and run nothing; the button posts to
 * the address of the page itself.
 */
import type { MarketingKind } from "@stoa/core/notifications/MarketingKind"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HtmlPage from "./HtmlPage.ts"

const { escaped } = HtmlPage

const kinds: Readonly<Record<MarketingKind, string>> = {
  news: "news and offers",
  cart_reminders: "reminders of your cart",
  back_in_stock: "messages about what is in stock again",
  review_requests: "requests for reviews"
}

const page = (title: string, body: string) =>
  HttpServerResponse.text(
    `${HtmlPage.head(title)}
<h1>${escaped(title)}</h1>
${body}
</html>
`,
    { contentType: "text/html; charset=utf-8", headers: HtmlPage.headers(["form-action 'self'"]) }
  )

/** Asks whether somebody wants no more of a kind of messages. */
export const asking = (shop: string, kind: MarketingKind) =>
  page(
    "No more messages?",
    `<p>Press the button to get no more ${kinds[kind]} from ${escaped(shop)}.</p>
<form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>`
  )

/** Says that it is done. */
export const done = (shop: string, kind: MarketingKind) =>
  page("Done", `<p>You get no more ${kinds[kind]} from ${escaped(shop)}.</p>`)
