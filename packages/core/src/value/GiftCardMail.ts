import type { Jobs } from "../jobs/Jobs.ts"

/** The job that makes the code of a gift card and sends it. */
export const name = "gift-cards.mail"

/** Has the code of a new gift card sent to whom it is for, after the current transaction. */
export const enqueue = (jobs: Jobs["Service"], giftCardId: string) =>
  jobs.enqueue({ name, payload: { giftCardId }, id: `${name}:${giftCardId}` })
