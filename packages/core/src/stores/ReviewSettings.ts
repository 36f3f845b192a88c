/**
 * Who may review products, and which reviews a person reads before others do.
 */
import * as Schema from "effect/Schema"
import { name } from "../kernel/Text.ts"

export const ReviewSettings = Schema.Struct({
  /** Everybody who is signed in, or only who has bought the product. */
  writers: Schema.Literals(["customers", "buyers"]),
  /**
   * What waits for a person before others see it: every review, those that the screening finds suspicious, or none. With
   * `none` nothing is screened.
   */
  moderation: Schema.Literals(["all", "suspicious", "none"]),
  /** Words that make a review suspicious. Case does not matter; only whole words count. */
  blockedWords: Schema.Array(name(50)).check(Schema.isMaxLength(500)),
  /** How many people must report a review until it waits for a person again. */
  flagsToHold: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }))
}).annotate({ identifier: "ReviewSettings" })
export interface ReviewSettings extends Schema.Schema.Type<typeof ReviewSettings> {}

export const defaultReviewSettings: ReviewSettings = {
  writers: "customers",
  moderation: "suspicious",
  blockedWords: [],
  flagsToHold: 3
}
