/**
 * The job that writes to the buyer of a draft. The token of the link is made when the mail is, so that no table and no queue ever
 * holds it.
 */
import * as Schema from "effect/Schema"
import type { Jobs } from "../jobs/Jobs.ts"
import { DraftOrderId, type StoredDraftOrder } from "./DraftOrder.ts"

export const name = "draft-orders.mail"

/** `message` is what staff write besides; `sending` tells one sending from the next. */
export const Payload = Schema.Struct({ draftOrderId: DraftOrderId, sending: Schema.Int, message: Schema.String })

/** Has it written, after the current transaction. */
export const enqueue = (jobs: Jobs["Service"], { id, version }: StoredDraftOrder, message: string) =>
  jobs.enqueue({ name, payload: { draftOrderId: id, sending: version, message }, id: `${name}:${id}:${version}` })
