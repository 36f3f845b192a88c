/**
 * What is looked at before a review is shown: rules of the engine's own, and a service outside where the host names one.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import type { ReviewSettings } from "../stores/ReviewSettings.ts"

/** What is screened. */
export interface ReviewDraft {
  readonly productId: string
  readonly customerId: string
  readonly authorName: string | null
  readonly rating: number
  readonly title: string | null
  readonly text: string
  /** What pictures are called where the shop keeps them. */
  readonly pictures: ReadonlyArray<string>
  readonly verifiedPurchase: boolean
}

export const ReviewVerdict = Schema.Struct({
  /** Whether it may be shown, waits for a person, or is not shown. */
  verdict: Schema.Literals(["publish", "hold", "reject"]),
  /** Short codes, for staff: `["advertising"]`. At most 20 of at most 100 characters. */
  reasons: Schema.Array(text(100)).check(Schema.isMaxLength(20))
})
export interface ReviewVerdict extends Schema.Schema.Type<typeof ReviewVerdict> {}

/**
 * Asked where the store moderates what is suspicious, and never inside a transaction. An answer that does not come in time
 * or is no `ReviewVerdict`, a failure and a defect are all the same: a person reads the review.
 */
export interface ReviewScreening {
  readonly screen?: (draft: ReviewDraft) => Effect.Effect<ReviewVerdict, unknown>
  /** How long it may take. 2 seconds if it is left out. */
  readonly timeout?: Duration.Input
}

/** Nobody is asked if the host names none. */
export const ReviewScreening: Context.Reference<ReviewScreening> = Context.Reference<ReviewScreening>(
  "@stoa/core/reviews/ReviewScreening",
  { defaultValue: () => ({}) }
)

const words = (text: string): ReadonlyArray<string> => text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const holds = (text: ReadonlyArray<string>, phrase: ReadonlyArray<string>): boolean =>
  phrase.length > 0
  && text.some((_, start) => phrase.every((word, index) => text[start + index] === word))

const isShouted = (text: string): boolean => {
  const letters = text.match(/\p{L}/gu) ?? []
  const large = letters.filter((letter) => letter !== letter.toLowerCase()).length
  return letters.length >= 20 && large / letters.length > 0.7
}

/** A run of one character, however it is spelt out, of more than nine. */
const isRepetitive = (text: string): boolean => {
  let run = 0
  let before = ""
  for (const character of text) {
    run = character === before && !/\s/.test(character) ? run + 1 : 1
    if (run > 9) return true
    before = character
  }
  return false
}

const digitsInARow = /\d(?:[ ()./-]{0,3}\d){8,14}/

/** What of a review is suspicious by the engine's own rules: links, addresses, numbers, shouting, blocked words. */
export const suspicions = (
  { authorName, text, title }: Pick<ReviewDraft, "authorName" | "title" | "text">,
  { blockedWords }: ReviewSettings
): ReadonlyArray<string> => {
  const all = [authorName ?? "", title ?? "", text].join("\n")
  const found: Array<string> = []
  if (/https?:|www\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|biz|shop|xyz|ru|cn|top)\b/i.test(all)) found.push("link")
  if (/\S@\S+\.\S/.test(all)) found.push("email_address")
  if (digitsInARow.test(all)) found.push("telephone_number")
  if (isShouted(all)) found.push("shouting")
  if (isRepetitive(all)) found.push("repetition")
  const spoken = words(all)
  if (blockedWords.some((word) => holds(spoken, words(word)))) found.push("blocked_word")
  return found
}
