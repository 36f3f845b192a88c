/**
 * Referrals of a store: codes of customers, the friends who use them, and what both get for it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Entropy } from "../kernel/Entropy.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import {
  ListReferrals,
  mailbox,
  noProgram,
  type Referral,
  ReferralId,
  type ReferralProgram,
  type ReferralStatus,
  type ReferredFriend,
  SetReferralProgram,
  UseReferralCode
} from "./Referral.ts"
import { ReferralCodeUnknown, ReferralRefused } from "./ReferralErrors.ts"
import { ReferralJoined } from "./ReferralEvents.ts"
import { ReferralRepository } from "./ReferralRepository.ts"

export class Referrals extends Context.Service<Referrals, {
  /** The calling customer's code, made when it is first asked for, and what has come of it. */
  readonly mine: Effect.Effect<ReferralStatus, StorageError | Denied>
  /** Says by whose code the calling customer came. The same code again answers the same. */
  readonly use: (
    input: typeof UseReferralCode.Encoded
  ) => Effect.Effect<ReferredFriend, InvalidInput | ReferralCodeUnknown | ReferralRefused | StorageError | Denied>
  /** Referrals of the store, the newest first. Needs `loyalty:read`. */
  readonly list: (
    input?: typeof ListReferrals.Encoded
  ) => Effect.Effect<Page<Referral>, InvalidInput | StorageError | Denied>
  /** The program of the store: what both sides gain by a referral, and when. Needs `loyalty:read`. */
  readonly program: Effect.Effect<ReferralProgram, StorageError | Denied>
  /** Sets the program of the store as a whole. Needs `loyalty:write`. */
  readonly setProgram: (
    input: typeof SetReferralProgram.Encoded
  ) => Effect.Effect<ReferralProgram, InvalidInput | VersionConflict | StorageError | Denied>
}>()("@stoa/core/referrals/Referrals") {}

const decodeUse = Input.decoder(UseReferralCode)
const decodeList = Input.decoder(ListReferrals)
const decodeProgram = Input.decoder(SetReferralProgram)

/** Without letters and digits that are taken for each other. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

const newCode = Effect.map(Entropy, (entropy) =>
  // a byte too high would make the first letters likelier than the others
  Array.from(entropy.bytes(64)).filter((byte) => byte < 240).slice(0, 8)
    .map((byte) => alphabet[byte % alphabet.length]).join(""))

const friendsShown = 100

export const make = Effect.gen(function*() {
  const repository = yield* ReferralRepository
  const users = yield* UserRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const program = Effect.map(repository.program, (found) => found ?? noProgram)

  const customer = Permission.customer("Only a signed-in customer has referrals of their own")

  const codeOf = Effect.fnUntraced(function*(customerId: string) {
    const at = yield* Timestamp.now
    for (;;) {
      const code = yield* repository.codeOf(customerId, yield* newCode, at)
      if (code !== undefined) return code
    }
  })

  const toReferrer = ({ createdAt, id, referrerReward, state }: Referral): ReferredFriend =>
    ({ id, state, reward: referrerReward, createdAt })

  const toFriend = ({ createdAt, friendReward, id, state }: Referral): ReferredFriend =>
    ({ id, state, reward: friendReward, createdAt })

  /** Why a friend cannot use the code of somebody, if they cannot. */
  const refusal = Effect.fnUntraced(function*(referrerId: string, friendId: string) {
    const { active } = yield* program
    if (!active) return "inactive"
    if (referrerId === friendId) return "own"
    const [referrer, friend] = [yield* users.find(referrerId), yield* users.find(friendId)]
    if (typeof referrer?.email === "string" && typeof friend?.email === "string"
      && mailbox(referrer.email) === mailbox(friend.email)) return "own"
    if ((yield* repository.ofFriend(referrerId))?.referrerId === friendId) return "circular"
    return (yield* repository.hasOrdered(friendId, friend?.email ?? null)) ? "not_new" : undefined
  })

  return Referrals.of({
    mine: Effect.gen(function*() {
      const customerId = yield* customer
      const { active, friend, minimumTotal, referrer, waitDays } = yield* program
      const { items } = yield* Effect.orDie(repository.list({ referrerId: customerId, limit: friendsShown }))
      const used = yield* repository.ofFriend(customerId)
      return {
        active,
        code: yield* codeOf(customerId),
        terms: { referrer, friend, minimumTotal, waitDays },
        friends: items.map(toReferrer),
        used: used === undefined ? null : toFriend(used)
      }
    }).pipe(Effect.withSpan("Referrals.mine")),

    use: Effect.fn("Referrals.use")(function*(input) {
      const friendId = yield* customer
      const code = (yield* decodeUse(input)).code.replace(/[\s-]/g, "").toUpperCase()
      return yield* transactor.transaction(Effect.gen(function*() {
        const referrerId = yield* repository.ownerOf(code)
        if (referrerId === undefined) return yield* new ReferralCodeUnknown()
        const before = yield* repository.ofFriend(friendId)
        if (before?.referrerId === referrerId) return toFriend(before)
        if (before !== undefined) return yield* new ReferralRefused({ reason: "used" })
        const reason = yield* refusal(referrerId, friendId)
        if (reason !== undefined) return yield* new ReferralRefused({ reason })
        const now = yield* Timestamp.now
        const referral: Referral = {
          id: yield* ReferralId.generate,
          referrerId,
          friendId,
          state: "joined",
          orderId: null,
          dueAt: null,
          rewardedAt: null,
          referrerReward: null,
          friendReward: null,
          doubt: null,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        if (!(yield* repository.insert(referral))) return yield* new ReferralRefused({ reason: "used" })
        yield* events.publish([ReferralJoined.make(referral.id, { referrerId, friendId })])
        return toFriend(referral)
      }))
    }),

    list: Effect.fn("Referrals.list")(function*(input = {}) {
      yield* Permission.require("loyalty:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    program: Effect.andThen(Permission.require("loyalty:read"), program),

    setProgram: Effect.fn("Referrals.setProgram")(function*(input) {
      yield* Permission.require("loyalty:write")
      const { version, ...terms } = yield* decodeProgram(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* repository.program
        if (version !== undefined && version !== (before ?? noProgram).version) {
          return yield* new VersionConflict({ id: "referrals", expected: version })
        }
        const next: ReferralProgram = { ...terms, version: (before?.version ?? 0) + 1 }
        yield* repository.setProgram(next, yield* Timestamp.now)
        yield* audit.record({ action: "referrals.set-program", subject: "referrals", details: { active: next.active } })
        return next
      }))
    })
  })
})

export const layer: Layer.Layer<
  Referrals,
  never,
  ReferralRepository | UserRepository | Transactor | Events | AuditLog
> = Layer.effect(Referrals, make)
