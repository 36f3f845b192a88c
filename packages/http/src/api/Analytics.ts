import {
  BreakdownQuery,
  BuyerReport,
  PromotionReport,
  PromotionReportQuery,
  RefundReport,
  StockValue,
  InvoicedTaxReport,
  TaxReport,
  VendorReport
} from "@stoa/core/analytics/Breakdown"
import { CohortQuery, CohortReport, CurrencyQuery, FunnelReport, LifetimeValue, RfmReport } from "@stoa/core/analytics/Journey"
import {
  BuyerSegments,
  Dashboard,
  SalesQuery,
  SalesReport,
  TopProducts,
  TopProductsQuery
} from "@stoa/core/analytics/SalesFigures"
import { FeedEntry } from "@stoa/core/analytics/ShopFeed"
import { DemandQuery, ForecastQuery, SalesForecast, VariantDemand } from "@stoa/core/forecasts/Forecast"
import { HistoryTooShort } from "@stoa/core/forecasts/ForecastErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "analytics:read" }

export const DemandPage = page("DemandPage", VariantDemand)

/** What the shop sells and who buys. */
export class AnalyticsGroup extends HttpApiGroup.make("analytics").add(
  HttpApiEndpoint.get("dashboard", "/admin/dashboard", { success: Dashboard }).annotateMerge(
    operation("See today, the last 30 days, and what waits for somebody", reads)
  ),
  HttpApiEndpoint.get("follow", "/admin/live", { success: HttpApiSchema.StreamSse({ data: FeedEntry }) }).annotateMerge(
    operation("Follow what happens in the shop: orders, payments, reviews, stock that runs out", { ...reads, live: true })
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
    .annotateMerge(operation("List the variants that sold best in some days, or worst", reads)),
  HttpApiEndpoint.get("customers", "/admin/analytics/customers", { success: BuyerSegments }).annotateMerge(
    operation("See how many buyers are new, come back, or stay away, and what they have brought", reads)
  ),
  HttpApiEndpoint.get("buyers", "/admin/analytics/buyers", { query: BreakdownQuery, success: BuyerReport }).annotateMerge(
    operation("See who bought in some days for the first time, and who came back", reads)
  ),
  HttpApiEndpoint.get("refunds", "/admin/analytics/refunds", { query: BreakdownQuery, success: RefundReport }).annotateMerge(
    operation("See what went back in some days", reads)
  ),
  HttpApiEndpoint.get("taxes", "/admin/analytics/taxes", { query: BreakdownQuery, success: TaxReport }).annotateMerge(
    operation("See taxes of the orders of some days, by rate and by where they went", reads)
  ),
  HttpApiEndpoint.get("invoicedTaxes", "/admin/analytics/invoiced-taxes", { query: BreakdownQuery, success: InvoicedTaxReport }).annotateMerge(
    operation("See taxes as invoices and credit notes of some days say them, by rate and country", reads)
  ),
  HttpApiEndpoint.get("promotions", "/admin/analytics/promotions", { query: PromotionReportQuery, success: PromotionReport })
    .annotateMerge(operation("See what promotions or codes took off in some days, and the orders they did so in", reads)),
  HttpApiEndpoint.get("vendors", "/admin/analytics/vendors", { query: BreakdownQuery, success: VendorReport }).annotateMerge(
    operation("See what was sold of each vendor in some days, and what went back", reads)
  ),
  HttpApiEndpoint.get("stock", "/admin/analytics/stock", { success: StockValue }).annotateMerge(
    operation("See what lies in stock now, at cost and at retail prices", reads)
  ),
  HttpApiEndpoint.get("funnel", "/admin/analytics/funnel", { query: BreakdownQuery, success: FunnelReport }).annotateMerge(
    operation("See what became of the carts that were begun in some days", reads)
  ),
  HttpApiEndpoint.get("cohorts", "/admin/analytics/customers/cohorts", { query: CohortQuery, success: CohortReport })
    .annotateMerge(operation("See buyers by the month of their first order, and what they did since", reads)),
  HttpApiEndpoint.get("rfm", "/admin/analytics/customers/rfm", { query: CurrencyQuery, success: RfmReport }).annotateMerge(
    operation("See buyers by how lately, how often and for how much they have bought", reads)
  ),
  HttpApiEndpoint.get("lifetimeValue", "/admin/analytics/customers/lifetime-value", {
    query: CurrencyQuery,
    success: LifetimeValue
  }).annotateMerge(operation("See what a buyer has brought, and is expected to bring in a year", reads)),
  HttpApiEndpoint.get("forecast", "/admin/analytics/forecast", {
    query: ForecastQuery,
    success: SalesForecast,
    error: problems(HistoryTooShort)
  }).annotateMerge(operation("Forecast sales, with intervals and the error of the method", reads)),
  HttpApiEndpoint.get("demand", "/admin/analytics/forecast/demand", { query: DemandQuery, success: DemandPage }).annotateMerge(
    operation("Forecast what is sold of each variant until the next delivery, and what to order", reads)
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Analytics (staff)", description: "Sales, products and buyers in figures" })
) {}
