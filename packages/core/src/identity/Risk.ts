/**
 * What is known of a sign-in, and what the assessor thinks of it.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { User } from "./Account.ts"
import { isDisposable } from "./DisposableAddress.ts"
import type { SignInMethod } from "./IdentityEvents.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import { Assessment, RiskAssessor, type SignInSignals } from "./RiskAssessor.ts"
import { SignInRepository } from "./SignInRepository.ts"
import * as Throttle from "./Throttle.ts"

/** An assessment, with what the owner is told of. */
export interface Assessed {
  readonly assessment: Assessment
  readonly newDevice: boolean
  /** Where the call came from, where a locator knows. */
  readonly place: string | null
}

/** Assesses the sign-in of a call. Outside of transactions. */
export type Assess = (user: User, method: SignInMethod) => Effect.Effect<Assessed, StorageError>

/** How long an assessor may take. */
const timeLimit = Duration.seconds(2)

/** How long the login history reaches back. */
export const historyLifetime = Duration.days(180)

/**
 * What a program calls itself without its version, so that an update makes no new device of it. Somebody who knows what
 * their victim uses can call their own the same: it is one sign among others.
 */
export const deviceOf = (userAgent: string | null): string | null =>
  userAgent === null ? null : userAgent.slice(0, 400).toLowerCase().replace(/[\d._]+/g, "")

/** A network and its neighbours, for addresses of one provider change: 24 bits in IPv4, 48 in IPv6. */
export const neighbourhoodOf = (address: string | null): string | null => {
  const network = Throttle.networkOf(address)
  if (network === null) return null
  return network.includes(":") ? network.split(":").slice(0, 3).join(":") : network.split(".").slice(0, 3).join(".")
}

/** Whether something is new; `null` where it or what was there before is not known. */
const isNew = (value: string | null, before: ReadonlyArray<string | null>, forgotten: boolean): boolean | null => {
  if (value === null) return null
  return before.some((known) => known !== null) ? !before.includes(value) : forgotten ? true : null
}

const hours = (from: Timestamp.Timestamp, to: Timestamp.Timestamp): number =>
  Math.max(0, Timestamp.toMillis(to) - Timestamp.toMillis(from)) / Duration.toMillis("1 hour")

const decodeAssessment = Schema.decodeUnknownEffect(Assessment)

export const make: Effect.Effect<Assess, never, SignInRepository> = Effect.gen(function*() {
  const history = yield* SignInRepository
  const assessor = yield* RiskAssessor
  const locate = PlaceLocator.locate(yield* PlaceLocator.PlaceLocator)

  const signalsOf = Effect.fnUntraced(function*(user: User, method: SignInMethod) {
    const client = yield* CurrentClient
    const at = yield* Timestamp.now
    const { failures, successes } = yield* history.recent(user.id, Timestamp.minus(at, "1 hour"))
    const last = successes[0]
    // the first sign-in of all has nothing to be compared with; an account that slept for so long has forgotten all
    const forgotten = last === undefined && user.createdAt < Timestamp.minus(at, historyLifetime)
    const place = (yield* locate(client.address)) ?? null
    const before = last === undefined || place === null || last.address === client.address
      ? undefined
      : yield* locate(last.address)
    const kilometres = place === null || before === undefined ? undefined : PlaceLocator.distance(before, place)
    const signals: SignInSignals = {
      userId: user.id,
      email: user.email,
      method,
      client,
      at,
      newDevice: isNew(deviceOf(client.userAgent), successes.map(({ userAgent }) => deviceOf(userAgent)), forgotten),
      newNetwork: isNew(
        neighbourhoodOf(client.address),
        successes.map(({ address }) => neighbourhoodOf(address)),
        forgotten
      ),
      recentFailures: failures,
      disposableAddress: isDisposable(user.email),
      place,
      travel: kilometres === undefined || last === undefined ? null : { kilometres, hours: hours(last.at, at) }
    }
    return signals
  })

  /** Who cannot say is not taken for somebody who says yes. */
  const unanswered: Assessment = { verdict: "challenge", score: 0, reasons: ["unassessed"] }

  return Effect.fnUntraced(function*(user, method) {
    const signals = yield* signalsOf(user, method)
    const assessment = yield* Effect.suspend(() => assessor.assess(signals)).pipe(
      Effect.flatMap(decodeAssessment),
      Effect.timeout(timeLimit),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          // the cause may quote what it was asked, so it is not logged
          : Effect.as(Effect.logWarning("The assessor of sign-ins gave no answer"), unanswered)
      )
    )
    return { assessment, newDevice: signals.newDevice === true, place: signals.place?.name ?? null }
  })
})
