/**
 * Refresh tokens: opaque, random, good once.
 *
 * **Details**
 *
 * A token is `rt_<family>.<leaf>`, 256 random bits each. The family is the same for all tokens of a session and finds
 * it, the leaf is new with every exchange. So a token of any age is recognised as one of its session's, without keeping
 * those that were used, and nobody who does not hold one can make a session end.
 */
import * as Effect from "effect/Effect"
import { Entropy } from "../kernel/Entropy.ts"
import * as Secret from "../kernel/Secret.ts"
import type { SessionId } from "./Account.ts"
import type { StoredSession } from "./SessionRepository.ts"

export interface RefreshToken {
  readonly family: string
  readonly leaf: string
}

const random = Effect.map(Entropy, (entropy) => Buffer.from(entropy.bytes(32)).toString("base64url"))

/** The next token of a family. */
export const next = (family: string): Effect.Effect<RefreshToken> => Effect.map(random, (leaf) => ({ family, leaf }))

/** The first token of a new family. */
export const first: Effect.Effect<RefreshToken> = Effect.flatMap(random, next)

export const format = ({ family, leaf }: RefreshToken): string => `rt_${family}.${leaf}`

export const parse = (text: string): RefreshToken | undefined => {
  const match = /^rt_([\w-]{43})\.([\w-]{43})$/.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { family: match[1], leaf: match[2] }
}

export const familyHash = ({ family }: RefreshToken): string => Secret.hash(family)

export const leafHash = ({ leaf }: RefreshToken): string => Secret.hash(leaf)

/** What to do with a token that was presented for a session. */
export type Decision =
  /** It is the current one: exchange it, and remember it as the one before. */
  | "rotate"
  /**
   * It was exchanged a moment ago, by another tab: replace the current one, and leave what came before and when, so
   * that the moment does not grow.
   */
  | "rotate_again"
  /** It was exchanged before: somebody has a copy. */
  | "reuse"
  /** The session has ended. */
  | "ended"

/** Decides about the leaf of a token whose family is the session's. Times in milliseconds since 1970. */
export const decide = (
  session: Pick<StoredSession, "tokenHash" | "previousHash" | "revokedAt"> & { readonly id: SessionId },
  leaf: string,
  times: {
    readonly now: number
    readonly expiresAt: number
    readonly rotatedAt: number | null
    readonly grace: number
  }
): Decision => {
  if (session.revokedAt !== null || times.now >= times.expiresAt) return "ended"
  if (Secret.matches(leaf, session.tokenHash)) return "rotate"
  const isPrevious = session.previousHash !== null && Secret.matches(leaf, session.previousHash)
  return isPrevious && times.rotatedAt !== null && times.now <= times.rotatedAt + times.grace ? "rotate_again" : "reuse"
}
