/**
 * Group commit: what arrives while a transaction is under way waits, and goes into the next one together.
 *
 * Whoever comes when nobody is at work goes at once, so a quiet shop waits for nothing. In a rush, a round takes
 * everybody who waits, in the order of their arrival: many share the statements and the commit that each would have
 * sent, and nobody queues behind a row lock that others hold over their round trips.
 *
 * With `patience`, a round is in no hurry where others are on their way: it waits a moment for as many as came lately, up to eight. Whoever goes
 * together is answered together, and so comes together the next time.
 *
 * A round runs in the fiber of the one who waits longest, and is not interrupted, because others are in it. When it
 * ends, the next one who waits takes over. There is no fiber in the background and nothing to close.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

export interface GroupCommitOptions<Item, A, E, R> {
  /** Items with the same key go together: those of one store. */
  readonly keyOf: (item: Item) => string
  /** How many items a round takes at most. */
  readonly limit: number
  /**
   * Does the work of a round and answers with the outcome of each item, in their order. What it fails with, it fails
   * with for all of them, having done nothing.
   */
  readonly run: (items: ReadonlyArray<Item>) => Effect.Effect<ReadonlyArray<Exit.Exit<A, E>>, E, R>
  /**
   * Whether a failure of a round may be the fault of one of its items. Each is then tried in a round of its own, so
   * that one cannot spoil the others. A defect always may.
   */
  readonly mayBeOfOne: (error: E) => boolean
  /**
   * For how many milliseconds at most, on the system's clock, a round waits for as many as came lately; not at all if not given.
   */
  readonly patience?: number | undefined
  /** Whether the caller must go alone: others have no part in a transaction that may still roll back. */
  readonly goesAlone: Effect.Effect<boolean>
}

/** Somebody who waits: for the outcome, or for their turn to lead a round. */
interface Waiting<Item, A, E> {
  readonly item: Item
  readonly turn: Deferred.Deferred<Exit.Exit<A, E> | "lead">
}

/** What is left, with every round that fewer come to, of how many are waited for. */
const persistence = 0.9

/** How many are waited for at most: who is one of so many saves little by more, and meanwhile the database would have nothing to do. */
const enoughCompany = 8

// others come in real time, whatever clock a test has set
const systemClock = Clock.Clock.defaultValue()

const noOutcome = () => new Error("A round of a group commit has no outcome for an item")

/** A function that does `run` for one item, together with whoever else asks at the same time. */
export const make = <Item, A, E, R>({
  goesAlone,
  keyOf,
  limit,
  mayBeOfOne,
  patience = 0,
  run
}: GroupCommitOptions<Item, A, E, R>) => {
  /** Who waits, by key; a key is there as long as somebody is at work. */
  const queues = new Map<string, Array<Waiting<Item, A, E>>>()

  /** How many came together lately, by key, where it was more than one. */
  const company = new Map<string, number>()
  /** What is to be done when somebody joins those who wait for company, by key. */
  const joined = new Map<string, () => void>()

  const enough = Effect.interruptible(Effect.provideService(Effect.sleep(patience), Clock.Clock, systemClock))

  const outcomes = (items: ReadonlyArray<Item>): Effect.Effect<ReadonlyArray<Exit.Exit<A, E>>, never, R> =>
    // what is thrown instead of returning an effect is a defect of the round like any other
    Effect.matchCauseEffect(Effect.suspend(() => run(items)), {
      onSuccess: Effect.succeed,
      onFailure: (cause) => {
        const isOfOne = cause.reasons.some((reason) =>
          reason._tag === "Die" || (reason._tag === "Fail" && mayBeOfOne(reason.error))
        )
        return items.length > 1 && isOfOne
          ? Effect.map(Effect.forEach(items, (item) => outcomes([item])), (each) => each.flat())
          : Effect.succeed(items.map((): Exit.Exit<A, E> => Exit.failCause(cause)))
      }
    })

  const handOver = (key: string, queue: ReadonlyArray<Waiting<Item, A, E>>): void => {
    const [next] = queue
    if (next === undefined) queues.delete(key)
    else Deferred.doneUnsafe(next.turn, Effect.succeed("lead"))
  }

  /** Waits until as many have come as did lately, or for as long as is worth it. */
  const gather = (key: string, queue: ReadonlyArray<Waiting<Item, A, E>>): Effect.Effect<void> => {
    const awaited = Math.min(enoughCompany, Math.floor(company.get(key) ?? 1))
    if (queue.length >= awaited) return Effect.void
    const complete = Deferred.makeUnsafe<void>()
    joined.set(key, () => {
      if (queue.length >= awaited) Deferred.doneUnsafe(complete, Effect.void)
    })
    return Effect.raceFirst(Effect.interruptible(Deferred.await(complete)), enough).pipe(
      Effect.ensuring(Effect.sync(() => joined.delete(key)))
    )
  }

  /** Remembers how many came, for those who come next. */
  const remember = (key: string, came: number): void => {
    if (patience === 0) return
    const awaited = Math.max(came, (company.get(key) ?? 1) * persistence)
    if (awaited < 2) company.delete(key)
    else company.set(key, awaited)
  }

  /** Runs a round of those who wait, of whom the leader is the first, once all who are about to ask have done so. */
  const lead = (key: string, queue: Array<Waiting<Item, A, E>>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.andThen(Effect.yieldNow, Effect.suspend(() => gather(key, queue))), () => {
      const round = queue.splice(0, limit)
      remember(key, round.length)
      return Effect.flatMap(outcomes(round.map(({ item }) => item)), (exits) => {
        for (const [index, { turn }] of round.entries()) {
          if (index > 0) Deferred.doneUnsafe(turn, Effect.succeed(exits[index] ?? Exit.die(noOutcome())))
        }
        handOver(key, queue)
        return exits[0] ?? Effect.die(noOutcome())
      })
    })

  const alone = (item: Item): Effect.Effect<A, E, R> =>
    Effect.flatMap(run([item]), ([exit]) => exit ?? Effect.die(noOutcome()))

  const join = (item: Item): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) => {
      const key = keyOf(item)
      const waiting: Waiting<Item, A, E> = { item, turn: Deferred.makeUnsafe() }
      const queue = queues.get(key)
      if (queue === undefined) {
        const own = [waiting]
        queues.set(key, own)
        return lead(key, own)
      }
      queue.push(waiting)
      joined.get(key)?.()
      return restore(Deferred.await(waiting.turn)).pipe(
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            const place = queue.indexOf(waiting)
            // in a round already: its outcome stands, and nobody waits for it
            if (place < 0) return
            queue.splice(place, 1)
            if (Deferred.isDoneUnsafe(waiting.turn)) handOver(key, queue)
          })
        ),
        Effect.flatMap((turn) => turn === "lead" ? lead(key, queue) : turn)
      )
    })

  return (item: Item): Effect.Effect<A, E, R> =>
    Effect.flatMap(goesAlone, (isAlone) => isAlone ? alone(item) : join(item))
}
