import type { Ddl } from "../Dialect.ts"

/** When saved reports are mailed, and when that is next. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE saved_reports ADD COLUMN schedule ${d.json}`,
  `ALTER TABLE saved_reports ADD COLUMN next_at ${d.text}`,
  "CREATE INDEX saved_reports_due ON saved_reports (store_id, next_at) WHERE next_at IS NOT NULL"
]
