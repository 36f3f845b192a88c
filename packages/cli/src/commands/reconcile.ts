import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CommandFailed from "../CommandFailed.ts"
import * as Count from "../Count.ts"
import * as Engine from "../Engine.ts"
import * as Gateways from "../Gateways.ts"
import * as Settings from "../Settings.ts"

const time = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)

/** `2026-11-01` is its beginning in UTC. */
const asTime = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text)

/** Compares the gateways' payments with the shop's. */
export const reconcile = Command.make(
  "reconcile",
  {
    ...Settings.shop,
    since: time("since", "Payments made from here on, such as 2026-11-01 (UTC); two days before --until if not given"),
    until: time("until", "Payments made before this, an hour ago if not given"),
    gateway: Flag.String("gateway").pipe(Flag.withDescription("One gateway instead of all"), Flag.optional)
  },
  Effect.fn(function*({ gateway, since, until, ...settings }) {
    const { all: gateways, sandbox } = yield* Gateways.gateways
    const shop = yield* Engine.open(settings, {
      create: false,
      gateways,
      plugins: sandbox === undefined ? [] : [sandbox.plugin]
    })
    const all = yield* Engine.call(() =>
      shop.payments.reconcile({
        ...Option.match(since, { onNone: () => ({}), onSome: (text) => ({ since: asTime(text) }) }),
        ...Option.match(until, { onNone: () => ({}), onSome: (text) => ({ until: asTime(text) }) }),
        ...Option.match(gateway, { onNone: () => ({}), onSome: (name) => ({ gateway: name }) })
      })
    )
    for (const { compared, complete, gateway, open, repaired } of all) {
      yield* Console.log(
        `${gateway}: ${Count.of(compared, "payment")} compared, ${repaired} repaired, ${open} to look at`
          + (complete ? "" : "; it did not answer until the end")
      )
    }
    const collected = yield* Engine.call(() =>
      shop.payouts.collect({
        ...Option.match(since, { onNone: () => ({}), onSome: (text) => ({ since: asTime(text) }) }),
        ...Option.match(until, { onNone: () => ({}), onSome: (text) => ({ until: asTime(text) }) }),
        ...Option.match(gateway, { onNone: () => ({}), onSome: (name) => ({ gateway: name }) })
      })
    )
    for (const { complete, differing, gateway, seen, taken } of collected) {
      yield* Console.log(
        `${gateway}: ${Count.of(seen, "payout")}, ${taken} taken in, ${differing} to look at`
          + (complete ? "" : "; it did not answer until the end")
      )
    }
    const faulty = [
      ...all.filter(({ complete, open }) => open > 0 || !complete),
      ...collected.filter(({ complete, differing }) => differing > 0 || !complete)
    ]
    if (faulty.length > 0) {
      return yield* new CommandFailed.CommandFailed({
        message: `Look at ${[...new Set(faulty.map(({ gateway }) => gateway))].join(", ")}.`
      })
    }
  }, Effect.scoped)
).pipe(
  Command.withDescription("Compare the gateways' payments with the shop's, repair what is safe, and take in what they paid out"),
  Command.withExamples([
    { command: "stoa reconcile", description: "The last two days" },
    { command: "stoa reconcile --since 2026-11-01 --until 2026-12-01", description: "All of November" }
  ])
)
