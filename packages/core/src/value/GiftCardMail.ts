import type { Jobs, NewJob } from "../jobs/Jobs.ts"

/** The job that makes the code of a gift card and sends it. */
export const name = "gift-cards.mail"

/** The job for one card. */
export const job = (giftCardId: string): NewJob => ({ name, payload: { giftCardId }, id: `${name}:${giftCardId}` })

/** Has the code of a new gift card sent to whom it is for, after the current transaction. */
export const enqueue = (jobs: Jobs["Service"], giftCardId: string) => jobs.enqueue(job(giftCardId))
