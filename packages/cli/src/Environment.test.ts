import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as StoaCommand from "./testing/StoaCommand.ts"

const folder = StoaCommand.temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const file = (name: string, text: string): string => {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}

const breached = "tulip lamp seven"
const hash = createHash("sha1").update(breached).digest("hex").toUpperCase()

const onePixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

/** Stands in for Pwned Passwords in the process of the server, which writes down what it is asked. */
const service = (log: string) => `
import { appendFileSync } from "node:fs"
globalThis.fetch = async (url) => {
  appendFileSync(${JSON.stringify(log)}, String(url) + "\\n")
  return new Response(${JSON.stringify(`${hash.slice(5)}:12`)})
}
`

const ask = async (url: string, method: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> }
}

describe("what the environment says of a server", () => {
  const asked = join(folder.path, "asked.log")
  const words = { de: { signInTitle: "Anmelden bei uns" }, en: { signInTitle: "Come in" } }
  let server: StoaCommand.Serving
  let without: StoaCommand.Serving

  beforeAll(async () => {
    const fake = file("pwned.mjs", service(asked))
    server = await StoaCommand.listen(folder.path, ["start", "-d", "with.db"], {
      NODE_OPTIONS: `--import=${fake}`,
      STOA_CHECK_BREACHED_PASSWORDS: "on",
      STOA_MEDIA_FOLDER: join(folder.path, "pictures"),
      STOA_PUBLIC_URL: "https://shop.example/",
      STOA_LINKS_CONTINUE_TO: "/account",
      STOA_LINKS_WORDS: file("words.json", JSON.stringify(words))
    })
    without = await StoaCommand.listen(folder.path, ["start", "-d", "without.db"], {
      NODE_OPTIONS: `--import=${fake}`,
      STOA_CHECK_BREACHED_PASSWORDS: "off",
      STOA_ADMIN_PAGE: "off"
    })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await without[Symbol.asyncDispose]()
  })

  it("is where passkeys are for", async () => {
    const { body } = await ask(`${server.url}/api/v1/auth/passkeys/login/options`, "POST", {})
    expect(body["options"]).toMatchObject({ rpId: "shop.example" })
  })

  /** The mail about signing in, which a demo writes on the terminal. */
  const signInMail = async ({ err, url }: StoaCommand.Serving, email: string): Promise<string> => {
    const { status } = await ask(`${url}/api/v1/auth/passwordless/start`, "POST", { email })
    expect(status).toBe(202)
    const mail = () => new RegExp(`--- mail to ${email}:[\\s\\S]*?\\n---\\n`).exec(err())?.[0] ?? ""
    await expect.poll(mail, { timeout: 240_000 }).toContain("---\n")
    return mail()
  }

  it("offers the pages that links in mails lead to, and the links sign in", async () => {
    const mail = await signInMail(server, "ada@example.com")
    const [, path = "", token = ""] = /https:\/\/shop\.example(\/api\/v1\/auth\/links\/sign-in)#token=([\w.~%-]+)/.exec(mail) ?? []
    expect([path, token]).toEqual(["/api/v1/auth/links/sign-in", expect.stringMatching(/.{40}/)])
    for (const name of ["sign-in", "confirm-email", "reset-password"]) {
      const page = await fetch(`${server.url}/api/v1/auth/links/${name}`)
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
      const text = await page.text()
      expect(text).toContain("data-next=\"/account\"")
      expect(text.includes("<h1>Come in</h1>")).toBe(name === "sign-in")
    }
    const entered = await ask(
      `${server.url}/api/v1/auth/passwordless/verify`,
      "POST",
      { token: decodeURIComponent(token) }
    )
    expect([entered.status, entered.body["user"]]).toEqual([200, expect.objectContaining({ email: "ada@example.com" })])
  })

  it("offers no pages and sends codes only, where it says nothing of links", async () => {
    expect(await signInMail(without, "ada@example.com")).not.toContain("http")
    expect((await fetch(`${without.url}/api/v1/auth/links/sign-in`)).status).toBe(404)
  })

  it("asks about new passwords where it is switched on, by five digits of a hash, and refuses breached ones", async () => {
    const register = ({ url }: StoaCommand.Serving) =>
      ask(`${url}/api/v1/auth/register`, "POST", { email: "grace@example.com", password: breached })
    const refused = await register(server)
    expect([refused.status, refused.body["code"]]).toEqual([400, "weak_password"])
    const questions = readFileSync(asked, "utf8")
    expect(questions).toBe(`https://api.pwnedpasswords.com/range/${hash.slice(0, 5)}\n`)
    expect((await register(without)).status).toBe(202)
    expect(readFileSync(asked, "utf8")).toBe(questions)
  })

  it("shows the administration page with what it loads, unless that is switched off", async () => {
    const page = await fetch(`${server.url}/admin`)
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
    const script = / src="([^"]+)"/.exec(await page.text())?.[1] ?? ""
    expect((await fetch(new URL(script, `${server.url}/admin`))).status).toBe(200)
    expect(server.out()).toContain("/admin, as owner@example.com")
    expect((await fetch(`${without.url}/admin`)).status).toBe(404)
    expect(without.out()).not.toContain("/admin,")
  })

  it("keeps files in its folder", async () => {
    const key = /sk_[A-Za-z0-9]+/.exec(server.out())?.[0] ?? ""
    const picture = Buffer.from(onePixel, "base64")
    const uploaded = await fetch(`${server.url}/api/v1/admin/media?name=board.png`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "image/png" },
      body: new Uint8Array(picture)
    })
    expect(uploaded.status).toBe(201)
    const { url } = (await uploaded.json()) as { readonly url: string }
    expect(Buffer.from(await (await fetch(`${server.url}${url}`)).arrayBuffer()).equals(picture)).toBe(true)
    const kept = readdirSync(join(folder.path, "pictures"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".png"))
    expect(kept.length).toBeGreaterThan(0)
  })
})

describe("a mistake in the environment", () => {
  it("is a sentence, and nothing is opened", async () => {
    const links = { STOA_LINKS_CONTINUE_TO: "/account", STOA_PUBLIC_URL: "https://shop.example" }
    const wrong: ReadonlyArray<readonly [Record<string, string>, string]> = [
      [{ STOA_CHECK_BREACHED_PASSWORDS: "yes" }, "STOA_CHECK_BREACHED_PASSWORDS is \"yes\", which is neither on nor off"],
      [{ STOA_LINKS_CONTINUE_TO: "/account" }, "STOA_PUBLIC_URL is not set"],
      [{ STOA_PUBLIC_URL: "shop.example" }, "STOA_PUBLIC_URL is \"shop.example\", which is no address of a server, such as https://shop.example"],
      [{ ...links, STOA_PUBLIC_URL: "shop.example" }, "STOA_PUBLIC_URL is \"shop.example\", which is no address of a server"],
      [{ ...links, STOA_LINKS_CONTINUE_TO: "//evil.example" }, "STOA_LINKS_CONTINUE_TO is \"//evil.example\""],
      [{ ...links, STOA_LINKS_WORDS: "none.json" }, "STOA_LINKS_WORDS is \"none.json\", which is not a file that can be read"],
      [{ ...links, STOA_LINKS_WORDS: file("typo.json", "{\"de\":{\"signTitle\":\"x\"}}") }, "which does not hold words by language"]
    ]
    const ended = await Promise.all(
      wrong.map(([env]) => StoaCommand.run(folder.path, ["serve", "-d", "none.db", "--port", "0"], { env }))
    )
    for (const [index, { code, err, out }] of ended.entries()) {
      const sentence = wrong[index]?.[1] ?? ""
      expect([sentence, code, out, err.includes(sentence)]).toEqual([sentence, 1, "", true])
    }
    expect(existsSync(join(folder.path, "none.db"))).toBe(false)
  })
})
