/**
 * What only a shop and its gateway know: keys, and what webhooks are signed with.
 */
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../kernel/Input.ts"

/**
 * A secret that an adapter was given in one of its options. Throws `InvalidInput`, which names the option, for one that is
 * missing or blank, as where an environment variable is not set: what is signed with nothing could be signed by anybody.
 */
export const required = (option: string, secret: Redacted.Redacted | string): Redacted.Redacted => {
  const value: unknown = Redacted.isRedacted(secret) ? Redacted.value(secret) : secret
  if (typeof value === "string" && value.trim() !== "") return Redacted.make(value)
  throw InvalidInput.at([option], "Expected a secret of the gateway. Is its environment variable set?", "missing")
}
