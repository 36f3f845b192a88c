/**
 * Entries `authz.denied` of the audit log: who asked for a thing that is somebody else's.
 *
 * **Details**
 *
 * The answer to such a question is "not found", and must tell nobody that the thing exists, by its time neither. So the
 * service notes the question in memory, which costs the same whether there is such a thing or not, and a moment later it
 * is looked up, many at once, and written down where it is another's. What was noted is written when the engine closes,
 * too; a process that dies takes what it noted in its last seconds with it.
 *
 * The log must not be filled by whoever asks for things: each actor, and each network of guests, gets 20 entries an hour, a
 * process 500. What there would have been besides is counted, and the count is an entry once the hour is over.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { AuditEntryId } from "../audit/AuditEntry.ts"
import { AuditRepository } from "../audit/AuditRepository.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore, type StoreId, within } from "../kernel/CurrentStore.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { OwnerRepository } from "./OwnerRepository.ts"

export const action = "authz.denied"

/** Questions that wait to be looked up. */
const maximumWaiting = 1_000

const window = 3_600_000
const entriesPerActor = 20
const entriesPerWindow = 500

/** Gathers what is asked at the same time, and keeps the writing apart from the answer. */
const writeEvery = "2 seconds"

interface Note {
  readonly storeId: StoreId
  readonly actor: string
  /** Whose own things are no news. */
  readonly userId: string | undefined
  /** What the entries are counted by. */
  readonly counted: string
  readonly subject: string
  readonly requestId: string | null
  readonly at: Timestamp.Timestamp
  readonly times: number
}

const anId = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** The id of what an error says that there is none of. */
const missing = (error: unknown): string | undefined => {
  if (!isStoaError(error) || error.kind !== "not_found") return undefined
  return Object.values(error).find((value): value is string => typeof value === "string" && anId.test(value))
}

/** Guests share a name, so what they ask for is counted by where they are: an IPv4 address, or a /64 of IPv6. */
const placeOf = (address: string | null): string =>
  address === null ? "" : address.includes(":") ? address.split(":").slice(0, 4).join(":") : address

export const make = Effect.gen(function*() {
  const owners = yield* OwnerRepository
  const audit = yield* AuditRepository
  const registry = yield* JobRegistry
  const oneAtATime = yield* Semaphore.make(1)
  const something = Latch.makeUnsafe(false)
  // a service that asks another one passes its error on
  const seen = new WeakSet<object>()

  let waiting = new Map<string, Note>()
  let since = 0
  let written = 0
  const writtenFor = new Map<string, number>()
  const omitted = new Map<StoreId, number>()

  const omit = (storeId: StoreId, times: number) => void omitted.set(storeId, (omitted.get(storeId) ?? 0) + times)

  const keep = (note: Note) => {
    const key = `${note.storeId} ${note.actor} ${note.subject}`
    const before = waiting.get(key)
    if (before !== undefined) waiting.set(key, { ...before, times: before.times + note.times })
    else if (waiting.size < maximumWaiting) waiting.set(key, note)
    else omit(note.storeId, note.times)
  }

  const note = Effect.fnUntraced(function*(error: unknown) {
    const subject = missing(error)
    if (subject === undefined || seen.has(error as object)) return
    seen.add(error as object)
    const actor = yield* Actor.CurrentActor
    if (actor._tag === "system") return
    const name = Actor.describe(actor)
    keep({
      storeId: yield* CurrentStore,
      actor: name,
      userId: Actor.userId(actor),
      counted: actor._tag === "guest" ? `guest ${placeOf((yield* CurrentClient).address)}` : name,
      subject,
      requestId: yield* CurrentRequest,
      at: yield* Timestamp.now,
      times: 1
    })
    something.openUnsafe()
  })

  /** Whether the log takes another entry of an actor in this hour. */
  const hasRoom = (counted: string): boolean => {
    const count = writtenFor.get(counted) ?? 0
    if (count >= entriesPerActor || written >= entriesPerWindow) return false
    writtenFor.set(counted, count + 1)
    written += 1
    return true
  }

  const entryOf = Effect.fnUntraced(function*({ actor, at, requestId, subject, times }: Omit<Note, "counted" | "storeId" | "userId">) {
    return { id: yield* AuditEntryId.generate, action, subject, actor, requestId, details: { times }, at }
  })

  const look = Effect.fnUntraced(function*(storeId: StoreId, notes: ReadonlyArray<Note>) {
    const found = yield* owners.ownersOf([...new Set(notes.map(({ subject }) => subject))])
    const ownerOf = new Map(found.map(({ id, ownerId }) => [id, ownerId]))
    const foreign = notes.filter(({ subject, userId }) =>
      ownerOf.has(subject) && (userId === undefined || ownerOf.get(subject) !== userId))
    const entries = yield* Effect.forEach(foreign.filter(({ counted }) => hasRoom(counted)), entryOf)
    if (entries.length > 0) yield* audit.insertAll(entries)
    // only now, for a look that fails is had again
    const kept = new Set(entries.map(({ actor, subject }) => `${actor} ${subject}`))
    for (const { actor, subject, times } of foreign) if (!kept.has(`${actor} ${subject}`)) omit(storeId, times)
  })

  /** Ends the hour, with an entry of what was left out in it. */
  const endWindow = Effect.fnUntraced(function*(now: number) {
    for (const [storeId, times] of omitted) {
      const entry = yield* entryOf({
        actor: "system:audit",
        subject: storeId,
        requestId: null,
        at: Timestamp.fromMillis(now),
        times
      })
      yield* within(storeId)(audit.insertAll([entry]))
      omitted.delete(storeId)
    }
    since = now
    written = 0
    writtenFor.clear()
  })

  const write = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    if (now - since >= window) yield* endWindow(now)
    const notes = [...waiting.values()]
    waiting = new Map()
    if (notes.length === 0) return 0
    const left = Map.groupBy(notes, ({ storeId }) => storeId)
    const lookAll = Effect.forEach([...left], Effect.fnUntraced(function*([storeId, notes]) {
      yield* within(storeId)(look(storeId, notes))
      left.delete(storeId)
    }), { discard: true })
    yield* Effect.onError(lookAll, () => Effect.sync(() => [...left.values()].flat().forEach(keep)))
    return notes.length
  }).pipe(oneAtATime.withPermits(1))

  /** Until there is something to look up, or to say at the end of the hour. */
  const awaited = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const end = omitted.size === 0 ? Effect.never : Effect.sleep(Math.max(0, since + window - now))
    yield* Effect.raceFirst(something.await, end)
    something.closeUnsafe()
  })

  yield* registry.source(write)
  yield* Effect.addFinalizer(() =>
    Effect.gen(function*() {
      yield* write
      yield* endWindow(yield* Clock.currentTimeMillis)
    }).pipe(Effect.catchCause((cause) => Effect.logWarning("Questions for what is others' could not be written down", cause)))
  )
  yield* awaited.pipe(
    Effect.andThen(Effect.sleep(writeEvery)),
    Effect.andThen(write),
    Effect.catchCause((cause) =>
      Effect.andThen(
        Effect.logWarning("Questions for what is others' could not be written down; trying again", cause),
        Effect.sync(() => something.openUnsafe())
      )),
    Effect.forever,
    Effect.forkScoped
  )

  const watch = (result: unknown): unknown => {
    if (Effect.isEffect(result)) return Effect.tapError(result, note)
    return Stream.isStream(result) ? Stream.tapError(result, note) : result
  }
  return {
    watched: <Service extends object>(service: Service): Service =>
      Object.fromEntries(Object.entries(service).map(([name, method]) => [
        name,
        typeof method === "function" ? (...args: ReadonlyArray<unknown>) => watch(method(...args)) : watch(method)
      ])) as Service
  }
})

export const layer: Layer.Layer<never, never, AuditRepository | JobRegistry | OwnerRepository> = Layer.effect(DeniedAccess, make)
