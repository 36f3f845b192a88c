import type * as Duration from "effect/Duration"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { StoredSession } from "./SessionRepository.ts"

/** When a session ends: after its lifetime, or sooner, when it was not refreshed for so long. */
export const endOf = (
  { expiresAt, lastUsedAt }: Pick<StoredSession, "expiresAt" | "lastUsedAt">,
  idle: Duration.Duration
): Timestamp.Timestamp => {
  const idleAt = Timestamp.plus(lastUsedAt, idle)
  return idleAt < expiresAt ? idleAt : expiresAt
}
