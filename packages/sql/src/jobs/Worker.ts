/**
 * Fibers that work a queue off and can be stopped without cutting off what is in work.
 */
import type { Handling, QueuedJob, Work } from "@stoa/core/jobs/JobQueue"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Where the jobs come from. */
export interface Source {
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
export const run = (options: Work & Source): Effect.Effect<void, never, Scope.Scope> =>
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

/** Waits for one job and runs it. When this is interrupted, what is in work is finished or handed back. */
export const one = (options: Handling & Source): Effect.Effect<void> => {
  const state = { begun: false }
  const begin = () => {
    state.begun = true
  }
  return Effect.acquireUseRelease(
    Effect.forkDetach(Effect.interruptible(next(options, begin))),
    (fiber) => Fiber.join(fiber),
    (fiber) => {
      const patience = state.begun ? Effect.raceFirst(Fiber.await(fiber), options.pause(options.grace)) : Effect.void
      return Effect.andThen(patience, Fiber.interrupt(fiber))
    }
  )
}

const loop = (
  options: Work & Source,
  state: { readonly stopping: boolean; readonly busy: Set<number> },
  index: number
): Effect.Effect<void> =>
  Effect.gen(function*() {
    while (!state.stopping) {
      yield* next(options, () => state.busy.add(index))
      state.busy.delete(index)
    }
  })

/** Takes a job, says that it has begun, and runs it, however that ends. */
const next = Effect.fnUntraced(function*({ handle, pause, take }: Handling & Source, begin: () => void) {
  let begun = false
  const exit = yield* Effect.exit(take((job, attempt) => {
    begun = true
    begin()
    return handle(job, attempt)
  }))
  // the queue itself did not answer; a job that fails has been logged and put back
  if (Exit.isFailure(exit) && !begun) {
    yield* Effect.logWarning("The job queue cannot be read; trying again", exit.cause)
    yield* pause("1 second")
  }
})
