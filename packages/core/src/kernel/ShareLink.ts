/**
 * Links that show somebody something which is not theirs: a cart, a wish list.
 *
 * **Details**
 *
 * A link proves itself with a token of 256 random bits. Whoever knows the token may look, so it is shown once, to whoever made the
 * link, and only its hash is stored. A link ends after some days, or as soon as its owner takes it back.
 */
import * as Effect from "effect/Effect"
import * as Entropy from "./Entropy.ts"
import * as Secret from "./Secret.ts"
import type { StorageError } from "./StorageError.ts"
import * as Timestamp from "./Timestamp.ts"

/** What is known of every link. A domain adds to it what its links differ in. */
export interface ShareLink {
  readonly id: string
  readonly expiresAt: Timestamp.Timestamp
  readonly createdAt: Timestamp.Timestamp
}

/** A link with what it leads to: the id of a cart, or of the customer whose list it is. */
export type Aimed<Link extends ShareLink, Target extends string> = Link & { readonly target: Target }

/** What each kind of link needs of a storage. */
export interface ShareLinks<Link extends ShareLink, Target extends string> {
  /** Stores a link; `false` if its target has `maximum` links already that are good when this one is made. Needs a transaction. */
  readonly insert: (
    link: Aimed<Link, Target> & { readonly tokenHash: string },
    maximum: number
  ) => Effect.Effect<boolean, StorageError>
  /** A link by the hash of its token, whether it is still good or not. One statement. */
  readonly find: (tokenHash: string) => Effect.Effect<Aimed<Link, Target> | undefined, StorageError>
  /** The links to a target that are good at a moment, the oldest first. One statement. */
  readonly to: (target: Target, at: Timestamp.Timestamp) => Effect.Effect<ReadonlyArray<Link>, StorageError>
  /** Deletes a link to a target; `false` if the target has none with this id. */
  readonly delete: (target: Target, id: string) => Effect.Effect<boolean, StorageError>
  /** Deletes links that ended before a moment, in every store. */
  readonly deleteBefore: (before: Timestamp.Timestamp) => Effect.Effect<void, StorageError>
}

/** A new token with its hash, and from when to when its link is good. The token reads `prefix_...`. */
export const issue = Effect.fnUntraced(function*(prefix: string, days: number) {
  const token = yield* Entropy.token(prefix)
  const createdAt = yield* Timestamp.now
  return { token, tokenHash: Secret.hash(token), createdAt, expiresAt: Timestamp.plus(createdAt, { days }) }
})

/** No token is longer, so a longer text is not even hashed. */
const longest = 200

/** The link of a token, if it is good now. Never put the token into a log, a span or an error. */
export const good = Effect.fnUntraced(function*<Link extends ShareLink, Target extends string>(
  links: Pick<ShareLinks<Link, Target>, "find">,
  token: string
) {
  const link = token.length > longest ? undefined : yield* links.find(Secret.hash(token))
  return link === undefined || link.expiresAt <= (yield* Timestamp.now) ? undefined : link
})
