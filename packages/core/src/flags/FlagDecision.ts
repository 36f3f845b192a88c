/**
 * Whether a flag is on for somebody: by its times, by the groups of a customer, or by the share of visitors that it is for.
 */
import { createHash } from "node:crypto"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { FeatureFlag } from "./FeatureFlag.ts"

/** Whom a flag is asked for. */
export interface FlagSubject {
  /** What stays theirs; `null` for who is not known at all, whom a flag is on for only if it is for all. */
  readonly id: string | null
  readonly groups: ReadonlySet<string>
}

/** A number from 0 up to, and without, 100 for a visitor, another one for each flag. */
const shareOf = (key: string, id: string): number =>
  createHash("sha256").update(`${key}:${id}`).digest().readUInt32BE(0) / 4_294_967_296 * 100

/** Whether a flag is on for somebody. */
export const isOn = (flag: FeatureFlag, { groups, id }: FlagSubject, now: Timestamp): boolean => {
  if (!flag.enabled || (flag.startsAt !== null && now < flag.startsAt) || (flag.endsAt !== null && now >= flag.endsAt)) return false
  if (flag.percentage === 100 || flag.customerGroups.some((group) => groups.has(group))) return true
  return id !== null && shareOf(flag.key, id) < flag.percentage
}
