import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Promises from "./Promises.ts"

class NoTea extends Data.TaggedError("NoTea")<{ readonly when: string }> {}

describe("The promise face of a service", () => {
  const tea = Promises.from({
    brew: (cups: number) => cups > 0 ? Effect.succeed(`${cups} cups`) : Effect.fail(new NoTea({ when: "now" })),
    later: Effect.andThen(Effect.yieldNow, Effect.fail(new NoTea({ when: "later" }))),
    broken: Effect.die(new TypeError("a bug"))
  }, Context.empty())

  const order = async (what: () => Promise<unknown>) => {
    const served = await what()
    return served
  }

  it("answers with promises, and rejects with the error of the service itself", async () => {
    assert.strictEqual(await tea.brew(2), "2 cups")
    assert.instanceOf(await tea.brew(0).catch((error: unknown) => error), NoTea)
    assert.instanceOf(await tea.broken().catch((error: unknown) => error), TypeError)
  })

  it("shows in the stack of an error who waited for it", async () => {
    for (const what of [() => tea.brew(0), () => tea.later(), () => tea.broken()]) {
      const error: unknown = await order(what).catch((error: unknown) => error)
      assert.match(error instanceof Error ? error.stack ?? "" : "", /\n +at (async )?order \(.*Promises\.test\.ts:\d+:\d+\)/)
    }
  })
})
