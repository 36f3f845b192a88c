/**
 * Makes a plan that fails shorter, as long as it still fails: first whole stretches of rounds are left out, then single
 * steps and mishaps.
 */
import * as Effect from "effect/Effect"
import type { Plan, Round } from "./Plan.ts"

/** The plans that are smaller by one part each. */
const without = (plan: Plan, size: number): ReadonlyArray<Plan> =>
  Array.from({ length: Math.ceil(plan.length / size) }, (_, part) => [
    ...plan.slice(0, part * size),
    ...plan.slice((part + 1) * size)
  ])

const simpler = (plan: Plan): ReadonlyArray<Plan> =>
  plan.flatMap((round, number) => {
    const replaced = (changed: Round): Plan =>
      changed.steps.length === 0 ? plan.toSpliced(number, 1) : plan.toSpliced(number, 1, changed)
    return [
      ...round.steps.map((_, index) => replaced({ ...round, steps: round.steps.toSpliced(index, 1) })),
      ...round.steps.flatMap((step, index) =>
        step.mishap === null
          ? []
          : [replaced({ ...round, steps: round.steps.toSpliced(index, 1, { ...step, mishap: null }) })]
      )
    ]
  })

/** Tries at most so many shorter plans, and answers with the shortest that fails. */
export const shrink = <E, R>(
  plan: Plan,
  fails: (plan: Plan) => Effect.Effect<boolean, E, R>,
  tries: number
): Effect.Effect<Plan, E, R> =>
  Effect.gen(function*() {
    let best = plan
    let left = tries
    const firstFailing = Effect.fnUntraced(function*(candidates: ReadonlyArray<Plan>) {
      for (const candidate of candidates) {
        if (left === 0) return undefined
        left -= 1
        if (yield* fails(candidate)) return candidate
      }
      return undefined
    })
    for (let size = Math.ceil(best.length / 2); size >= 1;) {
      const found = yield* firstFailing(without(best, size))
      if (found === undefined) size = size === 1 ? 0 : Math.ceil(size / 2)
      else best = found
      if (best.length <= 1) break
    }
    for (let found = yield* firstFailing(simpler(best)); found !== undefined; found = yield* firstFailing(simpler(best))) {
      best = found
    }
    return best
  })
