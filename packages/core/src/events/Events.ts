/**
 * Publishing events and subscribing to them.
 *
 * `publish` writes into the outbox in the current transaction. The relay hands each event to the durable queue once
 * for every subscriber of its type, so one subscriber's trouble delays no other, and each is retried on its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { JobQueue } from "../jobs/JobQueue.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { WorkBell } from "../jobs/WorkBell.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Caller from "../kernel/Caller.ts"
import { within } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type DomainEvent, EventId, type NewEvent } from "./DomainEvent.ts"
import { EventRepository } from "./EventRepository.ts"
import * as News from "./News.ts"

/** Somebody who wants to know. It may be told twice of the same event and must then do nothing the second time. */
export interface Subscriber {
  /** Unique and stable, for it is stored with waiting deliveries: `"payments.refund-cancelled-order"`. */
  readonly name: string
  /** The types of event that it wants; `"*"` for all. */
  readonly types: ReadonlyArray<string> | "*"
  /**
   * Leaves out events that it does not want after all, before each becomes a job. Runs once for the events of a store that
   * are handed over together, in that store and in their transaction, and only reads.
   */
  readonly among?: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<ReadonlyArray<DomainEvent>, StorageError>
  /** Runs as the system, in the event's store. A failure is retried with growing delay, then kept as a dead letter. */
  readonly handle: (event: DomainEvent) => Effect.Effect<void, unknown>
}

/** What to listen for to hear of everything in a store. */
export const ofStore = (storeId: string): string => `* ${storeId}`

export class Events extends Context.Service<Events, {
  /** Writes events into the outbox, in the current transaction. */
  readonly publish: (events: ReadonlyArray<NewEvent>) => Effect.Effect<void, StorageError>
  /**
   * Writes all that the effect publishes at its end, in one statement and in the order in which it was published. Inside
   * of a transaction, with no smaller one inside of it that may be rolled back alone. If the effect fails, nothing is
   * published.
   */
  readonly together: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StorageError, R>
  /** What happened to a thing, oldest first. For services that have checked that the caller may see the thing. */
  readonly history: (subject: string) => Effect.Effect<ReadonlyArray<DomainEvent>, StorageError>
  /**
   * Listens, until the scope closes, for what happens to a thing. The effect that it answers with ends once this process
   * has committed an event of the thing; what other processes write is only seen by who looks.
   */
  readonly listen: (subject: string) => Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
  /** Adds a subscriber to this engine. Call it while the engine's layers are built. */
  readonly subscribe: (subscriber: Subscriber) => Effect.Effect<void>
  /**
   * Is told once of every event, in whichever store: by the process that has handed it over to its
   * subscribers, whichever process wrote it. For what is counted and watched; what a process that dies was about to tell
   * is not told again. Call it while the engine's layers are built.
   */
  readonly observe: (tell: (event: DomainEvent) => Effect.Effect<void>) => Effect.Effect<void>
  /** Hands waiting events over to the queue, and says how many. The engine does this by itself. */
  readonly relay: Effect.Effect<number, StorageError>
}>()("@stoa/core/events/Events") {}

/** Some of the events that are handed over, and who wants them for what they are. */
interface Wanting {
  readonly subscriber: Subscriber
  readonly wanted: ReadonlyArray<DomainEvent>
}

/** Events that are handed over in one transaction. */
const batch = 100

/** What is published inside of `together`, until it is written. */
const Gathered = Context.Reference<Array<DomainEvent> | undefined>("@stoa/core/events/Events/Gathered", {
  defaultValue: () => undefined
})

const jobNameOf = (subscriber: string) => `event:${subscriber}`

export const make = Effect.gen(function*() {
  const repository = yield* EventRepository
  const transactor = yield* Transactor
  const queue = yield* JobQueue
  const registry = yield* JobRegistry
  const bell = yield* WorkBell
  const subscribers: Array<Subscriber> = []
  const observers: Array<(event: DomainEvent) => Effect.Effect<void>> = []
  const news = News.make()

  const wants = ({ types }: Subscriber, event: DomainEvent) => types === "*" || types.includes(event.type)

  /** What a subscriber wants of events of a type that it wants. */
  const chosenBy = ({ subscriber: { among }, wanted }: Wanting) =>
    among === undefined
      ? Effect.succeed(wanted)
      : Effect.map(
        Effect.forEach(Map.groupBy(wanted, ({ storeId }) => storeId), ([storeId, own]) => within(storeId)(among(own))),
        (stores) => stores.flat()
      )

  const relay = Effect.suspend(() => {
    let handed: ReadonlyArray<DomainEvent> = []
    const deliver = Effect.fnUntraced(function*(events: ReadonlyArray<DomainEvent>) {
      handed = events
      const wanting = subscribers.flatMap((subscriber) => {
        const wanted = events.filter((event) => wants(subscriber, event))
        return wanted.length === 0 ? [] : [{ subscriber, wanted }]
      })
      const chosen = yield* Effect.forEach(wanting, chosenBy, { concurrency: "unbounded" })
      const deliveries = wanting.flatMap(({ subscriber }, index) =>
        (chosen[index] ?? []).map((event) => ({
          id: `${event.id}:${subscriber.name}`,
          name: jobNameOf(subscriber.name),
          storeId: event.storeId,
          requestId: event.requestId,
          // an event is made of JSON already
          payload: { ...event }
        })))
      // in the order of the events, whoever wants them
      const order = new Map(events.map(({ id }, index) => [id, index]))
      return yield* queue.offer(deliveries.sort((a, b) =>
        (order.get(a.payload.id) ?? 0) - (order.get(b.payload.id) ?? 0)
      ))
    })
    // only now, for a transaction that is tried again hands over again
    return Effect.tap(repository.relay(batch, deliver), () =>
      Effect.forEach(handed, (event) => Effect.forEach(observers, (tell) => tell(event), { discard: true }), { discard: true }))
  })

  yield* registry.source(relay, batch)

  const append = Effect.fnUntraced(function*(events: ReadonlyArray<DomainEvent>) {
    if (events.length === 0) return
    yield* repository.append(events)
    yield* transactor.afterCommit(Effect.andThen(
      Effect.andThen(registry.wake, bell.ring),
      Effect.sync(() => news.tell([...events.map(({ subject }) => subject), ...new Set(events.map(({ storeId }) => ofStore(storeId)))]))
    ))
  })

  return Events.of({
    publish: Effect.fnUntraced(function*(events) {
      if (events.length === 0) return
      const ids = yield* EventId.generateMany(events.length)
      const { requestId, storeId, ...caller } = yield* Caller.current
      const actor = Actor.describe(caller.actor)
      const at = yield* Timestamp.now
      const published = events.map((event, index): DomainEvent => ({
        id: ids[index] as EventId,
        storeId,
        ...event,
        actor,
        requestId,
        at
      }))
      const gathered = yield* Gathered
      if (gathered === undefined) return yield* append(published)
      gathered.push(...published)
    }),
    together: (effect) =>
      Effect.flatMap(Gathered, (outer) => {
        if (outer !== undefined) return effect
        const events: Array<DomainEvent> = []
        return Effect.tap(Effect.provideService(effect, Gathered, events), () => append(events))
      }),
    history: repository.ofSubject,
    listen: news.listen,
    subscribe: (subscriber) =>
      Effect.andThen(
        registry.handle({
          name: jobNameOf(subscriber.name),
          payload: Schema.Any as Schema.ConstraintCodec<DomainEvent, unknown>,
          run: subscriber.handle
        }),
        Effect.sync(() => void subscribers.push(subscriber))
      ),
    observe: (tell) => Effect.sync(() => void observers.push(tell)),
    relay: registry.pull
  })
})

export const layer: Layer.Layer<Events, never, EventRepository | JobQueue | JobRegistry | Transactor> = Layer.effect(
  Events,
  make
)
