import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** The customer has fewer points than that. */
export class PointsShort extends StoaError<PointsShort>()("PointsShort", {
  code: "points_short",
  kind: "conflict"
}, { balance: Schema.Int, wanted: Schema.Int }) {
  override get message(): string {
    return `There are ${this.balance} points, not ${this.wanted}`
  }
}
