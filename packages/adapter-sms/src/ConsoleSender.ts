/**
 * Text messages on the terminal, for development.
 */
import type { TextSender } from "@stoa/core/notifications/TextSender"
import * as Effect from "effect/Effect"

/** Writes messages where a developer sees them, codes included. Not for a shop that is open. */
export const consoleSender = (options: { readonly write?: (text: string) => void } = {}): TextSender => {
  const write = options.write ?? ((text) => void process.stderr.write(text))
  return { name: "console", send: ({ text, to }) => Effect.sync(() => write(`\n--- SMS to ${to}: ${text}\n`)) }
}
