/**
 * How fast queued mails leave by a real SMTP server, and what becomes of them where the process that sends them is killed in
 * the middle.
 */
import { smtp } from "@stoa/adapter-mail"
import { createStoa } from "@stoa/core"
import { Notifications } from "@stoa/core/notifications/Notifications"
import * as Effect from "effect/Effect"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { SMTPServer } from "smtp-server"
import type { Databases } from "./Databases.ts"
import type { Sizes } from "./Options.ts"
import type { Processes } from "./Processes.ts"
import type { Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

/** How many mails are on their way at once. */
const concurrency = 8

/** How many are written down in one transaction. */
const batch = 500

interface MailServer extends AsyncDisposable {
  readonly url: string
  /** How often each mail was taken, by its `Message-ID`. */
  readonly taken: ReadonlyMap<string, number>
  /** Resolves when so many different ones were; fails when none comes for a minute, for then the rest is lost. */
  readonly arrived: (count: number) => Promise<void>
}

const mailServer = async (): Promise<MailServer> => {
  const taken = new Map<string, number>()
  let waiting: { readonly count: number; readonly resolve: () => void; readonly patience: NodeJS.Timeout } | undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    // connections that wait for the next mail hold nobody up
    closeTimeout: 1,
    onData: (stream, _session, done) => {
      const chunks: Array<Buffer> = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        const id = /^message-id: *(\S+)/im.exec(Buffer.concat(chunks).toString("latin1"))?.[1] ?? ""
        taken.set(id, (taken.get(id) ?? 0) + 1)
        waiting?.patience.refresh()
        if (waiting !== undefined && taken.size >= waiting.count) {
          clearTimeout(waiting.patience)
          waiting.resolve()
          waiting = undefined
        }
        done()
      })
    }
  })
  // a client that was killed is no fault of the server's
  server.on("error", () => {})
  server.listen(0, "127.0.0.1")
  await once(server.server, "listening")
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    taken,
    arrived: (count) =>
      taken.size >= count
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
          const lost = () => reject(new Error(`Only ${taken.size} of ${count} mails arrived`))
          waiting = { count, resolve, patience: setTimeout(lost, 60_000) }
        }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve()))
  }
}

const queue = async (target: Target, url: string, count: number): Promise<void> => {
  // without a mailer nothing would be queued
  const shop = await createStoa({ storage: storage(target), workers: false, mailer: smtp({ url, from: "shop@example.com" }) })
  try {
    for (let from = 0; from < count; from += batch) {
      const messages = Array.from({ length: Math.min(batch, count - from) }, (_, index) => ({
        id: `bench:${from + index}`,
        recipient: { channel: "email" as const, address: `reader${from + index}@example.com` },
        template: "password-changed",
        data: { at: "2026-11-26 08:00" }
      }))
      await shop.run(Effect.flatMap(Notifications, ({ queue }) => queue(messages)))
    }
  } finally {
    await shop.close()
  }
}

/** Queued mails that all leave, with a process that sends them killed when half of them have left. */
export const measure = async (
  processes: Processes,
  databases: Databases,
  { mails }: Sizes,
  add: (table: Table) => void
): Promise<void> => {
  await using server = await mailServer()
  const target = await databases.create("mails", "NORMAL")
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const began = performance.now()
    await work
    return (performance.now() - began) / 1_000
  }
  const queued = await timed(queue(target, server.url, mails))
  const half = Math.ceil(mails / 2)
  const first = await processes.mailing({ target, url: server.url, concurrency })
  const sent = await timed(server.arrived(half))
  const resident = first.resident()
  await first.kill()
  const before = server.taken.size
  await using second = await processes.mailing({ target, url: server.url, concurrency })
  const afterwards = await timed(server.arrived(mails))
  add({
    title: `Mails by SMTP, ${target.backend}`,
    rows: [
      { name: `${mails.toLocaleString("en-US")} mails queued, ${batch} in a transaction`, figures: { "a second": mails / queued } },
      { name: `sent, ${concurrency} at once, templates and all`, figures: { "a second": half / sent, "resident MB": resident ?? Number.NaN } },
      {
        name: "the rest, by another process after the first was killed, its patience with the dead one's included",
        figures: { "a second": (mails - before) / afterwards, "resident MB": second.resident() ?? Number.NaN }
      },
      {
        name: "after both",
        figures: {
          mails: server.taken.size,
          // what was on its way when the process was killed: nobody knows whether the server has it
          "taken twice": [...server.taken.values()].filter((times) => times > 1).length
        }
      }
    ]
  })
}
