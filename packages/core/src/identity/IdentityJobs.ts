/**
 * What identity does in the background: once an hour it deletes sessions that expired a month ago, challenges and
 * ceremonies and sign-ins with others that expired a day ago, counters of attempts that nobody has made for two days and
 * what the login history knows of half a year ago, of every store. In each store it puts new signing keys in the place of
 * old ones when that is due.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { CeremonyRepository } from "./FactorRepository.ts"
import { ChallengeRepository } from "./ChallengeRepository.ts"
import { OAuthRepository } from "./OAuthRepository.ts"
import { historyLifetime } from "./Risk.ts"
import { SessionRepository } from "./SessionRepository.ts"
import { SignInRepository } from "./SignInRepository.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { ThrottleRepository } from "./ThrottleRepository.ts"

export const layer: Layer.Layer<
  never,
  never,
  | Jobs
  | CeremonyRepository
  | ChallengeRepository
  | OAuthRepository
  | SessionRepository
  | SignInRepository
  | SigningKeys
  | StoreRepository
  | ThrottleRepository
> = Layer.effectDiscard(
  Effect.gen(function*() {
    const jobs = yield* Jobs
    const challenges = yield* ChallengeRepository
    const ceremonies = yield* CeremonyRepository
    const oauth = yield* OAuthRepository
    const sessions = yield* SessionRepository
    const signIns = yield* SignInRepository
    const signingKeys = yield* SigningKeys
    const stores = yield* StoreRepository
    const throttles = yield* ThrottleRepository
    yield* jobs.cron({
      name: "identity.tidy",
      cron: "17 * * * *",
      run: Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        yield* sessions.deleteExpired(Timestamp.minus(Timestamp.fromMillis(now), "30 days"))
        yield* challenges.deleteExpired(Timestamp.minus(Timestamp.fromMillis(now), "1 day"))
        yield* ceremonies.deleteExpired(Timestamp.minus(Timestamp.fromMillis(now), "1 day"))
        yield* oauth.deleteExpired(Timestamp.minus(Timestamp.fromMillis(now), "1 day"))
        yield* signIns.deleteOlder(Timestamp.minus(Timestamp.fromMillis(now), historyLifetime))
        yield* throttles.deleteOlder(now - Duration.toMillis("2 days"))
      })
    })
    yield* jobs.cron({
      name: "identity.rotate-keys",
      cron: "23 * * * *",
      run: forEachStore(stores, signingKeys.rotateWhenDue)
    })
  })
)
