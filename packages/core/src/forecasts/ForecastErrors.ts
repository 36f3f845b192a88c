import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** Too little was sold so far, or too lately, to say what comes. */
export class HistoryTooShort extends StoaError<HistoryTooShort>()("HistoryTooShort", {
  code: "history_too_short",
  kind: "conflict"
}, { pieces: Schema.Int, minimum: Schema.Int }) {
  override get message(): string {
    return `A forecast needs ${this.minimum} whole pieces of time since the first sale, and there are ${this.pieces}`
  }
}
