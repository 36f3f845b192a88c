/**
 * Plug-ins: what others add to an engine without touching it.
 *
 * A plug-in says which tables it needs, which services it offers, which rules take part in pricing, what it wants to
 * know of, what runs in the background, and which routes it adds. It sees the same services as the engine's domains.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { type AddFulfilmentState, FulfilmentStates } from "../fulfilment/FulfilmentStates.ts"
import type { CronJob, JobHandler } from "../jobs/Jobs.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type { AddState } from "../kernel/AddedState.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { OrderStates } from "../orders/OrderStates.ts"
import type { PricingRule } from "../pricing/Pricing.ts"
import { PricingRules } from "../pricing/PricingRules.ts"
import type { AnyAction, AnyCondition } from "../promotions/PromotionKind.ts"
import { PromotionKinds } from "../promotions/PromotionKinds.ts"
import type { StoaServices } from "./Services.ts"

/** A plug-in could not start. Its `cause` says why. */
export class PluginFailed extends StoaError<PluginFailed>()("PluginFailed", {
  code: "plugin_failed",
  kind: "unavailable"
}, { plugin: Schema.String, cause: Schema.Defect() }) {
  override get message(): string {
    const reason: unknown = this.cause
    return `The plug-in ${this.plugin} could not start: ${reason instanceof Error ? reason.message : String(reason)}`
  }
}

/** What a plug-in's own code can use. */
type Within<Provides, Native> = NoInfer<Provides | StoaServices | Native>

/**
 * What a plug-in is made of. `Provides` are its own services, `Native` what it needs of the storage adapter, `Payloads`
 * what its jobs are given.
 */
export interface PluginDefinition<
  Provides,
  Native,
  Migrations,
  Payloads extends ReadonlyArray<unknown> = ReadonlyArray<never>
> {
  /** Unique; the names of its subscribers, jobs and migrations begin with it: `"gift-notes"`. */
  readonly name: string
  readonly version: string
  /** Names of plug-ins that must come before this one. */
  readonly requires?: ReadonlyArray<string>
  /** The tables it needs, in the words of the storage adapter. */
  readonly migrations?: Migrations
  /** Permissions that it adds, with what each allows. */
  readonly permissions?: Readonly<Record<string, string>>
  /** Rules that take part in pricing, after those of the plug-ins before it. */
  readonly pricing?: ReadonlyArray<PricingRule>
  /** Kinds of conditions and actions that promotions may be made of. */
  readonly promotions?: {
    readonly conditions?: ReadonlyArray<AnyCondition>
    readonly actions?: ReadonlyArray<AnyAction>
  }
  /** States that it adds to those of orders and of fulfilments. One that does not fit is `InvalidInput`, and the engine does not start. */
  readonly states?: {
    readonly orders?: ReadonlyArray<AddState>
    readonly fulfilments?: ReadonlyArray<AddFulfilmentState>
  }
  /** Its services, built on those of the engine and of the storage adapter. */
  readonly layer?: Layer.Layer<Provides, unknown, StoaServices | Native>
  /** What it wants to know of. */
  readonly subscribers?: ReadonlyArray<{
    readonly name: string
    readonly types: ReadonlyArray<string> | "*"
    readonly handle: (event: DomainEvent) => Effect.Effect<void, unknown, Within<Provides, Native>>
  }>
  /** Work that it queues with `Jobs.enqueue`. */
  readonly jobs?: {
    readonly [Index in keyof Payloads]: Omit<JobHandler<Payloads[Index]>, "run"> & {
      readonly run: (
        payload: Payloads[Index],
        job: { readonly id: string; readonly attempt: number }
      ) => Effect.Effect<void, unknown, Within<Provides, Native>>
    }
  }
  /** Work that is due at fixed times. */
  readonly cron?: ReadonlyArray<
    Omit<CronJob, "run"> & { readonly run: Effect.Effect<void, unknown, Within<Provides, Native>> }
  >
  /** Routes for `@stoa/http`, as a layer that adds them to its router. Other hosts ignore it. */
  readonly http?: Layer.Layer<never, unknown, unknown>
}

/** A plug-in that an engine can take in. */
export interface Plugin<Provides = never, Native = never, Migrations = never> {
  readonly name: string
  readonly version: string
  readonly requires: ReadonlyArray<string>
  readonly migrations: Migrations | undefined
  readonly permissions: Readonly<Record<string, string>>
  readonly http: Layer.Layer<never, unknown, unknown> | undefined
  /** Its services, with everything else that it adds registered. */
  readonly layer: Layer.Layer<Provides, unknown, StoaServices | Native>
}

/** Defines a plug-in. */
export const definePlugin = <
  Provides = never,
  Native = never,
  Migrations = never,
  const Payloads extends ReadonlyArray<unknown> = readonly []
>(
  definition: PluginDefinition<Provides, Native, Migrations, Payloads>
): Plugin<Provides, Exclude<Native, StoaServices>, Migrations> => {
  const registration = Layer.effectDiscard(Effect.gen(function*() {
    // who is calling and which store is meant come with each event and job, and must not be those of the engine's start
    const context = (yield* Effect.context<Provides | StoaServices | Native>()).pipe(
      Context.omit(CurrentActor, CurrentRequest, CurrentStore)
    ) as Context.Context<Provides | StoaServices | Native>
    const events = yield* Events
    const jobs = yield* Jobs
    const rules = yield* PricingRules
    for (const rule of definition.pricing ?? []) yield* rules.add(rule)
    const kinds = yield* PromotionKinds
    for (const kind of definition.promotions?.conditions ?? []) yield* kinds.addCondition(kind)
    for (const kind of definition.promotions?.actions ?? []) yield* kinds.addAction(kind)
    const orderStates = yield* OrderStates
    for (const state of definition.states?.orders ?? []) yield* orderStates.add(state)
    const fulfilmentStates = yield* FulfilmentStates
    for (const state of definition.states?.fulfilments ?? []) yield* fulfilmentStates.add(state)
    for (const subscriber of definition.subscribers ?? []) {
      yield* events.subscribe({
        ...subscriber,
        handle: (event) => Effect.provideContext(subscriber.handle(event), context)
      })
    }
    for (const job of definition.jobs ?? []) {
      yield* jobs.handle({ ...job, run: (payload, info) => Effect.provideContext(job.run(payload, info), context) })
    }
    for (const job of definition.cron ?? []) {
      yield* jobs.cron({ ...job, run: Effect.provideContext(job.run, context) })
    }
  }))
  return {
    name: definition.name,
    version: definition.version,
    requires: definition.requires ?? [],
    migrations: definition.migrations,
    permissions: definition.permissions ?? {},
    http: definition.http,
    // what a layer needs of the engine is no need of its storage adapter, though it is inferred as one
    layer: Layer.provideMerge(registration, definition.layer ?? noServices<Provides>()) as Layer.Layer<
      Provides,
      unknown,
      StoaServices | Exclude<Native, StoaServices>
    >
  }
}

/** A plug-in without services of its own provides nothing, which is what its type says then. */
const noServices = <Provides>(): Layer.Layer<Provides> => Layer.empty as unknown as Layer.Layer<Provides>
