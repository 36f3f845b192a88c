import { isStoaError, type StoaError } from "@stoa/core/kernel/StoaError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { unhandled } from "effect/Types"
import * as Edge from "../api/Edge.ts"
import * as ProblemResponse from "../ProblemResponse.ts"
import { withExchange } from "./Answer.ts"

const written = (error: StoaError) =>
  withExchange((exchange) => {
    const answer = Effect.sync(() => ProblemResponse.fromError(error, exchange))
    return error.kind === "unavailable"
      ? Effect.andThen(Effect.logError("something does not answer", Cause.fail(error)), answer)
      : answer
  })

/**
 * Writes the errors of services as problems. What is declared besides (limits, bodies, idempotency) happens around the
 * router, so the others only declare.
 */
export const layer: Layer.Layer<Edge.Edge | Edge.Guarded | Edge.Idempotent | Edge.DoneOnce> = Layer.mergeAll(
  Layer.succeed(
    Edge.Edge,
    (handler) => {
      const rescue = (error: unhandled) => isStoaError(error) ? written(error) : Effect.fail(error)
      return Effect.matchEffect(handler, { onFailure: rescue, onSuccess: Effect.succeed })
    }
  ),
  Layer.succeed(Edge.Guarded, (handler) => handler),
  Layer.succeed(Edge.Idempotent, (handler) => handler),
  Layer.succeed(Edge.DoneOnce, (handler) => handler)
)
