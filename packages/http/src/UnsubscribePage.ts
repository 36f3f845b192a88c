/**
 * The pages behind the links by which people want no more messages. They load nothing and run nothing; the button posts to
 * the address of the page itself.
 */
import type { MarketingKind } from "@stoa/core/notifications/MarketingKind"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { createHash } from "node:crypto"

const kinds: Readonly<Record<MarketingKind, string>> = {
  news: "news and offers",
  cart_reminders: "reminders of your cart",
  back_in_stock: "messages about what is in stock again",
  review_requests: "requests for reviews"
}

const style = `body{font-family:system-ui,sans-serif;margin:15vh auto;max-width:24rem;padding:0 1rem;text-align:center}
button{font:inherit;padding:.75rem 2rem;cursor:pointer}`

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'"
].join("; ")

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title: string, body: string) =>
  HttpServerResponse.text(
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`,
    {
      contentType: "text/html; charset=utf-8",
      // the address holds the token
      headers: { "content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer" }
    }
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
