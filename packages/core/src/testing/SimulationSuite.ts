/**
 * A handful of simulated shops (see `Simulation`), each with some hundred steps. A failing one says how to play it again.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Simulation from "./simulation/Simulation.ts"

const seeds = [1, 2, 3, 4, 5, 6]
const steps = 400

/** Plays the seeds on a storage, which the command `pnpm simulate --storage` knows by its name. */
export const simulationSuite = (harness: Simulation.SimulationHarness, storage: string): void => {
  describe(`a shop on ${harness.name} in which everything happens at once`, () => {
    for (const seed of seeds) {
      it.effect(`sells, charges and gives back as it says, with the luck of ${seed}`, () =>
        Effect.gen(function*() {
          const { log, orders, problems } = yield* Simulation.run(harness, { seed, steps })
          const replay = `pnpm simulate --storage ${storage} --seed ${seed} --steps ${steps}`
          const story = [...problems, `The last steps, all of them with: ${replay}`, ...log.slice(-12)]
          assert.isTrue(problems.length === 0, story.join("\n"))
          assert.isAbove(orders, 20)
        }), 300_000)
    }
  })
}
