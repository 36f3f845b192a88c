import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { DomainEvent } from "./DomainEvent.ts"

/** An event and its place among all of the database. A place is given when it is written, which may be seen out of order. */
export interface PlacedEvent {
  readonly place: number
  readonly event: DomainEvent
}

/** Where events are kept: an outbox for their delivery and the history of each thing. */
export class EventRepository extends Context.Service<EventRepository, {
  /** Adds events in the current transaction. One statement. */
  readonly append: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<void, StorageError>
  /** The events of a subject, oldest first, at most 500. */
  readonly ofSubject: (subject: string) => Effect.Effect<ReadonlyArray<DomainEvent>, StorageError>
  /**
   * Events of the current store in the order of their writing, at most `limit`: the first after a place, or the newest for `null`. What
   * is older than the last 5,000 events of the database is left out.
   */
  readonly since: (after: number | null, limit: number) => Effect.Effect<ReadonlyArray<PlacedEvent>, StorageError>
  /** The place of an event of the current store. */
  readonly placeOf: (id: string) => Effect.Effect<number | undefined, StorageError>
  /**
   * Takes events of every store that were not handed over yet, oldest first, hands them to `deliver` and marks them,
   * all in one transaction; returns how many. `deliver` must only write to the same storage.
   */
  readonly relay: <E>(
    limit: number,
    deliver: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<void, E>
  ) => Effect.Effect<number, StorageError | E>
}>()("@stoa/core/events/EventRepository") {}
