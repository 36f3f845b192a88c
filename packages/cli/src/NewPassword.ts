/**
 * A password for an account that a command makes: from the environment, the standard input or a terminal, and never an
 * argument, as command lines are seen by others on the machine.
 */
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { text } from "node:stream/consumers"
import * as CommandFailed from "./CommandFailed.ts"
import * as Settings from "./Settings.ts"

const variable = "STOA_NEW_PASSWORD"

const asked = Effect.gen(function*() {
  const first = yield* Prompt.run(Prompt.Password({ message: "Password" }))
  const again = yield* Prompt.run(Prompt.Password({ message: "The same again" }))
  if (Redacted.value(first) === Redacted.value(again)) return first
  return yield* new CommandFailed.CommandFailed({ message: "The two passwords are not the same; nothing was changed" })
}).pipe(Effect.catchTag("QuitError", () => new CommandFailed.CommandFailed({ message: "Nothing was changed" })))

/** The first line of what is piped in. */
const piped = Effect.map(
  Effect.tryPromise({ try: () => text(process.stdin), catch: CommandFailed.from }),
  (given) => given.split(/\r?\n/, 1)[0] ?? ""
)

/** Asks for it twice where somebody sits at a terminal. */
export const read = Effect.gen(function*() {
  const set = yield* Settings.variable(variable)
  if (set !== undefined) return Redacted.make(set)
  if (process.stdin.isTTY) return yield* asked
  const line = yield* piped
  if (line !== "") return Redacted.make(line)
  return yield* new CommandFailed.CommandFailed({
    message: `There is no password: write it on the standard input, set ${variable}, or run the command at a terminal`
  })
})
