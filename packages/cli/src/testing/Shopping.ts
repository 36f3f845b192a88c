/**
 * Buyers who shop at a cluster while it is disturbed, and what must be so afterwards.
 */
import type { Stoa } from "@stoa/core"
import * as Invariants from "@stoa/core/testing/Invariants"
import { assert } from "@effect/vitest"

export const usd = (amount: number) => ({ amount, currency: "USD" })

/** What a guest says at checkout. */
export const buyer = {
  email: "ada@example.com",
  shippingAddress: { name: "Ada Lovelace", line1: "12 St James Square", city: "London", country: "GB" },
  payment: { gateway: "sandbox" }
}

export const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

export interface Crowd {
  readonly buyers: number
  /** What each does before the next order, in milliseconds: others need the processor too, and one address may ask for so much only. */
  readonly lookingAround: number
}

/** Has buyers shop, each again and again, until they are sent home, which tells what went wrong with one of them. */
export const shopping = ({ buyers, lookingAround }: Crowd, shop: () => Promise<void>): () => Promise<void> => {
  const open = { yes: true }
  const all = Promise.all(Array.from({ length: buyers }, async () => {
    while (open.yes) {
      await pause(lookingAround)
      await shop()
    }
  }))
  // told to whoever sends them home
  all.catch(() => {})
  return async () => {
    open.yes = false
    await all
  }
}

/** Nothing is broken in a shop whose servers work. */
export const lawful = async (shop: Stoa.Stoa): Promise<void> => {
  // orders and payments are read one after the other, and servers settle some in between: what is broken stays broken
  let broken = await shop.run(Invariants.violations({ settled: false }))
  for (let look = 1; look < 50 && broken.length > 0; look++) broken = await shop.run(Invariants.violations({ settled: false }))
  assert.deepStrictEqual(broken, [])
  assert.deepStrictEqual(await shop.inventory.reconcile(), [])
}
