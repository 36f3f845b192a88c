import type { Ddl } from "../Dialect.ts"

/** Who changed which setting of a store from what to what. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE setting_changes (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    setting ${d.text} NOT NULL,
    before_value ${d.json} NOT NULL,
    after_value ${d.json} NOT NULL,
    actor ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX setting_changes_by_time ON setting_changes (store_id, id)",
  "CREATE INDEX setting_changes_by_setting ON setting_changes (store_id, setting, id)"
]
