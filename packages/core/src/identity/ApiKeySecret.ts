/**
 * The secret of an API key: `sk_`, 256 random bits in 43 digits of base 62, and a checksum of 6 more. The checksum
 * finds slips and made-up secrets before the database is asked, and lets scanners recognise a secret that leaked.
 */
import * as Effect from "effect/Effect"
import { crc32 } from "node:zlib"
import { Entropy } from "../kernel/Entropy.ts"

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** A number of big-endian bytes in base 62, with zeros in front up to `length` digits. */
const base62 = (bytes: Uint8Array, length: number): string => {
  const number = Array.from(bytes)
  let text = ""
  for (let position = 0; position < length; position++) {
    let remainder = 0
    for (let index = 0; index < number.length; index++) {
      const value = remainder * 256 + (number[index] ?? 0)
      number[index] = Math.floor(value / 62)
      remainder = value % 62
    }
    text = (digits[remainder] ?? "") + text
  }
  return text
}

const checksum = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return base62(bytes, 6)
}

/** A new secret. */
export const generate: Effect.Effect<string> = Effect.map(Entropy, (entropy) => {
  const text = `sk_${base62(entropy.bytes(32), 43)}`
  return text + checksum(text)
})

/** Whether a text has the form of a secret and its checksum is right. */
export const isWellFormed = (secret: string): boolean =>
  typeof secret === "string" && /^sk_[0-9A-Za-z]{49}$/.test(secret)
  && secret.slice(-6) === checksum(secret.slice(0, -6))

/** The beginning of a secret, to recognise it by. */
export const hint = (secret: string): string => secret.slice(0, 10)
