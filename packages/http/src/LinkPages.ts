/**
 * Pages for the links in messages: a button that posts what is behind the `#` of the address, and nothing else. To open
 * one spends nothing, so a scanner of mails that looks at every link leaves it good; and what is behind a `#` reaches
 * neither this server nor its log. Nothing is loaded from elsewhere, and only the script that is in the page may run.
 */
import { Stores } from "@stoa/core/stores/Stores"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type { Traits } from "./api/Operation.ts"
import * as HtmlPage from "./HtmlPage.ts"
import * as LinkWords from "./LinkWords.ts"

export interface LinkPagesOptions {
  /**
   * The page of the shop that people go on to, whole or as a path of this origin: `"/account"`. Who has a second factor
   * comes there with `#second-factor=<challengeId>`, to end their sign-in with `POST /auth/mfa/verify`. Who has chosen a
   * new password goes there to sign in with it.
   */
  readonly continueTo: string
  /** What the pages, and those for unsubscribing, say in other languages than English; they are in the store's language, as mails are. */
  readonly words?: LinkWords.LinkWordsByLanguage
}

interface Page {
  readonly path: string
  /** Where the token is posted to, from the page. */
  readonly post: string
  readonly title: keyof LinkWords.LinkWords
  readonly button: keyof LinkWords.LinkWords
  /** Whether it asks for a new password. */
  readonly password: boolean
}

const pages: ReadonlyArray<Page> = [
  {
    path: "/auth/links/sign-in",
    post: "../passwordless/verify",
    title: "signInTitle",
    button: "signInButton",
    password: false
  },
  {
    path: "/auth/links/confirm-email",
    post: "../email/verify",
    title: "confirmTitle",
    button: "confirmButton",
    password: false
  },
  {
    path: "/auth/links/reset-password",
    post: "../password/reset",
    title: "passwordTitle",
    button: "passwordButton",
    password: true
  }
]

// the token leaves the address at once, so that it is in no history of the browser
const script = `const { next, notGood, notWhole, passwordDone, passwordRefused, post, tryAgain } = document.body.dataset
const form = document.querySelector("form")
const button = document.querySelector("button")
const field = document.querySelector("input")
const said = document.querySelector("p")
const token = new URLSearchParams(location.hash.slice(1)).get("token")
history.replaceState(null, "", location.pathname)
const end = (text) => { form.hidden = true; said.textContent = text }
const again = (text) => { button.disabled = false; said.textContent = text }
if (token === null) end(notWhole)
form.addEventListener("submit", async (event) => {
  event.preventDefault()
  if (token === null || button.disabled) return
  button.disabled = true
  try {
    const answer = await fetch(post, {
      method: "POST",
      headers: { "content-type": "application/json", "stoa-session": "cookie" },
      body: JSON.stringify(field === null ? { token } : { token, password: field.value })
    })
    const body = answer.status === 204 ? {} : await answer.json()
    if (answer.ok && field !== null) {
      field.value = ""
      document.querySelector("a").hidden = false
      end(passwordDone)
    } else if (answer.ok) location.replace(next)
    else if (body.code === "second_factor_required") location.replace(next + "#second-factor=" + encodeURIComponent(body.challengeId))
    else if (field !== null && (body.code === "weak_password" || body.code === "invalid_input")) again(passwordRefused)
    else if (answer.status >= 500 || answer.status === 429) again(tryAgain)
    else end(notGood)
  } catch {
    again(tryAgain)
  }
})`

const { escaped } = HtmlPage

const headers = HtmlPage.headers([`script-src ${HtmlPage.hash(script)}`, "connect-src 'self'", "form-action 'none'"])

const html = (
  { button, password, post, title }: Page,
  { continueTo, words: own = {} }: LinkPagesOptions,
  locale: string
): string => {
  const { direction, language, words } = LinkWords.find(own, locale)
  const say = (name: keyof LinkWords.LinkWords) => escaped(words[name])
  const field = password
    ? `<label>${say("passwordLabel")}<input type="password" autocomplete="new-password" required maxlength="128"></label>\n`
    : ""
  const onward = password ? `<a hidden href="${escaped(continueTo)}">${say("goOn")}</a>\n` : ""
  const told = (["notGood", "notWhole", "passwordDone", "passwordRefused", "tryAgain"] as const)
    .map((name) => ` data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="${say(name)}"`)
  return `${HtmlPage.head(words[title], { language, direction })}
<body data-post="${escaped(post)}" data-next="${escaped(continueTo)}"${told.join("")}>
<h1>${say(title)}</h1>
<form method="post">
${field}<button>${say(button)}</button>
</form>
<p role="status"></p>
${onward}<noscript>${say("noScript")}</noscript>
<script>${script}</script>
</body>
</html>
`
}

/**
 * Where the pages are, for `identity.links`, of an API that is found at an address with its prefix:
 * `"https://shop.example/api/v1"`.
 */
export const addresses = (api: string) => {
  const base = `${api.replace(/\/+$/, "")}/auth/links`
  return { signIn: `${base}/sign-in`, confirmEmail: `${base}/confirm-email`, resetPassword: `${base}/reset-password` }
}

/** The options, if people can go on to a path of this origin or a whole address; throws where they cannot. */
export const checked = (options: LinkPagesOptions): LinkPagesOptions => {
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
): Layer.Layer<never, never, HttpRouter.HttpRouter | Stores> =>
  options === undefined ? Layer.empty : HttpRouter.use(Effect.fnUntraced(function*(router) {
    const given = checked(options)
    const stores = yield* Stores
    for (const page of pages) {
      // a page in English is better than none
      const locale = Effect.orElseSucceed(Effect.map(stores.current, ({ settings }) => settings.locale), () => "en")
      const response = Effect.map(locale, (locale) =>
        HttpServerResponse.text(html(page, given, locale), {
          contentType: "text/html; charset=utf-8",
          headers
        }))
      yield* router.add("GET", `${prefix}${page.path}` as `/${string}`, response)
    }
  }))
