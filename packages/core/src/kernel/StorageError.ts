/**
 * What can go wrong with the storage itself. It never carries a statement, a parameter or a row.
 */
import * as Schema from "effect/Schema"
import { StoaError } from "./StoaError.ts"

export class StorageError extends StoaError<StorageError>()(
  "StorageError",
  { code: "storage_unavailable", kind: "unavailable" },
  {
    /** The operation of the port that failed, such as `"Orders.place"`. */
    operation: Schema.String,
    /**
     * `conflict`: another transaction was in the way and a retry is safe. `busy`: no connection or lock in time.
     * `unreachable`: the database does not answer. `full`: no space left. `rejected`: the database refused the
     * statement, which is a bug or a damaged file. `changed`: something is not as it was read any more, of which nobody
     * waited to hear before the transaction ended; whoever reads it again can decide.
     */
    reason: Schema.Literals(["conflict", "busy", "unreachable", "full", "rejected", "changed"]),
    cause: Schema.optionalKey(Schema.Defect())
  }
) {
  override get message(): string {
    return `The storage failed in ${this.operation} (${this.reason}${
      this.reason === "unreachable" ? ": the database does not answer, or the engine was closed" : ""
    })`
  }

  /** Whether running the whole transaction again can help. */
  get retryable(): boolean {
    return this.reason === "conflict" || this.reason === "busy"
  }
}
