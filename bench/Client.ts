/**
 * A client of the API: one connection to a server in a process of its own, and who asks.
 */
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import type { Answer, Asked, Who } from "./Asked.ts"
import * as Bulk from "./Bulk.ts"
import * as Load from "./Load.ts"
import type { Processes } from "./Processes.ts"
import { storage, type Target } from "./server/Target.ts"
import * as Shopper from "./Shopper.ts"

export interface Client extends AsyncDisposable {
  /** The answer is read when somebody looks at its `items`. */
  readonly ask: (asked: Asked) => Promise<Answer>
}

/** What somebody proves with who they are. */
const credentials = async (target: Target, who: ReadonlySet<Who>): Promise<Readonly<Record<Who, Readonly<Record<string, string>>>>> => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({ storage: storage(target), workers: false, mailer: mailbox.mailer })
  const signedIn = async () => {
    const { challengeId } = await shop.auth.startPasswordless({ email: Bulk.customerEmail })
    await shop.jobs.drain()
    const { accessToken } = await shop.auth.verifyPasswordless({ challengeId, code: Mailbox.takeCode(mailbox) })
    return { authorization: `Bearer ${accessToken}` }
  }
  try {
    const { secret } = await shop.apiKeys.create({ name: "bench", permissions: ["analytics:read", "catalog:read", "orders:read"] })
    return { guest: {}, customer: who.has("customer") ? await signedIn() : {}, staff: { "x-api-key": secret } }
  } finally {
    await shop.close()
  }
}

/** Starts a server that does nothing of its own meanwhile, and connects to it as all who will ask. */
export const open = async (processes: Processes, target: Target, who: ReadonlySet<Who>): Promise<Client> => {
  const headers = await credentials(target, who)
  const server = await processes.serve({ target, counts: false, workers: false })
  // once somebody asks, as servers wait for the first request no longer than for the next
  let connection: Load.Connection | undefined
  return {
    ask: async ({ path, who }) => {
      const asked = async (through: Load.Connection | undefined) => {
        connection = through ?? await Load.connect(server.port)
        return connection.request("GET", path, headers[who])
      }
      // servers close what nobody has used for some seconds, as while another shop was asked something that takes long
      const answer = Shopper.expect(await asked(connection).catch(() => asked(undefined)), 200)
      return {
        get items() {
          return Shopper.json<Answer>(answer).items
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      connection?.close()
      await server[Symbol.asyncDispose]()
    }
  }
}
