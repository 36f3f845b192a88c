/**
 * What staff see of background work: jobs that were given up, and how many there are of each kind.
 */
import * as Schema from "effect/Schema"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** There is no dead job of this id, or no cron job of this name. */
export class JobNotFound extends StoaError<JobNotFound>()("JobNotFound", { code: "job_not_found", kind: "not_found" }, {
  jobId: Schema.String
}) {
  override get message(): string {
    return `There is no job ${this.jobId}`
  }
}

export const DeadJob = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  payload: Schema.Json,
  attempts: Schema.Int,
  failure: Schema.String,
  failedAt: Timestamp
}).annotate({ identifier: "DeadJob" })

export const JobCounts = Schema.Struct({
  waiting: Schema.Int,
  working: Schema.Int,
  dead: Schema.Int,
  done: Schema.Int
}).annotate({ identifier: "JobCounts" })

export const ListDeadJobs = Schema.Struct(Page.PageRequest)
