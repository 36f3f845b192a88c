import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } from "nid-webauthn-emulator"
import { TOTP } from "otpauth"
import { createClient, StoaProblem } from "./client/index.ts"
import { serve } from "./Server.ts"

const origin = "https://shop.example"

/** A shop behind a real server. */
const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: {
      argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      passkeys: { rpId: "shop.example", rpName: "The shop", origins: [origin] }
    }
  })
  const server = await serve(shop, { port: 0, accessLog: false, rateLimits: false })
  const as = (token?: string) => createClient({ baseUrl: server.url, ...(token === undefined ? {} : { token }) })
  const register = async (who: { readonly email: string; readonly password: string }) => {
    const { challengeId } = await as().auth.register({ payload: who })
    await shop.jobs.drain()
    const { tokens } = await as().auth.verifyEmail({ payload: { challengeId, code: Mailbox.takeCode(mailbox) } })
    return tokens?.accessToken ?? ""
  }
  return { as, register, close: () => server.close() }
}

const problemOf = async (call: Promise<unknown>): Promise<StoaProblem> => {
  const error = await call.then(() => undefined, (error: unknown) => error)
  assert.instanceOf(error, StoaProblem)
  return error
}

/**
 * What an authenticator app shows, so many steps of half a minute from now. The server takes that of one step before or after; as a
 * step may end on the way to it, nobody shows one that is over.
 */
const shown = (secret: string, steps = 0) =>
  new TOTP({ secret, digits: 6, period: 30 }).generate({ timestamp: Date.now() + steps * 30_000 })

/** What a browser sends of what its authenticator made. */
const sent = (response: unknown) => JSON.parse(JSON.stringify(response))

describe("second factors over HTTP", () => {
  let s: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    s = await open()
  })
  afterAll(() => s.close())

  it("an authenticator app is enrolled, asked for at sign-in, proves again and goes", async () => {
    const ada = { email: "ada@example.com", password: "tulip lamp seven" }
    const own = s.as(await s.register(ada))
    const { secret, svg, uri } = await own.mfa.enrollTotp()
    assert.match(uri, /^otpauth:/)
    assert.match(svg, /^<svg/)
    const { recoveryCodes } = await own.mfa.confirmTotp({ payload: { code: shown(secret) } })
    assert.strictEqual(recoveryCodes?.length, 10)

    const asked = await problemOf(s.as().auth.login({ payload: ada }))
    assert.deepStrictEqual([asked.status, asked.code], [401, "second_factor_required"])
    const { challengeId, methods } = asked.problem as unknown as { readonly challengeId: string; readonly methods: unknown }
    assert.deepStrictEqual(methods, ["totp", "recovery_code"])
    const wrong = await problemOf(s.as().mfa.verify({ payload: { challengeId, method: "recovery_code", code: "x" } }))
    assert.deepStrictEqual([wrong.status, wrong.code], [400, "invalid_code"])
    const tokens = await s.as().mfa.verify({ payload: { challengeId, method: "totp", code: shown(secret, 1) } })
    const fresh = s.as(tokens.accessToken)
    assert.deepStrictEqual(await fresh.mfa.factors(), { totp: true, passkeys: 0, recoveryCodes: 10 })

    // the session that enrolled it has not proved it
    const stale = await problemOf(own.mfa.removeTotp())
    assert.deepStrictEqual([stale.status, stale.code], [403, "step_up_required"])
    const { recoveryCodes: [code = ""] } = await fresh.mfa.newRecoveryCodes()
    const renewed = await fresh.mfa.verify({ payload: { method: "recovery_code", code } })
    await s.as(renewed.accessToken).mfa.removeTotp()
    assert.strictEqual((await s.as().auth.login({ payload: ada })).user.email, ada.email)
  })

  it("a passkey is added, signs in by itself, is the second factor after a password, and goes", async () => {
    const bob = { email: "bob@example.com", password: "river stone eight" }
    const credentialsRepository = new PasskeysCredentialsMemoryRepository()
    const device = new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository }))
    const own = s.as(await s.register(bob))
    const made = await own.passkeys.registerOptions()
    const { passkey } = await own.passkeys.register({
      payload: {
        challengeId: made.challengeId,
        response: sent(device.createJSON(origin, made.options as never)),
        name: "Telephone"
      }
    })
    assert.strictEqual((await own.passkeys.list()).items[0]?.id, passkey.id)

    const guest = s.as()
    const use = async (secondFactorFor?: string) => {
      const { challengeId, options } = await guest.passkeys.loginOptions({
        payload: secondFactorFor === undefined ? {} : { secondFactorFor }
      })
      return { challengeId, response: sent(device.getJSON(origin, options as never)) }
    }
    const proof = await use()
    const tokens = await guest.passkeys.login({ payload: proof })
    assert.strictEqual(tokens.user.email, bob.email)
    const replayed = await problemOf(guest.passkeys.login({ payload: proof }))
    assert.deepStrictEqual([replayed.status, replayed.code], [400, "invalid_passkey"])

    const asked = await problemOf(guest.auth.login({ payload: bob }))
    const second = await guest.passkeys.login({ payload: await use(String(asked.problem["challengeId"])) })
    const mine = s.as(second.accessToken)
    await mine.passkeys.remove({ params: { id: passkey.id } })
    assert.deepStrictEqual((await mine.passkeys.list()).items, [])
    assert.strictEqual((await problemOf(mine.passkeys.remove({ params: { id: passkey.id } }))).code, "factor_not_found")
  })
})
