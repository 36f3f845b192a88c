/**
 * Keeps what products are found by up to date: in the database, where they come to be called otherwise without being changed themselves, and
 * in the search engine outside, where there is one, which is sent whatever happens to them until it is taken.
 *
 * **Details**
 *
 * An event of a product has it wait, and what waits is sent in groups, as it is then. What cannot be sent waits for a minute, then two,
 * four and so on up to an hour, for as long as the engine is away. What was read before somebody else's change may arrive after it; so
 * the product is looked at once more after it was sent, and sent again if it has become another.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ProductCreated, ProductDeleted, ProductUpdated } from "../catalog/CatalogEvents.ts"
import { ProductId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as NameChanges from "./NameChanges.ts"
import { NameScope, ProductPlace, SearchFeedRepository, type WaitingProduct } from "./SearchFeedRepository.ts"
import { SearchIndex, sentTogether } from "./SearchIndex.ts"

/** The job that writes everything anew, a group of products at a time. */
export const rebuildJob = "search.rebuild"

const RebuildFrom = Schema.Struct({
  after: Schema.NullOr(ProductPlace),
  /** When it began, in milliseconds since 1970. */
  startedAt: Schema.Int
})
export type RebuildFrom = typeof RebuildFrom.Encoded

/** The job that writes products anew that are called otherwise, a group at a time. */
const namesJob = "search.names"

const NamesFrom = Schema.Struct({ scope: NameScope, after: Schema.NullOr(ProductId) })

/** Clocks of processes differ by so much at most. */
const clockSkewMillis = 60_000

/** So often a product is looked at and sent again before the next attempt does. */
const looks = 5

const isProductId = Schema.is(ProductId)

/** So long an engine that has failed is not sent what happens at that moment. */
const pauseMillis = 10_000

/** How long to wait after so many failures. */
const waitAfter = (attempts: number): number => Math.min(2 ** attempts, 60) * 60_000

export const layer: Layer.Layer<never, never, Events | Jobs | SearchFeedRepository | StoreRepository | Transactor> = Layer.effectDiscard(
  Effect.gen(function*() {
    const repository = yield* SearchFeedRepository
    const { transaction } = yield* Transactor
    const events = yield* Events
    const jobs = yield* Jobs
    const index = yield* SearchIndex
    let awayUntil = 0

    /** What is known of products now. */
    const read = Effect.fnUntraced(function*(ids: ReadonlyArray<ProductId>) {
      const documents = new Map((yield* repository.documents(ids)).map((document) => [document.id, document]))
      return ids.map((id) => ({ id, document: documents.get(id) }))
    })
    type Known = Effect.Success<ReturnType<typeof read>>

    const put = (engine: SearchIndex, storeId: StoreId, known: Known, sentAt: number) => {
      const documents = known.flatMap(({ document }) => document === undefined ? [] : [{ ...document, sentAt }])
      const gone = known.flatMap(({ document, id }) => document === undefined ? [id] : [])
      const sent = documents.length === 0 ? Effect.void : engine.put(storeId, documents)
      return Effect.andThen(sent, gone.length === 0 ? Effect.void : engine.remove(storeId, gone)).pipe(Effect.timeout("30 seconds"))
    }

    const send = Effect.fnUntraced(function*(engine: SearchIndex, ids: ReadonlyArray<ProductId>) {
      const storeId = yield* CurrentStore
      let known = yield* read(ids)
      for (let look = 0; known.length > 0 && look < looks; look++) {
        const sent = new Map(known.map(({ document, id }) => [id, JSON.stringify(document)]))
        yield* put(engine, storeId, known, yield* Clock.currentTimeMillis)
        known = (yield* read(known.map(({ id }) => id))).filter(({ document, id }) => JSON.stringify(document) !== sent.get(id))
      }
      // whoever goes on changing these adds them again
    })

    const sendTaken = (engine: SearchIndex, taken: ReadonlyArray<WaitingProduct>) =>
      send(engine, taken.map(({ id }) => id)).pipe(
        Effect.andThen(repository.done(taken)),
        Effect.as(true),
        Effect.catchCause(Effect.fnUntraced(function*(cause) {
          yield* Effect.logWarning(`The search engine ${engine.name} takes no products now`, cause)
          const attempts = Math.max(...taken.map((one) => one.attempts))
          const now = yield* Clock.currentTimeMillis
          awayUntil = now + pauseMillis
          yield* repository.postpone(taken, Timestamp.fromMillis(now + waitAfter(attempts)))
          return false
        }))
      )

    /** Sends what waits, until nothing is due or the engine fails. */
    const sendWaiting = Effect.fnUntraced(function*(engine: SearchIndex) {
      for (let more = true; more;) {
        const now = yield* Timestamp.now
        const taken = yield* repository.take(sentTogether, { now, again: Timestamp.plus(now, "2 minutes") })
        more = taken.length > 0 && (yield* sendTaken(engine, taken)) && taken.length === sentTogether
      }
    })

    yield* jobs.handle({
      name: rebuildJob,
      payload: RebuildFrom,
      run: Effect.fnUntraced(function*({ after, startedAt }) {
        const places = yield* repository.after(after, sentTogether)
        const ids = places.map(({ id }) => id)
        const last = places.at(-1)
        if (last === undefined) {
          if (index === undefined) return
          return yield* index.removeSentBefore(yield* CurrentStore, startedAt - clockSkewMillis)
        }
        yield* transaction(repository.index(ids))
        if (index !== undefined) yield* send(index, ids)
        const next: RebuildFrom = { after: last, startedAt }
        yield* jobs.enqueue({ name: rebuildJob, payload: next })
      })
    })

    /** Has products be found by what they are called now, in the database and then outside of it. */
    const refresh = Effect.fnUntraced(function*(ids: ReadonlyArray<ProductId>) {
      yield* transaction(Effect.gen(function*() {
        yield* repository.index(ids)
        if (index !== undefined) yield* repository.add(ids)
      }))
      if (index !== undefined && (yield* Clock.currentTimeMillis) >= awayUntil) yield* sendWaiting(index)
    })

    yield* jobs.handle({
      name: namesJob,
      payload: NamesFrom,
      run: Effect.fnUntraced(function*({ after, scope }) {
        const ids = yield* repository.called(scope, after, sentTogether)
        const last = ids.at(-1)
        if (last === undefined) return
        yield* refresh(ids)
        if (ids.length === sentTogether) yield* jobs.enqueue({ name: namesJob, payload: { scope, after: last } })
      })
    })
    yield* events.subscribe({
      name: "search.names",
      types: NameChanges.types,
      among: (told) =>
        Effect.succeed(told.filter((event) => {
          const { ids, scopes } = NameChanges.of(event)
          return ids.length > 0 || scopes.length > 0
        })),
      handle: Effect.fnUntraced(function*(event) {
        const { ids, scopes } = NameChanges.of(event)
        for (let at = 0; at < ids.length; at += sentTogether) yield* refresh(ids.slice(at, at + sentTogether))
        yield* jobs.enqueueAll(scopes.map((scope, place) => ({
          id: `${event.id}:names:${place}`,
          name: namesJob,
          payload: { scope, after: null }
        })))
      })
    })

    if (index === undefined) return
    yield* events.subscribe({
      name: "search.send-product",
      types: [ProductCreated.type, ProductUpdated.type, ProductDeleted.type],
      handle: ({ subject }) =>
        Effect.gen(function*() {
          if (!isProductId(subject)) return
          yield* repository.add([subject])
          if ((yield* Clock.currentTimeMillis) >= awayUntil) yield* sendWaiting(index)
        })
    })
    yield* StoreCron.register(jobs, yield* StoreRepository, {
      name: "search.send-waiting",
      cron: "* * * * *",
      run: sendWaiting(index),
      timeLimit: "10 minutes"
    })
  })
)
