import type { Payout } from "@stoa/core/payments/Payout"
import * as Money from "@stoa/core/kernel/Money"
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

const longest = 100

const shown = (money: Money.Money): string => `${Money.toDecimal(money)} ${money.currency}`

const line = ({ amount, createdAt, differing, entries, gateway, gatewayReference, state, sums }: Payout): string =>
  [
    createdAt.slice(0, 10),
    gateway,
    gatewayReference,
    state,
    shown(amount),
    `${Count.of(entries, "entry", "entries")}, fees ${shown(sums.fees)}`,
    ...(differing === 0 ? [] : [`${differing} to look at`])
  ].join("  ")

/** What gateways have sent to the shop's bank. */
export const payouts = Command.make(
  "payouts",
  {
    ...Settings.shop,
    gateway: Flag.String("gateway").pipe(Flag.withDescription("One gateway instead of all"), Flag.optional),
    differing: Flag.Boolean("differing").pipe(
      Flag.withDescription("Only those that the shop knows otherwise"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*({ differing, gateway, ...settings }) {
    const { all: gateways, sandbox } = yield* Gateways.gateways
    const shop = yield* Engine.open(settings, {
      create: false,
      gateways,
      plugins: sandbox === undefined ? [] : [sandbox.plugin]
    })
    const { items } = yield* Engine.call(() =>
      shop.payouts.list({
        limit: longest,
        ...(differing ? { differing: "true" } : {}),
        ...Option.match(gateway, { onNone: () => ({}), onSome: (name) => ({ gateway: name }) })
      })
    )
    for (const payout of items) {
      yield* Console.log(line(payout))
      for (const { here, kind, paymentId, reference, there } of payout.differences) {
        const said = `there ${shown(there)}, here ${here === null ? "nothing" : shown(here)}`
        yield* Console.log(`  ${kind}  ${paymentId ?? reference}  ${said}`)
      }
    }
    if (items.length === 0) yield* Console.log("There are no payouts.")
    const odd = items.filter((payout) => payout.differing > 0).length
    if (odd > 0) return yield* new CommandFailed.CommandFailed({ message: `Look at ${Count.of(odd, "payout")}.` })
  }, Effect.scoped)
).pipe(
  Command.withDescription("List what gateways have sent to the bank, and what of it the shop knows otherwise"),
  Command.withExamples([{ command: "stoa payouts --differing", description: "Payouts that a person must look at" }])
)
