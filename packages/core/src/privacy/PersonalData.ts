/**
 * Who keeps what about a person. Every domain, and every plug-in, that stores something personal says so here: how it is
 * handed out, and how it is forgotten.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"

/** One who keeps something about people, by the ids of their users. */
export interface PersonalDataHolder {
  /** What it is called in an export, written as every name there: `"orders"`, `"giftCards"`. */
  readonly name: string
  /** All that is kept of a person, piece by piece, without secrets. */
  readonly hand: (userId: string) => Stream.Stream<Schema.Json, InvalidInput | StorageError>
  /** Why the person cannot be forgotten yet, one code each: an order that is under way. */
  readonly needs?: (userId: string) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /**
   * Deletes what is personal, and replaces it where the rest must stay. In the transaction of the erasure, and again if
   * somebody asks again: the second time it must do no harm.
   */
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
}

/** The holders of an engine. */
export class PersonalData extends Context.Service<PersonalData, {
  /** Adds a holder. Call it while the engine's layers are built. A second one of the same name is a defect. */
  readonly add: (holder: PersonalDataHolder) => Effect.Effect<void>
  readonly holders: Effect.Effect<ReadonlyArray<PersonalDataHolder>>
}>()("@stoa/core/privacy/PersonalData") {}

export const make = Effect.sync(() => {
  let holders: ReadonlyArray<PersonalDataHolder> = []
  return PersonalData.of({
    add: (holder) =>
      Effect.suspend(() => {
        if (holders.some(({ name }) => name === holder.name)) {
          return Effect.die(new Error(`There is a holder of personal data ${holder.name} already`))
        }
        holders = [...holders, holder]
        return Effect.void
      }),
    holders: Effect.sync(() => holders)
  })
})

export const layer: Layer.Layer<PersonalData> = Layer.effect(PersonalData, make)

/** A layer that adds a holder. */
export const holder = <E, R>(
  make: Effect.Effect<PersonalDataHolder, E, R>
): Layer.Layer<never, E, PersonalData | R> =>
  Layer.effectDiscard(Effect.gen(function*() {
    const personalData = yield* PersonalData
    yield* personalData.add(yield* make)
  }))
