/**
 * The services of the engine for callers that do not use Effect: every method that returns an effect becomes one that
 * returns a promise, every stream an async iterable. The types and the methods are derived from the services
 * themselves, so there is nothing here that could differ from them.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as CallContext from "./CallContext.ts"

/** What a member of a service becomes. */
export type Promised<Member> = Member extends Effect.Effect<infer A, infer _E, infer _R> ? () => Promise<A>
  : Member extends Stream.Stream<infer A, infer _E, infer _R> ? () => AsyncIterable<A>
  : Member extends (...args: infer Args) => Effect.Effect<infer A, infer _E, infer _R> ? (...args: Args) => Promise<A>
  : Member extends (...args: infer Args) => Stream.Stream<infer A, infer _E, infer _R>
    ? (...args: Args) => AsyncIterable<A>
  : Member

/** A service with promises. A failure is thrown as the error that the effect fails with. */
export type Promises<Service> = { readonly [Name in keyof Service]: Promised<Service[Name]> }

/** Adds the lines of the program that awaits the promise, which the stack of an effect does not reach. */
const traceToCaller = (error: unknown): void => {
  if (!(error instanceof Error) || Object.isFrozen(error)) return
  const callers = { stack: "" }
  Error.captureStackTrace(callers, run)
  const missing = callers.stack.split("\n").filter((line) =>
    /^\s+at /.test(line) && !line.includes("node:internal") && error.stack?.includes(line) === false
  )
  if (missing.length > 0) error.stack = [error.stack, ...missing].join("\n")
}

const run = async <A, E, R>(context: Context.Context<R>, effect: Effect.Effect<A, E, R>): Promise<A> => {
  const exit = await Effect.runPromiseExitWith(context)(effect)
  if (Exit.isSuccess(exit)) return exit.value
  const error = Cause.squash(exit.cause)
  traceToCaller(error)
  throw error
}

const convert = <R>(context: Context.Context<R>, value: unknown): unknown => {
  if (Effect.isEffect(value)) {
    return run(context, value as Effect.Effect<unknown, unknown, R>)
  }
  if (Stream.isStream(value)) {
    return Stream.toAsyncIterableWith(value as Stream.Stream<unknown, unknown, R>, context)
  }
  return value
}

const callContexts = new WeakMap<Context.Context<never>, Context.Context<never>>()

/** What calls of an engine's own services need of its context, made once for all of them. */
const callContextOf = (context: Context.Context<never>): Context.Context<never> => {
  const known = callContexts.get(context)
  if (known !== undefined) return known
  const made = CallContext.of(context)
  callContexts.set(context, made)
  return made
}

/** Derives the promise face of a service of the engine, whose methods need no services in their context. */
export const from = <Service extends object>(service: Service, context: Context.Context<never>): Promises<Service> =>
  withServices(service, callContextOf(context))

/** Derives the promise face of any service, whose methods run with the services in `context`. */
export const withServices = <Service extends object, R>(
  service: Service,
  context: Context.Context<R>
): Promises<Service> => {
  const promises: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(service)) {
    promises[name] = typeof member === "function" && !Effect.isEffect(member)
      ? (...args: ReadonlyArray<unknown>) => convert(context, member(...args))
      : Effect.isEffect(member) || Stream.isStream(member)
      ? () => convert(context, member)
      : member
  }
  return promises as Promises<Service>
}
