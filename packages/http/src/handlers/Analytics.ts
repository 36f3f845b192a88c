import { Analytics } from "@stoa/core/analytics/Analytics"
import { Forecasts } from "@stoa/core/forecasts/Forecasts"
import { EventId } from "@stoa/core/events/DomainEvent"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Permission from "@stoa/core/kernel/Permission"
import * as Effect from "effect/Effect"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { HttpOptions } from "../HttpOptions.ts"
import { Lifecycle } from "../Lifecycle.ts"
import * as LiveAnswers from "../LiveAnswers.ts"
import * as RequestActor from "../RequestActor.ts"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"

const isEventId = Schema.is(EventId)

export const layer = (api: StoaApi, options: Pick<HttpOptions, "live">) =>
  ApiGroup.group(
    api,
    "analytics",
    Effect.fnUntraced(function*(handlers) {
      const analytics = yield* Analytics
      const forecasts = yield* Forecasts
      const live = LiveAnswers.make(yield* Lifecycle, options.live)
      const actors = yield* RequestActor.make
      const mayRead = Permission.require("analytics:read")
      const top = ({ query }: { readonly query: Parameters<typeof analytics.topProducts>[0] }) =>
        Effect.map(analytics.topProducts(query), (items) => ({ items }))
      return handlers.handleAll({
        follow: Effect.fnUntraced(function*() {
          // who may not see figures is told so before the answer begins
          yield* mayRead
          const request = yield* HttpServerRequest
          const last = request.headers["last-event-id"]
          return yield* live.answer(
            "shop",
            Stream.map(analytics.follow(isEventId(last) ? { after: last } : {}), (entry) => ({ id: entry.id, type: entry.type, data: entry })),
            Effect.flatMap(actors.resolve(request), (actor) => Actor.as(actor)(mayRead))
          )
        }),
        dashboard: () => analytics.dashboard,
        trends: ({ query }) => analytics.sales(query),
        topOfDashboard: top,
        sales: ({ query }) => analytics.sales(query),
        products: top,
        customers: () => analytics.segments,
        buyers: ({ query }) => analytics.buyers(query),
        refunds: ({ query }) => analytics.refunds(query),
        taxes: ({ query }) => analytics.taxes(query),
        invoicedTaxes: ({ query }) => analytics.invoicedTaxes(query),
        vendors: ({ query }) => analytics.vendors(query),
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
