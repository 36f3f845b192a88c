/**
 * A shop, and people who come to it over HTTP with the typed client.
 */
import { createStoa } from "@stoa/core"
import type { StoaOptions } from "@stoa/core/engine/Options"
import type { Plugin } from "@stoa/core/engine/Plugin"
import type { User } from "@stoa/core/identity/Account"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import type { Storage } from "@stoa/core/engine/Storage"
import { type Client, createClient, StoaProblem } from "../client/index.ts"
import { toFetchHandler } from "../FetchHandler.ts"

export interface Person {
  readonly user: User
  /** The API as this person calls it. */
  readonly as: Client
  readonly accessToken: string
}

export const password = "tulip lamp seven"

/** Opens a shop on an empty storage. Whoever opens one closes it. */
export const open = async <Native, Migrations>(
  storage: Storage<Native, Migrations>,
  options: Omit<Partial<StoaOptions<never, never, ReadonlyArray<Plugin>>>, "storage"> = {}
) => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage,
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } },
    secret: "a secret of more than 32 characters",
    ...options
  })
  const handler = toFetchHandler(shop, { accessLog: false, rateLimits: false })
  const fetch = ((input: string | URL, init?: RequestInit) => handler(new Request(input, init))) as typeof globalThis.fetch
  const connect = (token?: string) =>
    createClient({ baseUrl: "http://shop.test", fetch, retries: 0, ...(token === undefined ? {} : { token }) })

  /** Registers somebody, confirms their address, and signs them in. */
  const signIn = async (email: string): Promise<Person> => {
    const guest = connect()
    const { challengeId } = await guest.auth.register({ payload: { email, password } })
    await shop.jobs.drain()
    await guest.auth.verifyEmail({ payload: { challengeId, code: Mailbox.takeCode(mailbox) } })
    const { accessToken, user } = await guest.auth.login({ payload: { email, password } })
    return { user, accessToken, as: connect(accessToken) }
  }

  /** Signs in who may do everything. */
  const signInOwner = async (): Promise<Person> => {
    const owner = await signIn("owner@example.com")
    await shop.users.assignRoles(owner.user.id, { roles: ["owner"] })
    return owner
  }

  return {
    shop,
    handler,
    mailbox,
    connect,
    guest: connect(),
    signIn,
    signInOwner,
    close: async () => {
      await handler.close()
      await shop.close()
    }
  }
}

/** Status and code of the problem that a call is answered with. An answer without one fails the test. */
export const problem = async (call: Promise<unknown>): Promise<readonly [number, string]> => {
  const error = await call.then(() => undefined, (error: unknown) => error)
  if (error instanceof StoaProblem) return [error.status, error.code]
  throw new Error("Expected a problem", { cause: error })
}
