/**
 * The shop with its pages open, for tests, and the browsers of those who come.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import * as Chromium from "@stoa/admin/testing/Chromium"
import * as Visitor from "@stoa/admin/testing/Visitor"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Page } from "playwright-core"
import { furnish } from "../Catalogue.ts"
import { storefront } from "../Storefront.ts"

/** Whoever opens one closes it. */
export const open = async () => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    store: { name: "Walnut & Co", currency: "USD" },
    workers: false,
    mailer: mailbox.mailer,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } }
  })
  await furnish(shop)
  const server = createServer(storefront(shop))
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await Chromium.shared()
  const visitors: Array<Visitor.Visitor> = []
  return {
    shop,
    mailbox,
    address,
    /** The page of somebody who has never been here. */
    visit: async (): Promise<Page> => {
      const visitor = await Visitor.visit(browser, {})
      visitors.push(visitor)
      await visitor.page.goto(address)
      return visitor.page
    },
    /** What went wrong in any browser since it was opened. */
    complaints: () => visitors.flatMap(({ complaints }) => complaints),
    close: async () => {
      await Promise.all(visitors.map(({ context }) => context.close()))
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      await shop.close()
    }
  }
}

export type OpenStorefront = Awaited<ReturnType<typeof open>>
