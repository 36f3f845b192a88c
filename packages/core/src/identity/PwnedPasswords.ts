/**
 * Pwned Passwords of Have I Been Pwned, asked by the first five digits of a password's SHA-1 hash: the service learns
 * neither the password nor its hash, and, since answers are padded, not from their size how many there are.
 *
 * @see https://haveibeenpwned.com/API/v3#PwnedPasswords
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import type { PasswordBreaches } from "./PasswordBreaches.ts"

/** The service gave no answer that can be read. */
export class PwnedPasswordsUnavailable extends Data.TaggedError("PwnedPasswordsUnavailable")<{ readonly reason: string }> {}

/** An answer has about 1,000 lines of 40 characters. */
const sizeLimit = 262_144

const read = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > sizeLimit) throw new Error("the answer is too large")
  }
  return text + decoder.decode()
}

/** How often the hash with this rest was seen; lines with a count of 0 are padding. */
const countIn = (text: string, rest: string): number => {
  const lines = text.trim().split(/\r?\n/)
  if (!lines.every((line) => /^[0-9A-F]{35}:\d+$/i.test(line))) throw new Error("the answer is none of the service")
  const line = lines.find((line) => line.slice(0, 35).toUpperCase() === rest)
  return line === undefined ? 0 : Number(line.slice(36))
}

/** `url` is another address of the same service, or of a copy of it. */
export const pwnedPasswords = (
  { url = "https://api.pwnedpasswords.com" }: { readonly url?: string } = {}
): PasswordBreaches => ({
  isBreached: Effect.fn("PwnedPasswords.isBreached")((password) =>
    Effect.tryPromise({
      try: async (signal) => {
        const hash = createHash("sha1").update(password, "utf8").digest("hex").toUpperCase()
        const response = await fetch(`${url}/range/${hash.slice(0, 5)}`, {
          headers: { "add-padding": "true", "user-agent": "stoa" },
          redirect: "error",
          signal
        })
        if (response.status !== 200) {
          await response.body?.cancel()
          throw new Error(`status ${response.status}`)
        }
        return countIn(await read(response), hash.slice(5)) > 0
      },
      catch: (error) =>
        new PwnedPasswordsUnavailable({ reason: error instanceof Error ? error.message : "the connection failed" })
    })
  )
})
