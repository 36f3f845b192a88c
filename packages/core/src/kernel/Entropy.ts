/**
 * Where random bytes come from: the platform's secure generator, unless a test supplies its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** A source of unpredictable bytes for ids, tokens and keys. */
export interface Entropy {
  readonly bytes: (length: number) => Uint8Array
}

export const Entropy: Context.Reference<Entropy> = Context.Reference<Entropy>("@stoa/core/kernel/Entropy", {
  defaultValue: () => ({ bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)) })
})

/**
 * A secret for people and machines to carry: `prefix_` and 256 random bits in base64url. Store only its hash
 * (`Secret.hash`).
 */
export const token = (prefix: string): Effect.Effect<string> =>
  Effect.map(Entropy, (entropy) => `${prefix}_${Buffer.from(entropy.bytes(32)).toString("base64url")}`)
