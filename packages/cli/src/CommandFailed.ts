/**
 * How a command says that it did not do what it was asked to.
 */
import { isStoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"
import { getSystemErrorMessage } from "node:util"

/** A command did not do what it was asked to; the message says why, in a sentence. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  message: Schema.String
}) {}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { readonly errno: number } =>
  error instanceof Error && "errno" in error && typeof error.errno === "number" && "syscall" in error

/** What the operating system refused, and on which file. */
const refusal = ({ errno, path }: NodeJS.ErrnoException & { readonly errno: number }): string => {
  const reason = getSystemErrorMessage(errno) ?? `error ${errno}`
  return path === undefined ? `The system says: ${reason}` : `${path} cannot be used: ${reason}`
}

/** What went wrong, for the person at the terminal: what is expected in a sentence, what is a bug with its trace. */
export const from = (error: unknown): CommandFailed => {
  if (error instanceof CommandFailed) return error
  if (isStoaError(error)) return new CommandFailed({ message: error.message })
  if (isSystemError(error)) return new CommandFailed({ message: refusal(error) })
  return new CommandFailed({ message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
