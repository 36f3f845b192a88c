import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { toFetchHandler } from "./FetchHandler.ts"

const ada = { email: "ada@example.com", password: "tulip lamp seven" }
const origin = "https://shop.test"
const friend = "https://app.shop.test"

/** A shop, and a browser that keeps its cookies. */
const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } }
  })
  const handler = toFetchHandler(shop, {
    accessLog: false,
    rateLimits: false,
    cors: { origins: [friend], credentials: true }
  })
  const { challengeId } = await shop.auth.register(ada)
  await shop.jobs.drain()
  await shop.auth.verifyEmail({ challengeId, code: Mailbox.takeCode(mailbox) })
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string, base = origin) =>
    handler(
      new Request(`${base}/api/v1${path}`, {
        method,
        headers: { host: new URL(base).host, ...headers },
        ...(body === undefined ? {} : { body })
      })
    )
  const json = { "content-type": "application/json" }
  const signIn = async (headers: Record<string, string> = { "sec-fetch-site": "same-origin" }, base = origin) =>
    send("POST", "/auth/login", { ...json, "stoa-session": "cookie", ...headers }, JSON.stringify(ada), base)
  const close = async () => {
    await handler.close()
    await shop.close()
  }
  return { shop, send, signIn, json, close }
}

/** What a browser sends back of what it was asked to keep. */
const jar = (response: Response): string =>
  response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "").join("; ")

const code = async (response: Response) => (await response.json() as { readonly code: string }).code

describe("a session in cookies", () => {
  let s: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    s = await open()
  })
  afterAll(() => s.close())

  it("is kept out of the reach of scripts and of other hosts, and out of the answer", async () => {
    const response = await s.signIn()
    assert.strictEqual(response.status, 200)
    const [session = "", refresh = ""] = response.headers.getSetCookie()
    assert.match(session, /^__Host-stoa_session=[^;]+; Max-Age=(900|899); Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assert.match(refresh, /^__Host-stoa_refresh=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    const body = await response.json() as Record<string, unknown>
    assert.deepInclude(body, { accessToken: "", refreshToken: "" })
    const me = await s.send("GET", "/me", { cookie: jar(response) })
    assert.strictEqual((await me.json() as { readonly email: string }).email, ada.email)
  })

  it("goes on with a refresh without a body's token, and ends with signing out", async () => {
    const first = await s.signIn()
    const here = { ...s.json, "sec-fetch-site": "same-origin" }
    const renewed = await s.send("POST", "/auth/refresh", { ...here, cookie: jar(first) }, "{}")
    assert.strictEqual(renewed.status, 200)
    assert.notStrictEqual(jar(renewed), jar(first))
    assert.deepInclude(await renewed.json() as object, { accessToken: "", refreshToken: "" })
    const out = await s.send("POST", "/auth/logout", { "sec-fetch-site": "same-origin", cookie: jar(renewed) })
    assert.strictEqual(out.status, 204)
    for (const cookie of out.headers.getSetCookie()) assert.match(cookie, /^__Host-stoa_\w+=; Max-Age=0;/)
    assert.strictEqual((await s.send("GET", "/me", { cookie: jar(renewed) })).status, 401)
    // what has ended is no obstacle to signing in again
    assert.strictEqual((await s.signIn({ "sec-fetch-site": "same-origin", cookie: jar(renewed) })).status, 200)
    const none = await s.send("POST", "/auth/refresh", here, "{}")
    assert.deepStrictEqual([none.status, await code(none)], [401, "invalid_token"])
  })

  it("has names without a prefix where there is no HTTPS, and is not mixed up with the other", async () => {
    const base = "http://shop.test"
    const response = await s.signIn({ origin: base }, base)
    assert.strictEqual(response.status, 200)
    assert.match(response.headers.getSetCookie()[0] ?? "", /^stoa_session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.strictEqual((await s.send("GET", "/me", { cookie: jar(response) }, undefined, base)).status, 200)
    assert.strictEqual((await s.send("GET", "/me", { cookie: jar(response) })).status, 401)
  })

  it("attack 58, CSRF: what another site has the browser send is refused, and changes nothing", async () => {
    const cookie = jar(await s.signIn())
    const foreign: ReadonlyArray<Record<string, string>> = [
      {},
      { origin: "null" },
      { origin: "https://evil.example" },
      { origin: "https://shop.test.evil.example" },
      { origin: "https://evil.shop.test" },
      { origin: "http://shop.test" },
      { origin: "https://shop.test:444" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", origin },
      { origin: "not an origin" }
    ]
    const kinds = ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    for (const headers of foreign) {
      for (const contentType of kinds) {
        const response = await s.send("PATCH", "/me", { cookie, "content-type": contentType, ...headers }, "{\"name\":\"Eve\"}")
        assert.deepStrictEqual([response.status, await code(response)], [403, "cross_site_request"], JSON.stringify(headers))
      }
      const refresh = await s.send("POST", "/auth/refresh", { cookie, ...s.json, ...headers }, "{}")
      assert.strictEqual(refresh.status, 403)
      // nor does another site sign somebody in to its own account
      assert.strictEqual((await s.signIn(headers)).status, 403)
    }
    const me = await (await s.send("GET", "/me", { cookie })).json() as { readonly name: unknown }
    assert.isNull(me.name)
  })

  it("attack 58, CSRF: a page of the shop, and one that the shop trusts, may change things", async () => {
    const cookie = jar(await s.signIn())
    const own: ReadonlyArray<Record<string, string>> = [
      { origin },
      { "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "same-origin", origin },
      { "sec-fetch-site": "none" },
      { origin: friend, "sec-fetch-site": "same-site" }
    ]
    for (const headers of own) {
      const response = await s.send("PATCH", "/me", { cookie, ...s.json, ...headers }, "{\"name\":\"Ada\"}")
      assert.strictEqual(response.status, 200, JSON.stringify(headers))
    }
    const plain = await s.send("PATCH", "/me", { cookie, "content-type": "text/plain", origin }, "{\"name\":\"Eve\"}")
    assert.strictEqual(plain.status, 415)
    assert.strictEqual((await s.send("PATCH", "/me", { cookie, origin, "content-type": "application/x-www-form-urlencoded" }, "name=Eve")).status, 415)
  })

  it("is not asked of callers who say who they are", async () => {
    const { accessToken } = await s.shop.auth.login(ada)
    const cookie = jar(await s.signIn())
    const headers = { authorization: `Bearer ${accessToken}`, cookie, ...s.json, origin: "https://anywhere.example" }
    assert.strictEqual((await s.send("PATCH", "/me", headers, "{\"name\":\"Ada\"}")).status, 200)
    const wrong = await s.send("GET", "/me", { authorization: "Bearer wrong", cookie })
    assert.strictEqual(wrong.status, 401)
    const body = await s.send("POST", "/auth/login", s.json, JSON.stringify(ada))
    assert.deepStrictEqual(body.headers.getSetCookie(), [])
    assert.notStrictEqual((await body.json() as { readonly accessToken: string }).accessToken, "")
  })
})
