/**
 * Pages for the links in messages: a button that posts what is behind the `#` of the address, and nothing else. To open
 * one spends nothing, so a scanner of mails that looks at every link leaves it good; and what is behind a `#` reaches
 * neither this server nor its log. Nothing is loaded from elsewhere, and only the script that is in the page may run.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import type { Traits } from "./api/Operation.ts"

export interface LinkPagesOptions {
  /**
   * The page of the shop that people go on to, whole or as a path of this origin: `"/account"`. Who has a second factor
   * comes there with `#second-factor=<challengeId>`, to end their sign-in with `POST /auth/mfa/verify`.
   */
  readonly continueTo: string
}

interface Page {
  readonly path: string
  /** Where the token is posted to, from the page. */
  readonly post: string
  readonly title: string
  readonly button: string
}

const pages: ReadonlyArray<Page> = [
  { path: "/auth/links/sign-in", post: "../passwordless/verify", title: "Sign in", button: "Sign in" },
  { path: "/auth/links/confirm-email", post: "../email/verify", title: "Confirm your address", button: "Confirm" }
]

const style = `body{font-family:system-ui,sans-serif;margin:15vh auto;max-width:24rem;padding:0 1rem;text-align:center}
button{font:inherit;padding:.75rem 2rem;cursor:pointer}`

// the token leaves the address at once, so that it is in no history of the browser
const script = `const { next, post } = document.body.dataset
const button = document.querySelector("button")
const said = document.querySelector("p")
const token = new URLSearchParams(location.hash.slice(1)).get("token")
history.replaceState(null, "", location.pathname)
const fail = (text) => { button.hidden = true; said.textContent = text }
if (token === null) fail("This link is not whole. Open it from the message once more.")
button.addEventListener("click", async () => {
  button.disabled = true
  try {
    const answer = await fetch(post, {
      method: "POST",
      headers: { "content-type": "application/json", "stoa-session": "cookie" },
      body: JSON.stringify({ token })
    })
    const body = await answer.json()
    if (answer.ok) location.replace(next)
    else if (body.code === "second_factor_required") location.replace(next + "#second-factor=" + encodeURIComponent(body.challengeId))
    else if (answer.status >= 500 || answer.status === 429) {
      button.disabled = false
      said.textContent = "That did not work. Try again in a moment."
    } else fail("This link is no longer good. Ask for a new one.")
  } catch {
    button.disabled = false
    said.textContent = "That did not work. Try again in a moment."
  }
})`

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const html = ({ button, post, title }: Page, { continueTo }: LinkPagesOptions): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
<body data-post="${escaped(post)}" data-next="${escaped(continueTo)}">
<h1>${title}</h1>
<button type="button">${button}</button>
<p role="status"></p>
<noscript>Type the code from the message instead, or allow scripts on this page.</noscript>
<script>${script}</script>
</body>
</html>
`

/** A path of this origin or a whole address; a mistake is told when the server starts. */
const checked = (options: LinkPagesOptions): LinkPagesOptions => {
  const { continueTo } = options
  const fits = /^\/(?![/\\])/.test(continueTo) || (/^https?:\/\//.test(continueTo) && URL.canParse(continueTo))
  if (!fits || continueTo.includes("#")) throw new Error(`${JSON.stringify(continueTo)} is no page to go on to`)
  return options
}

/** These routes are no part of the document of the API, so they say here what they are. */
export const routes = (prefix: string): ReadonlyArray<readonly [string, Traits]> =>
  pages.map(({ path }) => [`GET ${prefix}${path}`, { access: "none" }])

/** Adds the pages, if a host wants them. */
export const layer = (
  prefix: string,
  options: LinkPagesOptions | undefined
): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  options === undefined ? Layer.empty : HttpRouter.use(Effect.fnUntraced(function*(router) {
    const given = checked(options)
    for (const page of pages) {
      const response = HttpServerResponse.text(html(page, given), {
        contentType: "text/html; charset=utf-8",
        headers: { "content-security-policy": policy }
      })
      yield* router.add("GET", `${prefix}${page.path}` as `/${string}`, Effect.succeed(response))
    }
  }))
