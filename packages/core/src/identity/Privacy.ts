/**
 * All that a shop knows of a person: handed out to them, or forgotten.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { IdempotencyStore } from "../idempotency/IdempotencyStore.ts"
import { JobQueue } from "../jobs/JobQueue.ts"
import * as Actor from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import * as Sensitive from "../kernel/Sensitive.ts"
import { StoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { PersonalData, type PersonalDataHolder } from "../privacy/PersonalData.ts"
import { type CannotGrantBeyondOwn, UserNotFound } from "./IdentityErrors.ts"
import { CustomerErased } from "./IdentityEvents.ts"
import { PreferencesRepository } from "./PreferencesRepository.ts"
import { customer, owner } from "./Role.ts"
import { Roles } from "./Roles.ts"
import type { LastOwner, RoleNotFound } from "./RolesErrors.ts"
import { SessionRepository } from "./SessionRepository.ts"
import { UserRepository } from "./UserRepository.ts"

/** Something that is under way still needs to know who the person is. `reasons` are codes, with the ids concerned. */
export class ErasureBlocked extends StoaError<ErasureBlocked>()("ErasureBlocked", {
  code: "erasure_blocked",
  kind: "conflict"
}, { reasons: Schema.Array(Schema.String) }) {
  override get message(): string {
    return "Something that is under way has to end first"
  }
}

type Erasing = ErasureBlocked | LastOwner | Sensitive.Refused | StorageError

export class Privacy extends Context.Service<Privacy, {
  /**
   * Everything that is kept about the signed-in user, as the text of one JSON object with a list for each kind.
   * Needs a fresh proof.
   */
  readonly exportMine: Stream.Stream<string, Unauthenticated | Sensitive.Refused | InvalidInput | StorageError>
  /** Forgets the signed-in user. Needs a fresh proof. */
  readonly eraseMine: Effect.Effect<void, Unauthenticated | Erasing>
  /**
   * Forgets a user: the account, its credentials and sessions, its addresses and carts are gone; orders keep their
   * figures without the person, and answers and jobs of the last day lose what they said. Doing it again changes nothing. Needs `customers:write`; for a user who is more than a
   * customer also `users:write` and everything that this user may do. People need a fresh proof.
   */
  readonly erase: (
    id: string
  ) => Effect.Effect<void, InvalidInput | UserNotFound | RoleNotFound | CannotGrantBeyondOwn | Erasing | Denied>
}>()("@stoa/core/identity/Privacy") {}

const checked = Input.textParameters<Privacy["Service"]>({ erase: ["id"] })

const notSignedIn = () => new Unauthenticated({ reason: "Sign in first" })

const caller = Effect.gen(function*() {
  const userId = Actor.userId(yield* Actor.CurrentActor)
  if (userId === undefined) return yield* notSignedIn()
  yield* Sensitive.require
  return userId
})

/** The pieces of a holder as a member of an object. */
const member = ({ hand, name }: PersonalDataHolder, userId: string) =>
  Stream.concat(
    Stream.make(`,\n${JSON.stringify(name)}: [`),
    Stream.concat(
      Stream.map(
        Stream.zipWithIndex(hand(userId)),
        ([piece, index]) => `${index === 0 ? "\n" : ",\n"}${JSON.stringify(piece)}`
      ),
      Stream.make("\n]")
    )
  )

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const sessions = yield* SessionRepository
  const preferences = yield* PreferencesRepository
  const personalData = yield* PersonalData
  const answers = yield* IdempotencyStore
  const queue = yield* JobQueue
  const roles = yield* Roles
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  /** Forgets in the current transaction. `false` where there is no such user. */
  const forget = Effect.fnUntraced(function*(id: string) {
    const user = yield* users.findForUpdate(id)
    if (user === undefined && !(yield* users.wasErased(id))) return false
    if (user?.roles.includes(owner) === true) yield* roles.keepOwner(id)
    const holders = yield* personalData.holders
    const reasons: Array<string> = []
    for (const holder of holders) {
      if (user !== undefined && holder.needs !== undefined) reasons.push(...yield* holder.needs(id))
    }
    if (reasons.length > 0) return yield* new ErasureBlocked({ reasons })
    // also of somebody who is forgotten already: what came in at the same moment goes with it
    for (const holder of holders) yield* holder.forget(id)
    yield* answers.forget(id)
    yield* queue.forget(user === undefined ? [id] : [id, user.email])
    if (user !== undefined) {
      yield* users.erase(user, yield* Timestamp.now)
      yield* events.publish([CustomerErased.make(id, { customerId: id })])
      yield* audit.record({ action: "user.erase", subject: id })
    }
    return true
  })

  return checked(Privacy.of({
    exportMine: Stream.unwrap(Effect.gen(function*() {
      const userId = yield* caller
      const user = yield* users.find(userId)
      if (user === undefined) return yield* notSignedIn()
      const now = yield* Timestamp.now
      const known = yield* sessions.listOfUser(userId, now)
      const head = {
        exportedAt: now,
        profile: user,
        preferences: (yield* preferences.find(userId)) ?? null,
        sessions: known.map(({ address, createdAt, expiresAt, id, lastUsedAt, userAgent }) => ({
          id,
          address,
          userAgent,
          createdAt,
          lastUsedAt,
          expiresAt
        }))
      }
      yield* transactor.transaction(audit.record({ action: "user.export", subject: userId }))
      return Stream.concat(
        Stream.make(JSON.stringify(head, undefined, 2).replace(/\n\}$/, "")),
        Stream.concat(
          Stream.flatMap(Stream.fromIterable(yield* personalData.holders), (holder) => member(holder, userId)),
          Stream.make("\n}\n")
        )
      )
    })),

    eraseMine: Effect.gen(function*() {
      const userId = yield* caller
      const known = yield* transactor.transaction(forget(userId))
      if (!known) return yield* notSignedIn()
    }).pipe(Effect.withSpan("Privacy.eraseMine")),

    erase: Effect.fn("Privacy.erase")(function*(id) {
      yield* Permission.require("customers:write")
      yield* Sensitive.require
      const known = yield* transactor.transaction(Effect.gen(function*() {
        const user = yield* users.findForUpdate(id)
        if (user?.roles.some((role) => role !== customer) === true) {
          yield* Permission.require("users:write")
          yield* roles.requireAll(user.roles)
        }
        return yield* forget(id)
      }))
      if (!known) return yield* new UserNotFound({ userId: id })
    })
  }))
})

export const layer: Layer.Layer<
  Privacy,
  never,
  | UserRepository
  | SessionRepository
  | PreferencesRepository
  | PersonalData
  | IdempotencyStore
  | JobQueue
  | Roles
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(Privacy, make)
