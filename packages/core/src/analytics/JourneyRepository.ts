import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Indexed } from "./BreakdownRepository.ts"
import type { BuyerHistory } from "./BuyTillYouDie.ts"
import type { Span } from "./Calendar.ts"
import type { CohortMonth, FunnelFigures, RfmCell } from "./Journey.ts"
import type { SalesFigures } from "./SalesFigures.ts"

type Currency = SalesFigures["currency"]

/** Where figures of buyers and of what became of carts come from. One statement each; those who are forgotten are nobody. */
export class JourneyRepository extends Context.Service<JourneyRepository, {
  readonly funnel: (spans: ReadonlyArray<Span>) => Effect.Effect<ReadonlyArray<Indexed<FunnelFigures>>, StorageError>
  /** What buyers whose first order was placed in one of some times, in their order, did in each of them. */
  readonly cohorts: (currency: Currency, spans: ReadonlyArray<Span>) => Effect.Effect<
    ReadonlyArray<{ readonly cohort: number; readonly month: number; readonly figures: CohortMonth }>,
    StorageError
  >
  readonly scores: (currency: Currency) => Effect.Effect<ReadonlyArray<Omit<RfmCell, "segment">>, StorageError>
  /** The buyers of a currency, up to so many of them one by one, by their addresses. */
  readonly histories: (currency: Currency, limit: number) => Effect.Effect<
    {
      readonly buyers: number
      readonly orders: number
      readonly kept: number
      readonly histories: ReadonlyArray<BuyerHistory>
    },
    StorageError
  >
}>()("@stoa/core/analytics/JourneyRepository") {}
