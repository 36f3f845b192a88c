/**
 * Where random bytes come from: the platform's secure generator, unless a test supplies its own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** A source of unpredictable bytes for ids, tokens and keys. */
export interface Entropy {
  readonly bytes: (length: number) => Uint8Array
}

/**
 * The platform's secure generator, asked for some kilobytes at a time: each call costs more than the bytes do, and an
 * order needs some twenty ids. What was handed out is wiped from the stock at once.
 */
const secure = (): Entropy => {
  const stock = new Uint8Array(4_096)
  let used = stock.length
  return {
    bytes: (length) => {
      if (length > stock.length) return globalThis.crypto.getRandomValues(new Uint8Array(length))
      if (used + length > stock.length) {
        globalThis.crypto.getRandomValues(stock)
        used = 0
      }
      const bytes = stock.slice(used, used + length)
      stock.fill(0, used, used + length)
      used += length
      return bytes
    }
  }
}

export const Entropy: Context.Reference<Entropy> = Context.Reference<Entropy>("@stoa/core/kernel/Entropy", {
  defaultValue: secure
})

/**
 * A secret for people and machines to carry: `prefix_` and 256 random bits in base64url. Store only its hash
 * (`Secret.hash`).
 */
export const token = (prefix: string): Effect.Effect<string> =>
  Effect.map(Entropy, (entropy) => `${prefix}_${Buffer.from(entropy.bytes(32)).toString("base64url")}`)
