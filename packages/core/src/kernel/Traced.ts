/**
 * Functions of services that are traced where their engine was given a tracer, and cost nothing but their work where it
 * was not.
 *
 * **Details**
 *
 * `Effect.fn` takes a stack trace, makes a span and lays two things over the context at every call, also where nobody
 * traces. That was a twentieth of what the server takes for a purchase, so what is called often is named by this.
 */
import * as Effect from "effect/Effect"
import * as References from "effect/References"

type Run = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown, unknown>
type Steps = (...args: ReadonlyArray<unknown>) => Generator<Effect.Effect<unknown, unknown, unknown>, unknown, never>
type Pipeable = (effect: ReturnType<Run>, ...args: ReadonlyArray<unknown>) => ReturnType<Run>

const isSteps = (body: Run | Steps): body is Steps => Object.prototype.toString.call(body) === "[object GeneratorFunction]"

/** The same as what `Effect.fn` makes of a body, without its span. */
const untraced = (body: Run | Steps, pipeables: ReadonlyArray<Pipeable>): Run => {
  const run: Run = isSteps(body) ? Effect.fnUntraced(body) : (...args) => Effect.suspend(() => body(...args))
  return pipeables.length === 0
    ? run
    : (...args) => pipeables.reduce((effect, pipeable) => pipeable(effect, ...args), run(...args))
}

/** A function with the name of its span, as `Effect.fn` makes them. */
export const fn = (name: string): Effect.fn.Traced => {
  const make = (body: Run | Steps, ...pipeables: ReadonlyArray<Pipeable>): Run => {
    // each is made when it is first wanted: to make one that is traced takes a stack trace, and most engines want only the other
    let spanned: Run | undefined
    let plain: Run | undefined
    const traced = () => spanned ??= (Effect.fn(name) as (...parts: ReadonlyArray<unknown>) => Run)(body, ...pipeables)
    return (...args) =>
      Effect.withFiber((fiber) =>
        fiber.getRef(References.TracerEnabled) ? traced()(...args) : (plain ??= untraced(body, pipeables))(...args))
  }
  return make as unknown as Effect.fn.Traced
}
