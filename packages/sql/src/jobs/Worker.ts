/**
 * Fibers that work a queue off and can be stopped without cutting off what is in work.
 */
import type { QueuedJob, Work } from "@stoa/core/jobs/JobQueue"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

export interface WorkerOptions extends Work {
  /**
   * Waits for a job and runs it. It is settled by how the run ends: done, failed, or, when it is interrupted, handed
   * back.
   */
  readonly take: (
    handle: (job: QueuedJob, attempt: number) => Effect.Effect<void, unknown>
  ) => Effect.Effect<void, unknown>
  readonly pause: (duration: Duration.Input) => Effect.Effect<void>
}

/** Starts the workers; they stop when the scope closes. */
export const run = (options: WorkerOptions): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const state = { stopping: false, busy: new Set<number>() }
      return Effect.map(
        Effect.forEach(
          Array.from({ length: options.concurrency }, (_, index) => index),
          (index) => Effect.forkDetach(Effect.interruptible(loop(options, state, index)))
        ),
        (fibers) => ({ state, fibers })
      )
    }),
    Effect.fnUntraced(function*({ fibers, state }) {
      state.stopping = true
      yield* Effect.forEach(
        fibers.filter((_, index) => !state.busy.has(index)),
        (fiber) => Fiber.interrupt(fiber),
        { concurrency: "unbounded", discard: true }
      )
      yield* Effect.raceFirst(Fiber.awaitAll(fibers), options.pause(options.grace))
      yield* Fiber.interruptAll(fibers)
    })
  ).pipe(Effect.asVoid)

const loop = (
  { handle, pause, take }: WorkerOptions,
  state: { readonly stopping: boolean; readonly busy: Set<number> },
  index: number
): Effect.Effect<void> =>
  Effect.gen(function*() {
    while (!state.stopping) {
      let begun = false
      const exit = yield* Effect.exit(take((job, attempt) => {
        begun = true
        state.busy.add(index)
        return handle(job, attempt)
      }))
      state.busy.delete(index)
      // the queue itself did not answer; a job that fails has been logged and put back
      if (Exit.isFailure(exit) && !begun) {
        yield* Effect.logWarning("The job queue cannot be read; trying again", exit.cause)
        yield* pause("1 second")
      }
    }
  })
