import type { Ddl } from "../Dialect.ts"

export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE stores (
    id ${d.text} PRIMARY KEY,
    code ${d.text} NOT NULL UNIQUE,
    name ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    settings ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE audit_log (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    action ${d.text} NOT NULL,
    subject ${d.text} NOT NULL,
    actor ${d.text} NOT NULL,
    request_id ${d.text},
    details ${d.json} NOT NULL,
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX audit_log_by_time ON audit_log (store_id, id)",
  "CREATE INDEX audit_log_by_subject ON audit_log (store_id, subject, id)"
]
