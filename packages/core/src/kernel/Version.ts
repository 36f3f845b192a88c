/**
 * Optimistic versions: what people edit carries a number that grows with every change, and an edit names the version
 * it was based on.
 */
import * as Schema from "effect/Schema"
import { StoaError } from "./StoaError.ts"

export const Version = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).annotate({
  identifier: "Version",
  description: "Grows by one with every change"
})

/** Somebody else changed the thing in between. Read it again and repeat the edit. */
export class VersionConflict extends StoaError<VersionConflict>()(
  "VersionConflict",
  { code: "version_conflict", kind: "stale" },
  { id: Schema.String, expected: Schema.Int }
) {
  override get message(): string {
    return `${this.id} is no longer at version ${this.expected}`
  }
}
