/**
 * The engine that a command works with, closed when the command ends.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, type Stoa } from "@stoa/core"
import { isStoaError } from "@stoa/core/kernel/StoaError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { mkdirSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Settings from "./Settings.ts"

/** A command did not do what it was asked to; the message says why, in a sentence. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  message: Schema.String,
  code: Schema.optionalKey(Schema.String)
}) {}

/** What went wrong, for the person at the terminal: what is expected in a sentence, what is a bug with its trace. */
export const toCommandFailed = (error: unknown): CommandFailed =>
  isStoaError(error)
    ? new CommandFailed({ message: error.message, code: error.code })
    : new CommandFailed({ message: error instanceof Error ? (error.stack ?? error.message) : String(error) })

/** Calls the engine's promise face. */
export const call = <A>(promise: () => Promise<A>): Effect.Effect<A, CommandFailed> =>
  Effect.tryPromise({ try: promise, catch: toCommandFailed })

/** Opens the engine on the database of the settings, whose folder is made if it is not there. */
export const open = (
  settings: Settings.ShopSettings,
  options: { readonly workers: boolean; readonly createFolder?: boolean }
): Effect.Effect<Stoa.Stoa, CommandFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.gen(function*() {
      const secret = yield* Effect.mapError(Settings.secret, toCommandFailed)
      if (options.createFolder === true && settings.database !== ":memory:") {
        yield* Effect.try({
          try: () => mkdirSync(dirname(resolve(settings.database)), { recursive: true }),
          catch: toCommandFailed
        })
      }
      return yield* call(() =>
        createStoa({
          storage: sqlite({ filename: settings.database }),
          store: { code: settings.store, currency: settings.currency },
          workers: options.workers,
          ...Settings.secretOf(secret)
        })
      )
    }),
    (shop) => Effect.promise(() => shop.close())
  )

