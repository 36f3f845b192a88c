/**
 * What requests run with.
 *
 * **Details**
 *
 * Around the handlers there is what a call of the engine needs of its context, and what belongs to the request is laid over
 * it. Handlers are built with services, all of which `HttpApiBuilder` puts around them again for each request; inside of
 * that they go on with the context that stood around it, so that what they call does not carry services that it has.
 */
import { CurrentActor } from "@stoa/core/kernel/Actor"
import { CurrentClient } from "@stoa/core/kernel/CurrentClient"
import { CurrentRequest } from "@stoa/core/kernel/CurrentRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { CurrentExchange } from "./Exchange.ts"

/**
 * What belongs to a single request. Handlers run with the services that they were built with, which would stand before
 * those of the request: whoever builds the routes, as whoever they act, must leave no trace in them.
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

/** The context around a handler that brings its services. */
const Around = Context.Reference<Context.Context<never> | undefined>("@stoa/http/RequestContext/Around", {
  defaultValue: () => undefined
})

/** Keeps the context for what is inside of a handler that brings its services. */
export const around = <A, E, R>(handler: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(handler, (context: Context.Context<R>) => Context.add(context, Around, context))

/** Goes on with the context that stood around the handler, without its services. */
export const inside = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(work, (context: Context.Context<R>) => Context.get(context, Around) as Context.Context<R> ?? context)
