import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListReportFiles, ReportFile, SavedReport } from "./Report.ts"

/** Where reports are kept, saved ones and what is known of their files. */
export class ReportRepository extends Context.Service<ReportRepository, {
  /** `false` if the store has as many as it may. */
  readonly save: (report: SavedReport, maximum: number) => Effect.Effect<boolean, StorageError>
  /** By name. */
  readonly saved: Effect.Effect<ReadonlyArray<SavedReport>, StorageError>
  readonly findSaved: (id: string) => Effect.Effect<SavedReport | undefined, StorageError>
  /** `false` if it is not at the version before any more. */
  readonly replaceSaved: (report: SavedReport) => Effect.Effect<boolean, StorageError>
  /** `false` if it is not at this version any more. */
  readonly removeSaved: (report: Pick<SavedReport, "id" | "version">) => Effect.Effect<boolean, StorageError>
  /** Saved reports that are due to be mailed, those that wait longest first. */
  readonly due: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<SavedReport>, StorageError>
  /** Says when a report is due again; `false` if it was changed meanwhile, or somebody else has said so. */
  readonly reschedule: (
    report: Pick<SavedReport, "id" | "version" | "nextAt">,
    nextAt: Timestamp
  ) => Effect.Effect<boolean, StorageError>
  /** `false` if as many wait, or are being made, as may. */
  readonly insert: (file: ReportFile, maximum: number) => Effect.Effect<boolean, StorageError>
  /** Newest first. */
  readonly list: (query: ListReportFiles) => Effect.Effect<Page<ReportFile>, InvalidInput | StorageError>
  readonly find: (id: string) => Effect.Effect<ReportFile | undefined, StorageError>
  readonly replace: (
    file: Pick<ReportFile, "id" | "status" | "progress" | "lines" | "bytes" | "failure" | "finishedAt">
  ) => Effect.Effect<void, StorageError>
  /** Files whose time is over. */
  readonly expired: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<ReportFile>, StorageError>
  readonly remove: (id: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/reports/ReportRepository") {}
