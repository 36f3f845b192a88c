/**
 * Publishing events and subscribing to them.
 *
 * `publish` writes into the outbox in the current transaction. The relay hands each event to the durable queue once
 * for every subscriber of its type, so one subscriber's trouble delays no other, and each is retried on its own.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { DomainEvent, NewEvent } from "./DomainEvent.ts"

/** Somebody who wants to know. It may be told twice of the same event and must then do nothing the second time. */
export interface Subscriber {
  /** Unique and stable, for it is stored with waiting deliveries: `"payments.refund-cancelled-order"`. */
  readonly name: string
  /** The types of event that it wants; `"*"` for all. */
  readonly types: ReadonlyArray<string> | "*"
  /** Runs as the system, in the event's store. A failure is retried with growing delay, then kept as a dead letter. */
  readonly handle: (event: DomainEvent) => Effect.Effect<void, unknown>
}

export class Events extends Context.Service<Events, {
  /** Writes events into the outbox, in the current transaction. */
  readonly publish: (events: ReadonlyArray<NewEvent>) => Effect.Effect<void, StorageError>
  /** What happened to a thing, oldest first. */
  readonly history: (subject: string) => Effect.Effect<ReadonlyArray<DomainEvent>, StorageError>
  /** Adds a subscriber to this engine. Call it while the engine's layers are built. */
  readonly subscribe: (subscriber: Subscriber) => Effect.Effect<void>
  /** Hands waiting events over to the queue, and says how many. The engine does this by itself. */
  readonly relay: Effect.Effect<number, StorageError>
}>()("@stoa/core/events/Events") {}
