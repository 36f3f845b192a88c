import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such dashboard, or it is somebody else's. */
export class DashboardNotFound extends StoaError<DashboardNotFound>()("DashboardNotFound", {
  code: "dashboard_not_found",
  kind: "not_found"
}, { dashboard: Schema.String }) {
  override get message(): string {
    return `There is no dashboard ${this.dashboard}`
  }
}

/** Somebody has, or a store shares, as many dashboards as may be. */
export class TooManyDashboards extends StoaError<TooManyDashboards>()("TooManyDashboards", {
  code: "too_many_dashboards",
  kind: "conflict"
}, { shared: Schema.Boolean, maximum: Schema.Int }) {
  override get message(): string {
    return this.shared ? `A store shares at most ${this.maximum} dashboards` : `A person has at most ${this.maximum} dashboards`
  }
}
