import { BreakdownQuery } from "@stoa/core/analytics/Breakdown"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { CreateMetric, Metric, MetricReport, UpdateMetric } from "@stoa/core/metrics/Metric"
import { MetricNotFound, TooManyMetrics } from "@stoa/core/metrics/MetricErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "analytics:read" }
const writes: Traits = { access: "staff", permission: "analytics:write" }

export const MetricPage = page("MetricPage", Metric)

/** Figures of a store's own. */
export class MetricsGroup extends HttpApiGroup.make("metrics").add(
  HttpApiEndpoint.get("list", "/admin/metrics", { success: MetricPage }).annotateMerge(operation("List metrics, by name", reads)),
  HttpApiEndpoint.post("create", "/admin/metrics", {
    payload: CreateMetric,
    success: Metric.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyMetrics)
  }).middleware(Idempotent).annotateMerge(
    operation("Save a formula over figures under a name", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/metrics/:id", { params: byId, success: Metric, error: problems(MetricNotFound) }).annotateMerge(
    operation("See the formula of a metric", { ...reads, tagged: true })
  ),
  HttpApiEndpoint.patch("update", "/admin/metrics/:id", {
    params: byId,
    payload: UpdateMetric,
    success: Metric,
    error: problems(MetricNotFound, VersionConflict)
  }).annotateMerge(operation("Change a metric; what is left out stays", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/metrics/:id", {
    params: byId,
    error: problems(MetricNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a metric; reports and dashboards that have it say that it is gone", { ...writes, conditional: true })),
  HttpApiEndpoint.get("values", "/admin/metrics/:id/values", {
    params: byId,
    query: BreakdownQuery,
    success: MetricReport,
    error: problems(MetricNotFound)
  }).annotateMerge(operation("See what a metric comes to in some days", reads))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Metrics (staff)", description: "Figures of a store's own: formulas over those that there are" })
) {}
