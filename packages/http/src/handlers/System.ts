import { Auth } from "@stoa/core/identity/Auth"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Payments from "@stoa/core/payments/Payments"
import { Stores } from "@stoa/core/stores/Stores"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Option from "effect/Option"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import { NotReady, RouteNotFound } from "../api/HttpErrors.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import type { HttpOptions } from "../HttpOptions.ts"
import { Lifecycle } from "../Lifecycle.ts"
import * as ProblemResponse from "../ProblemResponse.ts"
import { withExchange } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

/** How long something that the shop stands on may take to say that it is there. */
const patience = "2 seconds"

/** Asks one thing whether it is there, and measures how long it takes. Never fails. */
const check = Effect.fnUntraced(function*<A, E>(name: string, ask: Effect.Effect<A, E>) {
  const began = yield* Clock.currentTimeMillis
  const exit = yield* Effect.exit(Effect.timeoutOption(ask, patience))
  const status = exit._tag === "Failure" ? "failed" as const : Option.isNone(exit.value) ? "timeout" as const : "ok" as const
  if (exit._tag === "Failure") yield* Effect.logWarning(`health: ${name}`, exit.cause)
  const millis = Math.round((yield* Clock.currentTimeMillis) - began)
  return { answer: exit._tag === "Success" ? exit.value : Option.none<A>(), report: { name, status, millis } }
})

export const layer = (api: StoaApi, options: Pick<HttpOptions, "metrics">) =>
  ApiGroup.group(
    api,
    "system",
    Effect.fnUntraced(function*(handlers) {
      const auth = yield* Auth
      const jobs = yield* Jobs
      const lifecycle = yield* Lifecycle
      const payments = yield* Payments.Payments
      const stores = yield* Stores
      const ok = Effect.succeed({ status: "ok" as const })
      // the answers are about the process and not about what its caller may see
      const asSystem = Actor.as(Actor.system("health"))
      return handlers.handleAll({
        health: () => ok,
        live: () => ok,
        ready: Effect.fnUntraced(function*() {
          if (lifecycle.draining) return yield* new NotReady({ reason: "draining" })
          const { report } = yield* check("storage", stores.current)
          return report.status === "ok" ? yield* ok : yield* new NotReady({ reason: "storage" })
        }),
        detailed: () =>
          permitted(
            "health:read",
            Effect.gen(function*() {
              const [storage, queue, gateways] = yield* Effect.all([
                check("storage", stores.current),
                check("jobs", asSystem(jobs.counts)),
                Effect.forEach(
                  payments.gateways,
                  (name) => check(`gateway:${name}`, asSystem(payments.ping(name))),
                  { concurrency: "unbounded" }
                )
              ], { concurrency: "unbounded" })
              // a gateway that cannot be asked has not said that it is there
              const asked = gateways.filter(({ answer }) => Option.getOrElse(answer, () => true))
              const checks = [storage.report, queue.report, ...asked.map(({ report }) => report)]
              return {
                status: checks.every(({ status }) => status === "ok") ? "ok" as const : "degraded" as const,
                uptimeSeconds: Math.floor(((yield* Clock.currentTimeMillis) - lifecycle.startedAt) / 1_000),
                checks,
                gateways: payments.gateways,
                jobs: Option.getOrNull(queue.answer)
              }
            })
          ),
        metrics: () => {
          if (options.metrics === false) {
            return withExchange((exchange) => Effect.sync(() => ProblemResponse.fromError(new RouteNotFound({}), exchange)))
          }
          return options.metrics === "staff"
            ? permitted("health:read", PrometheusMetrics.format())
            : PrometheusMetrics.format()
        },
        keys: () => auth.publicKeys
      })
    })
  )
