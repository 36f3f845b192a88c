import { Analytics } from "@stoa/core/analytics/Analytics"
import { Forecasts } from "@stoa/core/forecasts/Forecasts"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "analytics",
    Effect.fnUntraced(function*(handlers) {
      const analytics = yield* Analytics
      const forecasts = yield* Forecasts
      const top = ({ query }: { readonly query: Parameters<typeof analytics.topProducts>[0] }) =>
        Effect.map(analytics.topProducts(query), (items) => ({ items }))
      return handlers.handleAll({
        dashboard: () => analytics.dashboard,
        trends: ({ query }) => analytics.sales(query),
        topOfDashboard: top,
        sales: ({ query }) => analytics.sales(query),
        products: top,
        customers: () => analytics.segments,
        buyers: ({ query }) => analytics.buyers(query),
        refunds: ({ query }) => analytics.refunds(query),
        taxes: ({ query }) => analytics.taxes(query),
        promotions: ({ query }) => analytics.promotions(query),
        stock: () => analytics.stockValue,
        funnel: ({ query }) => analytics.funnel(query),
        cohorts: ({ query }) => analytics.cohorts(query),
        rfm: ({ query }) => analytics.rfm(query),
        lifetimeValue: ({ query }) => analytics.lifetimeValue(query),
        forecast: ({ query }) => forecasts.sales(query),
        demand: ({ query }) => forecasts.demand(query)
      })
    })
  )
