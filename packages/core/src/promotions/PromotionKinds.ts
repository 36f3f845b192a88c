/**
 * The kinds of conditions and actions that an engine knows: its own and what plug-ins add.
 *
 * **Details**
 *
 * They belong to the engine that this layer is built for, not to the module. Arguments are checked when a promotion is saved;
 * a kind is prepared once for each promotion.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BuiltInActions from "./BuiltInActions.ts"
import * as BuiltInConditions from "./BuiltInConditions.ts"
import type { AnyAction, AnyCondition } from "./PromotionKind.ts"

export class PromotionKinds extends Context.Service<PromotionKinds, {
  /** Adds a kind of condition. A second one of the same type is a bug and a defect. */
  readonly addCondition: (kind: AnyCondition) => Effect.Effect<void>
  /** Adds a kind of action. A second one of the same type is a bug and a defect. */
  readonly addAction: (kind: AnyAction) => Effect.Effect<void>
  readonly conditions: ReadonlyMap<string, AnyCondition>
  readonly actions: ReadonlyMap<string, AnyAction>
}>()("@stoa/core/promotions/PromotionKinds") {}

const add = <K extends Pick<AnyCondition, "type">>(kinds: Map<string, K>, kind: K): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (kinds.has(kind.type)) return Effect.die(new Error(`There is ${kind.type} in the promotions already`))
    kinds.set(kind.type, kind)
    return Effect.void
  })

export const make = Effect.sync(() => {
  const conditions = new Map<string, AnyCondition>(BuiltInConditions.all.map((kind) => [kind.type, kind]))
  const actions = new Map<string, AnyAction>(BuiltInActions.all.map((kind) => [kind.type, kind]))
  return PromotionKinds.of({
    addCondition: (kind) => add(conditions, kind),
    addAction: (kind) => add(actions, kind),
    conditions,
    actions
  })
})

export const layer: Layer.Layer<PromotionKinds> = Layer.effect(PromotionKinds, make)
