/**
 * The pages behind the links by which people want no more messages, in the store's language. They load nothing and run nothing; the
 * button posts to the address of the page itself.
 */
import type { MarketingKind } from "@stoa/core/notifications/MarketingKind"
import type { Store } from "@stoa/core/stores/Store"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HtmlPage from "./HtmlPage.ts"
import * as LinkWords from "./LinkWords.ts"

const { escaped } = HtmlPage

const kinds = {
  news: "unsubscribeNews",
  cart_reminders: "unsubscribeCartReminders",
  back_in_stock: "unsubscribeBackInStock",
  review_requests: "unsubscribeReviewRequests",
  price_drops: "unsubscribePriceDrops"
} as const satisfies Record<MarketingKind, keyof LinkWords.LinkWords>

const page = (
  own: LinkWords.LinkWordsByLanguage,
  { name, settings: { locale } }: Store,
  kind: MarketingKind,
  names: { readonly title: keyof LinkWords.LinkWords; readonly text: keyof LinkWords.LinkWords },
  form: (words: LinkWords.LinkWords) => string
) => {
  const { direction, language, words } = LinkWords.find(own, locale)
  const text = words[names.text].replaceAll(/\{(kind|shop)\}/g, (_, place) => place === "kind" ? words[kinds[kind]] : name)
  return HttpServerResponse.text(
    `${HtmlPage.head(words[names.title], { language, direction })}
<h1>${escaped(words[names.title])}</h1>
<p>${escaped(text)}</p>${form(words)}
</html>
`,
    { contentType: "text/html; charset=utf-8", headers: HtmlPage.headers(["form-action 'self'"]) }
  )
}

/** Asks whether somebody wants no more of a kind of messages. */
export const asking = (own: LinkWords.LinkWordsByLanguage, store: Store, kind: MarketingKind) =>
  page(own, store, kind, { title: "unsubscribeTitle", text: "unsubscribeText" }, ({ unsubscribeButton }) =>
    `\n<form method="post"><button name="List-Unsubscribe" value="One-Click">${escaped(unsubscribeButton)}</button></form>`)

/** Says that it is done. */
export const done = (own: LinkWords.LinkWordsByLanguage, store: Store, kind: MarketingKind) =>
  page(own, store, kind, { title: "unsubscribeDoneTitle", text: "unsubscribeDone" }, () => "")
