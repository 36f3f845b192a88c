/**
 * What it takes to ask carriers about labels, whatever is sent with these: their states, and asking again.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { within, type StoreId } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { VersionConflict } from "../kernel/Version.ts"
import type { LabelFields } from "./Label.ts"

/** How long a carrier is asked again that does not answer. */
const patience = { pending: "3 days", voiding: "30 days" } as const

/** After how long a label is due again whose job was given up. */
export const again = "1 hour"

/** How long the call that began may take, before a job asks instead. */
export const headStart = "1 minute"

/** How long files of labels are kept, which hold a name and an address. */
export const filesKeptFor = "365 days"

/** How long to wait after an attempt without an answer. */
const wait = (tries: number): Duration.Duration => Duration.minutes(Math.min(2 ** tries, 60))

type Label = Pick<LabelFields, "status" | "version" | "updatedAt" | "nextAttemptAt" | "failure"> & { readonly id: string }

/** A label as it is kept, with how often and since when it is asked about. */
interface Kept<L> {
  readonly label: L
  readonly tries: number
  readonly askedSince: Timestamp.Timestamp
}

/** Moves labels of a table along. `failed` is what is told when nothing becomes of one. */
export const make = Effect.fnUntraced(function*<L extends Label, K extends Kept<L>>(
  update: (kept: K) => Effect.Effect<boolean, StorageError>,
  failed: (label: L, failure: string) => NewEvent
) {
  const events = yield* Events

  /** Writes a label in its new state. Whoever was quicker has done the work. */
  const write = Effect.fnUntraced(function*(kept: K, changes: Partial<L>, tries = 0) {
    const { askedSince, label } = kept
    const now = yield* Timestamp.now
    const after: L = { ...label, nextAttemptAt: null, ...changes, version: label.version + 1, updatedAt: now }
    const next: K = { ...kept, label: after, tries, askedSince: after.status === label.status ? askedSince : now }
    if (yield* update(next)) return next
    return yield* new VersionConflict({ id: label.id, expected: label.version })
  })

  const fail = Effect.fnUntraced(function*(kept: K, failure: string) {
    const { label } = yield* write(kept, { status: "failed", failure } as Partial<L>)
    yield* events.publish([failed(label, failure)])
    return label
  })

  return {
    write,
    fail,

    /** A carrier that did not answer is asked again later, until nobody waits for it any more. */
    postpone: Effect.fnUntraced(function*(kept: K, detail: string) {
      const { askedSince, label, tries } = kept
      const now = yield* Timestamp.now
      const isVoiding = label.status === "voiding"
      if (Timestamp.plus(askedSince, isVoiding ? patience.voiding : patience.pending) > now) {
        const nextAttemptAt = Timestamp.plus(now, wait(tries))
        return (yield* write(kept, { nextAttemptAt, failure: detail } as Partial<L>, tries + 1)).label
      }
      return yield* fail(kept, `${detail}; look there whether it was ${isVoiding ? "taken back" : "sold"}`)
    }),

    /** Decides that a bought label goes back; the carrier is told afterwards. */
    voiding: (kept: K, nextAttemptAt: Timestamp.Timestamp) => write(kept, { status: "voiding", nextAttemptAt } as Partial<L>)
  }
})

type Due = ReadonlyArray<{ readonly storeId: StoreId; readonly labelId: string; readonly version: number }>

/** Has jobs ask for what labels wait for, and again for what is due. `name` is that of the kind of labels. */
export const jobsOf = Effect.fnUntraced(function*(
  name: string,
  claim: (now: Timestamp.Timestamp, again: Timestamp.Timestamp, limit: number) => Effect.Effect<Due, StorageError>,
  carryOut: (labelId: string, version: number) => Effect.Effect<unknown, StorageError>
) {
  const jobs = yield* Jobs
  const jobName = `${name}.carry-out`

  /** The same state of a label is asked about once at a time. */
  const jobOf = (labelId: string, version: number, at: Timestamp.Timestamp) => ({
    name: jobName,
    id: `${labelId}:${version}:${at}`,
    payload: { labelId, version }
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ labelId: Schema.String, version: Schema.Int }),
    timeLimit: "1 minute",
    run: ({ labelId, version }) => Effect.asVoid(carryOut(labelId, version))
  })

  yield* jobs.cron({
    name: `${name}.retry`,
    cron: "* * * * *",
    run: Effect.gen(function*() {
      const now = yield* Timestamp.now
      const due = yield* claim(now, Timestamp.plus(now, again), 200)
      yield* Effect.forEach(
        Map.groupBy(due, ({ storeId }) => storeId),
        ([storeId, all]) =>
          within(storeId)(jobs.enqueueAll(all.map(({ labelId, version }) => jobOf(labelId, version, now)))),
        { discard: true }
      )
    })
  })

  /** Has a job ask about a label, in the current transaction. */
  return ({ id, version }: { readonly id: string; readonly version: number }) =>
    Effect.flatMap(Timestamp.now, (now) => jobs.enqueue(jobOf(id, version, now)))
})
