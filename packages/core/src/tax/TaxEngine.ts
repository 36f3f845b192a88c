/**
 * Tax rates from an outside engine, asked at checkout.
 *
 * **Details**
 *
 * The engine says which rates hold for the classes of a cart at its address; what they come to is worked out as always, so
 * that the parts add up. Without an answer within three seconds, or with one that makes no sense, the store's own rates
 * are charged. The cart page shows the store's own rates in any case. It is never asked inside of a transaction.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Place } from "../kernel/Area.ts"
import { CreateTaxRate, faultOf, onlyComponent } from "./TaxRate.ts"
import type { PlacedRate } from "./RatesAt.ts"

/** A rate that an engine names, for one class. */
export const EngineRate = Schema.Struct({
  name: CreateTaxRate.fields.name,
  taxClass: CreateTaxRate.fields.taxClass,
  ratePpm: CreateTaxRate.fields.ratePpm,
  component: CreateTaxRate.fields.component,
  compound: CreateTaxRate.fields.compound,
  position: CreateTaxRate.fields.position
})

/** What an engine is asked. Nothing in it says who buys. */
export interface TaxQuestion {
  readonly at: string
  readonly currency: string
  /** The country of the store. */
  readonly from: string
  readonly to: Place
  readonly taxClasses: ReadonlyArray<string>
}

export interface TaxEngine {
  /** Begins the ids of its rates on orders. */
  readonly name: string
  /** The rates of the classes at the place; a class without one is not taxed there. */
  readonly rates: (
    question: TaxQuestion
  ) => Effect.Effect<ReadonlyArray<typeof EngineRate.Encoded>, unknown>
}

/** The engine that is asked; none unless a host names one. */
export const TaxEngine: Context.Reference<TaxEngine | undefined> = Context.Reference<TaxEngine | undefined>(
  "@stoa/core/tax/TaxEngine",
  { defaultValue: () => undefined }
)

const timeLimit = Duration.seconds(3)

const decode = Schema.decodeUnknownEffect(
  Schema.Array(EngineRate).check(
    Schema.isMaxLength(1_000),
    Schema.makeFilter((rates: ReadonlyArray<typeof EngineRate.Type>) => {
      const byClass = new Map<string, Array<{ component: string; compound: boolean; ratePpm: number }>>()
      for (const { component = onlyComponent, compound = false, ratePpm, taxClass } of rates) {
        const known = byClass.get(taxClass) ?? []
        if (known.some((rate) => rate.component === component)) return `${taxClass} has two rates of ${component}`
        known.push({ component, compound, ratePpm })
        byClass.set(taxClass, known)
      }
      return [...byClass.values()].every((known) => faultOf(known) === undefined) || "Expected at most 1,000 % of tax"
    })
  )
)

/** A rate that an engine named, as rates of the store are. */
export interface OutsideRate {
  readonly id: string
  readonly name: string
  readonly taxClass: string
  readonly country: string
  readonly zoneId: null
  readonly component: string
  readonly compound: boolean
  readonly position: number
  readonly ratePpm: number
}

/** The rates that an engine names, or `undefined` where it has no answer that can be used. */
export const ask = (engine: TaxEngine, question: TaxQuestion): Effect.Effect<ReadonlyArray<OutsideRate> | undefined> =>
  Effect.suspend(() => engine.rates(question)).pipe(
    Effect.timeout(timeLimit),
    Effect.flatMap(decode),
    Effect.map((rates) =>
      rates.map(({ component = onlyComponent, compound = false, name, position = 0, ratePpm, taxClass }): OutsideRate => ({
        id: `${engine.name}:${taxClass}:${component}`,
        name,
        taxClass,
        country: question.to.country,
        zoneId: null,
        component,
        compound,
        position,
        ratePpm
      }))
    ),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.as(Effect.logWarning("The tax engine gave no answer; the store's own rates are charged"), undefined)
    ),
    Effect.annotateLogs({ engine: engine.name })
  )

/** Own rates with those of an engine at a place in the stead of all that could hold there. Prices may contain others. */
export const instead = <Rate extends PlacedRate>(
  own: ReadonlyArray<Rate>,
  outside: ReadonlyArray<OutsideRate>,
  place: Place
): ReadonlyArray<Rate | OutsideRate> => [
  ...own.filter(({ country }) => country !== null && country !== place.country),
  ...outside
]
