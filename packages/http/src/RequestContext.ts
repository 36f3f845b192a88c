/**
 * What requests run with.
 *
 * **Details**
 *
 * Around the handlers there is what a call of the engine needs of its context, and what belongs to the request is laid over
 * it. The services that handlers are built with are their own (see `handlers/ApiGroup`), so that nothing that is called carries them.
 */
import { CurrentActor } from "@stoa/core/kernel/Actor"
import { CurrentClient } from "@stoa/core/kernel/CurrentClient"
import { CurrentRequest } from "@stoa/core/kernel/CurrentRequest"
import * as Context from "effect/Context"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { CurrentExchange, type Exchange } from "./Exchange.ts"

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

/** Lays what belongs to a request over what all of them run with. */
export const ofRequest = (exchange: Exchange, { headers }: HttpServerRequest.HttpServerRequest) =>
<R>(context: Context.Context<R>): Context.Context<R> => {
  const { clientAddress: address, requestId } = exchange
  const client = { address, userAgent: headers["user-agent"]?.slice(0, 512) ?? null }
  const annotations = { ...Context.get(context, References.CurrentLogAnnotations), requestId }
  return context.pipe(
    Context.add(CurrentExchange, exchange),
    Context.add(CurrentRequest, requestId),
    Context.add(CurrentClient, client),
    Context.add(References.CurrentLogAnnotations, annotations)
  ) as Context.Context<R>
}
