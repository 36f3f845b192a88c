import { isStoaError } from "@stoa/core/kernel/StoaError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as CommandFailed from "../CommandFailed.ts"
import * as Engine from "../Engine.ts"
import * as NewPassword from "../NewPassword.ts"
import * as Settings from "../Settings.ts"

const email = Flag.String("email").pipe(Flag.withDescription("The address that they sign in with"))

const roles = Flag.String("role").pipe(
  Flag.withDescription("What they may do, such as owner, admin or fulfilment; may be given again"),
  Flag.atLeast(1)
)

/** What was refused, with what was wrong beside it. */
const refused = (error: unknown): CommandFailed.CommandFailed =>
  isStoaError(error) && error.code === "email_taken"
    ? new CommandFailed.CommandFailed({ message: `${error.message}. "stoa users grant" gives it a role` })
    : CommandFailed.from(error)

/** Makes an account for somebody who works for the shop. */
const create = Command.make(
  "create",
  {
    ...Settings.shop,
    email,
    name: Flag.String("name").pipe(Flag.withDescription("What they are called"), Flag.optional),
    roles
  },
  Effect.fn(function*({ email, name, roles, ...settings }) {
    const shop = yield* Engine.open(settings, { create: true })
    const password = yield* NewPassword.read
    const user = yield* Effect.tryPromise({
      try: () =>
        shop.users.enrol({
          email,
          roles,
          password: Redacted.value(password),
          ...(Option.isNone(name) ? {} : { name: name.value })
        }),
      catch: refused
    })
    yield* Console.log(`${user.email} has an account now (${user.roles.join(", ")}).`)
  }, Effect.scoped)
).pipe(
  Command.withDescription("Make an account for somebody who works for the shop"),
  Command.withExamples([
    { command: "stoa users create --role owner --email you@example.com", description: "Asks for the password" },
    {
      command: "pass show shop | stoa users create --role owner --email you@example.com",
      description: "Reads it from the standard input; STOA_NEW_PASSWORD is another way"
    }
  ])
)

/** Gives roles to somebody who has an account. */
const grant = Command.make(
  "grant",
  { ...Settings.shop, email, roles },
  Effect.fn(function*({ email, roles, ...settings }) {
    const shop = yield* Engine.open(settings, { create: false })
    const { items } = yield* Engine.call(() => shop.accounts.list({ search: email, limit: 100 }))
    const user = items.find((user) => user.email === email.trim().toLowerCase())
    if (user === undefined) {
      return yield* new CommandFailed.CommandFailed({ message: `Nobody has an account with the address ${email.slice(0, 200)}` })
    }
    const changed = yield* Engine.call(() =>
      shop.users.assignRoles(user.id, { roles: [...user.roles, ...roles], version: user.version })
    )
    yield* Console.log(`${changed.email} may act as ${changed.roles.join(", ")} now.`)
  }, Effect.scoped)
).pipe(
  Command.withDescription("Give roles to somebody who has an account, besides those that they have"),
  Command.withExamples([
    { command: "stoa users grant --role owner --email you@example.com", description: "Make an owner of somebody who has registered" }
  ])
)

/** What is done with the accounts of people who work for the shop. */
export const users = Command.make("users").pipe(
  Command.withDescription("Make accounts for those who run the shop"),
  Command.withSubcommands([create, grant])
)
