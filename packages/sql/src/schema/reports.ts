import type { Ddl } from "../Dialect.ts"

/** Saved reports, and what is known of the files of reports. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE saved_reports (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    definition ${d.json} NOT NULL,
    created_by ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX saved_reports_by_name ON saved_reports (store_id, name, id)",
  `CREATE TABLE report_files (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    saved_report_id ${d.text},
    name ${d.text} NOT NULL,
    definition ${d.json} NOT NULL,
    format ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('waiting', 'working', 'ready', 'failed')),
    progress ${d.int} NOT NULL,
    line_count ${d.int},
    bytes ${d.int},
    failure ${d.json},
    created_by ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    finished_at ${d.text},
    expires_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX report_files_by_store ON report_files (store_id, id)",
  "CREATE INDEX report_files_expiring ON report_files (store_id, expires_at)",
  "CREATE INDEX report_files_waiting ON report_files (store_id) WHERE status IN ('waiting', 'working')"
]
