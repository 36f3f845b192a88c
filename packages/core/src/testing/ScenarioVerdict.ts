/**
 * What is wrong with a shop in which something was cut off, once everything has been brought to an end.
 */
import * as Effect from "effect/Effect"
import type { OrderStatus } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { Scenario } from "./CrashScenario.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"

/** What must be true of a shop in which nothing else happened, and what has become of its orders. */
export const verdict = Effect.fnUntraced(function*<A>({ alsoWrong }: Scenario<A>, value: A) {
  const bank = yield* Shop.Bank
  const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
  return {
    problems: [
      ...yield* Invariants.violations({ bank: Shop.bankRecords(bank), papers: true }),
      ...alsoWrong === undefined ? [] : yield* alsoWrong(value)
    ],
    states: items.toSorted((a, b) => a.number - b.number).map(({ status }) => status)
  }
})

/** What is wrong with the states of the order and of what replaces pieces of it. */
export const misplaced = <A>(
  { ends, orders = 1, replaces = ["none"] }: Scenario<A>,
  states: ReadonlyArray<OrderStatus | "none">
): ReadonlyArray<string> => {
  const [second = "none", ...more] = states.slice(orders)
  return [
    ...Array.from({ length: orders }, (_, index) => states[index] ?? "none").flatMap((state) =>
      ends.includes(state) ? [] : [`the order is ${state}`]),
    ...replaces.includes(second) ? [] : [`the order that replaces it is ${second}`],
    ...more.length === 0 ? [] : [`${more.length} orders too many`]
  ]
}
