/**
 * The link that whoever starts a server of a shop without an owner makes their account with.
 */
import { FirstOwner, type Stoa } from "@stoa/core"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CommandFailed } from "./CommandFailed.ts"
import * as Engine from "./Engine.ts"

/**
 * What to tell them, `undefined` where the shop has an owner. The secret is behind the `#`, so it reaches no server's log;
 * what this process prints does hold it, for as long as it is good.
 */
export const notice = (shop: Stoa.Stoa, page: string): Effect.Effect<string | undefined, CommandFailed> =>
  Effect.map(Engine.call(() => shop.firstOwner.invite()), (invitation) =>
    invitation === null ? undefined : [
      "This shop has no owner yet. Whoever opens this address first makes their account, once and within",
      `${Duration.toMinutes(FirstOwner.invitationLifetime)} minutes; a restart prints a new one:`,
      `  ${page}#/first-owner/${invitation.token}`,
      "\"stoa users create --role owner --email you@example.com\" does it without a browser."
    ].join("\n"))
