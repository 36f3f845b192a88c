import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createClient, StoaProblem } from "./client/index.ts"
import { serve } from "./Server.ts"

/** A shop behind a real server, its client, and what it sends. */
const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    texts: mailbox.texts,
    workers: false,
    identity: {
      argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      links: { signIn: "https://shop.example/in", resetPassword: "https://shop.example/new" }
    }
  })
  const server = await serve(shop, { port: 0, accessLog: false, rateLimits: false })
  const client = createClient({ baseUrl: server.url })
  /** Works off what waits and reads the last mail. */
  const mail = async () => {
    await shop.jobs.drain()
    const text = mailbox.mails.splice(0).at(-1)?.text ?? ""
    return { code: /\b\d{6}\b/.exec(text)?.[0] ?? "", token: /#token=([\w-]+)/.exec(text)?.[1] ?? "" }
  }
  const text = async () => {
    await shop.jobs.drain()
    return /\b\d{6}\b/.exec(mailbox.messages.splice(0).at(-1)?.text ?? "")?.[0] ?? ""
  }
  const as = (token: string) => createClient({ baseUrl: server.url, token })
  return { shop, client, as, mail, text, url: server.url, close: () => server.close() }
}

const problemOf = async (call: Promise<unknown>): Promise<StoaProblem> => {
  const error = await call.then(() => undefined, (error: unknown) => error)
  assert.instanceOf(error, StoaProblem)
  return error
}

describe("signing in over HTTP", () => {
  let s: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    s = await open()
  })
  afterAll(() => s.close())

  it("needs no password: a code and a link by mail sign in, once each", async () => {
    const { challengeId } = await s.client.auth.startPasswordless({ payload: { email: "ada@example.com" } })
    const { code } = await s.mail()
    const { accessToken, user } = await s.client.auth.verifyPasswordless({ payload: { challengeId, code } })
    assert.strictEqual((await s.as(accessToken).me.get()).email, "ada@example.com")
    const spent = await problemOf(s.client.auth.verifyPasswordless({ payload: { challengeId, code } }))
    assert.deepStrictEqual([spent.status, spent.code], [400, "invalid_code"])

    await s.client.auth.startPasswordless({ payload: { email: "ada@example.com" } })
    const { token } = await s.mail()
    assert.strictEqual((await s.client.auth.verifyPasswordless({ payload: { token } })).user.id, user.id)
  })

  it("attack 53, a mail scanner that opens whatever it finds does not spend a link", async () => {
    await s.client.auth.startPasswordless({ payload: { email: "ada@example.com" } })
    const { token } = await s.mail()
    for (const path of ["/auth/passwordless/verify", "/auth/email/verify", "/auth/password/reset"]) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const response = await fetch(`${s.url}/api/v1${path}?token=${token}`, { method })
        assert.include([204, 404, 405], response.status)
      }
    }
    assert.strictEqual((await s.client.auth.verifyPasswordless({ payload: { token } })).user.email, "ada@example.com")
  })

  it("attack 52, enumeration: known and unknown addresses get the same answers to the header", async () => {
    const answer = async (path: string, body: object) => {
      const response = await fetch(`${s.url}/api/v1${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body)
      })
      const text = (await response.text()).replace(/chal_[0-9a-z]{26}/, "chal").replace(/"\d{4}-[^"]*Z"/, "time")
      const headers = [...response.headers.keys()].filter((name) => name !== "x-request-id").sort()
      return JSON.stringify([response.status, text.replace(/req_[0-9a-z]{26}/, "req"), headers])
    }
    const password = "a long enough secret"
    const { challengeId } = await s.client.auth.startPasswordless({ payload: { email: "carol@example.com" } })
    await s.client.auth.verifyPasswordless({ payload: { challengeId, code: (await s.mail()).code } })
    for (
      const [path, more] of [
        ["/auth/passwordless/start", {}],
        ["/auth/password/forgot", {}],
        ["/auth/register", { password }],
        ["/auth/login", { password }]
      ] as const
    ) {
      const known = await answer(path, { email: "carol@example.com", ...more })
      assert.strictEqual(known, await answer(path, { email: "stranger@example.com", ...more }), path)
    }
    await s.mail()
  })

  it("registers, forgets and changes a password, moves to another address and adds a number", async () => {
    const bob = { email: "bob@example.com", password: "river stone eight" }
    const { challengeId } = await s.client.auth.register({ payload: { ...bob, name: "Bob" } })
    const { code } = await s.mail()
    const registered = await s.client.auth.verifyEmail({ payload: { challengeId, code } })
    assert.strictEqual(registered.tokens?.user.name, "Bob")

    await s.client.auth.forgotPassword({ payload: { email: bob.email } })
    await s.client.auth.resetPassword({ payload: { token: (await s.mail()).token, password: "second stone nine" } })
    const old = await problemOf(s.client.auth.login({ payload: bob }))
    assert.deepStrictEqual([old.status, old.code], [401, "invalid_credentials"])
    const tokens = await s.client.auth.login({ payload: { ...bob, password: "second stone nine" } })
    const own = s.as(tokens.accessToken)
    await own.auth.changePassword({ payload: { currentPassword: "second stone nine", password: "third stone ten" } })
    await s.mail()

    const change = await own.auth.changeEmail({ payload: { email: "robert@example.com" } })
    await s.shop.jobs.drain()
    assert.match(change.current.challengeId, /^chal_/)
    const phone = await own.auth.changePhone({ payload: { phone: "+14155550123" } })
    const confirmed = await own.auth.verifyPhone({ payload: { challengeId: phone.challengeId, code: await s.text() } })
    assert.strictEqual(confirmed.phone, "+14155550123")
    assert.strictEqual((await own.auth.phone()).phone, "+14155550123")
    const start = await s.client.auth.startPasswordless({ payload: { phone: "+14155550123" } })
    const entered = await s.client.auth.verifyPasswordless({
      payload: { challengeId: start.challengeId, code: await s.text() }
    })
    assert.strictEqual(entered.user.email, bob.email)
    await own.auth.removePhone()
    assert.strictEqual((await problemOf(own.auth.phone())).code, "phone_not_found")
    assert.strictEqual((await problemOf(s.client.auth.phone())).status, 401)
  })

  it("names what is wrong with an input", async () => {
    const problem = await problemOf(s.client.auth.startPasswordless({ payload: {} }))
    assert.strictEqual(problem.code, "invalid_input")
    const both = await fetch(`${s.url}/api/v1/auth/passwordless/start`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", phone: "+14155550123" })
    })
    assert.strictEqual(both.status, 400)
    assert.include(await both.text(), "Expected email or phone")
  })
})
