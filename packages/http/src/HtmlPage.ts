/**
 * What the small pages that the server itself shows have in common: text that is safe in HTML, the hashes that their
 * policies name, and headers for an address that holds a secret.
 */
import { createHash } from "node:crypto"

/** Text as HTML shows it, in attributes too. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The hash of a script or a style that stands in the page, as a policy names it. */
export const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

/** What all pages look like. */
export const style = `body{font-family:system-ui,sans-serif;margin:15vh auto;max-width:24rem;padding:0 1rem;text-align:center}
button,input{font:inherit;padding:.75rem 2rem}button{cursor:pointer}
label{display:block;margin-bottom:1rem}input{box-sizing:border-box;display:block;margin-top:.5rem;padding:.75rem;width:100%}`

/** The head of a page, and the start of its body's document. */
export const head = (title: string, { direction = "ltr", language = "en" }: {
  readonly language?: string
  readonly direction?: string
} = {}): string =>
  `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>`

/** Headers of a page: it loads nothing but what `sources` allows, is kept nowhere, and its address goes nowhere. */
export const headers = (sources: ReadonlyArray<string>): Readonly<Record<string, string>> => ({
  "content-security-policy": [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    ...sources,
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer"
})
