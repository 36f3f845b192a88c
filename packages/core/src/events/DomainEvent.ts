/**
 * Domain events: what happened, told to whoever wants to know. They are written in the transaction of the change they
 * tell of, and delivered to every subscriber at least once afterwards.
 */
import * as Schema from "effect/Schema"
import { StoreId } from "../kernel/CurrentStore.ts"
import * as Id from "../kernel/Id.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const EventId = Id.define("evt", "EventId")
export type EventId = typeof EventId.Type

/** An event as it is stored and delivered. */
export const DomainEvent = Schema.Struct({
  id: EventId,
  storeId: StoreId,
  /** `thing.happened`: `"order.paid"`. */
  type: Schema.String,
  /** The id of what it happened to. */
  subject: Schema.String,
  actor: Schema.String,
  requestId: Schema.NullOr(Schema.String),
  data: Schema.Json,
  at: Timestamp
}).annotate({ identifier: "DomainEvent" })
export interface DomainEvent extends Schema.Schema.Type<typeof DomainEvent> {}

/** An event with its data typed. */
export interface EventOf<Data> extends Omit<DomainEvent, "data"> {
  readonly data: Data
}

/** An event to be published: the rest comes from the context. */
export interface NewEvent {
  readonly type: string
  readonly subject: string
  readonly data: Schema.Json
}

/** A type of event with the schema of its data. */
export interface EventType<Type extends string, Data extends Schema.ConstraintCodec<unknown, Schema.Json>> {
  readonly type: Type
  readonly data: Data
  readonly make: (subject: string, data: Data["Encoded"]) => NewEvent
}

/** Defines a type of event. Its data are JSON: ids, numbers and names, no secrets and no more of a person than needed. */
export const define = <const Type extends string, Data extends Schema.ConstraintCodec<unknown, Schema.Json>>(
  type: Type,
  data: Data
): EventType<Type, Data> => ({ type, data, make: (subject, value) => ({ type, subject, data: value }) })
