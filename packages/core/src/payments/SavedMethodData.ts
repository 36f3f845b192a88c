import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { forgetJob } from "./SavedMethodRecords.ts"
import { SavedMethodRepository } from "./SavedMethodRepository.ts"

/** Saved means of payment, as personal data: what a person sees of them, never what names them at the gateway. */
export const layer = PersonalData.holder(Effect.gen(function*() {
  const methods = yield* SavedMethodRepository
  const jobs = yield* Jobs
  const holder: PersonalData.PersonalDataHolder = {
    name: "paymentMethods",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(methods.ofCustomer(userId), (all) =>
        all.map(({ brand, consentedAt, createdAt, expiresMonth, expiresYear, gateway, last4, status, type }) => ({
          gateway,
          status,
          type,
          brand,
          last4,
          expiresMonth,
          expiresYear,
          consentedAt,
          createdAt
        })))),
    forget: Effect.fnUntraced(function*(userId) {
      for (const id of yield* methods.removeAll(userId, yield* Timestamp.now)) {
        yield* jobs.enqueue({ name: forgetJob, payload: { id }, id: `${forgetJob}:${id}` })
      }
    })
  }
  return holder
}))
