import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { DomainEvent } from "./DomainEvent.ts"

/** Where events are kept: an outbox for their delivery and the history of each thing. */
export class EventRepository extends Context.Service<EventRepository, {
  /** Adds events in the current transaction. One statement. */
  readonly append: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<void, StorageError>
  /** The events of a subject, oldest first, at most 500. */
  readonly ofSubject: (subject: string) => Effect.Effect<ReadonlyArray<DomainEvent>, StorageError>
  /**
   * Takes events of every store that were not handed over yet, oldest first, hands them to `deliver` and marks them,
   * all in one transaction; returns how many. `deliver` must only write to the same storage.
   */
  readonly relay: <E>(
    limit: number,
    deliver: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<void, E>
  ) => Effect.Effect<number, StorageError | E>
}>()("@stoa/core/events/EventRepository") {}
