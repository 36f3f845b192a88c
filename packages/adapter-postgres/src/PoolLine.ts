/**
 * The line before a pool: so many places, given in the order of arrival, with a bound on the waiting.
 *
 * Effect's `Semaphore` lets whoever comes at the right moment in before those who wait. With more callers than
 * connections that never pause, some of them would wait until their time is up while others are served again and again.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** What somebody holds who wants in. It says whether they are, whatever has become of their fiber. */
export interface Ticket {
  isIn: boolean
}

export interface PoolLine {
  /** Takes a place if one is free, and says whether it was. */
  readonly take: (ticket: Ticket) => boolean
  /** Waits for a place, and says whether there was one in time. */
  readonly enter: (ticket: Ticket) => Effect.Effect<boolean>
  /** Gives the ticket's place, if it has one, to who waits longest. */
  readonly leave: (ticket: Ticket) => void
}

export const make = (places: number, patience: Duration.Duration): PoolLine => {
  let free = places
  const waiting = new Set<() => void>()

  const wait = (ticket: Ticket) =>
    Effect.callback<boolean>((resume) => {
      const admit = () => {
        ticket.isIn = true
        resume(Effect.succeed(true))
      }
      waiting.add(admit)
      return Effect.sync(() => waiting.delete(admit))
    }).pipe(
      // admitted at the last moment, a ticket is in all the same: whoever holds it leaves
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(false) })
    )

  const take = (ticket: Ticket): boolean => {
    // a place is free only while nobody waits
    if (free === 0) return false
    free--
    ticket.isIn = true
    return true
  }

  return {
    take,
    enter: (ticket) => Effect.suspend(() => take(ticket) ? Effect.succeed(true) : wait(ticket)),
    leave: (ticket) => {
      if (!ticket.isIn) return
      ticket.isIn = false
      const [next] = waiting
      if (next === undefined) {
        free++
      } else {
        waiting.delete(next)
        next()
      }
    }
  }
}
