import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { runInNewContext } from "node:vm"
import { toFetchHandler } from "./FetchHandler.ts"

const origin = "https://shop.example"
const page = `${origin}/api/v1/auth/links/sign-in`

const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 }, links: { signIn: page } }
  })
  const handler = toFetchHandler(shop, { accessLog: false, rateLimits: false, links: { continueTo: "/account" } })
  /** The address in a mail that asks to sign in. */
  const link = async (email: string) => {
    await shop.auth.startPasswordless({ email })
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
  const press = async (url: URL) => {
    const script = /<script>([\s\S]*?)<\/script>/.exec((await source(url)).text)?.[1] ?? ""
    let pressed: () => Promise<void> = () => Promise.reject(new Error("nothing listens"))
    const said = { textContent: "" }
    const button = {
      hidden: false,
      disabled: false,
      addEventListener: (_type: string, listener: () => Promise<void>) => {
        pressed = listener
      }
    }
    const seen = { went: "", shown: url.href, cookies: [] as ReadonlyArray<string> }
    runInNewContext(script, {
      document: {
        body: { dataset: { post: "../passwordless/verify", next: "/account" } },
        querySelector: (name: string) => (name === "button" ? button : said)
      },
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
    await pressed()
    return { ...seen, button, said: said.textContent }
  }

  it("attack 53, prefetch: a scanner that opens the link spends nothing, and the button signs in, once", async () => {
    const url = await s.link("ada@example.com")
    for (let visit = 0; visit < 3; visit++) assert.strictEqual((await source(url)).answer.status, 200)
    const first = await press(url)
    assert.strictEqual(first.went, "/account")
    assert.strictEqual(first.shown, "/api/v1/auth/links/sign-in")
    assert.isTrue(first.cookies.some((cookie) => /stoa_session=.+HttpOnly/.test(cookie)))
    const again = await press(url)
    assert.deepStrictEqual([again.went, again.button.hidden, again.cookies], ["", true, []])
    assert.match(again.said, /no longer good/)
    assert.match((await press(new URL(page))).said, /no longer good|not whole/)
  })

  it("holds one script and one style, which the policy names by their hashes, and loads nothing", async () => {
    const { answer, text } = await source(new URL(page))
    const policy = answer.headers.get("content-security-policy") ?? ""
    for (const tag of ["script", "style"]) {
      const blocks = Array.from(text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g")), ([, block]) => block ?? "")
      assert.lengthOf(blocks, 1)
      const digest = createHash("sha256").update(blocks[0] ?? "").digest("base64")
      assert.include(policy, `${tag}-src 'sha256-${digest}'`)
    }
    assert.notInclude(policy, "unsafe-inline")
    assert.include(policy, "default-src 'none'")
    assert.notMatch(text, /\b(?:src|href)=|https?:\/\//)
    assert.strictEqual(answer.headers.get("cache-control"), "no-store")
    assert.strictEqual(answer.headers.get("referrer-policy"), "no-referrer")
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
