/**
 * From when and until when something is there for buyers. Whoever asks compares it with the clock, so nothing has to happen
 * at either moment.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** `null`: from the start, or without an end. The moment `publishedUntil` itself is outside. */
export const fields = {
  publishedFrom: Schema.NullOr(Timestamp),
  publishedUntil: Schema.NullOr(Timestamp)
} as const

export const optional = {
  publishedFrom: Schema.optionalKey(fields.publishedFrom),
  publishedUntil: Schema.optionalKey(fields.publishedUntil)
} as const

export interface PublishWindow {
  readonly publishedFrom: Timestamp | null
  readonly publishedUntil: Timestamp | null
}

export const isOpen = ({ publishedFrom, publishedUntil }: PublishWindow, at: Timestamp): boolean =>
  (publishedFrom === null || publishedFrom <= at) && (publishedUntil === null || at < publishedUntil)

/** What is wrong with a window: one that ends before it begins never opens. */
export const faults = ({ publishedFrom, publishedUntil }: PublishWindow): ReadonlyArray<Fault> =>
  publishedFrom !== null && publishedUntil !== null && publishedUntil <= publishedFrom
    ? [{ path: ["publishedUntil"], message: "must be after publishedFrom", code: "before_start" }]
    : []
