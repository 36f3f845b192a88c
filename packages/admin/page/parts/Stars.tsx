/**
 * Stars from 1 to 5: those of one review, or what they are on average.
 */
import * as Format from "../api/Format.ts"
import { words } from "../words/Words.ts"

const say = words.reviews

export const Stars = ({ rating }: { readonly rating: number }) => {
  const full = Math.max(0, Math.min(5, Math.round(rating)))
  return (
    <span class="stars" role="img" aria-label={say.stars(Format.number(rating))}>{"★".repeat(full)}{"☆".repeat(5 - full)}</span>
  )
}

/** What the reviews of a product say together; nothing where there are none. */
export const Rated = ({ rating: { average, count } }: { readonly rating: { readonly average: number | null; readonly count: number } }) =>
  average === null
    ? null
    : <span class="rated"><Stars rating={average} /> <span class="muted small" title={say.reviews(count)}>{Format.number(average)} ({Format.number(count)})</span></span>
