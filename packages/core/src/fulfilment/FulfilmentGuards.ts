/**
 * What else has a say in whether a fulfilment may move along: other domains, and plug-ins. What a carrier tells has happened, and
 * nobody is asked.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Guards from "../kernel/Guards.ts"
import type { Fulfilment, FulfilmentEvent } from "./Fulfilment.ts"

/** Whether a fulfilment may move along, or come into a state that a plug-in has added. */
export interface FulfilmentGuard extends Guards.Guard<Fulfilment, FulfilmentEvent> {}

export class FulfilmentGuards
  extends Context.Service<FulfilmentGuards, Guards.Guards<Fulfilment, FulfilmentEvent>>()("@stoa/core/fulfilment/FulfilmentGuards")
{}

export const make = Effect.sync(() => FulfilmentGuards.of(Guards.make()))

export const layer: Layer.Layer<FulfilmentGuards> = Layer.effect(FulfilmentGuards, make)
