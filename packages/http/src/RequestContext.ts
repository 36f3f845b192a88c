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
