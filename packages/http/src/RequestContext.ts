/**
 * What of the context of a fiber belongs to the request that it answers, and what to the engine.
 *
 * **Details**
 *
 * An engine has some 150 services. Whatever copies all of them for a request costs more than most requests have to do, so
 * what a request adds is laid over them, and handlers, which bring the services that they were built with, are given what
 * belongs to the request and nothing else.
 */
import { type Actor, CurrentActor } from "@stoa/core/kernel/Actor"
import { CurrentClient } from "@stoa/core/kernel/CurrentClient"
import { CurrentRequest } from "@stoa/core/kernel/CurrentRequest"
import * as Context from "effect/Context"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { CurrentExchange } from "./Exchange.ts"

/**
 * What belongs to a single request. Whoever builds the routes, as whoever they act, must leave no trace in them: handlers
 * run with the services that they were built with.
 */
export const withoutCaller = Context.omit(
  CurrentActor,
  CurrentClient,
  CurrentExchange,
  CurrentRequest,
  HttpServerRequest.HttpServerRequest,
  HttpServerRequest.MaxBodySize,
  References.CurrentLogAnnotations,
  References.CurrentLogSpans,
  Tracer.ParentSpan
)

/** The same, without who calls, and with what the router and the server have found out. */
const carried: ReadonlyArray<Context.Key<unknown, unknown>> = [
  CurrentClient,
  CurrentExchange,
  CurrentRequest,
  HttpServerRequest.HttpServerRequest,
  HttpServerRequest.MaxBodySize,
  References.CurrentLogAnnotations,
  References.CurrentLogSpans,
  Tracer.ParentSpan,
  HttpServerRequest.ParsedSearchParams,
  HttpRouter.RouteContext,
  Scope.Scope
]

/** A request has fewer services of its own. */
const roomFor = 32

/** The same services with room for those of a request, which are then added without a copy of the others. */
export const roomy = <A>(context: Context.Context<A>): Context.Context<A> =>
  Context.makeUnsafe(context.mapUnsafe, { maxDepth: roomFor })

/** What of a context belongs to its request, and who calls: what a handler that brings its services needs besides them. */
export const only = (actor: Actor) => (context: Context.Context<never>): Context.Context<unknown> => {
  const found = new Map<string, unknown>([[CurrentActor.key, actor]])
  for (const key of carried) {
    const value = Context.getOrUndefined(context, key)
    if (value !== undefined) found.set(key.key, value)
  }
  return Context.makeUnsafe(found, { maxDepth: roomFor })
}
