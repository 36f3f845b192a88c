/**
 * What identity costs: the check of an access token, with and without asking whether its session has been ended, and
 * many passwords that come at once while others go on.
 */
import { createStoa } from "@stoa/core"
import { AccessTokens } from "@stoa/core/identity/AccessTokens"
import * as AccessTokensService from "@stoa/core/identity/AccessTokens"
import { CurrentClient } from "@stoa/core/kernel/CurrentClient"
import { Auth } from "@stoa/core/identity/Auth"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import * as Effect from "effect/Effect"
import type { Databases } from "./Databases.ts"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"
import { storage } from "./server/Target.ts"
import * as Spread from "./Spread.ts"

const password = "tulip lamp seven"
const megabyte = 1_048_576

/** How often something is done in a second, one after the other. */
const rate = (millis: number, once: Effect.Effect<unknown>) =>
  Effect.gen(function*() {
    const began = performance.now()
    let done = 0
    while (performance.now() - began < millis) {
      yield* once
      done++
    }
    return done * 1_000 / (performance.now() - began)
  })

export const measure = async (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<void> => {
  const mailbox = Mailbox.make()
  const target = await databases.create("sign-ins", "NORMAL")
  const shop = await createStoa({ storage: storage(target), workers: false, mailer: mailbox.mailer })
  try {
    const email = "ada@example.com"
    const { challengeId } = await shop.auth.register({ email, password })
    await shop.jobs.drain()
    await shop.auth.verifyEmail({ challengeId, code: Mailbox.takeCode(mailbox) })
    const { accessToken } = await shop.auth.login({ email, password })

    const checks = await shop.run(Effect.gen(function*() {
      const auth = yield* Auth
      const tokens = yield* AccessTokens
      const signature = Effect.orDie(tokens.verify(accessToken))
      const whole = Effect.orDie(auth.authenticate(accessToken))
      const rounds: Array<{ readonly signature: number; readonly whole: number }> = []
      for (let round = 0; round <= sizes.rounds; round++) {
        const measured = { signature: yield* rate(sizes.millis, signature), whole: yield* rate(sizes.millis, whole) }
        // the first one warms up
        if (round > 0) rounds.push(measured)
      }
      return rounds
    }).pipe(Effect.provide(AccessTokensService.layer)))
    const signature = Spread.median(checks.map((round) => round.signature))
    const whole = Spread.median(checks.map((round) => round.whole))
    const ratio = Spread.median(checks.map((round) => round.signature / round.whole))
    const rows: ReadonlyArray<Row> = [
      { name: "access token, signature and claims alone", figures: { "a second": signature, ratio: 1 } },
      { name: "access token, revocation check included", figures: { "a second": whole, ratio } }
    ]
    add({ title: `Access tokens, ${target.backend}`, rows })
    add({ title: `Passwords at once, ${target.backend}`, rows: await flood(shop, accessToken, sizes.logins) })
  } finally {
    await shop.close()
  }
}

/** Sign-ins at once, each from a network of its own, beside token checks of somebody who is signed in already. */
const flood = async (
  shop: Awaited<ReturnType<typeof createStoa>>,
  accessToken: string,
  logins: number
): Promise<ReadonlyArray<Row>> => {
  const check = async () => {
    const began = performance.now()
    await shop.auth.authenticate(accessToken)
    return performance.now() - began
  }
  const alone: Array<number> = []
  for (let index = 0; index < 200; index++) alone.push(await check())

  const before = process.memoryUsage().rss
  let most = before
  const over = new AbortController()
  const during: Array<number> = []
  const others = async () => {
    while (!over.signal.aborted) {
      during.push(await check())
      most = Math.max(most, process.memoryUsage().rss)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const began = performance.now()
  const bystander = others()
  const durations: Array<number> = []
  const signIns = shop.run(Effect.gen(function*() {
    const auth = yield* Auth
    yield* Effect.forEach(
      Array.from({ length: logins }, (_, index) => index),
      (index) =>
        Effect.gen(function*() {
          const started = performance.now()
          yield* Effect.orDie(auth.login({ email: "ada@example.com", password }))
          durations.push(performance.now() - started)
        }).pipe(Effect.provideService(CurrentClient, { address: `10.0.${index >> 8}.${index & 255}`, userAgent: "bench" })),
      { concurrency: "unbounded", discard: true }
    )
  }))
  await signIns.finally(() => over.abort())
  const took = performance.now() - began
  await bystander
  return [
    {
      name: `${logins} sign-ins with a password`,
      figures: { "all ms": took, "p95 ms": Spread.p95(durations), "memory MB": most / megabyte, "more MB": Math.max(0.1, (most - before) / megabyte) }
    },
    { name: "token checks meanwhile", figures: { "p50 ms": Spread.median(during), "p95 ms": Spread.p95(during) } },
    { name: "token checks alone", figures: { "p50 ms": Spread.median(alone), "p95 ms": Spread.p95(alone) } }
  ]
}
