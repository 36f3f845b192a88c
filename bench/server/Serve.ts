/**
 * The server as it is installed, but without limits on how much one caller may ask for: they would end the measurement
 * after some seconds. Everything else is as it comes, the access log included, which the bench sends to nowhere.
 *
 * Asked by a message, it says what it has sent to the database, holds in memory, or has taken of the processor.
 */
// as the command line does
import "effect/schema/SchemaJITCompiler/enable"
import { createStoa } from "@stoa/core"
import { serve } from "@stoa/http"
import * as Effect from "effect/Effect"
import { counting, storage, type Target } from "./Target.ts"

/** What the server is started with, as JSON in its first argument. */
export interface ServeInput {
  readonly target: Target
  /** Counts statements, and leaves background work alone so that only those of requests are counted. */
  readonly counts: boolean
  /** Whether background work is done beside; it is if not given. */
  readonly workers?: boolean
  /** How many orders may be followed live, by one caller too; what the server allows if not given. */
  readonly live?: number
}

const { counts, live, target, workers = true } = JSON.parse(process.argv[2] ?? "") as ServeInput

/**
 * `statements`: the texts that were sent since the last time, `heap`: bytes that are alive, `cpu`: microseconds of
 * processor time since the start.
 */
export type Question = "statements" | "heap" | "cpu"

const cpuMicros = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

let sent: Effect.Effect<ReadonlyArray<string>> = Effect.succeed([])

const shop = counts
  ? await createStoa({
    storage: counting(target, (probe) => {
      sent = Effect.tap(probe.statements, probe.clear)
    }),
    workers: false
  })
  : await createStoa({ storage: storage(target), workers })
const server = await serve(shop, {
  port: 0,
  rateLimits: false,
  ...(live === undefined ? {} : { live: { atOnce: live, perCaller: live } })
})
const answers: Record<Question, () => unknown> = {
  statements: () => Effect.runPromise(sent),
  heap,
  cpu: cpuMicros
}
process.on("message", async (question: Question) => {
  process.send?.({ answer: await answers[question]() })
})
// whoever measures is gone, or wants this to end
process.on("disconnect", () => void server.close())
process.send?.({ port: server.port })
