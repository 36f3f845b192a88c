import { sqlite } from "@stoa/adapter-sqlite"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { open, password, problem } from "./testing/People.ts"

const breached = "marble otter nine"
const refused = [400, "weak_password"] as const

describe("a new password that is known from a breach", () => {
  let server: Awaited<ReturnType<typeof open>>
  const asked: Array<string> = []

  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      passwordBreaches: {
        isBreached: (password) =>
          Effect.sync(() => {
            asked.push(password)
            return password === breached
          })
      }
    })
  })
  afterAll(() => server.close())

  it("is refused when somebody registers, before anything is written down", async () => {
    const before = server.mailbox.mails.length
    const register = (password: string) =>
      server.guest.auth.register({ payload: { email: "new@example.com", password } })
    assert.deepStrictEqual(await problem(register(breached)), refused)
    await server.shop.jobs.drain()
    assert.deepStrictEqual([server.mailbox.mails.length, (await server.shop.accounts.list({ search: "new" })).items], [before, []])
    await register("marble otter ten")
  })

  it("is refused when it is changed or reset, and the code stays good for another one", async () => {
    const { as, user } = await server.signIn("ada@example.com")
    const change = (password: string) =>
      as.auth.changePassword({ payload: { currentPassword: "tulip lamp seven", password } })
    assert.deepStrictEqual(await problem(change(breached)), refused)
    const { challengeId } = await server.guest.auth.forgotPassword({ payload: { email: user.email } })
    await server.shop.jobs.drain()
    const code = Mailbox.takeCode(server.mailbox)
    const reset = (password: string) => server.guest.auth.resetPassword({ payload: { challengeId, code, password } })
    assert.deepStrictEqual(await problem(reset(breached)), refused)
    const login = (password: string) => server.guest.auth.login({ payload: { email: user.email, password } })
    assert.strictEqual((await login(password)).user.id, user.id)
    await reset("violet kettle six")
    assert.strictEqual((await login("violet kettle six")).user.id, user.id)
  })

  it("is looked for only after the shop's own rules, and never at a sign-in", async () => {
    asked.length = 0
    assert.deepStrictEqual(
      await problem(server.guest.auth.register({ payload: { email: "b@example.com", password: "password1" } })),
      refused
    )
    await problem(server.guest.auth.login({ payload: { email: "ada@example.com", password: breached } }))
    assert.deepStrictEqual(asked, [])
  })
})
