import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as OAuthSettings from "@stoa/core/identity/OAuthSettings"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { decodeJwt, exportPKCS8, generateKeyPair } from "jose"
import { appleId, type AppleVisitor, clientId, type Forgery, keyId, type PostedForm, teamId, visit } from "./testing/AppleId.ts"
import { clientId as houseClient, clientSecret, openIdProvider } from "./testing/OidcProvider.ts"
import { open } from "./testing/People.ts"

const base = "https://shop.test/api/v1"
const page = "https://shop.test/welcome"
const at = (provider: string) => `${base}/auth/oauth/${provider}/callback`
const told = JSON.stringify({ name: { firstName: "Ada", lastName: "Lovelace" }, email: "ada@example.com" })

describe("Sign in with Apple", () => {
  let server: Awaited<ReturnType<typeof open>>
  let apple: Awaited<ReturnType<typeof appleId>>
  let pear: Awaited<ReturnType<typeof appleId>>
  let house: Awaited<ReturnType<typeof openIdProvider>>
  let privateKey: string

  beforeAll(async () => {
    const key = await generateKeyPair("ES256", { extractable: true })
    const wrong = await generateKeyPair("ES256", { extractable: true })
    privateKey = await exportPKCS8(key.privateKey)
    apple = await appleId(key.publicKey)
    pear = await appleId(key.publicKey)
    house = await openIdProvider(at("house"), { claimsInToken: true })
    const team = { clientId, teamId, keyId, privateKey, insecure: true }
    server = await open(sqlite({ filename: ":memory:" }), {
      oauth: {
        callbackBase: base,
        redirects: [page],
        providers: [
          OAuthSettings.apple({ ...team, issuer: apple.issuer }),
          OAuthSettings.apple({ ...team, name: "pear", issuer: pear.issuer }),
          OAuthSettings.apple({
            ...team,
            name: "wrong-key",
            issuer: apple.issuer,
            privateKey: await exportPKCS8(wrong.privateKey)
          }),
          OAuthSettings.oidc({
            clientId: houseClient,
            clientSecret,
            insecure: true,
            name: "house",
            issuer: house.issuer,
            trustsEmail: true
          })
        ]
      }
    })
  })
  afterAll(async () => {
    await server.close()
    await Promise.all([apple.close(), pear.close(), house.close()])
  })

  const begin = async (provider: string, redirect?: string) => {
    const query = redirect === undefined ? "" : `?redirect=${encodeURIComponent(redirect)}`
    const response = await server.handler(new Request(`${base}/auth/oauth/${provider}/start${query}`))
    const header = response.headers.get("set-cookie") ?? ""
    return { location: response.headers.get("location") ?? "", header, cookie: header.split(";", 1)[0] ?? "" }
  }

  /** Begins in a browser and signs in at Apple: the form that it is told to post, and its cookie. */
  const away = async (provider = "apple", redirect?: string) => {
    const { cookie, header, location } = await begin(provider, redirect)
    return { form: await visit(location), cookie, header, location }
  }

  /** Posts a form as a browser does from a page of the provider. */
  const post = ({ action, fields }: PostedForm, cookie?: string) =>
    server.handler(
      new Request(action, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          origin: apple.issuer,
          "sec-fetch-site": "cross-site",
          ...(cookie === undefined ? {} : { cookie })
        },
        body: new URLSearchParams(fields).toString()
      })
    )

  const outcome = async (visitor: AppleVisitor | undefined, forgery?: Forgery, provider = "apple") => {
    apple.receives(visitor, forgery)
    const { cookie, form } = await away(provider)
    return await (await post(form, cookie)).json() as { readonly state: string; readonly code?: string; readonly error?: string }
  }

  const signIn = async (visitor: AppleVisitor) => {
    const { code = "" } = await outcome(visitor)
    return (await server.guest.oauth.exchange({ payload: { code } })).user
  }

  const found = async (search: string) => (await server.shop.accounts.list({ search })).items.map(({ email }) => email)

  const refusal = async (answer: Response) => [answer.status, (await answer.json() as { readonly code?: string }).code]

  it("goes to Apple, comes back by a form from its site, and keeps the name that is told once", async () => {
    apple.receives({ sub: "001.ada", email: "ada@example.com", isPrivate: "false", user: told })
    const { cookie, form, header, location } = await away("apple", page)
    assert.match(
      header,
      /^__Host-stoa_oauth_apple=ob_[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=None$/
    )
    assert.isAtMost(Number(/Max-Age=(\d+)/.exec(header)?.[1]), 600)
    assert.deepInclude(Object.fromEntries(new URL(location).searchParams), {
      response_type: "code",
      response_mode: "form_post",
      client_id: clientId,
      redirect_uri: at("apple"),
      scope: "openid email name"
    })
    assert.strictEqual(form.action, at("apple"))
    const response = await post(form, cookie)
    assert.strictEqual(response.status, 303)
    assert.match(response.headers.get("set-cookie") ?? "", /^__Host-stoa_oauth_apple=; Max-Age=0;.*Secure; SameSite=None$/)
    const [to, fragment] = (response.headers.get("location") ?? "").split("#")
    assert.strictEqual(to, page)
    const { code = "", oauth } = Object.fromEntries(new URLSearchParams(fragment))
    assert.strictEqual(oauth, "admitted")
    const { user } = await server.guest.oauth.exchange({ payload: { code } })
    assert.deepInclude(user, { email: "ada@example.com", emailVerified: true, name: "Ada Lovelace" })
    // Apple tells no name from now on, and who would like another one says so in the profile
    const another = JSON.stringify({ name: { firstName: "Mallory" } })
    for (const again of [{ sub: "001.ada", email: "ada@example.com" }, { sub: "001.ada", user: another }]) {
      const { id, name } = await signIn(again)
      assert.deepStrictEqual([id, name], [user.id, "Ada Lovelace"])
    }
  })

  it("shows a secret that the key of the team has signed, good for minutes and made anew each time", async () => {
    apple.secrets.length = 0
    await signIn({ sub: "001.ada" })
    await signIn({ sub: "001.ada" })
    const [first = "", second = ""] = apple.secrets
    const { aud, exp = 0, iat = 0, iss, sub } = decodeJwt(first)
    assert.deepStrictEqual([iss, sub, aud, exp - iat], [teamId, clientId, apple.issuer, 300])
    assert.notStrictEqual(first, second)
    assert.deepInclude(await outcome({ sub: "001.ada" }, undefined, "wrong-key"), { state: "refused", error: "oauth_failed" })
  })

  it("takes addresses that Apple has verified, said as text or not, and those of its relay", async () => {
    const relay = "x7d8c9@privaterelay.appleid.com"
    for (const [email, emailVerified] of [["text@example.com", "true"], ["truth@example.com", true], [relay, "true"]] as const) {
      const user = await signIn({ sub: `of ${email}`, email, emailVerified, isPrivate: email === relay ? "true" : false })
      assert.deepInclude(user, { email, emailVerified: true, name: null })
    }
    for (const emailVerified of ["false", false, "yes", "TRUE"]) {
      const answer = await outcome({ sub: "of nobody", email: "victim@example.com", emailVerified })
      assert.deepInclude(answer, { state: "refused", error: "oauth_email_unverified" })
    }
    assert.deepStrictEqual(await found("victim"), [])
  })

  it("is not upset by what stands where the name should be", async () => {
    const junk = ["{", "null", "[]", "\"Ada\"", "{\"name\":null}", "{\"name\":{\"firstName\":7}}", "x".repeat(3_000)]
    for (const [index, user] of junk.entries()) {
      assert.strictEqual((await signIn({ sub: `junk ${index}`, email: `junk${index}@example.com`, user })).name, null, user)
    }
    const long = JSON.stringify({ name: { firstName: `A\0${"😀".repeat(150)}`, lastName: "B" } })
    const { name } = await signIn({ sub: "long", email: "long@example.com", user: long })
    assert.isAtMost(name?.length ?? 0, 200)
    assert.isTrue(name?.startsWith("A😀"))
  })

  it("attack 58, login CSRF: a form in another browser, of another provider, in an address or twice opens nothing", async () => {
    apple.receives({ sub: "001.mallory", email: "mallory@example.com" })
    const { cookie, form } = await away()
    const stranger = await begin("apple")
    const other = await begin("pear")
    const secret = (text: string) => text.split("=")[1] ?? ""
    const foreign = [
      undefined,
      stranger.cookie,
      other.cookie,
      `__Host-stoa_oauth_apple=${secret(other.cookie)}`,
      // a cookie that another host of the domain could have set
      `stoa_oauth_apple=${secret(cookie)}`
    ]
    for (const sent of foreign) {
      assert.deepStrictEqual(await refusal(await post(form, sent)), [400, "invalid_oauth_state"])
    }
    const asAddress = `${form.action}?${new URLSearchParams(form.fields)}`
    const lax = `stoa_oauth_apple=${secret(cookie)}`
    assert.deepStrictEqual(
      await refusal(await server.handler(new Request(asAddress, { headers: { cookie: `${cookie}; ${lax}` } }))),
      [400, "invalid_oauth_state"]
    )
    const elsewhere = { ...form, action: at("pear") }
    assert.deepStrictEqual(
      await refusal(await post(elsewhere, `__Host-stoa_oauth_pear=${secret(cookie)}`)),
      [400, "invalid_oauth_state"]
    )
    // a provider that answers by an address gets no cookie that comes along with a form
    const atHouse = await begin("house")
    const state = new URL(atHouse.location).searchParams.get("state") ?? ""
    assert.match(atHouse.header, /^__Host-stoa_oauth_house=.*; HttpOnly; Secure; SameSite=Lax$/)
    assert.deepStrictEqual(
      await refusal(await post({ action: at("house"), fields: { state, code: "x" } }, atHouse.cookie)),
      [400, "invalid_oauth_state"]
    )
    assert.deepStrictEqual(await found("mallory"), [])
    // it was still good for the browser that began it, once
    assert.strictEqual((await post(form, cookie)).status, 200)
    assert.deepStrictEqual(await refusal(await post(form, cookie)), [400, "invalid_oauth_state"])
    assert.deepStrictEqual(await found("mallory"), ["mallory@example.com"])
  })

  it("attack RFC 9700 4.4, mix-up: a code of another provider or of another sign-in opens nothing", async () => {
    pear.receives({ sub: "001.victim", email: "victim@example.com" })
    apple.receives({ sub: "001.victim", email: "victim@example.com" })
    const stolen = [await away("pear"), await away("apple")]
    for (const { form } of stolen) {
      const mine = await away("apple")
      const answer = await post({ ...mine.form, fields: { ...mine.form.fields, code: form.fields["code"] ?? "" } }, mine.cookie)
      assert.deepInclude(await answer.json() as object, { state: "refused", error: "oauth_failed" })
    }
    assert.deepStrictEqual(await found("victim"), [])
  })

  it("attack 50, forged claims: an ID token of another key, audience, issuer, sign-in or time makes no account", async () => {
    for (const forgery of ["signature", "audience", "nonce", "issuer", "expired"] as const) {
      const answer = await outcome({ sub: "001.forged", email: "forged@example.com" }, forgery)
      assert.deepInclude(answer, { state: "refused", error: "oauth_failed" }, forgery)
    }
    assert.deepStrictEqual(await found("forged"), [])
  })

  it("answers bad forms as bad requests, and says that somebody did not agree", async () => {
    assert.deepInclude(await outcome(undefined), { state: "refused", error: "oauth_failed" })
    const send = (body: string, type = "application/x-www-form-urlencoded") =>
      server.handler(new Request(at("apple"), { method: "POST", headers: { "content-type": type }, body }))
    assert.strictEqual((await send("")).status, 400)
    assert.strictEqual((await send("state=a&state=b&code=c")).status, 400)
    assert.strictEqual((await send("{}", "application/json")).status, 415)
    assert.strictEqual((await send("x".repeat(1_100_000))).status, 413)
  })

  it("refuses a key that cannot sign and an address that is not safe when the engine starts, and repeats no key", async () => {
    const key = await exportPKCS8((await generateKeyPair("RS256", { extractable: true })).privateKey)
    const starts = (callbackBase: string, given: string) =>
      createStoa({
        storage: sqlite({ filename: ":memory:" }),
        workers: false,
        oauth: {
          callbackBase,
          redirects: [],
          providers: [OAuthSettings.apple({ clientId, teamId, keyId, privateKey: given })]
        }
      }).then(async (shop) => {
        await shop.close()
        return ""
      }, (error: unknown) => String(error))
    for (const given of [key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", ""]) {
      const message = await starts(base, given)
      assert.match(message, /no private key for ES256/)
      assert.notInclude(message, "AAAA")
    }
    assert.match(await starts("http://shop.test/api/v1", privateKey), /needs a callbackBase with https/)
    assert.strictEqual(await starts(base, privateKey), "")
  })
})
