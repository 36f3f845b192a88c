/**
 * The states that plug-ins add to those of fulfilments.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as AddedState from "../kernel/AddedState.ts"
import { type Fulfilment, type FulfilmentEvent, FulfilmentKind, machine } from "./Fulfilment.ts"

/** Where added states have a say in what becomes of a fulfilment: not in whether it fails, comes back or is cancelled. */
export const refinable: AddedState.Refinable = {
  machine,
  progress: new Set<FulfilmentEvent>(["pick", "pack", "ship", "ready", "send_out", "deliver"])
}

const kind = Schema.optionalKey(FulfilmentKind)

/** A state of fulfilments as a plug-in declares it. */
export const AddFulfilmentState = Schema.Struct({
  ...AddedState.AddState.fields,
  /** Which fulfilments have it: those that are shipped, or picked up. Both if it is left out. */
  kind
}).annotate({ identifier: "AddFulfilmentState" })
export interface AddFulfilmentState extends Schema.Schema.Type<typeof AddFulfilmentState> {}

/** A state that a plug-in has added to those of fulfilments. */
export const FulfilmentState = Schema.Struct({ ...AddedState.AddedState.fields, kind }).annotate({ identifier: "FulfilmentState" })
export interface FulfilmentState extends Schema.Schema.Type<typeof FulfilmentState> {}

/** A fulfilment without its state, if the plug-in that has added it is gone. */
export const inKnownState = (states: ReadonlyArray<FulfilmentState>, fulfilment: Fulfilment): Fulfilment => {
  const { state: _, ...plain } = fulfilment
  const state = AddedState.current(states, fulfilment)
  return state === undefined ? plain : { ...plain, state: state.name }
}

export class FulfilmentStates
  extends Context.Service<FulfilmentStates, AddedState.Registry<AddFulfilmentState, FulfilmentState>>()(
    "@stoa/core/fulfilment/FulfilmentStates"
  )
{}

export const make = Effect.map(AddedState.registry("fulfilments", refinable, AddFulfilmentState), FulfilmentStates.of)

export const layer: Layer.Layer<FulfilmentStates> = Layer.effect(FulfilmentStates, make)
