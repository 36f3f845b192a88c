import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"
import * as SigningKeyCheck from "../SigningKeyCheck.ts"

/** Puts a new signing key in the place of the old one. */
const rotate = Command.make(
  "rotate",
  {
    ...Settings.shop,
    distrust: Flag.Boolean("distrust").pipe(
      Flag.withDescription("Access tokens from before are worth nothing any more, as when a key was stolen"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*({ distrust, ...settings }) {
    const shop = yield* Engine.open(settings, { create: false })
    // a key that is made with another secret could be read by no server
    yield* SigningKeyCheck.ensure(shop)
    yield* Engine.call(() => shop.auth.rotateKeys({ distrust }))
    const { keys } = yield* Engine.call(() => shop.auth.publicKeys())
    yield* Console.log(`Access tokens are signed with a new key. Published: ${keys.map(({ kid }) => kid).join(", ")}.`)
  }, Effect.scoped)
).pipe(
  Command.withDescription("Sign access tokens with a new key from now on"),
  Command.withExamples([
    { command: "stoa keys rotate", description: "Tokens of the old key stay good until they expire" },
    { command: "stoa keys rotate --distrust", description: "A key was stolen; sessions go on with their refresh tokens" }
  ])
)

/** What is done with the keys that access tokens are signed with. */
export const keys = Command.make("keys").pipe(
  Command.withDescription("Look after the keys that access tokens are signed with"),
  Command.withSubcommands([rotate])
)
