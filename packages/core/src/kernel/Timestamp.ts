/**
 * Moments as ISO 8601 text in UTC with milliseconds, `"2026-11-21T08:00:00.000Z"`: the same on the wire, in storage
 * and in memory, and ordered as text is ordered.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const Timestamp = Schema.String.check(
  Schema.makeFilter(
    (text: string) =>
      (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text)))
      || "Expected a time in UTC such as 2026-11-21T08:00:00.000Z",
    { identifier: "Timestamp", fault: "not_a_time", description: "ISO 8601 time in UTC with milliseconds" }
  )
).pipe(Schema.brand("Timestamp"))
export type Timestamp = typeof Timestamp.Type

export const fromMillis = (millis: number): Timestamp => new Date(millis).toISOString() as Timestamp

export const toMillis = (timestamp: Timestamp): number => Date.parse(timestamp)

/** The time of the `Clock` in the context. */
export const now: Effect.Effect<Timestamp> = Effect.withFiber((fiber) =>
  Effect.succeed(fromMillis(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()))
)

export const plus = (timestamp: Timestamp, duration: Duration.Input): Timestamp =>
  fromMillis(toMillis(timestamp) + Duration.toMillis(Duration.fromInputUnsafe(duration)))

export const minus = (timestamp: Timestamp, duration: Duration.Input): Timestamp =>
  fromMillis(toMillis(timestamp) - Duration.toMillis(Duration.fromInputUnsafe(duration)))
