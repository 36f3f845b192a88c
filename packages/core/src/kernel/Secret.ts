/**
 * Hashing and comparing of secrets that are random to begin with (tokens, API keys). Passwords go through Argon2id.
 */
import { hash as digest, timingSafeEqual } from "node:crypto"

/** SHA-256 in base64url: enough for a secret of 256 random bits, which no dictionary holds. */
export const hash = (secret: string): string => digest("sha256", secret, "base64url")

/** Whether a presented secret is the one behind a stored hash, in constant time. */
export const matches = (presented: string, storedHash: string): boolean => {
  const a = Buffer.from(hash(presented))
  const b = Buffer.from(storedHash)
  return a.length === b.length && timingSafeEqual(a, b)
}
