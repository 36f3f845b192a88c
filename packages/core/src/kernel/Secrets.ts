/**
 * Encryption of what the engine must be able to read again: private keys, later the secrets of authenticators and of
 * endpoints. AES-256-GCM under a secret that the host gives and that is never stored.
 *
 * **Details**
 *
 * The text names the key it was made with, so that a secret can be replaced: give the new one first and the old ones
 * after it. What it is used for and the row it belongs to are bound into it, so that a ciphertext moved elsewhere
 * cannot be read.
 *
 * **Gotchas**
 *
 * Without a secret nothing can be encrypted: values are stored as they are, marked as such, and whoever stores one
 * logs a warning. Values that were stored so stay readable after a secret is set.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto"
import { Entropy } from "./Entropy.ts"
import { SecretTooShort, SecretUnreadable } from "./SecretsErrors.ts"

export interface Secrets {
  /** Whether values are encrypted; without a secret they are not. */
  readonly encrypts: boolean
  /** Encrypts a text for a purpose, such as `"signing_keys:jwk_01..."`, which must be named again to read it. */
  readonly encrypt: (plain: string, purpose: string) => Effect.Effect<string>
  readonly decrypt: (stored: string, purpose: string) => Effect.Effect<string, SecretUnreadable>
  /**
   * A mark (HMAC-SHA-256) that nobody can make of a text for a purpose without the secret; without one anybody can, and it
   * begins with `plain.`.
   */
  readonly sign: (text: string, purpose: string) => string
  /** Whether a mark is that of a text: `unknown` if it was made with a secret that is none of these. */
  readonly verify: (mark: string, text: string, purpose: string) => "good" | "bad" | "unknown"
}

const plainPrefix = "plain."

/** Whether a mark was made without a secret. */
export const isUnprotected = (mark: string): boolean => mark.startsWith(plainPrefix)

/** What marks are made of, so that a text for one purpose is never that of another. */
const marked = (text: string, purpose: string): string => JSON.stringify([purpose, text])

const plainMark = (text: string, purpose: string): string =>
  plainPrefix + createHash("sha256").update(marked(text, purpose)).digest("hex")

const unprotected: Secrets = {
  encrypts: false,
  sign: plainMark,
  verify: (mark, text, purpose) =>
    isUnprotected(mark) ? mark === plainMark(text, purpose) ? "good" : "bad" : "unknown",
  encrypt: (plain) => Effect.succeed(plainPrefix + plain),
  decrypt: (stored, purpose) =>
    stored.startsWith(plainPrefix)
      ? Effect.succeed(stored.slice(plainPrefix.length))
      : Effect.fail(new SecretUnreadable({ purpose }))
}

/** Stores values as they are, unless `layer` or `make` replaces it. */
export const Secrets: Context.Reference<Secrets> = Context.Reference<Secrets>("@stoa/core/kernel/Secrets", {
  defaultValue: () => unprotected
})

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

const derive = (secret: string): Key => {
  const bytes = Buffer.from(hkdfSync("sha256", secret, "", "stoa secrets v1", 32))
  return { bytes, id: createHash("sha256").update(bytes).digest("base64url").slice(0, 8) }
}

const seal = (key: Key, iv: Uint8Array, plain: string, purpose: string): string => {
  const cipher = createCipheriv("aes-256-gcm", key.bytes, iv).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()])
  return `v1.${key.id}.${Buffer.from(iv).toString("base64url")}.${sealed.toString("base64url")}`
}

const open = (keys: ReadonlyArray<Key>, stored: string, purpose: string): string | undefined => {
  const [version, id, iv, text] = stored.split(".")
  const key = keys.find((key) => key.id === id)
  if (version !== "v1" || key === undefined || iv === undefined || text === undefined) return undefined
  const sealed = Buffer.from(text, "base64url")
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, Buffer.from(iv, "base64url"), { authTagLength: 16 })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString("utf8")
  } catch {
    return undefined
  }
}

/**
 * Encryption under the first of the secrets (at least 32 characters each, from a generator); the others only decrypt.
 */
export const make = (
  ...secrets: readonly [Redacted.Redacted<string>, ...ReadonlyArray<Redacted.Redacted<string>>]
): Effect.Effect<Secrets, SecretTooShort> =>
  Effect.suspend(() => {
    const texts = secrets.map(Redacted.value)
    if (texts.some((text) => text.length < 32)) return Effect.fail(new SecretTooShort())
    const first = derive(Redacted.value(secrets[0]))
    const keys = [first, ...texts.slice(1).map(derive)]
    const sign = (key: Key, text: string, purpose: string): string =>
      `${key.id}.${createHmac("sha256", key.bytes).update(marked(text, purpose)).digest("hex")}`
    return Effect.succeed<Secrets>({
      encrypts: true,
      sign: (text, purpose) => sign(first, text, purpose),
      verify: (mark, text, purpose) => {
        if (isUnprotected(mark)) return unprotected.verify(mark, text, purpose)
        const key = keys.find(({ id }) => mark.startsWith(`${id}.`))
        if (key === undefined) return "unknown"
        const [found, expected] = [Buffer.from(mark), Buffer.from(sign(key, text, purpose))]
        return found.length === expected.length && timingSafeEqual(found, expected) ? "good" : "bad"
      },
      encrypt: (plain, purpose) =>
        Effect.map(Entropy, (entropy) => seal(first, entropy.bytes(12), plain, purpose)),
      decrypt: (stored, purpose) =>
        Effect.suspend(() => {
          if (stored.startsWith(plainPrefix)) return Effect.succeed(stored.slice(plainPrefix.length))
          const plain = open(keys, stored, purpose)
          return plain === undefined ? Effect.fail(new SecretUnreadable({ purpose })) : Effect.succeed(plain)
        })
    })
  })

export const layer = (
  ...secrets: readonly [Redacted.Redacted<string>, ...ReadonlyArray<Redacted.Redacted<string>>]
): Layer.Layer<never, SecretTooShort> => Layer.effect(Secrets, make(...secrets))
