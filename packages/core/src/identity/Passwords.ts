/**
 * Hashing of passwords with Argon2id. The work is bounded: so many hashes at a time, the others wait, and the memory of
 * a flood of sign-ins stays what the settings say.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { Entropy } from "../kernel/Entropy.ts"
import { IdentitySettings } from "./IdentitySettings.ts"

export class Passwords extends Context.Service<Passwords, {
  /** A hash in PHC form, with a salt of its own. */
  readonly hash: (password: string) => Effect.Effect<string>
  /**
   * Whether a password is the one behind a hash. Without a hash it is compared with one that nobody knows the password
   * of, so that an account which does not exist costs the same time.
   */
  readonly verify: (password: string, passwordHash: string | null) => Effect.Effect<boolean>
  /** Whether a hash cost less to make than one would today. */
  readonly isOutdated: (passwordHash: string) => boolean
}>()("@stoa/core/identity/Passwords") {}

/** Runs so many pieces of work at a time; the others wait, and may be called off while they do. */
export const bound = (atOnce: number): Effect.Effect<<A>(work: () => Promise<A>) => Effect.Effect<A>> =>
  Effect.map(Semaphore.make(atOnce), (semaphore) =>
    // A caller who hangs up must not give the permit back while the hash is still being computed.
    (work) => semaphore.withPermit(Effect.uninterruptible(Effect.promise(work))))

// Native code of some megabytes, which a process that signs nobody in never needs.
const load = () => import("@node-rs/argon2")

export const make = Effect.gen(function*() {
  const { argon2, hashesAtOnce } = yield* IdentitySettings
  const bounded = yield* bound(hashesAtOnce)

  const hashPassword = Effect.fnUntraced(function*(password: string) {
    const salt = (yield* Entropy).bytes(16)
    return yield* bounded(async () => (await load()).hash(password, { ...argon2, salt }))
  })

  const nobodys = yield* Effect.cached(Effect.uninterruptible(
    Effect.flatMap(Entropy, (entropy) => hashPassword(Buffer.from(entropy.bytes(32)).toString("base64url")))
  ))

  return Passwords.of({
    hash: hashPassword,
    verify: Effect.fnUntraced(function*(password, passwordHash) {
      // made at the first sign-in, whoever's it is, so that its making tells nothing either
      const spare = yield* nobodys
      const against = passwordHash ?? spare
      // a hash that cannot be parsed matches nothing
      const matches = yield* bounded(async () => (await load()).verify(against, password).catch(() => false))
      return matches && passwordHash !== null
    }),
    isOutdated: (passwordHash) => {
      const [memoryCost, timeCost, parallelism] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(passwordHash)
        ?.slice(1).map(Number) ?? []
      if (memoryCost === undefined || timeCost === undefined || parallelism === undefined) return true
      return memoryCost < argon2.memoryCost || timeCost < argon2.timeCost || parallelism < argon2.parallelism
    }
  })
})

export const layer: Layer.Layer<Passwords> = Layer.effect(Passwords, make)
