/**
 * What gateways do to a shop: how fast their webhooks are taken in and worked off, and what one that takes long to answer
 * does to the buyers of another.
 */
import { createStoa, type PaymentGateway, SandboxGateway } from "@stoa/core"
import * as Effect from "effect/Effect"
import * as Fixture from "./Fixture.ts"
import type { Sizes } from "./Options.ts"
import type { Row } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

const address = { name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" }

/** Buyers who wait for the slow gateway at the same time. */
const waiting = 16

/** Webhooks that arrive at the same time. */
const arriving = 8

const percentile = (millis: ReadonlyArray<number>, share: number): number => {
  const sorted = millis.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** With how many workers webhooks are worked off. */
const workers = [1, 2, 4, 8]

/** How often buyers are measured without the slow gateway and beside it, in turns, as the machine has other things to do. */
const rounds = 3

/** A gateway like another, which takes so many seconds to answer a payment, and how many payments it was asked for. */
const slowed = (gateway: PaymentGateway.PaymentGateway, seconds: number) => {
  const asked = { count: 0 }
  const slow: PaymentGateway.PaymentGateway = {
    ...gateway,
    create: (request) =>
      Effect.andThen(Effect.sync(() => void asked.count++), Effect.delay(gateway.create(request), `${seconds} seconds`))
  }
  return { asked, slow }
}

export const measure = async (target: Target, sizes: Sizes): Promise<ReadonlyArray<Row>> => {
  const { hang, samples } = sizes
  const goods = await Fixture.goods(target, sizes)
  const bank = SandboxGateway.make({ secret: "whsec_bench" })
  const { asked, slow } = slowed(SandboxGateway.make({ name: "slow" }), hang)
  const shop = await createStoa({
    storage: storage(target),
    gateways: [bank, slow],
    workers: false
  })
  let turn = 0
  const filled = async () => {
    const { cart } = await shop.carts.create()
    const variantId = goods.variantIds[turn++ % goods.variantIds.length] ?? ""
    await shop.carts.addItem(cart.id, { variantId, quantity: 1 })
    return cart.id
  }
  const place = (cartId: string, gateway: string, method = "sandbox_success") =>
    shop.checkout.place({ cartId, email: "ada@example.com", shippingAddress: address, payment: { gateway, method } })
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
  const checkouts = async (): Promise<ReadonlyArray<number>> => {
    const millis: Array<number> = []
    for (let sample = 0; sample < samples; sample++) {
      const cartId = await filled()
      millis.push(await timed(() => place(cartId, bank.name)))
    }
    return millis
  }
  const figures = (millis: ReadonlyArray<number>) => ({ "p50 ms": percentile(millis, 0.5), "p95 ms": percentile(millis, 0.95) })
  try {
    await checkouts()
    const alone: Array<number> = []
    const beside: Array<number> = []
    for (let round = 0; round < rounds; round++) {
      alone.push(...await checkouts())
      const carts = await Promise.all(Array.from({ length: waiting }, filled))
      const late = carts.map((cartId) => place(cartId, slow.name))
      // from when on they all wait for the gateway, and for nothing else
      while (asked.count < waiting * (round + 1)) await new Promise((resolve) => setTimeout(resolve, 5))
      beside.push(...await checkouts())
      for (const { payment } of await Promise.all(late)) {
        if (payment?.state !== "captured") throw new Error(`A payment of the slow gateway is ${payment?.state}`)
      }
    }

    /** Webhooks of as many buyers who have paid at the bank's page, which the shop has not heard of yet. */
    const told = async (): Promise<Array<SandboxGateway.WebhookRequest>> => {
      const webhooks: Array<SandboxGateway.WebhookRequest> = []
      for (let sample = 0; sample < samples; sample++) {
        const { payment } = await place(await filled(), bank.name, "sandbox_redirect")
        const reference = payment?.gatewayReference ?? ""
        await Effect.runPromise(bank.approve(reference))
        webhooks.push(await Effect.runPromise(bank.webhook(reference)))
      }
      await shop.jobs.drain()
      return webhooks
    }
    const arrive = (rest: Array<SandboxGateway.WebhookRequest>) =>
      Promise.all(Array.from({ length: arriving }, async () => {
        for (let webhook = rest.pop(); webhook !== undefined; webhook = rest.pop()) {
          await shop.payments.receiveWebhook(bank.name, webhook)
        }
      }))
    const allPaid = async () => {
      const open = (await shop.payments.list({ state: "requires_action", limit: 1 })).items
      if (open.length > 0) throw new Error("A webhook was not worked off")
    }
    const webhooks = await told()
    const takenIn = await timed(() => arrive(webhooks))
    const workedOff = await timed(() => shop.jobs.drain())
    await allPaid()
    const aSecond = (millis: number) => ({ "a second": samples / (millis / 1_000) })
    const byWorkers: Array<Row> = []
    for (const concurrency of workers) {
      const webhooks = await told()
      const working = await createStoa({ storage: storage(target), gateways: [bank, slow], workers: { concurrency } })
      try {
        const millis = await timed(async () => {
          await arrive(webhooks)
          await working.jobs.drain()
        })
        await allPaid()
        byWorkers.push({ name: `webhooks taken in and worked off at the same time, ${concurrency} at once`, figures: aSecond(millis) })
      } finally {
        await working.close()
      }
    }
    return [
      { name: "webhooks taken in", figures: aSecond(takenIn) },
      { name: "webhooks worked off, one after the other, with all that follows", figures: aSecond(workedOff) },
      ...byWorkers,
      { name: "place and pay an order", figures: figures(alone) },
      { name: `the same while ${waiting} buyers wait ${hang} s for another gateway`, figures: figures(beside) }
    ]
  } finally {
    await shop.close()
  }
}
