import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import type { RiskAssessor } from "@stoa/core/identity/RiskAssessor"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createClient } from "./client/index.ts"
import { serve } from "./Server.ts"

const ada = { email: "ada@example.com", password: "tulip lamp seven" }

/** Thinks of a program what its name says. */
const riskAssessor: RiskAssessor = {
  assess: ({ client: { userAgent } }) =>
    Effect.succeed({
      verdict: userAgent === "Robot/1" ? "challenge" : userAgent === "Robot/2" ? "deny" : "allow",
      score: 7,
      reasons: ["name"]
    })
}

const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } },
    riskAssessor,
    placeLocator: { locate: () => Effect.succeed({ name: "Portland, US" }) }
  })
  const server = await serve(shop, { port: 0, accessLog: false, rateLimits: false })
  const guest = createClient({ baseUrl: server.url })
  const { challengeId } = await guest.auth.register({ payload: ada })
  await shop.jobs.drain()
  await guest.auth.verifyEmail({ payload: { challengeId, code: Mailbox.takeCode(mailbox) } })
  const post = async (path: string, userAgent: string, body: object) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": userAgent },
      body: JSON.stringify(body)
    })
    return { status: answer.status, body: await answer.json() as Readonly<Record<string, unknown>> }
  }
  return { shop, server, mailbox, post, close: () => server.close() }
}

describe("adaptive risk over HTTP", () => {
  let s: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    s = await open()
  })
  afterAll(() => s.close())

  it("a sign-in that looks unlike its owner ends with a code from their mailbox", async () => {
    const asked = await s.post("/auth/login", "Robot/1", ada)
    assert.strictEqual(asked.status, 401)
    assert.deepInclude(asked.body, { code: "second_factor_required", methods: ["email_code"] })
    await s.shop.jobs.drain()
    const code = Mailbox.takeCode(s.mailbox)
    const { challengeId } = asked.body
    const wrong = await s.post("/auth/mfa/verify", "Robot/1", { challengeId, method: "totp", code })
    assert.deepStrictEqual([wrong.status, wrong.body["code"]], [400, "invalid_code"])
    const tokens = await s.post("/auth/mfa/verify", "Robot/1", { challengeId, method: "email_code", code })
    assert.strictEqual(tokens.status, 200)

    const own = createClient({ baseUrl: s.server.url, token: String(tokens.body["accessToken"]) })
    const { items } = await own.auth.loginHistory({ query: {} })
    assert.deepInclude(items[0], {
      outcome: "succeeded",
      method: "password+email_code",
      place: "Portland, US",
      risk: { verdict: "challenge", score: 7, reasons: ["name"] }
    })
    assert.strictEqual((await own.auth.sessions()).items[0]?.place, "Portland, US")
  })

  it("one that is refused is answered like a wrong password, and its owner hears of it", async () => {
    const refused = await s.post("/auth/login", "Robot/2", ada)
    const wrong = await s.post("/auth/login", "Robot/2", { ...ada, password: "not the password" })
    const { requestId: one, ...first } = refused.body
    const { requestId: other, ...second } = wrong.body
    assert.notStrictEqual(one, other)
    assert.deepStrictEqual([refused.status, first], [wrong.status, second])
    await s.shop.jobs.drain()
    assert.match(s.mailbox.mails.at(-1)?.subject ?? "", /refused a sign-in/)
  })
})
