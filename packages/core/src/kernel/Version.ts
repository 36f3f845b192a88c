/**
 * Optimistic versions: what people edit carries a number that grows with every change, and an edit names the version
 * it was based on.
 */
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Input from "./Input.ts"
import { StoaError } from "./StoaError.ts"

export const Version = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)).annotate({
  identifier: "Version",
  description: "Grows by one with every change"
})

/** The version that a change without other input is based on; whatever is there if it is left out. */
export const AtVersion = Schema.Struct({ version: Schema.optionalKey(Version) }).annotate({ identifier: "AtVersion" })

export const decodeAtVersion = Input.decoder(AtVersion)

/** Somebody else changed the thing in between. Read it again and repeat the edit. */
export class VersionConflict extends StoaError<VersionConflict>()(
  "VersionConflict",
  { code: "version_conflict", kind: "stale" },
  { id: Schema.String, expected: Schema.Int }
) {
  override get message(): string {
    return `${this.id} is no longer at version ${this.expected}; read it again and repeat the change`
  }
}

/**
 * How to try again when somebody else was faster: the first attempts follow at once, then they wait 2, 4, ... 128 ms or
 * a little more or less, so that those who met once do not meet again.
 */
export const overtaken = Schedule.concat(
  Schedule.recurs(3),
  Schedule.exponential("2 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 7 }))
)
