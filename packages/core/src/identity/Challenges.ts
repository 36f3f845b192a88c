/**
 * Challenges: opened with a change, sent by a job, proved once.
 *
 * **Details**
 *
 * A code is made by the job that sends it, so it is nowhere but in the message: what is stored is its Argon2id hash,
 * because six digits would be guessed from a faster one, and the SHA-256 hash of the link's token. Sending it again
 * makes a new one, which voids the old. Whether there is an account is asked by the job, so whoever opens a challenge
 * learns nothing of it, not even from the time that it takes.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { Entropy } from "../kernel/Entropy.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import { type Message, Notifications } from "../notifications/Notifications.ts"
import * as Admission from "./Admission.ts"
import { type Challenge, ChallengeId } from "./Challenge.ts"
import { ChallengeRepository, type Purpose, type StoredChallenge } from "./ChallengeRepository.ts"
import { InvalidCode, type TooManyAttempts } from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { Passwords } from "./Passwords.ts"
import * as Throttle from "./Throttle.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"

/** What the message of a challenge says besides its code. */
export interface Letter {
  readonly template: Message["template"]
  readonly data?: Message["data"]
  /** The page that the link leads to, where there is one. */
  readonly link?: string | undefined
}

/** How many minutes are left, for people: the moment that a message takes to leave is worth no minute. */
const minutesLeft = (until: Timestamp.Timestamp, now: Timestamp.Timestamp): number =>
  Math.max(1, Math.floor((Timestamp.toMillis(until) - Timestamp.toMillis(now) + 10_000) / 60_000))

/** What a message brought back. */
export interface Proof {
  readonly challengeId?: string
  readonly code?: string
  readonly token?: string
}

export class Challenges extends Context.Service<Challenges, {
  /** Counts a message to an address before it is asked for. */
  readonly admit: (address: string) => Effect.Effect<void, TooManyAttempts | StorageError>
  /** Opens a challenge in the current transaction, which voids the open ones of its purpose and subject. */
  readonly open: (input: {
    /** Where another challenge has to name it. */
    readonly id?: ChallengeId
    readonly purpose: Purpose
    readonly subject: string
    readonly channel: StoredChallenge["channel"]
    readonly address: string
    readonly userId?: string
    readonly data?: StoredChallenge["data"]
  }) => Effect.Effect<Challenge, StorageError>
  /**
   * The open challenge that a code or a token proves. The attempt is counted before it is compared. It stays open:
   * `close` it in the transaction of what it allows.
   */
  readonly prove: (
    purposes: ReadonlyArray<Purpose>,
    proof: Proof
  ) => Effect.Effect<StoredChallenge, InvalidCode | TooManyAttempts | StorageError>
  /** Closes a challenge in the current transaction; of many at once, one hears `true`. */
  readonly close: (challenge: StoredChallenge) => Effect.Effect<boolean, StorageError>
  /** A challenge by its id, whatever became of it. */
  readonly find: (id: string) => Effect.Effect<StoredChallenge | undefined, StorageError>
  /** Says what messages of a purpose say; `undefined` where there is nobody to write to. Call it in layers. */
  readonly letters: (
    purpose: Purpose,
    write: (challenge: StoredChallenge) => Effect.Effect<Letter | undefined, StorageError>
  ) => Effect.Effect<void>
}>()("@stoa/core/identity/Challenges") {}

const jobName = "identity.send-code"

/** As many numbers of 32 bits as there are whole millions: each code is as likely as any other. */
const fair = 4_294_000_000

const code: Effect.Effect<string> = Effect.map(Entropy, (entropy) => {
  let number = fair
  while (number >= fair) number = Buffer.from(entropy.bytes(4)).readUInt32BE()
  return String(number % 1_000_000).padStart(6, "0")
})

export const make = Effect.gen(function*() {
  const repository = yield* ChallengeRepository
  const passwords = yield* Passwords
  const notifications = yield* Notifications
  const jobs = yield* Jobs
  const admission = yield* Admission.make
  const { codeAttempts, codeLifetime } = yield* IdentitySettings
  const letters = new Map<Purpose, (challenge: StoredChallenge) => Effect.Effect<Letter | undefined, StorageError>>()

  const send = Effect.fnUntraced(function*(challengeId: string, attempt: number) {
    const challenge = yield* repository.find(challengeId)
    const now = yield* Timestamp.now
    if (challenge === undefined || challenge.closedAt !== null || challenge.expiresAt <= now) return
    const letter = yield* (letters.get(challenge.purpose)?.(challenge) ?? Effect.undefined)
    if (letter === undefined) return
    const secret = yield* code
    const token = letter.link === undefined ? null : Buffer.from((yield* Entropy).bytes(32)).toString("base64url")
    const hashes = {
      codeHash: yield* passwords.hash(secret),
      tokenHash: token === null ? null : Secret.hash(token),
      at: now
    }
    if (!(yield* repository.arm(challenge.id, hashes))) return
    yield* notifications.deliver(`${challenge.id}.${attempt}`, {
      recipient: { channel: challenge.channel, address: challenge.address },
      template: letter.template,
      data: {
        ...letter.data,
        code: secret,
        minutes: minutesLeft(challenge.expiresAt, now),
        ...(token === null ? {} : { link: `${letter.link}#token=${token}` })
      }
    }).pipe(
      Effect.catchTag("DeliveryFailed", (error) =>
        error.permanent ? Effect.logWarning(`A code cannot be sent: ${error.message}`) : Effect.fail(error))
    )
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ challengeId: ChallengeId }),
    run: ({ challengeId }, { attempt }) => send(challengeId, attempt),
    timeLimit: "2 minutes"
  })

  const find = Effect.fnUntraced(function*({ challengeId, code, token }: Proof) {
    const at = yield* Timestamp.now
    if (token !== undefined) {
      const found = yield* repository.findByToken(Secret.hash(token), at)
      return found !== undefined && (challengeId === undefined || found.id === challengeId) ? found : undefined
    }
    if (challengeId === undefined || code === undefined) return undefined
    const found = yield* repository.attempt(challengeId, { maximum: codeAttempts, at })
    // compared with something in any case, so that the time it takes says nothing of the challenge
    return (yield* passwords.verify(code, found?.codeHash ?? null)) ? found : undefined
  })

  return Challenges.of({
    admit: (address) =>
      Effect.flatMap(CurrentClient, (client) => Effect.asVoid(admission.admit(Throttle.ofMessage(address, client)))),
    open: Effect.fnUntraced(function*({ address, channel, data, id, purpose, subject, userId }) {
      const now = yield* Timestamp.now
      const challenge: StoredChallenge = {
        id: id ?? (yield* ChallengeId.generate),
        purpose,
        subject: Secret.hash(`${purpose}:${subject}`),
        userId: userId ?? null,
        channel,
        address,
        data: data ?? {},
        codeHash: null,
        tokenHash: null,
        attempts: 0,
        createdAt: now,
        expiresAt: Timestamp.plus(now, Duration.min(codeLifetime, Duration.minutes(10))),
        closedAt: null,
        outcome: null
      }
      yield* repository.open(challenge)
      yield* jobs.enqueue({ name: jobName, id: challenge.id, payload: { challengeId: challenge.id } })
      return { challengeId: challenge.id, expiresAt: challenge.expiresAt }
    }),
    prove: Effect.fnUntraced(function*(purposes, proof) {
      const network = Throttle.ofCode(yield* CurrentClient)
      const admitted = yield* admission.admit([network])
      const challenge = yield* find(proof)
      if (challenge === undefined || !purposes.includes(challenge.purpose)) return yield* new InvalidCode()
      yield* admission.succeeded({ network, admitted })
      return challenge
    }),
    close: (challenge) => Effect.flatMap(Timestamp.now, (now) => repository.close(challenge.id, now)),
    find: repository.find,
    letters: (purpose, write) => Effect.sync(() => void letters.set(purpose, write))
  })
})

export const layer: Layer.Layer<
  Challenges,
  never,
  ChallengeRepository | Passwords | Notifications | Jobs | ThrottleRepository | Transactor
> = Layer.effect(Challenges, make)
