import { sqlite } from "@stoa/adapter-sqlite"
import * as OAuthSettings from "@stoa/core/identity/OAuthSettings"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { browse, clientId, clientSecret, gitHub, listen, openIdProvider, type Visitor } from "./testing/OidcProvider.ts"
import { open, problem } from "./testing/People.ts"

const base = "http://shop.test/api/v1"
const page = "http://shop.test/welcome"
const at = (provider: string) => `${base}/auth/oauth/${provider}/callback`

describe("sign-in with others over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let house: Awaited<ReturnType<typeof openIdProvider>>
  let other: Awaited<ReturnType<typeof openIdProvider>>
  let hub: Awaited<ReturnType<typeof gitHub>>
  let beside: Awaited<ReturnType<typeof listen>>
  let moved: Awaited<ReturnType<typeof listen>>
  const reached: Array<string> = []

  beforeAll(async () => {
    house = await openIdProvider(at("house"), { claimsInToken: true })
    other = await openIdProvider(at("other"), { claimsInToken: false })
    hub = await gitHub()
    beside = await listen((request, response) => {
      reached.push(request.url ?? "")
      response.end("the secrets of a machine beside the shop")
    })
    moved = await listen((_request, response) => {
      response.writeHead(302, { location: `${beside.url}/latest/meta-data` }).end()
    })
    const client = { clientId, clientSecret, insecure: true }
    server = await open(sqlite({ filename: ":memory:" }), {
      oauth: {
        callbackBase: base,
        redirects: [page],
        providers: [
          OAuthSettings.oidc({ ...client, name: "house", issuer: house.issuer, trustsEmail: true }),
          OAuthSettings.oidc({ ...client, name: "other", issuer: other.issuer, trustsEmail: true }),
          OAuthSettings.oidc({ ...client, name: "moved", issuer: moved.url }),
          OAuthSettings.oidc({ clientId, name: "plain", issuer: beside.url }),
          OAuthSettings.oidc({ ...client, name: "gone", issuer: "http://127.0.0.1:9" }),
          OAuthSettings.gitHub({ ...client, site: hub.url, api: hub.url })
        ]
      }
    })
  })
  afterAll(async () => {
    await server.close()
    await Promise.all([house.close(), other.close(), hub.close(), beside.close(), moved.close()])
  })

  const get = (url: string, cookie?: string) =>
    server.handler(new Request(url, { headers: cookie === undefined ? {} : { cookie } }))

  /** Begins a sign-in in a browser. */
  const begin = async (provider: string, redirect?: string) => {
    const query = redirect === undefined ? "" : `?redirect=${encodeURIComponent(redirect)}`
    const response = await get(`${base}/auth/oauth/${provider}/start${query}`)
    const header = response.headers.get("set-cookie") ?? ""
    return {
      status: response.status,
      location: response.headers.get("location") ?? "",
      header,
      cookie: header.split(";", 1)[0] ?? ""
    }
  }

  /** Begins, goes to the provider and is sent back: the address of the callback, and the browser's cookie. */
  const visit = async (provider: string, redirect?: string) => {
    const { cookie, location } = await begin(provider, redirect)
    return { back: await browse(location, at(provider)), cookie }
  }

  const outcome = async (provider: string) => {
    const { back, cookie } = await visit(provider)
    const response = await get(back.href, cookie)
    return await response.json() as Record<string, string>
  }

  const signIn = async (visitor: Visitor, provider = "house") => {
    ;(provider === "house" ? house : other).receives(visitor)
    const { code } = await outcome(provider)
    return server.guest.oauth.exchange({ payload: { code: code ?? "" } })
  }

  it("goes to a real provider and back to the page of the shop, and ends in a session", async () => {
    house.receives({ id: "ada", email: "Ada@Example.com" })
    const begun = await begin("house", page)
    assert.strictEqual(begun.status, 302)
    assert.match(begun.header, /^stoa_oauth_house=ob_[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    const asked = new URL(begun.location)
    assert.strictEqual(asked.origin, house.issuer)
    assert.deepInclude(Object.fromEntries(asked.searchParams), {
      response_type: "code",
      client_id: clientId,
      redirect_uri: at("house"),
      scope: "openid email profile",
      code_challenge_method: "S256"
    })
    const back = await browse(begun.location, at("house"))
    assert.strictEqual(back.searchParams.get("iss"), house.issuer)
    const response = await get(back.href, begun.cookie)
    assert.strictEqual(response.status, 303)
    assert.match(response.headers.get("set-cookie") ?? "", /^stoa_oauth_house=; Max-Age=0/)
    const [to, told] = (response.headers.get("location") ?? "").split("#")
    assert.strictEqual(to, page)
    const { code, oauth } = Object.fromEntries(new URLSearchParams(told))
    assert.strictEqual(oauth, "admitted")
    const tokens = await server.guest.oauth.exchange({ payload: { code: code ?? "" } })
    const me = await server.connect(tokens.accessToken).me.get()
    assert.deepInclude(me, { email: "ada@example.com", emailVerified: true, name: "Ada Lovelace" })
    assert.deepStrictEqual(
      await problem(server.guest.oauth.exchange({ payload: { code: code ?? "" } })),
      [400, "invalid_code"]
    )
    assert.strictEqual((await signIn({ id: "ada", email: "ada@moved.example" })).user.id, me.id)
  })

  it("asks a provider that tells addresses only where it is asked, and believes none that is not verified", async () => {
    const { user } = await signIn({ id: "grace", email: "grace@example.com" }, "other")
    assert.strictEqual(user.email, "grace@example.com")
    for (const visitor of [{ id: "eve", email: "ada@example.com", emailVerified: false }, { id: "eve" }]) {
      house.receives(visitor)
      assert.deepInclude(await outcome("house"), { state: "refused", error: "oauth_email_unverified" })
    }
  })

  it("attack 58, login CSRF: an answer in another browser, or with another provider's cookie, opens nothing", async () => {
    house.receives({ id: "mallory", email: "mallory@example.com" })
    const { back, cookie } = await visit("house")
    const strangers = await begin("house")
    const others = await begin("other")
    for (
      const sent of [
        undefined,
        strangers.cookie,
        others.cookie,
        `stoa_oauth_house=${others.cookie.split("=")[1]}`,
        cookie.replace("_house=", "_other=")
      ]
    ) {
      const response = await get(back.href, sent)
      assert.strictEqual(response.status, 400)
      assert.strictEqual((await response.json() as { readonly code: string }).code, "invalid_oauth_state")
    }
    const moved = new URL(back.href.replace("/house/", "/other/"))
    assert.strictEqual((await get(moved.href, cookie.replace("_house=", "_other="))).status, 400)
    // it was still good for the browser that began it, once
    assert.strictEqual((await get(back.href, cookie)).status, 200)
    assert.strictEqual((await get(back.href, cookie)).status, 400)
  })

  it("attack RFC 9207, mix-up: an answer that another issuer signs for is refused", async () => {
    house.receives({ id: "mixed", email: "mixed@example.com" })
    for (const change of ["change", "leave out"]) {
      const { back, cookie } = await visit("house")
      if (change === "change") back.searchParams.set("iss", other.issuer)
      else back.searchParams.delete("iss")
      assert.deepInclude(await (await get(back.href, cookie)).json() as object, { state: "refused", error: "oauth_failed" })
    }
    assert.deepStrictEqual((await server.shop.accounts.list({ search: "mixed" })).items, [])
  })

  it("attack RFC 9700 4.5, code injection: the code of another's sign-in fails at PKCE and nonce", async () => {
    house.receives({ id: "victim", email: "victim@example.com" })
    const stolen = await visit("house")
    const mine = await visit("house")
    mine.back.searchParams.set("code", stolen.back.searchParams.get("code") ?? "")
    assert.deepInclude(await (await get(mine.back.href, mine.cookie)).json() as object, {
      state: "refused",
      error: "oauth_failed"
    })
    assert.deepStrictEqual((await server.shop.accounts.list({ search: "victim" })).items, [])
  })

  it("attack 59, requests to places of the attacker's choice: what a provider says of itself leads nowhere else", async () => {
    for (const provider of ["moved", "plain"]) {
      const response = await get(`${base}/auth/oauth/${provider}/start`)
      assert.strictEqual(response.status, 503, provider)
      assert.notMatch(await response.text(), /secrets|127\.0\.0\.1|meta-data/)
    }
    assert.deepStrictEqual(reached, [])
  })

  it("says that somebody did not agree, and that a provider is down or unknown", async () => {
    house.receives(undefined)
    const { back, cookie } = await visit("house", page)
    const response = await get(back.href, cookie)
    assert.strictEqual(response.headers.get("location"), `${page}#oauth=refused&error=oauth_failed`)
    assert.strictEqual((await begin("gone")).status, 503)
    assert.strictEqual((await begin("nobody")).status, 404)
    assert.strictEqual((await begin("house", "http://evil.test/")).status, 400)
    assert.strictEqual((await get(`${at("house")}?code=a&code=b&state=c`)).status, 400)
    assert.strictEqual((await get(at("house"))).status, 400)
  })

  it("links a provider to an account that has signed in, lists it and unlinks it", async () => {
    const { as, user } = await server.signIn("linus@example.com")
    other.receives({ id: "linus", email: "somebody.else@example.com" })
    const response = await server.handler(
      new Request(`${base}/auth/oauth/other/link`, {
        method: "POST",
        headers: { authorization: `Bearer ${(await server.guest.auth.login({ payload: { email: user.email, password: "tulip lamp seven" } })).accessToken}`, "content-type": "application/json" },
        body: "{}"
      })
    )
    const { url } = await response.json() as { readonly url: string }
    const cookie = (response.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? ""
    const linked = await get((await browse(url, at("other"))).href, cookie)
    assert.deepInclude(await linked.json() as object, { state: "linked" })
    assert.deepStrictEqual((await as.oauth.identities()).items.map(({ provider }) => provider), ["other"])
    assert.strictEqual((await signIn({ id: "linus", email: "somebody.else@example.com" }, "other")).user.id, user.id)
    await as.oauth.unlink({ params: { provider: "other" } })
    assert.deepStrictEqual((await as.oauth.identities()).items, [])
    assert.deepStrictEqual(await problem(server.guest.oauth.identities()), [401, "unauthenticated"])
  })

  it("signs in with GitHub by the number of the account and its confirmed primary address", async () => {
    const emails = [
      { email: "old@example.com", primary: false, verified: true },
      { email: "hubber@example.com", primary: true, verified: true }
    ]
    hub.receives({ id: 42, emails })
    const first = await outcome("github")
    const tokens = await server.guest.oauth.exchange({ payload: { code: first["code"] ?? "" } })
    assert.strictEqual(tokens.user.email, "hubber@example.com")
    const stolen = await visit("github")
    const mine = await visit("github")
    mine.back.searchParams.set("code", stolen.back.searchParams.get("code") ?? "")
    assert.deepInclude(await (await get(mine.back.href, mine.cookie)).json() as object, { error: "oauth_failed" })
    for (const [visitor, error] of [
      [{ id: 43, emails: [{ email: "hubber@example.com", primary: true, verified: false }] }, "oauth_email_unverified"],
      [{ id: 43, emails: [{ email: "hubber@example.com", primary: false, verified: true }] }, "oauth_email_unverified"],
      [{ id: 43, emails: { message: "nothing to see" } }, "oauth_email_unverified"],
      [{ id: "42", emails }, "oauth_failed"],
      [{ id: null, emails }, "oauth_failed"]
    ] as const) {
      hub.receives(visitor)
      assert.deepInclude(await outcome("github"), { state: "refused", error })
    }
  })

  it("attack 49, secrets in the database: no state, cookie, code or secret can be found in any table", async () => {
    house.receives({ id: "dora", email: "dora@example.com" })
    const { back, cookie } = await visit("house")
    const { code } = await (await get(back.href, cookie)).json() as { readonly code: string }
    const open = await begin("house")
    const sql = Context.getUnsafe(server.shop.context as unknown as Context.Context<SqlClient.SqlClient>, SqlClient.SqlClient)
    const text = JSON.stringify(
      await Effect.runPromise(Effect.gen(function*() {
        const tables = yield* sql<{ readonly name: string }>`
          SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
        return yield* Effect.forEach(tables, ({ name }) => sql`SELECT * FROM ${sql(name)}`)
      }))
    )
    assert.include(text, "dora@example.com")
    const hidden = [
      cookie.split("=")[1],
      open.cookie.split("=")[1],
      back.searchParams.get("state"),
      back.searchParams.get("code"),
      code,
      clientSecret
    ]
    for (const secret of hidden) {
      assert.isAtLeast(secret?.length ?? 0, 20)
      assert.notInclude(text, secret ?? "")
    }
  })
})
