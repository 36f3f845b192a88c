import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { runInNewContext } from "node:vm"
import { toFetchHandler } from "./FetchHandler.ts"

const origin = "https://shop.example"
const page = `${origin}/api/v1/auth/links/sign-in`
const resetPage = `${origin}/api/v1/auth/links/reset-password`

const words = {
  de: { signInTitle: "Anmelden", passwordTitle: "Neues \"Passwort\"", notGood: "Abgelaufen & weg" },
  "de-AT": { signInTitle: "Servus" },
  he: { signInTitle: "כניסה" }
}

const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 }, links: { signIn: page, resetPassword: resetPage } }
  })
  const handler = toFetchHandler(shop, { accessLog: false, rateLimits: false, links: { continueTo: "/account", words } })
  /** The address in a mail that asks to sign in, or to choose a new password. */
  const link = async (email: string, kind: "sign-in" | "reset" = "sign-in") => {
    await (kind === "sign-in" ? shop.auth.startPasswordless({ email }) : shop.auth.forgotPassword({ email }))
    await shop.jobs.drain()
    const found = /https:\/\/\S+/.exec(mailbox.mails.splice(0).at(-1)?.text ?? "")?.[0]
    return new URL(found ?? "")
  }
  return { shop, handler, link, close: async () => {
    await handler.close()
    await shop.close()
  } }
}

describe("pages for links in messages", () => {
  let s: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    s = await open()
  })
  afterAll(() => s.close())

  const source = async (url: URL) => {
    const answer = await s.handler(new Request(url.href.replace(/#.*/, "")))
    return { answer, text: await answer.text() }
  }

  /** Runs the script of the page as a browser at an address does, and presses the button. */
  const press = async (url: URL, password?: string) => {
    const { text } = await source(url)
    const script = /<script>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? ""
    const attributes = /<body ([^>]*)>/.exec(text)?.[1] ?? ""
    const dataset = Object.fromEntries(
      Array.from(attributes.matchAll(/data-([a-z-]+)="([^"]*)"/g), ([, name = "", value = ""]) => [
        name.replace(/-([a-z])/g, (_whole, letter: string) => letter.toUpperCase()),
        value.replace(/&#(\d+);/g, (_whole, code) => String.fromCharCode(Number(code)))
      ])
    )
    let submitted: (event: object) => Promise<void> = () => Promise.reject(new Error("nothing listens"))
    const said = { textContent: "" }
    const button = { disabled: false }
    const field = text.includes("<input") ? { value: password } : null
    const onward = { hidden: true }
    const form = {
      hidden: false,
      addEventListener: (_type: string, listener: typeof submitted) => {
        submitted = listener
      }
    }
    const elements: Readonly<Record<string, unknown>> = { form, button, input: field, p: said, a: onward }
    const seen = { went: "", shown: url.href, cookies: [] as ReadonlyArray<string> }
    let prevented = false
    runInNewContext(script, {
      document: { body: { dataset }, querySelector: (name: string) => elements[name] },
      location: { hash: url.hash, pathname: url.pathname, replace: (to: string) => void (seen.went = to) },
      history: { replaceState: (_state: unknown, _title: string, to: string) => void (seen.shown = to) },
      URLSearchParams,
      fetch: async (path: string, init: RequestInit) => {
        const headers = { ...init.headers as Record<string, string>, origin, "sec-fetch-site": "same-origin" }
        const answer = await s.handler(new Request(new URL(path, url), { ...init, headers }))
        seen.cookies = answer.headers.getSetCookie()
        return answer
      }
    })
    await submitted({
      preventDefault: () => {
        prevented = true
      }
    })
    assert.isTrue(prevented)
    return { ...seen, button, form, field, onward, said: said.textContent }
  }

  it("attack 53, prefetch: a scanner that opens the link spends nothing, and the button signs in, once", async () => {
    const url = await s.link("ada@example.com")
    for (let visit = 0; visit < 3; visit++) assert.strictEqual((await source(url)).answer.status, 200)
    const first = await press(url)
    assert.strictEqual(first.went, "/account")
    assert.strictEqual(first.shown, "/api/v1/auth/links/sign-in")
    assert.isTrue(first.cookies.some((cookie) => /stoa_session=.+HttpOnly/.test(cookie)))
    const again = await press(url)
    assert.deepStrictEqual([again.went, again.form.hidden, again.cookies], ["", true, []])
    assert.match(again.said, /no longer good/)
    assert.match((await press(new URL(page))).said, /no longer good|not whole/)
  })

  it("holds one script and one style, which the policy names by their hashes, and loads nothing", async () => {
    const { text } = await source(new URL(page))
    assert.notMatch(text, /\b(?:src|href)=|https?:\/\//)
    for (const address of [page, resetPage]) await holds(await source(new URL(address)))
  })

  const holds = async ({ answer, text }: Awaited<ReturnType<typeof source>>) => {
    const policy = answer.headers.get("content-security-policy") ?? ""
    for (const tag of ["script", "style"]) {
      const blocks = Array.from(text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g")), ([, block]) => block ?? "")
      assert.lengthOf(blocks, 1)
      const digest = createHash("sha256").update(blocks[0] ?? "").digest("base64")
      assert.include(policy, `${tag}-src 'sha256-${digest}'`)
    }
    assert.notInclude(policy, "unsafe-inline")
    assert.include(policy, "default-src 'none'")
    assert.include(policy, "form-action 'none'")
    assert.include(policy, "frame-ancestors 'none'")
    assert.notMatch(text, /\b(?:src|on[a-z]+)=|https?:\/\//)
    assert.strictEqual(answer.headers.get("cache-control"), "no-store")
    assert.strictEqual(answer.headers.get("referrer-policy"), "no-referrer")
    assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff")
  }

  it("takes a new password, says why one is refused, and signs nobody in", async () => {
    const email = "grace@example.com"
    await press(await s.link(email))
    const url = await s.link(email, "reset")
    assert.match(url.hash, /^#token=/)
    for (let visit = 0; visit < 3; visit++) assert.strictEqual((await source(url)).answer.status, 200)
    // a password manager may fill it in, and nobody reads it over a shoulder
    assert.include((await source(url)).text, "<input type=\"password\" autocomplete=\"new-password\" required maxlength=\"128\">")
    assert.notInclude((await source(url)).text, "paste")
    for (const weak of ["short", "password1", ""]) {
      const refused = await press(url, weak)
      assert.match(refused.said, /longer or less common/)
      assert.deepStrictEqual([refused.form.hidden, refused.button.disabled, refused.onward.hidden], [false, false, true])
    }
    const done = await press(url, "violet kettle six")
    assert.match(done.said, /counts from now on/)
    assert.deepStrictEqual([done.form.hidden, done.onward.hidden, done.went, done.field?.value], [true, false, "", ""])
    assert.deepStrictEqual([done.cookies, done.shown], [[], "/api/v1/auth/links/reset-password"])
    assert.strictEqual((await s.shop.auth.login({ email, password: "violet kettle six" })).user.email, email)
    const again = await press(url, "marble otter nine")
    assert.match(again.said, /no longer good/)
    const kept = await s.shop.auth.login({ email, password: "marble otter nine" }).then(() => "changed", () => "kept")
    assert.strictEqual(kept, "kept")
  })

  it("speaks the language that mails have, with what is left out in the next one", async () => {
    const speaks = async (locale: string, address = page) => {
      await s.shop.stores.update({ settings: { locale } })
      const { text } = await source(new URL(address))
      return [/<html ([^>]*)>/.exec(text)?.[1], /<h1>(.*?)<\/h1>/.exec(text)?.[1], /data-not-good="(.*?)"/.exec(text)?.[1]]
    }
    assert.deepStrictEqual(await speaks("de-AT"), ["lang=\"de-AT\" dir=\"ltr\"", "Servus", "Abgelaufen &#38; weg"])
    assert.deepStrictEqual(await speaks("de-CH", resetPage), [
      "lang=\"de\" dir=\"ltr\"",
      "Neues &#34;Passwort&#34;",
      "Abgelaufen &#38; weg"
    ])
    assert.deepStrictEqual((await speaks("he")).slice(0, 2), ["lang=\"he\" dir=\"rtl\"", "כניסה"])
    assert.deepStrictEqual((await speaks("fr")).slice(0, 2), ["lang=\"en\" dir=\"ltr\"", "Sign in"])
    await s.shop.stores.update({ settings: { locale: "en" } })
  })

  it("is there only where a host wants it, and goes on to no address that is none", async () => {
    const plain = toFetchHandler(s.shop, { accessLog: false, rateLimits: false })
    assert.strictEqual((await plain(new Request(page))).status, 404)
    await plain.close()
    for (const continueTo of ["//evil.example", "javascript:alert(1)", "account", "/a#b", "/\\evil.example"]) {
      const wrong = toFetchHandler(s.shop, { accessLog: false, rateLimits: false, links: { continueTo } })
      const outcome = await wrong(new Request(page)).then(({ status }) => status, () => "refused")
      assert.notStrictEqual(outcome, 200, continueTo)
      await wrong.close().catch(() => undefined)
    }
  })
})
