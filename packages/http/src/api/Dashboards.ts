import { DashboardNotFound, TooManyDashboards } from "@stoa/core/dashboards/DashboardErrors"
import { CreateSavedDashboard, DashboardFigures, SavedDashboard, UpdateSavedDashboard } from "@stoa/core/dashboards/SavedDashboard"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

/** What is shared needs `analytics:write` besides. */
const own: Traits = { access: "staff", permission: "analytics:read" }

export const SavedDashboardPage = page("SavedDashboardPage", SavedDashboard)

/** Dashboards that people put together. */
export class DashboardsGroup extends HttpApiGroup.make("dashboards").add(
  HttpApiEndpoint.get("list", "/admin/dashboards", { success: SavedDashboardPage }).annotateMerge(
    operation("List one's own dashboards and those that are shared, by name", own)
  ),
  HttpApiEndpoint.post("create", "/admin/dashboards", {
    payload: CreateSavedDashboard,
    success: SavedDashboard.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyDashboards)
  }).middleware(Idempotent).annotateMerge(
    operation("Put a dashboard together; one that is shared needs `analytics:write`", { ...own, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/dashboards/:id", {
    params: byId,
    success: SavedDashboard,
    error: problems(DashboardNotFound)
  }).annotateMerge(operation("See what is on a dashboard", { ...own, tagged: true })),
  HttpApiEndpoint.get("figures", "/admin/dashboards/:id/figures", {
    params: byId,
    success: DashboardFigures,
    error: problems(DashboardNotFound)
  }).annotateMerge(operation("See a dashboard with what its tiles show now", own)),
  HttpApiEndpoint.patch("update", "/admin/dashboards/:id", {
    params: byId,
    payload: UpdateSavedDashboard,
    success: SavedDashboard,
    error: problems(DashboardNotFound, TooManyDashboards, VersionConflict)
  }).annotateMerge(
    operation("Change a dashboard, or its order; one that is or becomes shared needs `analytics:write`", { ...own, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.delete("delete", "/admin/dashboards/:id", {
    params: byId,
    error: problems(DashboardNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a dashboard; one that is shared needs `analytics:write`", { ...own, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Dashboards (staff)", description: "Which figures people look at, in which order and how" })
) {}
