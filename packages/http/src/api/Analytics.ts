import {
  BuyerSegments,
  Dashboard,
  SalesQuery,
  SalesReport,
  TopProducts,
  TopProductsQuery
} from "@stoa/core/analytics/SalesFigures"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { operation, type Traits } from "./Operation.ts"

const reads: Traits = { access: "staff", permission: "analytics:read" }

/** What the shop sells and who buys. */
export class AnalyticsGroup extends HttpApiGroup.make("analytics").add(
  HttpApiEndpoint.get("dashboard", "/admin/dashboard", { success: Dashboard }).annotateMerge(
    operation("See today, the last 30 days, and what waits for somebody", reads)
  ),
  HttpApiEndpoint.get("trends", "/admin/dashboard/trends", { query: SalesQuery, success: SalesReport }).annotateMerge(
    operation("See sales by time, as for a chart", reads)
  ),
  HttpApiEndpoint.get("topOfDashboard", "/admin/dashboard/top-products", { query: TopProductsQuery, success: TopProducts })
    .annotateMerge(operation("List what sold best", reads)),
  HttpApiEndpoint.get("sales", "/admin/analytics/sales", { query: SalesQuery, success: SalesReport }).annotateMerge(
    operation("See sales of some days, by hour, day, week, month, quarter or year", reads)
  ),
  HttpApiEndpoint.get("products", "/admin/analytics/products", { query: TopProductsQuery, success: TopProducts })
    .annotateMerge(operation("List the variants that sold best in some days", reads)),
  HttpApiEndpoint.get("customers", "/admin/analytics/customers", { success: BuyerSegments }).annotateMerge(
    operation("See how many buyers are new, come back, or stay away, and what they have brought", reads)
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Analytics (staff)", description: "Sales, products and buyers in figures" })
) {}
