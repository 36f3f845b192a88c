/**
 * Whether the keys that sign access tokens can be read with the secret that is set. Found out before anybody signs in,
 * for nobody could.
 */
import type { Stoa } from "@stoa/core"
import { SigningKeyRepository } from "@stoa/core/identity/SigningKeyRepository"
import * as SigningKeys from "@stoa/core/identity/SigningKeys"
import * as Effect from "effect/Effect"
import { call } from "./Engine.ts"
import { CommandFailed } from "./CommandFailed.ts"

export type Readable = "none" | "readable" | "unreadable"

const read = Effect.gen(function*() {
  const repository = yield* SigningKeyRepository
  // asking for the active key would make one
  if (!(yield* repository.list).some(({ status }) => status === "active")) return "none" as const
  return yield* SigningKeys.SigningKeys.use(({ active }) => active).pipe(
    Effect.as("readable" as const),
    Effect.catchTag("SecretUnreadable", () => Effect.succeed("unreadable" as const)),
    Effect.provide(SigningKeys.layer)
  )
})

export const check = (shop: Stoa.Stoa): Effect.Effect<Readable, CommandFailed> => call(() => shop.run(read))

/** Fails with a sentence if they cannot. */
export const ensure = (shop: Stoa.Stoa): Effect.Effect<void, CommandFailed> =>
  Effect.flatMap(check(shop), (state) =>
    state === "unreadable"
      ? Effect.fail(
        new CommandFailed({
          message: "The keys that sign access tokens cannot be read: set STOA_SECRET to what it was when they were made"
        })
      )
      : Effect.void)
